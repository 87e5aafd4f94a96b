"""Where somebody starts and stops speaking, told while the sound comes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from speech.engine import vad
from speech.engine.types import SAMPLE_RATE_HZ, Samples

FRAME: Final = vad._FRAME
FRAME_MS: Final = FRAME * 1000 // SAMPLE_RATE_HZ
START_FRAMES: Final = 3
"""About 0.1 s of speech starts a turn: a click of the keyboard does not."""
_QUIETER: Final = 0.15
"""As in silero: speech goes on while its probability is at most this far below the threshold."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The start or end of speech; `at_ms` counts from the first sample fed, `known_ms` is where it became certain."""

    kind: Literal["start", "end"]
    at_ms: int
    known_ms: int


class SpeechProbabilities:
    """Silero's speech probability of each 32 ms frame, with its state carried from block to block."""

    def __init__(self) -> None:
        self._h = np.zeros(vad._STATE_SHAPE, dtype=np.float32)
        self._c = np.zeros(vad._STATE_SHAPE, dtype=np.float32)
        self._context = np.zeros(vad._CONTEXT, dtype=np.float32)
        self._rest: Samples = np.zeros(0, dtype=np.float32)

    def feed(self, samples: Samples) -> list[float]:
        """Probabilities of the frames that `samples` complete; what is left waits for the next block."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // FRAME
        self._rest = sound[count * FRAME :].copy()
        if count == 0:
            return []
        frames = sound[: count * FRAME].reshape(-1, FRAME)
        before = np.concatenate([self._context[None, :], frames[:-1, -vad._CONTEXT :]])
        self._context = frames[-1, -vad._CONTEXT :].copy()
        given = {"input": np.concatenate([before, frames], axis=1), "h": self._h, "c": self._c}
        with vad.session() as session:
            output, self._h, self._c = session.run(None, given)
        return [float(probability) for probability in output.ravel()]


class SpeechEdges:
    """Turns of speech in a stream.

    Speech starts with START_FRAMES frames of at least `threshold` (in a row, but for frames a little below) and ends
    with `silence_ms` without any.
    """

    def __init__(self, *, threshold: float = 0.5, silence_ms: int = 500) -> None:
        self._threshold = threshold
        self._silence_ms = silence_ms
        self._probabilities = SpeechProbabilities()
        self._now_ms = 0
        self._speaking = False
        self._loud = 0
        self._start_ms = 0
        self._quiet_ms: int | None = None

    def restarted(self) -> SpeechEdges:
        """The same detection from the next sample on."""
        return SpeechEdges(threshold=self._threshold, silence_ms=self._silence_ms)

    def feed(self, samples: Samples) -> list[Edge]:
        """The edges that became known with these samples (float32, 16 kHz, -1..1), in order of time."""
        return [edge for probability in self._probabilities.feed(samples) for edge in self._step(probability)]

    def _step(self, probability: float) -> Iterator[Edge]:
        at_ms, self._now_ms = self._now_ms, self._now_ms + FRAME_MS
        if probability >= self._threshold:
            self._quiet_ms = None
            if self._speaking:
                return
            self._start_ms = at_ms if self._loud == 0 else self._start_ms
            self._loud += 1
            if self._loud >= START_FRAMES:
                self._speaking = True
                yield Edge("start", self._start_ms, self._now_ms)
        elif probability < max(self._threshold - _QUIETER, 0.01):
            self._loud = 0
            if not self._speaking:
                return
            self._quiet_ms = at_ms if self._quiet_ms is None else self._quiet_ms
            if self._now_ms - self._quiet_ms >= self._silence_ms:
                self._speaking = False
                yield Edge("end", self._quiet_ms, self._now_ms)
                self._quiet_ms = None
