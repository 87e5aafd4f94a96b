"""The routes of recognition: fields in, work handed to the engine, transcripts out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST

from speech.engine.errors import EngineError
from speech.engine.recognizers.base import RecognitionOptions
from speech.server.errors import engine_failure, invalid
from speech.server.http import event, event_stream, read_form
from speech.server.recognition import PreparedSound, prepared, recognise, recognise_all
from speech.server.transcription import formats
from speech.server.transcription.form import TranscriptionWishes, read_wishes

logger = logging.getLogger(__name__)

_TEXT = "text/plain; charset=utf-8"
_READABLE = {"ensure_ascii": False}


@require_POST
async def transcriptions(request: HttpRequest) -> HttpResponseBase:
    form, upload = await asyncio.to_thread(read_form, request)
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
                return event_stream(_transcript_events(stack.pop_all(), sound, options))
            segments = await recognise_all(sound, options)
        except EngineError as error:
            logger.warning("transcription failed: %s", error)
            raise engine_failure(error, "file") from error
    return _transcript(segments, sound.duration_ms, wishes)


def _transcript(segments: list[Any], duration_ms: int, wishes: TranscriptionWishes) -> HttpResponse:
    match wishes.response_format:
        case "text":
            return HttpResponse(formats.plain_text(segments), content_type=_TEXT)
        case "srt":
            return HttpResponse(formats.as_srt(segments), content_type=_TEXT)
        case "vtt":
            return HttpResponse(formats.as_vtt(segments), content_type="text/vtt; charset=utf-8")
        case "verbose_json":
            row = formats.as_verbose_json(segments, duration_ms, wishes.language, words=wishes.words)
            return JsonResponse(row, json_dumps_params=_READABLE)
        case _:
            return JsonResponse(formats.as_json(segments, duration_ms), json_dumps_params=_READABLE)


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
                    yield event({"type": "transcript.text.delta", "delta": delta, "logprobs": None})
        except EngineError as error:
            logger.warning("streamed transcription failed: %s", error)
            yield event(engine_failure(error, "file").body)
            return
        usage = formats.usage(sound.duration_ms)
        yield event({"type": "transcript.text.done", "text": text, "logprobs": None, "usage": usage})
