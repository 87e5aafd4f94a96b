"""Streaming speech detection equals the peer's whole-file result, for any size of block."""

from collections.abc import Iterator

import numpy as np
import pytest
from faster_whisper.vad import VadOptions as PeerOptions  # noqa: TID251 - the peer to compare with
from faster_whisper.vad import get_speech_timestamps  # noqa: TID251

from speech.engine.types import Audio, Samples
from speech.engine.vad import VadOptions, find_speech


def speechlike(seed: int, seconds: int) -> Samples:
    """Bursts of a voice-like buzz with formants between stretches of quiet noise."""
    rng = np.random.default_rng(seed)
    rate = 16_000
    t = np.arange(seconds * rate) / rate
    pitch = 120 + 30 * np.sin(2 * np.pi * 0.7 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voice = sum(np.sin(k * phase) / k * (1 + np.sin(2 * np.pi * 3 * t + k)) for k in range(1, 20))
    gate = np.repeat(rng.random(seconds * 2) < 0.6, rate // 2)
    sound: Samples = (0.05 * voice * gate + 0.002 * rng.standard_normal(len(t))).astype(np.float32)
    return sound


def blocks(samples: Samples, size: int) -> Iterator[Audio]:
    for at in range(0, len(samples), size):
        yield Audio(samples[at : at + size].copy(), at // 16)


@pytest.mark.parametrize(("seed", "cut"), [(1, 0), (2, 7_777), (3, 512), (4, 100)])
@pytest.mark.parametrize("size", [16_000, 480_000, 12_345])
def test_blocks_of_any_size_give_the_peers_spans(seed: int, cut: int, size: int) -> None:
    samples = speechlike(seed, 60)[: 60 * 16_000 - cut]
    options = VadOptions(threshold=0.05)
    found = find_speech(blocks(samples, size), options)
    peer = get_speech_timestamps(
        samples.copy(), PeerOptions(threshold=0.05, min_silence_duration_ms=160, speech_pad_ms=200)
    )
    assert len(found) > 3
    assert [(s.start_ms, s.end_ms) for s in found] == [(p["start"] // 16, p["end"] // 16) for p in peer]


def test_spans_are_times_of_the_recording() -> None:
    samples = speechlike(5, 30)
    shifted = [Audio(block.samples, block.offset_ms + 90_000) for block in blocks(samples, 16_000)]
    plain = find_speech(blocks(samples, 16_000))
    assert [(s.start_ms - 90_000, s.end_ms - 90_000) for s in find_speech(shifted)] == [
        (s.start_ms, s.end_ms) for s in plain
    ]


def test_silence_and_nothing_hold_no_speech() -> None:
    assert find_speech([]) == []
    assert find_speech([Audio(np.zeros(160_000, dtype=np.float32))]) == []
