"""The voices' MP3 as other kinds of sound, made by ffmpeg while the voice still speaks."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
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
    """`whole`: the header says the length, so the file is sent once it is finished. No `arguments`: the MP3 itself."""

    media_type: str
    arguments: tuple[str, ...] = ()
    whole: bool = False


_RATE: Final = ("-ac", "1", "-ar", str(MP3_SAMPLE_RATE_HZ))
FORMATS: Final = {
    "mp3": SoundFormat("audio/mpeg"),
    "opus": SoundFormat("audio/opus", ("-ac", "1", "-c:a", "libopus", "-b:a", "32k", "-f", "ogg")),
    "aac": SoundFormat("audio/aac", (*_RATE, "-c:a", "aac", "-b:a", "64k", "-f", "adts")),
    "flac": SoundFormat("audio/flac", (*_RATE, "-sample_fmt", "s16", "-c:a", "flac", "-f", "flac"), whole=True),
    "wav": SoundFormat("audio/wav", (*_RATE, "-c:a", "pcm_s16le", "-bitexact", "-f", "wav"), whole=True),
    "pcm": SoundFormat("audio/pcm", (*_RATE, "-c:a", "pcm_s16le", "-f", "s16le")),
}
"""By the names of OpenAI's response_format."""


async def converted(mp3: AsyncGenerator[bytes, None], sound: SoundFormat) -> AsyncGenerator[bytes, None]:
    """The sound of `mp3` in another format; whole formats begin only when the voice has ended.

    Raises:
        EngineError: what `mp3` raises, or `conversion_failed`.
    """
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="speech-", dir=settings.WORK_DIR) as folder:
        target = Path(folder) / "sound" if sound.whole else None
        async with _ffmpeg(mp3, [*sound.arguments, str(target or "pipe:1")]) as output:
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
        str(find_ffmpeg()), "-v", "error", "-f", "mp3", "-i", "pipe:0", *arguments,
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
