"""Every format that recordings come in: taken from a folder, and its sound decodes to its full length."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import pytest

from speech.engine import audio
from transcripts.intake.rows import MEDIA_SUFFIXES, rows_of_folder
from transcripts.tests.source_media import ffmpeg

SECONDS = 3
FORMATS: dict[str, tuple[str, ...]] = {
    "mp3": ("libmp3lame",), "wav": ("pcm_s16le",), "m4a": ("aac",), "flac": ("flac",), "aac": ("aac",),
    "ogg": ("libvorbis",), "opus": ("libopus",), "webm": ("libopus",), "amr": ("libopencore_amrnb",), "3gp": ("aac",),
    "mp4": ("aac", "mpeg4"), "mov": ("aac", "mpeg4"), "mkv": ("aac", "mpeg4"), "wma": ("wmav2",),
    "avi": ("libmp3lame", "mpeg4"),
}  # fmt: skip


@cache
def _encoders() -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-encoders"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _make(path: Path, *codecs: str, more: tuple[str, ...] = ()) -> Path:
    for codec in codecs:
        if f" {codec} " not in _encoders():
            pytest.skip(f"the bundled ffmpeg has no encoder {codec}")
    picture = ("-f", "lavfi", "-i", f"testsrc=size=64x48:rate=5:duration={SECONDS}") if len(codecs) > 1 else ()
    rate = ("-ar", "8000", "-ac", "1") if path.suffix == ".amr" else ("-ar", "48000")
    video = ("-c:v", codecs[1]) if len(codecs) > 1 else ()
    sound = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")
    ffmpeg(*picture, *sound, "-c:a", codecs[0], *video, *rate, *more, path)
    return path


def _check(path: Path, tmp_path: Path) -> None:
    duration_ms = audio.extract_speech_audio(path, tmp_path / "sound.flac")
    assert abs(duration_ms - SECONDS * 1000) < 250


@pytest.mark.parametrize("suffix", FORMATS)
def test_format(suffix: str, tmp_path: Path) -> None:
    path = _make(tmp_path / f"sesja.{suffix}", *FORMATS[suffix])
    assert path.suffix in MEDIA_SUFFIXES
    assert [row.path for row in rows_of_folder(tmp_path)] == [path]
    assert audio.probe(path).has_audio
    _check(path, tmp_path)


def test_variable_frame_rate(tmp_path: Path) -> None:
    more = ("-vf", "select='not(mod(n,3))+lt(n,5)'", "-fps_mode", "vfr")
    _check(_make(tmp_path / "s.mp4", "aac", "mpeg4", more=more), tmp_path)


@pytest.mark.parametrize("flags", ["+faststart", "+frag_keyframe+empty_moov", "+default_base_moof"])
def test_where_the_index_lies(tmp_path: Path, flags: str) -> None:
    _check(_make(tmp_path / "s.mp4", "aac", "mpeg4", more=("-movflags", flags)), tmp_path)


def test_avi_without_its_index(tmp_path: Path) -> None:
    path = _make(tmp_path / "s.avi", "libmp3lame", "mpeg4")
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"idx1")])
    _check(path, tmp_path)


def test_several_sound_tracks_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "dwie.mkv"
    sine = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")
    ffmpeg(*sine, *sine, "-map", "0:a", "-map", "1:a", "-c:a", "flac", path)
    assert audio.probe(path).tracks == 2
    _check(path, tmp_path)
