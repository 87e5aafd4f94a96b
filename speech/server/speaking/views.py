"""The routes of speech: the request checked whole, then sound as the voice speaks."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_POST

from speech.engine.errors import EngineError
from speech.engine.voices.fallback import Speech
from speech.server.errors import engine_failure
from speech.server.speaking.sound_formats import FORMATS, converted
from speech.server.speaking.wishes import SpeechWishes, read_speech_wishes

logger = logging.getLogger(__name__)


@require_POST
async def speech(request: HttpRequest) -> HttpResponseBase:
    wishes = read_speech_wishes(request.body)
    try:
        # The first sentence sounds, or the first block is converted, before the answer begins: until then a failure
        # can still be told.
        spoken = await wishes.voice.open(wishes.text, speed=wishes.speed)
        sound = _sound(spoken, wishes)
        first = await anext(sound)
    except EngineError as error:
        logger.warning("speech failed: %s", error)
        raise engine_failure(error, "input") from error
    return StreamingHttpResponse(_after(first, sound), content_type=FORMATS[wishes.response_format].media_type)


def _sound(spoken: Speech, wishes: SpeechWishes) -> AsyncGenerator[bytes, None]:
    chosen = FORMATS[wishes.response_format]
    return converted(_mp3(spoken), chosen) if chosen.arguments else _mp3(spoken)


async def _mp3(spoken: Speech) -> AsyncGenerator[bytes, None]:
    async with aclosing(spoken.sentences) as sentences:
        async for sentence in sentences:
            yield sentence.audio


async def _after(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for part in rest:
            yield part
