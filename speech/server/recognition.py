"""Recordings to words for many clients at a time: one recogniser for the process, turns taken chunk by chunk.

A waiting request costs no thread and no samples in memory: its sound lies on disk until its next chunk's turn comes.
Turns are given in the order they are asked for, so a dictation of ten seconds waits for a chunk of each recording
before it and never for a whole one.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import wave
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final, TypeVar

from django.conf import settings

from speech.configured import recognizer_config
from speech.engine import audio, chunking, vad
from speech.engine.addresses import is_this_machine
from speech.engine.errors import EngineError
from speech.engine.merging import merge_chunks
from speech.engine.recognizers.base import LanguageDetector, RecognitionOptions, Recognizer
from speech.engine.recognizers.build import build_recognizer
from speech.engine.recognizers.language import WRITTEN
from speech.engine.sound_quality import SoundMeter, SoundQuality
from speech.engine.types import SAMPLE_RATE_HZ, Audio, ChunkPlan, Samples, Segment, Span
from speech.engine.vad import VadOptions
from speech.engine.windows import WINDOW_MS
from speech.server.caller import current_caller

_Result = TypeVar("_Result")

_STREAM_TARGET_MS: Final = 20_000
"""One window of the recogniser at a time: words come as they are decoded, and are the same as in one go."""
_LANGUAGE_MS: Final = 120_000
"""Enough for half a minute of speech with pauses between."""
_RAW_SAMPLE_BYTES: Final = 2
_COPY_BYTES: Final = 1024 * 1024
_PLAYLISTS: Final = (b"#EXTM3U", b"ffconcat", b"<MPD", b"<?xml", b"[playlist]")
"""Text files that name other files, which a decoder would open on the server."""

_preparing: Final = ThreadPoolExecutor(2, thread_name_prefix="prepare")
_preparing_small: Final = ThreadPoolExecutor(2, thread_name_prefix="prepare-small")  # a dictation waits for no library
_SMALL_BYTES: Final = 8 * 1024 * 1024
_recognising: Final = ThreadPoolExecutor(2, thread_name_prefix="recognise")  # two: short sound fills only one core


@cache
def recognizer(model: str = "") -> Recognizer:
    """The process's recogniser, made at first use; `model` as `catalogue.models.chosen_recogniser` gives it."""
    return build_recognizer(recognizer_config(model))


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """A recording as 16 kHz FLAC with its plan; chunks without speech are not in it."""

    flac: Path
    duration_ms: int
    chunks: list[ChunkPlan]


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a recording is made ready.

    `raw` says that it has no header: 16-bit little-endian mono samples at 16 kHz. `soon` plans short chunks. `vad` is
    None for the engine's own way of finding speech.
    """

    raw: bool = False
    soon: bool = False
    vad: VadOptions | None = None


class GivenUp:
    """A flag between a request and its work in a thread: set when nobody waits for the answer any more."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def check(self, done: int = 0, total: int = 0) -> None:
        """Raise EngineError `given_up` once set. Its form is a progress callback's: engines call it as they work."""
        if self._event.is_set():
            raise EngineError("given_up", "nobody waits for the answer")


async def in_turn(pool: ThreadPoolExecutor, work: Callable[[GivenUp], _Result]) -> _Result:
    """Run `work` in a thread of `pool` when its turn comes; it is told when the caller goes away."""
    given_up = GivenUp()
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work, given_up)
    finally:
        given_up.set()


@asynccontextmanager
async def prepared(source: Path, preparation: Preparation | None = None) -> AsyncIterator[PreparedSound]:
    """Decode `source`, find speech and plan chunks. The files go when the block ends.

    Raises:
        EngineError: as `audio.extract_speech_audio`; `recognizer_elsewhere` when the caller's words must stay here.
    """
    _check_may_leave()
    async with work_folder() as folder:
        work = partial(_prepare, source, folder, preparation or Preparation())
        yield await in_turn(_pool_for(source), work)


async def find_speech(source: Path, options: VadOptions, *, raw: bool = False) -> list[Span]:
    """Where somebody speaks in `source`; `raw` as in `Preparation`.

    Raises:
        EngineError: as `audio.extract_speech_audio`.
    """
    async with work_folder() as folder:
        return await in_turn(_pool_for(source), partial(_find_speech, source, folder, options, raw))


@asynccontextmanager
async def work_folder() -> AsyncIterator[Path]:
    """A folder on the data disk for one request."""
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    # A thread whose request was given up may still write: what it leaves lies in the work folder, never elsewhere.
    with tempfile.TemporaryDirectory(prefix="speech-", dir=settings.WORK_DIR, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def detect_language(sound: PreparedSound, model: str = "") -> list[tuple[str, float]]:
    """See `LanguageDetector.detect_language`; of the first chunk with speech. `model` as for `recognizer`.

    Raises:
        EngineError: `language_unknown` when the recogniser cannot, and its own.
    """
    if not sound.chunks:
        return []
    return await in_turn(_recognising, partial(_detect_language, sound.flac, sound.chunks[0], model))


async def recognise(
    sound: PreparedSound, options: RecognitionOptions, model: str = ""
) -> AsyncGenerator[list[Segment], None]:
    """The segments of one chunk after another. Closing the generator stops the recogniser at its next batch.

    `model` is as for `recognizer`.

    Raises:
        EngineError: as `Recognizer.recognize`.
    """
    for chunk in sound.chunks:
        segments = await in_turn(_recognising, partial(_recognise_chunk, sound.flac, chunk, options, model))
        if segments:
            yield segments


async def recognise_all(sound: PreparedSound, options: RecognitionOptions, model: str = "") -> list[Segment]:
    """All segments, in order of time."""
    return merge_chunks([segments async for segments in recognise(sound, options, model)])


async def recognise_samples(
    samples: Samples, options: RecognitionOptions, vad_options: VadOptions | None = None, model: str = ""
) -> list[Segment]:
    """The segments of sound that is in memory already (16 kHz, some minutes at most); times from its first sample.

    Without a language in `options` it is told apart. `model` is as for `recognizer`.
    Cancelling stops the recogniser at its next batch.

    Raises:
        EngineError: as `Recognizer.recognize`; `recognizer_elsewhere` when the caller's words must stay here.
    """
    _check_may_leave()
    return await in_turn(_recognising, partial(_recognise_samples, samples, options, vad_options, model))


def _pool_for(source: Path) -> ThreadPoolExecutor:
    return _preparing_small if source.stat().st_size <= _SMALL_BYTES else _preparing


def _check_may_leave() -> None:
    """To be called where the request is, not in a thread of a pool: those do not know the caller."""
    remote = settings.RECOGNITION_SERVER
    if remote is not None and not current_caller.get().may_leave and not is_this_machine(remote.base_url):
        raise EngineError("recognizer_elsewhere", remote.base_url)


def _prepare(source: Path, folder: Path, preparation: Preparation, given_up: GivenUp) -> PreparedSound:
    flac = folder / "speech.flac"
    if preparation.raw:
        source = _with_header(source, folder / "raw.wav")
    duration_ms = _extract(source, flac, given_up)
    meter = SoundMeter()
    speech = vad.find_speech(meter.watch(_watched(flac, given_up)), preparation.vad)
    target_ms = _STREAM_TARGET_MS if preparation.soon else chunking.TARGET_MS
    if _wants_cleaning(meter.quality(speech)):
        audio.clean_audio(flac, folder / "clean.flac", given_up.check)
        flac = folder / "clean.flac"
    chunks = chunking.plan_chunks(
        speech, duration_ms, target_ms=target_ms, quietest=partial(audio.quietest_ms, flac), window_ms=WINDOW_MS
    )
    return PreparedSound(flac, duration_ms, [chunk for chunk in chunks if chunk.speech])


def _wants_cleaning(quality: SoundQuality) -> bool:
    if settings.SOUND_CLEANING == "auto":
        return quality.noisy
    return bool(settings.SOUND_CLEANING == "always")


def _find_speech(source: Path, folder: Path, options: VadOptions, raw: bool, given_up: GivenUp) -> list[Span]:
    flac = folder / "speech.flac"
    _extract(_with_header(source, folder / "raw.wav") if raw else source, flac, given_up)
    return vad.find_speech(_watched(flac, given_up), options)


def _extract(source: Path, flac: Path, given_up: GivenUp) -> int:
    with source.open("rb") as file:
        if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAYLISTS):
            raise EngineError("media_unreadable", "a playlist")
    # A file of some megabytes can hold months of silence.
    max_ms = round(settings.MAX_SOURCE_DURATION.total_seconds() * 1000)
    return audio.extract_speech_audio(source, flac, given_up.check, max_ms=max_ms)


def _watched(flac: Path, given_up: GivenUp) -> Iterator[Audio]:
    for block in audio.stream_audio(flac):
        given_up.check()
        yield block


def _with_header(source: Path, target: Path) -> Path:
    """Raw samples as a WAV file; half a sample at the end is left out."""
    if source.stat().st_size < _RAW_SAMPLE_BYTES:
        raise EngineError("media_empty")
    with source.open("rb") as samples, wave.open(str(target), "wb") as file:
        file.setparams((1, _RAW_SAMPLE_BYTES, SAMPLE_RATE_HZ, 0, "NONE", ""))
        while block := samples.read(_COPY_BYTES):
            file.writeframesraw(block[: len(block) // _RAW_SAMPLE_BYTES * _RAW_SAMPLE_BYTES])
    return target


def _detect_language(flac: Path, chunk: ChunkPlan, model: str, given_up: GivenUp) -> list[tuple[str, float]]:
    given_up.check()
    engine = recognizer(model)
    if not isinstance(engine, LanguageDetector):
        raise EngineError("language_unknown", engine.name)
    first_ms = chunk.speech[0].start_ms
    span = Span(first_ms, min(chunk.end_ms, first_ms + _LANGUAGE_MS))
    return engine.detect_language(audio.read_audio(flac, span), chunk.speech)


def _recognise_chunk(
    flac: Path, chunk: ChunkPlan, options: RecognitionOptions, model: str, given_up: GivenUp
) -> list[Segment]:
    given_up.check()
    samples = audio.read_audio(flac, Span(chunk.start_ms, chunk.end_ms))
    return list(recognizer(model).recognize(samples, chunk.speech, options, given_up.check).segments)


def _recognise_samples(
    samples: Samples, options: RecognitionOptions, vad_options: VadOptions | None, model: str, given_up: GivenUp
) -> list[Segment]:
    given_up.check()
    sound = Audio(samples)
    speech = vad.find_speech([sound], vad_options)
    if not speech:
        return []
    engine = recognizer(model)
    if not options.language:
        if not isinstance(engine, LanguageDetector):
            raise EngineError("language_unknown", engine.name)
        likely = [code for code, _ in engine.detect_language(sound, speech) if code in WRITTEN]
        options = replace(options, language=likely[0])
    return list(engine.recognize(sound, speech, options, given_up.check).segments)
