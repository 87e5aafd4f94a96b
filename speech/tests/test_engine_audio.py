"""Real ffmpeg on real files: what is readable, what is refused, and exact cuts."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from speech.engine import audio
from speech.engine.audio import extract_speech_audio, find_ffmpeg, probe, quietest_ms, read_audio, stream_audio
from speech.engine.errors import EngineError
from speech.engine.types import SAMPLE_RATE_HZ, Span

Make = Callable[..., Path]
NO_INDEX = struct.pack(">I4s8x", 16, b"ftyp") + struct.pack(">I4s", 108, b"mdat") + bytes(100)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def run(name: str, *arguments: str) -> Path:
        path = tmp_path / name
        subprocess.run([str(find_ffmpeg()), "-v", "error", "-y", *arguments, str(path)], check=True)
        return path

    return run


def noise(seconds: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"anoisesrc=d={seconds}:seed=1:a=0.3:r=44100"]


def picture(seconds: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"color=black:s=64x64:r=5:d={seconds}"]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(EngineError) as caught:
        call()
    return caught.value.code


def test_a_video_is_described_and_its_sound_extracted(make: Make, tmp_path: Path) -> None:
    video = make("v.mp4", *picture(7), *noise(7))
    info = probe(video)
    assert (info.has_audio, info.has_video, info.audio_codec, info.tracks) == (True, True, "aac", 1)
    assert abs(info.duration_ms - 7_000) < 100
    seen: list[tuple[int, int]] = []
    duration_ms = extract_speech_audio(video, tmp_path / "s.flac", lambda done, total: seen.append((done, total)))
    assert abs(duration_ms - 7_000) < 100
    assert probe(tmp_path / "s.flac").audio_codec == "flac"
    assert seen[-1][0] >= 6_900
    assert all(done <= total for done, total in seen)


def test_a_span_is_cut_to_the_sample(make: Make, tmp_path: Path) -> None:
    extract_speech_audio(make("a.wav", *noise(20)), tmp_path / "s.flac")
    whole = np.concatenate([block.samples for block in stream_audio(tmp_path / "s.flac", 3_000)])
    for start_ms, end_ms in [(0, 1), (1_234, 5_678), (9_999, 20_000), (19_001, 19_002)]:
        part = read_audio(tmp_path / "s.flac", Span(start_ms, end_ms))
        assert part.offset_ms == start_ms
        assert np.array_equal(part.samples, whole[start_ms * 16 : end_ms * 16])


def test_blocks_follow_each_other(make: Make) -> None:
    blocks = list(stream_audio(make("a.wav", *noise(5)), 2_000))
    assert [b.offset_ms for b in blocks] == [0, 2_000, 4_000]
    assert sum(len(b.samples) for b in blocks) == 5 * SAMPLE_RATE_HZ


def test_a_pause_is_found_as_the_quietest_place(make: Make) -> None:
    wav = make("p.wav", *noise(4), "-af", "volume=0:enable='between(t,2.5,2.8)'", "-ar", "16000")
    assert 2_500 <= quietest_ms(wav, Span(1_000, 4_000)) <= 2_800


def test_sound_that_starts_late_keeps_its_place(make: Make, tmp_path: Path) -> None:
    late = make("late.mkv", *picture(6), "-itsoffset", "2", *noise(4))
    duration_ms = extract_speech_audio(late, tmp_path / "s.flac")
    assert abs(duration_ms - 6_000) < 200
    assert np.abs(read_audio(tmp_path / "s.flac", Span(0, 1_900)).samples).max() == 0


def test_a_file_that_begins_hours_into_a_stream_is_whole(make: Make, tmp_path: Path) -> None:
    late = make("late.mkv", *noise(4), "-output_ts_offset", "3600", "-c:a", "flac")
    assert abs(probe(late).duration_ms - 4_000) < 100
    assert abs(extract_speech_audio(late, tmp_path / "s.flac") - 4_000) < 100


@pytest.mark.parametrize(
    ("channels", "loudness"),
    [("c0=0.2*c0|c1=-0.25*c0", 0.25), ("c0=0.2*c0|c1=0.2*c0", 0.2), ("c0=0.2*c0|c1=0*c0", 0.1)],
)
def test_channels_in_opposite_phase_do_not_silence_each_other(
    make: Make, tmp_path: Path, channels: str, loudness: float
) -> None:
    alone = make("mono.wav", *noise(20))
    two = make("two.m4a", "-i", str(alone), "-af", f"pan=stereo|{channels}", "-c:a", "aac", "-b:a", "192k")
    extract_speech_audio(alone, tmp_path / "mono.flac")
    extract_speech_audio(two, tmp_path / "two.flac")
    whole, heard = (
        np.square(read_audio(tmp_path / name, Span(0, 19_000)).samples).mean() for name in ("mono.flac", "two.flac")
    )
    assert np.sqrt(heard / whole) == pytest.approx(loudness, rel=0.1)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.mp3", b"", "media_empty"),
        ("text.mp3", "Protokół z sesji rady.\n".encode() * 50, "media_unreadable"),
        ("page.mp4", b"<!doctype html><html><body>404</body></html>" * 20, "media_unreadable"),
        ("random.wav", bytes(range(256)) * 40, "media_unreadable"),
        ("no_index.mp4", NO_INDEX, "media_truncated"),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert code_of(lambda: probe(tmp_path / name)) == code


def test_a_video_without_sound_is_refused(make: Make) -> None:
    silent = make("mute.mp4", *picture(2))
    assert code_of(lambda: probe(silent)) == "media_no_audio"


def test_an_mp4_cut_short_is_refused(make: Make, tmp_path: Path) -> None:
    for flags in ([], ["-movflags", "+faststart"]):
        whole = make("whole.mp4", *picture(20), *noise(20), *flags).read_bytes()
        (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) * 6 // 10])
        assert code_of(lambda: probe(tmp_path / "cut.mp4")) == "media_truncated"


def test_a_recording_shorter_than_it_says_is_refused_and_leaves_nothing(make: Make, tmp_path: Path) -> None:
    whole = make("whole.mkv", *noise(30), "-c:a", "flac").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    target = tmp_path / "s.flac"
    assert code_of(lambda: extract_speech_audio(tmp_path / "cut.mkv", target)) == "media_truncated"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cut.mkv", "whole.mkv"]


@pytest.mark.parametrize(
    "content",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
)
@pytest.mark.parametrize("name", ["sesja.mp3", "sesja.m3u8", "sesja.ffconcat", "sesja.sdp"])
def test_a_playlist_is_no_recording_and_opens_nothing_else(make: Make, tmp_path: Path, content: str, name: str) -> None:
    secret = make("tajne.wav", *noise(2))
    playlist = tmp_path / name
    playlist.write_text(content.format(secret=secret))
    with pytest.raises(EngineError, match="media_unreadable"):
        probe(playlist)
    with pytest.raises(EngineError, match="media_unreadable"):
        list(stream_audio(playlist))


def test_more_sound_than_allowed_is_refused_whatever_the_container_says(make: Make, tmp_path: Path) -> None:
    long = make("a.mka", *noise(5))
    assert code_of(lambda: extract_speech_audio(long, tmp_path / "s.flac", max_ms=2_000)) == "source_too_long"
    assert not (tmp_path / "s.flac").exists()
    assert extract_speech_audio(long, tmp_path / "s.flac", max_ms=6_000) > 4_900


def test_a_killed_decoder_is_no_proof_against_its_file(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = make("a.wav", *noise(2))
    suicide = sound.with_name("ffmpeg")
    suicide.write_text("#!/bin/sh\nkill -9 $$\n")
    suicide.chmod(0o755)
    monkeypatch.setattr(audio, "find_ffmpeg", lambda: suicide)
    with pytest.raises(EngineError, match="decoder_killed") as caught:
        read_audio(sound, Span(0, 1_000))
    assert caught.value.retryable
