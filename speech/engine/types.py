"""The words every room of the engine speaks: plain, frozen, with units in their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 16_000
"""Rate of all audio inside the engine (what Whisper and Silero expect)."""

Samples = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (done, total) in the unit that the called function documents."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, `start_ms` inclusive, `end_ms` exclusive."""

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms:
            raise ValueError(f"span ends before it starts: {self.start_ms}..{self.end_ms}")

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono float32 samples in [-1, 1] at SAMPLE_RATE_HZ; `offset_ms` is where they start in the recording."""

    samples: Samples
    offset_ms: int = 0

    @property
    def duration_ms(self) -> int:
        return round(len(self.samples) * 1000 / SAMPLE_RATE_HZ)


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. `text` has no surrounding blanks; `probability` is the engine's own, 0..1, or None."""

    start_ms: int
    end_ms: int
    text: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence-like piece of speech. `text` equals the words joined by blanks when words are known."""

    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """One independent recognition job. The chunk owns [start_ms, end_ms); `speech` are the VAD spans inside it."""

    index: int
    start_ms: int
    end_ms: int
    speech: tuple[Span, ...] = field(default=())
