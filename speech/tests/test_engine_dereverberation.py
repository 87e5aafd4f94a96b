"""The echo of a hall is taken out of what is said, nothing of it and no sample is lost."""

from __future__ import annotations

import numpy as np
import pytest

from speech.engine.dereverberation import without_echo
from speech.engine.types import SAMPLE_RATE_HZ, Samples

SYLLABLE = SAMPLE_RATE_HZ // 5


def syllables(seconds: int, seed: int = 5) -> Samples:
    """Bursts of noise of ever other colour and loudness, a fifth of a second long, with as much silence after each."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(seconds * 5 // 2):
        colour = np.convolve(rng.standard_normal(SYLLABLE), rng.standard_normal(24), "same")
        parts += [colour * np.hanning(SYLLABLE) * rng.uniform(0.005, 0.03), np.zeros(SYLLABLE)]
    return np.concatenate(parts).astype(np.float32)


def in_hall(dry: Samples, seed: int = 6) -> Samples:
    """With the echo of a room that dies away by 60 dB in half a second, as loud in all as the direct sound."""
    rng = np.random.default_rng(seed)
    t = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    echo = rng.standard_normal(len(t)) * 10 ** (-3 * t / 0.5)
    echo[:64] = 0
    echo /= np.sqrt(np.square(echo).sum())
    echo[0] = 1
    size = 1 << (len(dry) + len(echo)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(echo, size), size)[: len(dry)]
    return wet.astype(np.float32)


def heard(sound: Samples, threads: int = 1, block: int = 30_000) -> Samples:
    return np.concatenate(list(without_echo([sound[at : at + block] for at in range(0, len(sound), block)], threads)))


def level(sound: Samples) -> float:
    return 10 * float(np.log10(np.square(sound, dtype=np.float64).mean()))


def pauses(sound: Samples) -> Samples:
    """The later three quarters of the silences between syllables."""
    rows = sound[: len(sound) // (2 * SYLLABLE) * 2 * SYLLABLE].reshape(-1, 2 * SYLLABLE)
    return rows[:, SYLLABLE + SYLLABLE // 4 :].reshape(-1)


def test_the_echo_in_pauses_is_weaker_and_what_was_said_is_nearer_to_the_dry_sound() -> None:
    dry = syllables(40)
    wet = in_hall(dry)
    clean = heard(wet)
    assert level(pauses(clean)) < level(pauses(wet)) - 1.2
    assert level(clean - dry) < level(wet - dry) - 0.5


def test_sound_without_echo_stays_as_it_is() -> None:
    dry = syllables(40)
    assert level(heard(dry) - dry) < level(dry) - 30


@pytest.mark.parametrize("length", [1, 511, 512, 5_000, SAMPLE_RATE_HZ * 30 + 77, SAMPLE_RATE_HZ * 95])
def test_no_sample_is_lost_however_long_the_sound(length: int) -> None:
    sound = in_hall(syllables(-(-length // SAMPLE_RATE_HZ) + 1))[:length]
    clean = heard(sound)
    assert len(clean) == length
    assert abs(level(clean) - level(sound)) < 3


def test_the_way_it_is_read_and_the_number_of_threads_change_nothing() -> None:
    sound = in_hall(syllables(100))
    assert np.array_equal(heard(sound), heard(sound, threads=3, block=777_777))


def test_silence_and_broken_samples_do_no_harm() -> None:
    assert sum(map(len, without_echo([]))) == 0
    assert not heard(np.zeros(40 * SAMPLE_RATE_HZ, np.float32)).any()
    sound = in_hall(syllables(10))
    sound[1_000:1_100] = np.nan
    sound[2_000] = np.inf
    assert np.isfinite(heard(sound)).all()
