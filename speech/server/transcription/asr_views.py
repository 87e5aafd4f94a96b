"""The routes of whisper-asr-webservice, so that its clients can point here."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from speech.engine.recognizers.language import NAMES
from speech.server import recognition
from speech.server.http import read_form
from speech.server.recognition import Preparation, detect_language
from speech.server.transcription import asr_formats, speakers, work
from speech.server.transcription.asr_query import is_raw, read_asr_query

_FIELD = "audio_file"
_NAME_CHARS = 200


@require_POST
async def asr(request: HttpRequest) -> HttpResponse:
    asked = read_asr_query(request.GET)
    if asked.diarize:
        speakers.check_available("diarize")
    _, sent = await read_form(request, _FIELD)
    upload = work.required(sent, _FIELD)
    with work.engine_errors(_FIELD):
        async with work.received(upload, Preparation(raw=asked.raw)) as sound:
            transcript = await work.transcribe(sound, asked.wishes)
            segments = transcript.segments
            if asked.diarize:
                segments = speakers.assigned(segments, await speakers.find_turns(sound, asked.speakers))
    body = asr_formats.written(segments, asked.output, transcript.language, words=asked.wishes.words)
    name = quote(f"{upload.client_name[:_NAME_CHARS]}.{asked.output}", safe="")
    headers = {
        "Asr-Engine": recognition.recognizer(asked.wishes.model).name,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return HttpResponse(body, content_type="text/plain; charset=utf-8", headers=headers)


@require_POST
async def language_of(request: HttpRequest) -> HttpResponse:
    """The language and how sure that is; nulls and 0 for a recording without speech."""
    raw = is_raw(request.GET)
    _, sent = await read_form(request, _FIELD)
    upload = work.required(sent, _FIELD)
    with work.engine_errors(_FIELD):
        async with work.received(upload, Preparation(raw=raw)) as sound:
            found = await detect_language(sound)
    code, probability = found[0] if found else (None, 0.0)
    name = NAMES.get(code) if code else None
    return JsonResponse({"detected_language": name, "language_code": code, "confidence": round(probability, 4)})
