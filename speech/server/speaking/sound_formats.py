"""The voices' MP3 as other kinds of sound, made by ffmpeg while the voice still speaks."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from speech.engine.audio import find_ffmpeg
from speech.engine.errors import EngineError
from speech.engine.voices.base import MP3_SAMPLE_RATE_HZ

_BLOCK_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """`arguments` name the encoder and the container for ffmpeg. `rates_hz` are the sample rates it can have; none
    named: all. `whole`: the header says the length, so the file is sent once it is finished.
    """

    media_type: str
    arguments: tuple[str, ...]
    rates_hz: tuple[int, ...] = ()
    whole: bool = False
    default_rate_hz: int = MP3_SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Shape:
    """How the sound is to be: a format's name, a rate it can have, and how much faster than the voice spoke."""

    response_format: str
    sample_rate_hz: int = MP3_SAMPLE_RATE_HZ
    tempo: float = 1.0

    @property
    def sound(self) -> SoundFormat:
        return FORMATS[self.response_format]

    @property
    def as_spoken(self) -> bool:
        """Whether the voices' MP3 is already what is wanted."""
        return self == Shape("mp3")


_MPEG_RATES_HZ: Final = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
FORMATS: Final = {
    "mp3": SoundFormat(
        "audio/mpeg", ("-c:a", "libmp3lame", "-b:a", "48k", "-write_xing", "0", "-f", "mp3"), _MPEG_RATES_HZ
    ),
    "opus": SoundFormat(
        "audio/opus",
        ("-c:a", "libopus", "-b:a", "32k", "-page_duration", "100000", "-f", "ogg"),
        (8_000, 12_000, 16_000, 24_000, 48_000),
        default_rate_hz=48_000,
    ),
    "aac": SoundFormat("audio/aac", ("-c:a", "aac", "-b:a", "64k", "-f", "adts"), _MPEG_RATES_HZ),
    "flac": SoundFormat("audio/flac", ("-sample_fmt", "s16", "-c:a", "flac", "-f", "flac"), whole=True),
    "wav": SoundFormat("audio/wav", ("-c:a", "pcm_s16le", "-bitexact", "-f", "wav"), whole=True),
    "pcm": SoundFormat("audio/pcm", ("-c:a", "pcm_s16le", "-f", "s16le")),
}
"""By the names of OpenAI's response_format. Players hear Opus at 48 kHz whatever rate it was made from."""


async def shaped(mp3: AsyncGenerator[bytes, None], shape: Shape) -> AsyncGenerator[bytes, None]:
    """The sound of `mp3` as wanted; whole formats begin only when the voice has ended.

    Raises:
        EngineError: what `mp3` raises, or `conversion_failed`.
    """
    if shape.as_spoken:
        async with aclosing(mp3):
            async for part in mp3:
                yield part
        return
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="speech-", dir=settings.WORK_DIR) as folder:
        target = Path(folder) / "sound" if shape.sound.whole else None
        pace = [] if shape.tempo == 1.0 else ["-af", f"atempo={shape.tempo:.4f}"]
        rate = ["-ac", "1", "-ar", str(shape.sample_rate_hz)]
        async with _ffmpeg(mp3, [*pace, *rate, *shape.sound.arguments, str(target or "pipe:1")]) as output:
            while block := await output.read(_BLOCK_BYTES):
                yield block
        if target is not None:
            with target.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    yield block


@asynccontextmanager
async def _ffmpeg(mp3: AsyncGenerator[bytes, None], arguments: list[str]) -> AsyncIterator[asyncio.StreamReader]:
    """ffmpeg fed from `mp3`; at the end of the block both must have ended well, on the way out both are stopped."""
    process = await asyncio.create_subprocess_exec(
        # Without these ffmpeg waits for seconds of sound before it says anything.
        str(find_ffmpeg()), "-v", "error", "-probesize", "1024", "-analyzeduration", "0", "-f", "mp3", "-i", "pipe:0",
        "-flush_packets", "1", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101 - PIPE was asked for
    assert process.stdout is not None  # noqa: S101
    assert process.stderr is not None  # noqa: S101
    feeding = asyncio.create_task(_feed(mp3, process.stdin))
    complaints = asyncio.create_task(process.stderr.read())
    try:
        yield process.stdout
        await feeding
        if await process.wait() != 0:
            raise EngineError("conversion_failed", (await complaints).decode(errors="replace")[-600:])
    finally:
        feeding.cancel()
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await asyncio.gather(feeding, complaints, return_exceptions=True)
        await mp3.aclose()


async def _feed(mp3: AsyncGenerator[bytes, None], target: asyncio.StreamWriter) -> None:
    """The target is closed in any case: ffmpeg must see the end. A failure is raised where the task is awaited."""
    try:
        async for part in mp3:
            target.write(part)
            await target.drain()
    except ConnectionError as error:  # ffmpeg has gone; its exit status says more, if it says anything
        raise EngineError("conversion_failed", str(error)) from error
    finally:
        target.close()
