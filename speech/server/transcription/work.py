"""From an upload to a transcript: what the routes of this room share."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from speech.engine.errors import EngineError
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.types import Segment
from speech.server.errors import engine_failure, invalid
from speech.server.http import Upload
from speech.server.recognition import Preparation, PreparedSound, detect_language, prepared, recognise_all
from speech.server.transcription import fields
from speech.server.transcription.form import TranscriptionWishes

logger = logging.getLogger(__name__)

_RAW_TYPES = frozenset({"audio/pcm", "audio/raw"})


@dataclass(frozen=True, slots=True)
class Transcript:
    """`language` is the code of the language spoken."""

    segments: list[Segment]
    duration_ms: int
    language: str


@contextmanager
def engine_errors(param: str) -> Iterator[None]:
    """Failures of the engine become what the client is told; `param` is the field that holds the sound."""
    try:
        yield
    except EngineError as error:
        logger.warning("recognition failed: %s", error)
        raise engine_failure(error, param) from error


def required(upload: Upload | None, param: str) -> Upload:
    if upload is None:
        raise invalid(f"'{param}' is required, as a part with a file name.", param, code="missing_required_parameter")
    return upload


def has_no_header(upload: Upload) -> bool:
    """Whether the client says that these are bare samples (16-bit, 16 kHz, mono)."""
    return upload.content_type in _RAW_TYPES


@asynccontextmanager
async def received(upload: Upload, preparation: Preparation) -> AsyncIterator[PreparedSound]:
    """The upload made ready; it is closed as soon as it was read, the rest goes when the block ends.

    Closing is not left to Django, which forgets the uploads of a client that has gone.
    """
    async with AsyncExitStack() as stack:
        with closing(upload):
            source = Path(upload.temporary_file_path())
            sound = await stack.enter_async_context(prepared(source, preparation))
        yield sound


async def options_for(sound: PreparedSound, wishes: TranscriptionWishes) -> RecognitionOptions:
    """What the recogniser is told, with the language detected where that was asked for."""
    language = wishes.language
    if language == fields.DETECT:
        language = await _likeliest(sound, wishes)
    return RecognitionOptions(language=language, hotwords=wishes.hotwords, prompt=wishes.prompt, task=wishes.task)


async def transcribe(sound: PreparedSound, wishes: TranscriptionWishes) -> Transcript:
    """The whole recording, without speakers."""
    options = await options_for(sound, wishes)
    return Transcript(await recognise_all(sound, options, wishes.model), sound.duration_ms, options.language)


async def _likeliest(sound: PreparedSound, wishes: TranscriptionWishes) -> str:
    """The most probable of the candidates; without speech, or sure ground, the default or their first."""
    try:
        found = await detect_language(sound, wishes.model)
    except EngineError as error:
        if error.code != "language_unknown" or wishes.task != "translate":
            raise
        found = []  # nobody asked: which language a translation is from matters little to the model
    for code, _ in found:
        if code in wishes.candidates:
            return code
    return fields.LANGUAGE_DEFAULT if fields.LANGUAGE_DEFAULT in wishes.candidates else min(wishes.candidates)
