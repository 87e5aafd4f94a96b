"""Small real recordings for the tests of sources, made by ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg


def ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg quietly; a failure is a failure of the test."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *map(str, arguments)]
    subprocess.run(command, check=True)


def make_mp4(path: Path, *, duration_s: int = 8) -> bytes:
    """H.264-free video (mpeg4 is always built in) with an AAC tone."""
    ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc=size=160x120:rate=5:duration={duration_s}"),
        *("-f", "lavfi", "-i", f"sine=frequency=440:duration={duration_s}"),
        *("-c:v", "mpeg4", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", path),
    )
    return path.read_bytes()


def make_mp3(path: Path, *, duration_s: int = 8) -> bytes:
    """A tone."""
    ffmpeg("-f", "lavfi", "-i", f"sine=frequency=440:duration={duration_s}", "-b:a", "64k", path)
    return path.read_bytes()


def make_hls(folder: Path, *, duration_s: int = 8, key: bytes | None = None) -> dict[str, bytes]:
    """An HLS playlist `live.m3u8` with 2-second segments; AES-128 with the key at `key.bin` when one is given."""
    folder.mkdir(parents=True, exist_ok=True)
    encryption: list[str | Path] = []
    if key is not None:
        (folder / "key.bin").write_bytes(key)
        (folder / "key_info").write_text(f"key.bin\n{folder / 'key.bin'}\n")
        encryption = ["-hls_key_info_file", folder / "key_info"]
    ffmpeg(
        *("-f", "lavfi", "-i", f"sine=frequency=440:duration={duration_s}", "-c:a", "aac", "-b:a", "64k"),
        *("-f", "hls", "-hls_time", "2", "-hls_list_size", "0", *encryption),
        *("-hls_segment_filename", folder / "part%d.ts", folder / "live.m3u8"),
    )
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "key_info"}


def measured_duration_s(path: Path) -> float:
    """Seconds of sound that really decode (a container may claim more)."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path)]
    pcm = subprocess.run([*command, "-f", "s16le", "-ac", "1", "-ar", "8000", "-"], check=True, capture_output=True)
    return len(pcm.stdout) / 2 / 8000
