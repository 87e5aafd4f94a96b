"""The routes of speech: the request checked whole, then sound as the voice speaks."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from speech.engine.errors import EngineError
from speech.engine.voices.base import MP3_FRAME_BYTES
from speech.engine.voices.fallback import FallbackVoice, Speech
from speech.server.errors import engine_failure
from speech.server.http import event, event_stream
from speech.server.speaking.choosing import voice_rows
from speech.server.speaking.sound_formats import Shape, shaped
from speech.server.speaking.wishes import read_speech_wishes

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class StartedSound:
    """Sound whose first piece is there. `spoken_bytes` counts the voices' MP3 as it comes."""

    speech: Speech
    shape: Shape
    spoken_bytes: int = 0


@require_POST
async def speech(request: HttpRequest) -> HttpResponseBase:
    wishes = await asyncio.to_thread(read_speech_wishes, request.body)  # a voice's first use may import its engine
    started, sound = await start(wishes.voice, wishes.text, wishes.speed, wishes.shape)
    if wishes.events:
        return event_stream(_events(sound, started, len(wishes.text)))
    return StreamingHttpResponse(sound, content_type=wishes.shape.sound.media_type, headers=voice_headers(started))


@require_safe
async def voices(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"object": "list", "voices": [voice.row for voice in voice_rows()]})


async def start(
    voice: FallbackVoice, text: str, speed: float, shape: Shape
) -> tuple[StartedSound, AsyncGenerator[bytes, None]]:
    """The sound of a text, once its first piece is made: until then a failure can still be told.

    Raises:
        ApiError: what the voice or the conversion failed with.
    """
    try:
        spoken = await voice.open(text, speed=speed, short_opening=True)
        started = StartedSound(spoken, shape)
        sound = shaped(_mp3(started), shape)
        first = await anext(sound)
    except EngineError as error:
        logger.warning("speech failed: %s", error)
        raise engine_failure(error, "input") from error
    return started, _after(first, sound)


def voice_headers(started: StartedSound) -> dict[str, str]:
    """Who speaks the first sentence; the listener's program may say so."""
    return {"x-voice": started.speech.voice_name}


async def _events(
    sound: AsyncGenerator[bytes, None], started: StartedSound, characters: int
) -> AsyncGenerator[bytes, None]:
    """A delta for each piece of sound, then what it took. A failure on the way is told as an error, without `done`."""
    async with aclosing(sound):
        try:
            async for piece in sound:
                yield event({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
        except EngineError as error:
            logger.warning("streamed speech failed: %s", error)
            yield event(engine_failure(error, "input").body)
            return
    frames = started.spoken_bytes // MP3_FRAME_BYTES
    usage = {"input_tokens": characters, "output_tokens": frames, "total_tokens": characters + frames}
    yield event({"type": "speech.audio.done", "usage": usage, "token_usage": usage})


async def _mp3(started: StartedSound) -> AsyncGenerator[bytes, None]:
    async with aclosing(started.speech.sentences) as sentences:
        async for sentence in sentences:
            started.spoken_bytes += len(sentence.audio)
            yield sentence.audio


async def _after(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for part in rest:
            yield part
