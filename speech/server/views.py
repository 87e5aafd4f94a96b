"""The routes: fields in, work handed to the engine, answers in OpenAI's shapes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from speech.engine.errors import EngineError
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.voices.fallback import Speech
from speech.server import transcript_formats
from speech.server.catalogue import find_model, models
from speech.server.errors import ApiError, engine_failure, error_response, invalid
from speech.server.recognition import PreparedSound, prepared, recognise, recognise_all
from speech.server.sound_formats import FORMATS, converted
from speech.server.speaking import SpeechWishes, read_speech_wishes
from speech.server.transcription_form import TranscriptionWishes, read_wishes

logger = logging.getLogger(__name__)

_TEXT = "text/plain; charset=utf-8"
_READABLE = {"ensure_ascii": False}


@require_safe
async def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok", "message": "OK"})


@require_safe
async def model_list(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"object": "list", "data": [model.row for model in models(request.GET.get("task", ""))]})


@require_safe
async def model_detail(request: HttpRequest, model_id: str) -> HttpResponse:
    model = find_model(model_id)
    if model is None:
        raise ApiError(404, f"The model '{model_id}' does not exist here.", code="model_not_found", param="model")
    return JsonResponse(model.row)


@require_POST
async def transcriptions(request: HttpRequest) -> HttpResponseBase:
    form, upload = await asyncio.to_thread(_read_form, request)
    wishes = read_wishes(form)
    if upload is None:
        raise invalid("'file' is required, as a part with a file name.", "file", code="missing_required_parameter")
    options = RecognitionOptions(language=wishes.language, hotwords=wishes.hotwords)
    async with AsyncExitStack() as stack:
        try:
            with closing(upload):  # not left to Django, which forgets the uploads of a client that has gone
                source = Path(upload.temporary_file_path())
                sound = await stack.enter_async_context(prepared(source, soon=wishes.stream))
            if wishes.stream:
                return _event_stream(_transcript_events(stack.pop_all(), sound, options))
            segments = await recognise_all(sound, options)
        except EngineError as error:
            logger.warning("transcription failed: %s", error)
            raise engine_failure(error, "file") from error
    return _transcript(segments, sound.duration_ms, wishes)


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


class _NamelessUploadHandler(TemporaryFileUploadHandler):
    """Uploads to disk under names of our own: the client's ending may be wrong, or too long for a file's name."""

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, "upload", *args, **kwargs)


def _read_form(request: HttpRequest) -> tuple[QueryDict, TemporaryUploadedFile | None]:
    """Parsing copies the upload from the body to a file of its own: not in the event loop."""
    request.upload_handlers = [_NamelessUploadHandler(request)]
    upload: Any = request.FILES.get("file")
    return request.POST, upload


def _transcript(segments: list[Any], duration_ms: int, wishes: TranscriptionWishes) -> HttpResponse:
    match wishes.response_format:
        case "text":
            return HttpResponse(transcript_formats.plain_text(segments), content_type=_TEXT)
        case "srt":
            return HttpResponse(transcript_formats.as_srt(segments), content_type=_TEXT)
        case "vtt":
            return HttpResponse(transcript_formats.as_vtt(segments), content_type="text/vtt; charset=utf-8")
        case "verbose_json":
            row = transcript_formats.as_verbose_json(segments, duration_ms, wishes.language, words=wishes.words)
            return JsonResponse(row, json_dumps_params=_READABLE)
        case _:
            return JsonResponse(transcript_formats.as_json(segments, duration_ms), json_dumps_params=_READABLE)


def _event_stream(events: AsyncGenerator[bytes, None]) -> StreamingHttpResponse:
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=headers)


async def _transcript_events(
    stack: AsyncExitStack, sound: PreparedSound, options: RecognitionOptions
) -> AsyncGenerator[bytes, None]:
    """A delta for each segment as it is decoded, then the whole text, which is the deltas put together."""
    text = ""
    async with stack, aclosing(recognise(sound, options)) as chunks:
        try:
            async for segments in chunks:
                for segment in segments:
                    delta = f" {segment.text}" if text else segment.text
                    text += delta
                    yield _event({"type": "transcript.text.delta", "delta": delta, "logprobs": None})
        except EngineError as error:
            logger.warning("streamed transcription failed: %s", error)
            yield _event(engine_failure(error, "file").body)
            return
        usage = transcript_formats.usage(sound.duration_ms)
        yield _event({"type": "transcript.text.done", "text": text, "logprobs": None, "usage": usage})


def _event(data: dict[str, object]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


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


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_response(ApiError(404, f"There is nothing at {request.path}.", code="unknown_url"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_response(ApiError(400, "The request cannot be read.", code="invalid_request"))


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(ApiError(500, "The server failed; its log says why.", code="internal_error", retry=False))


def wrong_method(allowed: Iterable[str]) -> HttpResponse:
    names = ", ".join(allowed)
    response = error_response(ApiError(405, f"Only {names} is possible here.", code="method_not_allowed"))
    response["allow"] = names
    return response
