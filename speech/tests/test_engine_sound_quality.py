"""A recording's levels are measured as they are, and a noisy one is cleaned before it is recognised."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speech.engine.audio import clean_audio, extract_speech_audio, probe, read_audio
from speech.engine.errors import EngineError
from speech.engine.sound_quality import SILENCE_DBFS, SoundMeter, SoundQuality
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span

RATE = SAMPLE_RATE_HZ
SPEECH = [Span(1_000, 3_000), Span(5_000, 6_000)]


def recording(*, speech_level: float, noise_level: float, seconds: int = 8) -> Samples:
    """A gliding voice where SPEECH is, noise everywhere."""
    rng = np.random.default_rng(3)
    sound = rng.standard_normal(seconds * RATE) * noise_level
    t = np.arange(seconds * RATE) / RATE
    pitch = 2 * np.pi * np.cumsum(140 + 50 * np.sin(2 * np.pi * 0.7 * t)) / RATE
    voice = sum(np.sin(k * pitch + k) / k * (1 + np.sin(2 * np.pi * 4 * t + k)) for k in range(1, 16))
    voice *= speech_level / np.sqrt(np.square(voice).mean())
    for span in SPEECH:
        part = slice(span.start_ms * RATE // 1000, span.end_ms * RATE // 1000)
        sound[part] += voice[part]
    return sound.astype(np.float32)


def write_wav(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((samples * 32_767).astype("<i2").tobytes())


def measured(samples: Samples, block_ms: int = 700) -> SoundQuality:
    size = block_ms * RATE // 1000
    blocks = (Audio(samples[at : at + size], at * 1000 // RATE) for at in range(0, len(samples), size))
    meter = SoundMeter()
    assert sum(block.duration_ms for block in meter.watch(blocks)) == len(samples) * 1000 // RATE
    return meter.quality(SPEECH)


def test_levels_are_those_of_speech_and_of_the_room() -> None:
    quality = measured(recording(speech_level=0.1, noise_level=0.01))
    assert quality.speech_dbfs == pytest.approx(-20, abs=0.3)
    assert quality.noise_dbfs == pytest.approx(-40, abs=0.5)
    assert quality.speech_share == pytest.approx(3 / 8, abs=0.01)
    assert quality.noisy


def test_blocks_of_any_length_give_the_same_figures() -> None:
    samples = recording(speech_level=0.1, noise_level=0.01)
    assert measured(samples, 333) == measured(samples, 8_000)


def test_a_studio_recording_is_left_alone() -> None:
    quality = measured(recording(speech_level=0.1, noise_level=0.0))
    assert (quality.noise_dbfs, quality.noisy) == (SILENCE_DBFS, False)
    assert quality.silent_share == pytest.approx(5 / 8, abs=0.01)


def test_clipping_is_seen() -> None:
    samples = recording(speech_level=0.1, noise_level=0.0)
    samples[RATE : RATE + RATE // 10] = 1.0
    assert measured(samples).clipped_share == pytest.approx(0.1 / 8, abs=0.001)


@pytest.mark.parametrize("speech", [[], [Span(0, 1_000)]])
def test_nothing_at_all_is_no_noise(speech: list[Span]) -> None:
    def no_blocks() -> Iterator[Audio]:
        yield from ()

    meter = SoundMeter()
    assert list(meter.watch(no_blocks())) == []
    assert not meter.quality(speech).noisy


def test_cleaning_lowers_the_noise_keeps_the_length_and_leaves_nothing_behind(tmp_path: Path) -> None:
    source, flac, clean = tmp_path / "a.wav", tmp_path / "a.flac", tmp_path / "clean.flac"
    hum = np.sin(np.arange(8 * RATE) * 2 * np.pi * 30 / RATE) * 0.02
    write_wav(source, (recording(speech_level=0.1, noise_level=0.01) + hum).astype(np.float32))
    duration_ms = extract_speech_audio(source, flac)
    clean_audio(flac, clean)
    assert abs(probe(clean).duration_ms - duration_ms) <= 1
    before, after = (measured(read_audio(path, Span(0, duration_ms)).samples) for path in (flac, clean))
    assert before.noise_dbfs is not None
    assert after.noise_dbfs is not None
    assert after.noise_dbfs < before.noise_dbfs - 2
    assert after.speech_dbfs == pytest.approx(before.speech_dbfs, abs=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.flac", "a.wav", "clean.flac"]


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "a.flac"
    broken.write_bytes(b"fLaC" + b"\0" * 100)
    with pytest.raises(EngineError, match="media_unreadable"):
        clean_audio(broken, tmp_path / "clean.flac")
    assert [path.name for path in tmp_path.iterdir()] == ["a.flac"]
