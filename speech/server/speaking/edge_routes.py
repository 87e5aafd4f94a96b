"""The older routes of edge-tts, for programs written for them: a voice tried, a text as a file, the voices."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from speech.engine.errors import EngineError
from speech.engine.voices import build
from speech.engine.voices.names import parse_voice
from speech.server.errors import invalid
from speech.server.speaking.choosing import choose_voice, configured_speaker, voice_config, voice_rows
from speech.server.speaking.sound_formats import Shape
from speech.server.speaking.views import start, voice_headers
from speech.server.speaking.wishes import read_object, read_text

logger = logging.getLogger(__name__)

_TEST_SENTENCE = "To jest próba głosu."
_ANY = "tts-1"


@require_POST
async def synthesize(request: HttpRequest) -> HttpResponseBase:
    wishes = read_object(request.body)
    text = read_text(wishes.get("text"), "text")
    wanted = wishes.get("voice")
    choose = configured_speaker if wanted in (None, "") else partial(choose_voice, _ANY, wanted)
    voice = await asyncio.to_thread(choose)  # a voice's first use may import its engine
    started, sound = await start(voice, text, 1.0, Shape("mp3"))
    headers = {"content-disposition": 'attachment; filename="mowa.mp3"', **voice_headers(started)}
    return StreamingHttpResponse(sound, content_type="audio/mpeg", headers=headers)


@require_POST
async def test(request: HttpRequest) -> HttpResponse:
    """Whether the configured voice, or the one named, really speaks now; nothing stands in for it."""
    wishes = read_object(request.body) if request.body.strip() else {}
    config = voice_config()
    name = wishes.get("voice") or config.voice
    if not isinstance(name, str):
        raise invalid("'voice' must be a string.", "voice")
    try:
        voice = await asyncio.to_thread(build.make_voice, parse_voice(name), config)
        if voice.needs_network and not config.online:
            return _told(False, name, "Voices over the internet are switched off here.")
        sound = b"".join([part async for part in voice.stream(_TEST_SENTENCE)])
    except EngineError as error:
        logger.warning("the voice %r failed its test: %s", name[:100], error)
        return _told(False, name, f"The voice does not speak: {error.code}.")
    return _told(True, voice.name, f"The voice speaks: {len(sound)} bytes of sound.")


@require_safe
async def voices(request: HttpRequest) -> HttpResponse:
    rows = [
        {"name": row.name, "gender": row.gender.capitalize(), "locale": "pl-PL", "id": row.id}
        for row in voice_rows()
        if row.model == "edge-tts"
    ]
    return JsonResponse({"voices": rows})


def _told(success: bool, voice: str, message: str) -> JsonResponse:
    return JsonResponse({"success": success, "voice": voice, "message": message})
