"""The echo of a room taken out of speech: weighted prediction error (WPE).

In each band of a short-time spectrum, what can be foretold from frames at least some 20 ms back is echo, for speech
changes faster than that; frames are weighted by the inverse of their power, so that loud ones do not decide alone.
Nakatani, Yoshioka, Kinoshita, Miyoshi, Juang, "Speech dereverberation based on variance-normalized delayed linear
prediction", IEEE TASLP 18(7), 2010. A linear filter: it takes nothing out of speech without echo.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from speech.engine.types import SAMPLE_RATE_HZ, Samples

_SIZE: Final = 512
_HOP: Final = 128
_TAPS: Final = 10
"""Frames of 8 ms that the echo is foretold from: the first 100 ms of it, beyond which halls are 30 dB weaker."""
_DELAY: Final = 3
_ROUNDS: Final = 3
"""Powers come from the sound as it is, then from what the last round left: three rounds are the method's usual."""
_FRAMES: Final = 30 * SAMPLE_RATE_HZ // _HOP
"""One filter for each half minute: speakers change, and memory does not grow with the recording."""
_CONTEXT: Final = _DELAY + _TAPS - 1
_FEWEST: Final = 10 * _TAPS
"""Under a second of sound a filter would be made of the words themselves."""
_QUIETEST: Final = 1e-3
"""Power, as a share of its band's mean, below which a frame counts no more: pauses would decide everything."""
_LOADING: Final = 1e-5
_PART: Final = 2_000
"""Frames multiplied at a time: OpenBLAS gives products above 262,144 multiplications (its SMP_THRESHOLD_MIN times
GEMM_MULTITHREAD_THRESHOLD) to all cores, whose threads wait spinning: five times the processor time, measured."""
_BANDS: Final = 32
"""Done together: the frames before each one, ten times over, take memory."""

Spectrum = npt.NDArray[np.complex64]
"""Bands by frames."""
_WINDOW: Final = np.sqrt(np.hanning(_SIZE + 1)[:-1]).astype(np.float32)
_OVERLAP: Final = _SIZE // _HOP / 2
"""What squared windows add up to at this hop."""


def without_echo(blocks: Iterable[Samples], threads: int = 0) -> Generator[Samples, None, None]:
    """The same samples in the same number with less echo, in blocks of their own length; constant memory.

    `threads`: half minutes done side by side; 0 for the cores that this process may use, at most four.
    """
    workers = threads or min(4, len(os.sched_getaffinity(0)))
    joiner = _Joiner()
    under_way: deque[Future[Spectrum]] = deque()
    given = 0
    with ThreadPoolExecutor(workers, thread_name_prefix="echo") as pool:
        lengths = _Lengths(blocks)
        for first, spectrum in _stretches(lengths):
            under_way.append(pool.submit(_stretch_without_echo, spectrum, first))
            if len(under_way) > workers:
                samples = joiner.add(under_way.popleft().result())
                given += len(samples)
                yield samples
        while under_way:
            samples = joiner.add(under_way.popleft().result())[: lengths.total - given]
            given += len(samples)
            yield samples


class _Lengths:
    """Blocks, counted as they pass."""

    def __init__(self, blocks: Iterable[Samples]) -> None:
        self._blocks = blocks
        self.total = 0

    def __iter__(self) -> Iterator[Samples]:
        for block in self._blocks:
            self.total += len(block)
            yield np.clip(np.nan_to_num(block), -1, 1).astype(np.float32, copy=False)


class _Joiner:
    """Overlapping frames become samples again."""

    def __init__(self) -> None:
        self._tail: Samples = np.zeros(_SIZE - _HOP, np.float32)
        self._lead = _SIZE - _HOP  # silence that was put before the recording

    def add(self, spectrum: Spectrum) -> Samples:
        frames = np.fft.irfft(spectrum.T, _SIZE, axis=1).astype(np.float32) * (_WINDOW / _OVERLAP)
        sound: Samples = np.zeros((len(frames) - 1) * _HOP + _SIZE, np.float32)
        sound[: len(self._tail)] += self._tail
        parts = _SIZE // _HOP
        for part in range(parts):
            hops = frames[:, part * _HOP : (part + 1) * _HOP].reshape(-1)
            sound[part * _HOP : part * _HOP + len(hops)] += hops
        done, self._tail = sound[: len(frames) * _HOP], sound[len(frames) * _HOP :]
        lead, self._lead = min(self._lead, len(done)), self._lead - min(self._lead, len(done))
        return done[lead:]


def _stretches(blocks: Iterable[Samples]) -> Iterator[tuple[int, Spectrum]]:
    """Spectra of half minutes, each behind so many frames of the one before; the last holds up to a minute."""
    held: Samples = np.zeros(_SIZE - _HOP, np.float32)
    context = 0
    enough = (2 * _FRAMES + _CONTEXT) * _HOP + _SIZE
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= enough:
            yield context, _spectrum(held, context + _FRAMES)
            held = held[(context + _FRAMES - _CONTEXT) * _HOP :]
            context = _CONTEXT
    rest = np.pad(held, (0, _SIZE))
    yield context, _spectrum(rest, 1 + (len(rest) - _SIZE) // _HOP)


def _spectrum(samples: Samples, frames: int) -> Spectrum:
    pieces = np.lib.stride_tricks.sliding_window_view(samples, _SIZE)[::_HOP][:frames]
    return np.ascontiguousarray(np.fft.rfft(pieces * _WINDOW, axis=1).astype(np.complex64).T)


def _stretch_without_echo(spectrum: Spectrum, first: int) -> Spectrum:
    """From frame `first` on, without what the frames before foretell."""
    if spectrum.shape[1] < _FEWEST:
        return spectrum[:, first:]
    clean = np.empty_like(spectrum[:, first:])
    for low in range(0, len(spectrum), _BANDS):
        clean[low : low + _BANDS] = _bands_without_echo(spectrum[low : low + _BANDS])[:, first:]
    return clean


def _bands_without_echo(spectrum: Spectrum) -> Spectrum:
    past = np.zeros((spectrum.shape[0], _TAPS, spectrum.shape[1]), np.complex64)
    for tap in range(_TAPS):
        past[:, tap, _DELAY + tap :] = spectrum[:, : -_DELAY - tap]
    clean = spectrum
    for _ in range(_ROUNDS):
        power = np.square(clean.real) + np.square(clean.imag)
        mean = power.mean(axis=1, keepdims=True)
        weighted = past / np.maximum(power, _QUIETEST * mean + 1e-12)[:, None, :]
        both = _products(weighted, past, spectrum)
        matrix, told = both[:, :, :_TAPS], both[:, :, _TAPS:]
        loading = _LOADING / _TAPS * np.trace(matrix, axis1=1, axis2=2).real + 1e-9
        filters = np.linalg.solve(matrix + loading[:, None, None] * np.eye(_TAPS, dtype=np.complex64), told)
        clean = spectrum - np.einsum("bk,bkt->bt", filters[:, :, 0].conj(), past)
    return clean


def _products(weighted: npt.NDArray[np.complex64], past: npt.NDArray[np.complex64], now: Spectrum) -> Any:
    """Of each weighted tap with each tap and with the frame itself, summed over time."""
    total = np.zeros((len(now), _TAPS, _TAPS + 1), np.complex64)
    for start in range(0, now.shape[1], _PART):
        part = slice(start, start + _PART)
        with_now = np.concatenate([past[:, :, part], now[:, None, part]], axis=1)
        total += weighted[:, :, part] @ with_now.conj().transpose(0, 2, 1)
    return total
