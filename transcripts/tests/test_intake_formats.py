"""Every format that recordings come in: taken from a folder, and its sound decodes to its full length."""

from __future__ import annotations

import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import pytest

from speech.engine import audio, chunking
from speech.engine.tracks import choose_track
from speech.engine.types import Span
from transcripts.intake.rows import MEDIA_SUFFIXES, rows_of_folder
from transcripts.tests.sounds import write_speech
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


def _tracks(path: Path, *sounds: tuple[str, ...]) -> Path:
    maps = [part for number in range(len(sounds)) for part in ("-map", f"{number}:a")]
    ffmpeg(*(part for sound in sounds for part in sound), *maps, "-c:a", "flac", path)
    return path


_LONG_EMPTY = ("-f", "lavfi", "-t", "60", "-i", "anullsrc=r=16000")
_QUIET_TONE = ("-f", "lavfi", "-i", "sine=frequency=440:duration=20,volume=0.05")
_TONE = ("-f", "lavfi", "-i", "sine=frequency=440:duration=20")


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    return ("-i", str(write_speech(tmp_path_factory.mktemp("mowa") / "mowa.wav", sentences=4)))


def test_of_several_sound_tracks_the_one_with_speech_is_used(tmp_path: Path, speech: tuple[str, ...]) -> None:
    path = _tracks(tmp_path / "trzy.mkv", _LONG_EMPTY, _TONE, speech)
    info = audio.probe(path)
    assert info.tracks == 3
    assert choose_track(path, info) == 2
    assert choose_track(_tracks(tmp_path / "pierwsza.mkv", speech, _TONE), audio.probe(path)) == 0
    both = _tracks(tmp_path / "obie.mkv", speech, speech)
    assert choose_track(both, audio.probe(both)) == 0, "no better, so the first"

    audio.extract_speech_audio(path, tmp_path / "sound.flac", track=2)
    heard = audio.probe(tmp_path / "sound.flac").duration_ms
    assert abs(heard - audio.probe(Path(speech[1])).duration_ms) < 250


def test_where_nobody_speaks_the_clearly_louder_track_is_used(tmp_path: Path) -> None:
    path = _tracks(tmp_path / "dwie.mkv", _QUIET_TONE, _TONE)
    assert choose_track(path, audio.probe(path)) == 1
    path = _tracks(tmp_path / "rowne.mkv", _TONE, _TONE)
    assert choose_track(path, audio.probe(path)) == 0


def test_a_file_of_twelve_hours_is_planned_whole(tmp_path: Path) -> None:
    hours_ms = 12 * 3600 * 1000
    speech = [Span(start, start + 50_000) for start in range(0, hours_ms, 60_000)]
    plan = chunking.plan_chunks(speech, hours_ms, target_ms=240_000, quietest=lambda span: span.start_ms)
    assert (plan[0].start_ms, plan[-1].end_ms) == (0, hours_ms)
    assert all(before.end_ms == after.start_ms for before, after in pairwise(plan))
    assert max(chunk.end_ms - chunk.start_ms for chunk in plan) <= chunking.MAX_MS
