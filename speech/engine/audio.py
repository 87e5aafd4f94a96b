"""Media files to samples: what is in a file, its sound as 16 kHz mono FLAC, and stretches of it in memory.

PyAV only looks into files; ffmpeg, a process of its own, decodes: it runs in constant memory, and a hostile file that
crashes the decoder cannot take the worker with it.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import av
import numpy as np

from speech.engine import mp4
from speech.engine.dereverberation import without_echo
from speech.engine.errors import EngineError
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Progress, Samples, Span

_DEMUXERS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dts,eac3,flac,flv,gsm,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,mpeg,mpegts,mpegvideo,mxf,ogg,rm,tta,voc,w64,wav,wv,xwma"
)
"""Containers of sound and picture, by ffmpeg's names. Playlists, scripts and image lists (hls, concat, dash, sdp) are
not among them: such a "recording" would make ffmpeg open other files of this machine, or addresses of its network."""
_ONLY_THIS_FILE = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}
_BYTES_PER_SAMPLE = 4
_ESTIMATED_DURATIONS = frozenset({"mp3", "aac"})
"""Containers without a length field: their duration is a guess from the bit rate and proves nothing."""
_TRUNCATION_TOLERANCE_MS = 3_000
_TRUNCATION_TOLERANCE_SHARE = 0.02
_DETAIL_CHARS = 600
_TAGGED_DURATION = re.compile(r"(\d{1,3}):(\d{2}):(\d{2}(?:\.\d{1,9})?)")


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a media file says about itself.

    `duration_ms` is the audio track's length where the container knows it, else the container's, else 0 (unknown).
    `tracks` counts the audio tracks; which one is the room's, `tracks.choose_track` tells. `channels` are the track's.
    """

    duration_ms: int
    has_audio: bool
    has_video: bool
    container: str
    audio_codec: str
    tracks: int
    channels: int = 1


@functools.cache
def find_ffmpeg() -> Path:
    """The system's ffmpeg when it is on the PATH, else the one from the imageio-ffmpeg wheel.

    Raises:
        EngineError: `ffmpeg_missing` when there is neither.
    """
    found = shutil.which("ffmpeg")
    if found:
        return Path(found)
    import imageio_ffmpeg

    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EngineError("ffmpeg_missing", str(error)) from error


def probe(path: Path, *, track: int = 0) -> MediaInfo:
    """Look at a file's headers without decoding it; length and codec are those of audio track `track` (from 0).

    Raises:
        EngineError: `media_empty`, `media_unreadable`, `media_no_audio`, `media_truncated`.
    """
    if not path.is_file():
        raise EngineError("media_unreadable", f"no such file: {path.name}")
    if path.stat().st_size == 0:
        raise EngineError("media_empty")
    if mp4.is_cut(path):
        raise EngineError("media_truncated", "an MP4 box ends after the file does, or the index is missing")
    try:
        with av.open(str(path), metadata_errors="ignore", options=_ONLY_THIS_FILE) as container:
            audio = container.streams.audio
            video = [stream for stream in container.streams.video if not _is_cover_picture(stream)]
            name = container.format.name
            if not audio:
                # text files are read as subtitles or "tty" video by ffmpeg's guessing; a real video says its size
                code = "media_no_audio" if video and video[0].codec_context.name != "ansi" else "media_unreadable"
                raise EngineError(code, name)
            stream = audio[min(track, len(audio) - 1)]
            if not stream.codec_context.sample_rate:
                raise EngineError("media_unreadable", f"{name}: an audio track without a sample rate")
            return MediaInfo(
                duration_ms=_duration_ms(container, stream),
                has_audio=True,
                has_video=bool(video),
                container=name,
                audio_codec=stream.codec_context.name,
                tracks=len(audio),
                channels=stream.codec_context.channels,
            )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise EngineError("media_unreadable", f"{type(error).__name__}: {error}"[:_DETAIL_CHARS]) from error


def extract_speech_audio(
    source: Path, target: Path, progress: Progress | None = None, *, max_ms: int | None = None, track: int = 0
) -> int:
    """Decode audio track `track` (from 0) of `source` to `target` as 16 kHz mono 16-bit FLAC; return its length in ms.

    Gaps in the source's timestamps become silence, so times in `target` are times in the player. Of two channels in
    opposite phase, which would cancel each other out, the louder one is taken. `progress` gets (done, total) in ms. On
    failure nothing is left at `target`.

    Raises:
        EngineError: probe's codes, `media_truncated` when much less can be decoded than the container promises,
            `source_too_long` when more than `max_ms` comes out, whatever the container says, `disk_full` (retryable).
    """
    info = probe(source, track=track)
    limit = ["-t", f"{max_ms / 1000 + 1:.3f}"] if max_ms is not None else []
    partial = target.with_name(f".{target.name}.part")
    command = [
        str(find_ffmpeg()), "-nostdin", "-v", "error", "-y", *_only_this_file(), "-i", str(source),
        "-map", f"0:a:{track}", "-vn", "-sn", "-dn",
        "-af", f"{_one_of_two(source, info, track)}aresample={SAMPLE_RATE_HZ}:async=1:first_pts=0",
        "-ac", "1", "-sample_fmt", "s16",
        "-c:a", "flac", "-compression_level", "3", "-map_metadata", "-1", "-progress", "pipe:1", "-f", "flac",
        *limit, str(partial),
    ]  # fmt: skip
    try:
        _run_with_progress(command, info.duration_ms, progress)
        duration_ms = _decoded_ms(partial)
        if max_ms is not None and duration_ms > max_ms:
            raise EngineError("source_too_long", f"more than {max_ms} ms of sound")
        missing_ms = info.duration_ms - duration_ms
        tolerance_ms = max(_TRUNCATION_TOLERANCE_MS, info.duration_ms * _TRUNCATION_TOLERANCE_SHARE)
        if missing_ms > tolerance_ms and info.container not in _ESTIMATED_DURATIONS:
            raise EngineError("media_truncated", f"{duration_ms} of {info.duration_ms} ms could be decoded")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return duration_ms


_PHASE_PLACES: Final = (0.1, 0.35, 0.6, 0.85)
_PHASE_STRETCH_S: Final = 10
_OPPOSITE: Final = 0.1
"""Power of both channels' mean over the mean of their powers: 1 for the same sound on both, 0.5 for two unlike ones."""


def _one_of_two(source: Path, info: MediaInfo, track: int) -> str:
    """The filter that takes one channel where one of two is the other turned over (a swapped wire), else none."""
    if info.channels != 2:
        return ""
    powers, mean = np.zeros(2), 0.0
    for place in _PHASE_PLACES:
        before = ["-ss", f"{info.duration_ms * place / 1000:.3f}"]
        command = _decode_command(source, before, ["-t", str(_PHASE_STRETCH_S)], track=track, channels=2)
        found = subprocess.run(command, capture_output=True, check=False)
        sound = np.frombuffer(found.stdout[: len(found.stdout) // 8 * 8], dtype="<f4").reshape(-1, 2)
        powers += np.square(sound, dtype=np.float64).sum(axis=0)
        mean += float(np.square(sound.mean(axis=1), dtype=np.float64).sum())
    return f"pan=mono|c0=c{powers.argmax()}," if mean < _OPPOSITE * powers.mean() else ""


_FILTERS: Final = "highpass=f=80,afftdn=nr=6:nf=-40:tn=1"
"""Rumble out, noise down by 6 dB, following its floor: ffmpeg's filters. Gentle on purpose: 12 dB were no better, and
12 dB without following the floor worse, on the hall recording (docs/benchmarks.md)."""
CLEANING: Final = f"wpe,{_FILTERS}"
"""What is done to a noisy recording before it is recognised."""


def clean_audio(source: Path, target: Path, progress: Progress | None = None) -> None:
    """`source`, a FLAC made by `extract_speech_audio`, with less echo and noise; of the same length, at `target`.

    `progress` gets (done, total) in ms.

    Raises:
        EngineError: `media_unreadable`, `disk_full` and `decoder_killed` (both retryable).
    """
    partial = target.with_name(f".{target.name}.part")
    command = [
        str(find_ffmpeg()), "-nostdin", "-v", "error", "-y",
        "-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "1", "-i", "pipe:0",
        "-af", _FILTERS, "-sample_fmt", "s16", "-c:a", "flac", "-compression_level", "3", "-f", "flac", str(partial),
    ]  # fmt: skip
    total_ms = _decoded_ms(source)
    try:
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
            try:
                _feed(process, without_echo(block.samples for block in stream_audio(source)), total_ms, progress)
                code = process.wait()
            finally:
                process.kill()
                process.wait()
            _refuse_failed(code, errors)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _feed(
    process: subprocess.Popen[bytes], sound: Generator[Samples, None, None], total_ms: int, progress: Progress | None
) -> None:
    """A process that ends early says why on its standard error."""
    assert process.stdin is not None  # noqa: S101 - PIPE was asked for
    given = 0
    with suppress(BrokenPipeError), closing(process.stdin), closing(sound):
        for samples in sound:
            process.stdin.write(samples.astype("<f4").tobytes())
            given += len(samples)
            if progress:
                progress(min(given * 1000 // SAMPLE_RATE_HZ, total_ms), total_ms)


def read_audio(path: Path, span: Span) -> Audio:
    """Decode exactly `span` of a FLAC made by `extract_speech_audio`: float32 in [-1, 1], offset at the span's start.

    Shorter than the span only where the file ends inside it.

    Raises:
        EngineError: `media_unreadable` when ffmpeg fails or nothing lies inside the span, `decoder_killed` (retryable).
    """
    command = _decode_command(path, ["-ss", f"{span.start_ms / 1000:.3f}"], ["-t", f"{span.duration_ms / 1000:.3f}"])
    done = subprocess.run(command, capture_output=True, check=False)
    _refuse_killed(done.returncode)
    samples: Samples = np.frombuffer(done.stdout, dtype="<f4")
    if done.returncode != 0 or (len(samples) == 0 and span.duration_ms > 0):
        raise EngineError("media_unreadable", _tail(done.stderr))
    return Audio(samples[: span.duration_ms * SAMPLE_RATE_HZ // 1000], span.start_ms)


def decode_stretch(path: Path, span: Span, *, track: int) -> Audio:
    """A stretch of one sound track of any media file, about where `span` is; shorter where the file ends.

    Raises:
        EngineError: as read_audio.
    """
    command = _decode_command(
        path, ["-ss", f"{span.start_ms / 1000:.3f}"], ["-t", f"{span.duration_ms / 1000:.3f}"], track=track
    )
    done = subprocess.run(command, capture_output=True, check=False)
    _refuse_killed(done.returncode)
    if done.returncode != 0:
        raise EngineError("media_unreadable", _tail(done.stderr))
    return Audio(np.frombuffer(done.stdout, dtype="<f4"), span.start_ms)


def stream_audio(path: Path, block_ms: int = 30_000) -> Iterator[Audio]:
    """Decode any media file block by block in constant memory; every block but the last is `block_ms` long.

    Raises:
        EngineError: `media_unreadable` when ffmpeg fails.
    """
    block_bytes = block_ms * SAMPLE_RATE_HZ // 1000 * _BYTES_PER_SAMPLE
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(_decode_command(path, [], []), stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        try:
            offset_ms = 0
            while block := process.stdout.read(block_bytes):
                samples: Samples = np.frombuffer(block, dtype="<f4", count=len(block) // _BYTES_PER_SAMPLE)
                yield Audio(samples, offset_ms)
                offset_ms += block_ms
            _refuse_killed(process.wait())
            if process.returncode != 0:
                raise EngineError("media_unreadable", _file_tail(errors))
        finally:
            process.stdout.close()
            process.kill()
            process.wait()


def quietest_ms(path: Path, span: Span, frame_ms: int = 100) -> int:
    """The middle of the quietest `frame_ms` inside `span`: where to cut when there is no pause. Cost: decoding it."""
    audio = read_audio(path, span)
    return span.start_ms + quietest_offset_ms(audio.samples, frame_ms)


def quietest_offset_ms(samples: Samples, frame_ms: int = 100) -> int:
    """The middle, in ms from the first sample, of the frame with the least energy; half the length when too short."""
    size = frame_ms * SAMPLE_RATE_HZ // 1000
    count = len(samples) // size
    if count < 2:
        return len(samples) * 1000 // SAMPLE_RATE_HZ // 2
    energy = np.square(samples[: count * size].reshape(count, size), dtype=np.float64).sum(axis=1)
    return int(energy.argmin()) * frame_ms + frame_ms // 2


def _only_this_file() -> list[str]:
    return [part for name, value in _ONLY_THIS_FILE.items() for part in (f"-{name}", value)]


def _decode_command(path: Path, before: list[str], after: list[str], *, track: int = 0, channels: int = 1) -> list[str]:
    return [
        str(find_ffmpeg()), "-nostdin", "-v", "error", *_only_this_file(), *before, "-i", str(path), *after,
        "-map", f"0:a:{track}",
        "-ac", str(channels), "-ar", str(SAMPLE_RATE_HZ), "-f", "f32le", "pipe:1",
    ]  # fmt: skip


def _run_with_progress(command: list[str], total_ms: int, progress: Progress | None) -> None:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        try:
            for line in process.stdout:
                key, _, value = line.strip().partition("=")
                if progress and key == "out_time_us" and value.isdigit():
                    done_ms = int(value) // 1000
                    progress(done_ms, max(total_ms, done_ms))
            code = process.wait()
        finally:
            process.stdout.close()
            process.kill()
            process.wait()
        _refuse_failed(code, errors)


def _refuse_failed(returncode: int, errors: IO[bytes]) -> None:
    _refuse_killed(returncode)
    if returncode != 0:
        detail = _file_tail(errors)
        if "No space left on device" in detail:
            raise EngineError("disk_full", detail, retryable=True)
        raise EngineError("media_unreadable", detail)


def _refuse_killed(returncode: int) -> None:
    """A decoder that was killed (by the system short of memory, by an operator) says nothing about its file."""
    if returncode < 0:
        raise EngineError("decoder_killed", f"ffmpeg ended by signal {-returncode}", retryable=True)


def _decoded_ms(flac: Path) -> int:
    try:
        with av.open(str(flac)) as container:
            duration_ms = _duration_ms(container, container.streams.audio[0])
    except (av.FFmpegError, IndexError) as error:
        raise EngineError("media_unreadable", f"nothing was decoded: {error}") from error
    if duration_ms == 0:
        raise EngineError("media_unreadable", "the audio track holds no samples")
    return duration_ms


def _duration_ms(container: av.container.InputContainer, stream: av.AudioStream) -> int:
    if stream.duration and stream.time_base:
        return round(stream.duration * stream.time_base * 1000)
    whole_ms = round((container.duration or 0) / 1000)  # PyAV counts microseconds
    # Matroska says where it ends: cut out of a stream that has been running for hours, a file begins hours late
    late_ms = max(0, round((container.start_time or 0) / 1000)) if "matroska" in container.format.name else 0
    tagged = _TAGGED_DURATION.fullmatch(stream.metadata.get("DURATION", ""))
    if tagged:  # Matroska: the length of the longest track stands in the container, each track's own in a tag
        hours, minutes, seconds = tagged.groups()
        own_ms = (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)
        whole_ms = min(own_ms, whole_ms) if whole_ms and own_ms else whole_ms or own_ms
    return max(0, whole_ms - late_ms)


def _is_cover_picture(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _file_tail(errors: IO[bytes]) -> str:
    end = errors.seek(0, 2)
    errors.seek(max(0, end - _DETAIL_CHARS))
    return _tail(errors.read())


def _tail(stderr: bytes) -> str:
    return stderr.decode(errors="replace").strip()[-_DETAIL_CHARS:]
