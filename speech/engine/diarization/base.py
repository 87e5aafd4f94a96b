"""Who spoke when: what a diarization engine takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from speech.engine.errors import EngineError
from speech.engine.types import Audio, Progress

MAX_SPEAKERS = 45
"""A council has at most 45 members (sejmik of Mazovia: 51, but never all speak); more voices are joined by likeness."""

Vector = npt.NDArray[np.float32]
"""A voice as numbers: one dimension, length 1. Two voices are compared by their dot product (cosine), -1 to 1."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretch of speech; turns of two speakers may overlap. `speaker` is "SPEAKER_00", "SPEAKER_01"..."""

    start_ms: int
    end_ms: int
    speaker: str

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """How many voices there may be, at least `fewest` and at most `most`."""

    fewest: int = 1
    most: int = MAX_SPEAKERS

    @classmethod
    def of(cls, speakers: int | None, min_speakers: int | None, max_speakers: int | None) -> SpeakerCount:
        """From what a caller knows; `speakers` is exact and rules out the other two.

        Raises:
            EngineError: `speakers_invalid` for numbers outside 1..MAX_SPEAKERS or a minimum above the maximum.
        """
        fewest = speakers or min_speakers or 1
        most = speakers or max_speakers or MAX_SPEAKERS
        given = [number for number in (speakers, min_speakers, max_speakers) if number is not None]
        if any(not 1 <= number <= MAX_SPEAKERS for number in given) or fewest > most:
            raise EngineError("speakers_invalid", f"{given} outside 1..{MAX_SPEAKERS}")
        return cls(fewest, most)


class Diarizer(Protocol):
    """Tells voices apart. One instance serves many threads; its models load at first use, never at import.

    Both methods raise:
        EngineError: `diarization_unavailable` (not installed), `diarization_model_missing`, `diarization_gated`,
            `out_of_memory`, and those of `audio.stream_audio`.
    """

    name: str

    def diarize(self, path: Path, count: SpeakerCount, on_progress: Progress | None = None) -> list[Turn]:
        """All turns of a media file, by start. Speakers are numbered by their first turn.

        Memory must not grow with the recording's length beyond its voices' vectors. `on_progress` gets (done, total)
        in ms and may raise to stop the work.
        """
        ...

    def embed(self, audio: Audio) -> Vector:
        """The voice in `audio`, which one person speaks.

        Raises:
            EngineError: `voice_too_short` below MIN_VOICE_MS, besides those of the class.
        """
        ...


MIN_VOICE_MS = 500
"""Less sound than this says nothing about who speaks (the embedding network sees 25 ms frames in groups of 8)."""


@contextmanager
def memory_errors() -> Iterator[None]:
    """Raises EngineError `out_of_memory` for what torch says when memory runs out."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # torch's own: OutOfMemoryError on a card, a plain RuntimeError on the processor
        if isinstance(error, MemoryError) or "memory" in str(error).lower():
            raise EngineError("out_of_memory", str(error)[:300], retryable=True) from error
        raise
