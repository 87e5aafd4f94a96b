"""The routes about speakers: who spoke when, and a voice as numbers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from speech.engine import audio, diarization
from speech.engine.diarization import Turn, Vector
from speech.engine.errors import EngineError
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span
from speech.server.diarization.form import OWN_MODEL, check_installed, check_model, read_wishes
from speech.server.errors import ApiError, engine_failure, invalid
from speech.server.http import Upload, read_form
from speech.server.recognition import GivenUp, PreparedSound, in_turn, prepared
from speech.server.transcription import speakers

logger = logging.getLogger(__name__)

_RTTM_TYPE: Final = "text/plain; charset=utf-8"
_VOICE_MS: Final = 30_000
"""Of the sound's speech: a voice's vector hardly changes with more."""
_FAILURES: Final = {
    "diarization_unavailable": (501, "The diarization extra is not installed (make setup-diarization)."),
    "diarization_model_missing": (501, "The diarization engine's weights are missing or cannot be read."),
    "diarization_gated": (501, "The weights' terms were not accepted at Hugging Face, or its token is not valid."),
}
_embedding: Final = ThreadPoolExecutor(1, thread_name_prefix="embed-voice")


@require_POST
async def diarize(request: HttpRequest) -> HttpResponse:
    """POST /v1/audio/diarization."""
    check_installed()
    form, upload = await read_form(request)
    wishes = read_wishes(form)
    async with _sound(upload) as sound:
        with _engine_errors():
            known = await speakers.voices_of(wishes.known)
            turns = await speakers.find_turns(sound, wishes.count, known)
        if wishes.response_format == "rttm":
            return HttpResponse(diarization.as_rttm(turns, "audio"), content_type=_RTTM_TYPE)
        return JsonResponse(_as_json(turns, sound.duration_ms), json_dumps_params={"ensure_ascii": False})


@require_POST
async def embed(request: HttpRequest) -> HttpResponse:
    """POST /v1/audio/speech/embedding."""
    check_installed()
    form, upload = await read_form(request)
    check_model(form.get("model", ""))
    async with _sound(upload) as sound:
        with _engine_errors():
            vector, samples = await in_turn(_embedding, partial(_embed, sound))
    row = {"object": "embedding", "index": 0, "embedding": vector.tolist()}
    usage = {"prompt_tokens": samples, "total_tokens": samples}
    return JsonResponse({"object": "list", "data": [row], "model": form.get("model", "") or OWN_MODEL, "usage": usage})


def _as_json(turns: Sequence[Turn], duration_ms: int) -> dict[str, object]:
    segments = [{"start": turn.start_ms / 1000, "end": turn.end_ms / 1000, "speaker": turn.speaker} for turn in turns]
    return {"duration": duration_ms / 1000, "segments": segments}


def _embed(sound: PreparedSound, given_up: GivenUp) -> tuple[Vector, int]:
    """The vector of the first _VOICE_MS of speech, and of how many samples it is."""
    heard: list[Samples] = []
    room_ms = _VOICE_MS
    for span in (span for chunk in sound.chunks for span in chunk.speech):
        given_up.check()
        length_ms = min(room_ms, span.duration_ms)
        if length_ms > 0:
            heard.append(audio.read_audio(sound.flac, Span(span.start_ms, span.start_ms + length_ms)).samples)
            room_ms -= length_ms
    samples = np.concatenate(heard) if heard else np.zeros(0, dtype=np.float32)
    if len(samples) * 1000 < diarization.MIN_VOICE_MS * SAMPLE_RATE_HZ:
        raise EngineError("voice_too_short")
    return diarization.embed(Audio(samples)), len(samples)


@asynccontextmanager
async def _sound(upload: Upload | None) -> AsyncIterator[PreparedSound]:
    """The upload made ready; it is closed as soon as it was read, the rest goes when the block ends."""
    if upload is None:
        raise invalid("'file' is required, as a part with a file name.", "file", code="missing_required_parameter")
    async with AsyncExitStack() as stack:
        # closed here and not left to Django, which forgets the uploads of a client that has gone
        with _engine_errors(), closing(upload):
            sound = await stack.enter_async_context(prepared(Path(upload.temporary_file_path())))
        yield sound


@contextmanager
def _engine_errors() -> Iterator[None]:
    try:
        yield
    except EngineError as error:
        logger.warning("diarization failed: %s", error)
        if error.code == "voice_too_short":
            message = f"There are less than {diarization.MIN_VOICE_MS} ms of speech in the file."
            raise invalid(message, "file", code=error.code) from error
        if error.code in _FAILURES:
            status, message = _FAILURES[error.code]
            raise ApiError(status, message, code=error.code, retry=False) from error
        raise engine_failure(error, "file") from error
