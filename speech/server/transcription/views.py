"""The OpenAI-compatible routes of recognition: fields in, work handed to the engine, transcripts out."""

from __future__ import annotations

from contextlib import AsyncExitStack, closing
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST

from speech.engine.types import Segment
from speech.server.http import event_stream, kept_alive, read_form
from speech.server.recognition import Preparation, find_speech
from speech.server.transcription import formats, speakers, work
from speech.server.transcription.form import TranscriptionWishes, read_translation_wishes, read_wishes
from speech.server.transcription.streaming import transcript_events
from speech.server.transcription.vad_form import read_vad_options

_TEXT = "text/plain; charset=utf-8"
_READABLE = {"ensure_ascii": False}


@require_POST
async def transcriptions(request: HttpRequest) -> HttpResponseBase:
    form, sent = await read_form(request)
    wishes = read_wishes(form)
    upload = work.required(sent, "file")
    if wishes.speakers:
        speakers.check_available("response_format", "unsupported_value")
    preparation = Preparation(raw=work.has_no_header(upload), soon=wishes.stream, vad=wishes.vad)
    with work.engine_errors("file"):
        async with AsyncExitStack() as stack:
            sound = await stack.enter_async_context(work.received(upload, preparation))
            known = await speakers.voices_of(wishes.known)
            if wishes.stream:
                options = await work.options_for(sound, wishes)
                events = transcript_events(stack.pop_all(), sound, wishes, options, known)
                return event_stream(kept_alive(events))
            transcript = await work.transcribe(sound, wishes)
            if wishes.speakers:
                turns = await speakers.find_turns(sound, speakers.SpeakerCount(), known)
                return _diarized(transcript, speakers.assigned(transcript.segments, speakers.lettered(turns, known)))
    return _written(transcript, wishes)


@require_POST
async def translations(request: HttpRequest) -> HttpResponse:
    form, sent = await read_form(request)
    wishes = read_translation_wishes(form)
    upload = work.required(sent, "file")
    with work.engine_errors("file"):
        async with work.received(upload, Preparation(raw=work.has_no_header(upload))) as sound:
            transcript = await work.transcribe(sound, wishes)
    return _written(transcript, wishes)


@require_POST
async def speech_timestamps(request: HttpRequest) -> HttpResponse:
    form, sent = await read_form(request)
    options = read_vad_options(form)
    upload = work.required(sent, "file")
    with work.engine_errors("file"), closing(upload):
        spans = await find_speech(Path(upload.temporary_file_path()), options, raw=work.has_no_header(upload))
    return JsonResponse([{"start": span.start_ms, "end": span.end_ms} for span in spans], safe=False)


def _written(transcript: work.Transcript, wishes: TranscriptionWishes) -> HttpResponse:
    segments, duration_ms = transcript.segments, transcript.duration_ms
    language = "en" if wishes.task == "translate" else transcript.language
    match wishes.response_format:
        case "text":
            return HttpResponse(formats.plain_text(segments), content_type=_TEXT)
        case "srt":
            return HttpResponse(formats.as_srt(segments), content_type=_TEXT)
        case "vtt":
            return HttpResponse(formats.as_vtt(segments), content_type="text/vtt; charset=utf-8")
        case "verbose_json":
            row = formats.as_verbose_json(segments, duration_ms, language, task=wishes.task, words=wishes.words)
        case _:
            row = formats.as_json(segments, duration_ms, [language], logprobs=wishes.logprobs)
    return JsonResponse(row, json_dumps_params=_READABLE)


def _diarized(transcript: work.Transcript, segments: list[Segment]) -> HttpResponse:
    rows = [formats.diarized_row(index, segment) for index, segment in enumerate(segments)]
    row = formats.as_diarized_json(rows, formats.plain_text(segments), transcript.duration_ms)
    return JsonResponse(row, json_dumps_params=_READABLE)
