"""Recordings to words for many clients at a time: one recogniser for the process, turns taken chunk by chunk.

A waiting request costs no thread and no samples in memory: its sound lies on disk until its next chunk's turn comes.
Turns are given in the order they are asked for, so a dictation of ten seconds waits for a chunk of each recording
before it and never for a whole one.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Final

from django.conf import settings

from speech.engine import audio, chunking, vad
from speech.engine.errors import EngineError
from speech.engine.merging import merge_chunks
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.types import ChunkPlan, Segment, Span

_STREAM_TARGET_MS: Final = 60_000
"""Two windows of the recogniser: the first words of a long recording come soon."""
_PLAYLISTS: Final = (b"#EXTM3U", b"ffconcat", b"<MPD", b"<?xml", b"[playlist]")
"""Text files that name other files, which a decoder would open on the server."""

_preparing: Final = ThreadPoolExecutor(2, thread_name_prefix="prepare")
_recognising: Final = ThreadPoolExecutor(2, thread_name_prefix="recognise")  # two: short sound fills only one core


@cache
def recognizer() -> Recognizer:
    """The process's recogniser, made at first use."""
    if settings.RECOGNIZER == "fake":
        from speech.engine.recognizers.fake import FakeRecognizer

        return FakeRecognizer(settings.FAKE_RECOGNIZER)
    from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer

    return FasterWhisperRecognizer(
        settings.WHISPER_MODEL,
        cache_dir=settings.MODELS_DIR,
        device=settings.WHISPER_DEVICE,
        compute_type=settings.WHISPER_COMPUTE_TYPE,
        cpu_threads=settings.WHISPER_CPU_THREADS,
    )


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """A recording as 16 kHz FLAC with its plan; chunks without speech are not in it."""

    flac: Path
    duration_ms: int
    chunks: list[ChunkPlan]


@asynccontextmanager
async def prepared(source: Path, *, soon: bool = False) -> AsyncIterator[PreparedSound]:
    """Decode `source`, find speech and plan chunks (short ones with `soon`). The files go when the block ends.

    Raises:
        EngineError: as `audio.extract_speech_audio`.
    """
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    # A thread whose request was given up may still write: what it leaves lies in the work folder, never elsewhere.
    with tempfile.TemporaryDirectory(prefix="speech-", dir=settings.WORK_DIR, ignore_cleanup_errors=True) as folder:
        loop = asyncio.get_running_loop()
        yield await loop.run_in_executor(_preparing, _prepare, source, Path(folder) / "speech.flac", soon)


async def recognise(sound: PreparedSound, options: RecognitionOptions) -> AsyncGenerator[list[Segment], None]:
    """The segments of one chunk after another. Closing the generator stops the recogniser at its next batch.

    Raises:
        EngineError: as `Recognizer.recognize`.
    """
    loop = asyncio.get_running_loop()
    given_up = threading.Event()
    try:
        for chunk in sound.chunks:
            work = partial(_recognise_chunk, sound.flac, chunk, options, given_up)
            segments = await loop.run_in_executor(_recognising, work)
            if segments:
                yield segments
    finally:
        given_up.set()


async def recognise_all(sound: PreparedSound, options: RecognitionOptions) -> list[Segment]:
    """All segments, in order of time."""
    return merge_chunks([segments async for segments in recognise(sound, options)])


def _prepare(source: Path, flac: Path, soon: bool) -> PreparedSound:
    with source.open("rb") as file:
        if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAYLISTS):
            raise EngineError("media_unreadable", "a playlist")
    duration_ms = audio.extract_speech_audio(source, flac)
    speech = vad.find_speech(audio.stream_audio(flac))
    target_ms = _STREAM_TARGET_MS if soon else chunking.TARGET_MS
    chunks = chunking.plan_chunks(speech, duration_ms, target_ms=target_ms, quietest=partial(audio.quietest_ms, flac))
    return PreparedSound(flac, duration_ms, [chunk for chunk in chunks if chunk.speech])


def _recognise_chunk(
    flac: Path, chunk: ChunkPlan, options: RecognitionOptions, given_up: threading.Event
) -> list[Segment]:
    def stop_when_given_up(done_ms: int, total_ms: int) -> None:
        if given_up.is_set():
            raise EngineError("given_up", "nobody waits for the answer")

    stop_when_given_up(0, 0)
    samples = audio.read_audio(flac, Span(chunk.start_ms, chunk.end_ms))
    return list(recognizer().recognize(samples, chunk.speech, options, stop_when_given_up).segments)
