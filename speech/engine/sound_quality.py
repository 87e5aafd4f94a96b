"""How a recording sounds, in figures: how loud speech is, how loud the room, how much is clipped or silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span

FRAME_MS: Final = 30
SILENCE_DBFS: Final = -90.0
"""Digital silence and what is as good as it: 16 bits end at -96."""
_FRAME: Final = FRAME_MS * SAMPLE_RATE_HZ // 1000
_CLIPPED: Final = 0.99
NOISY_BELOW_DB: Final = 30.0
"""Speech less than this above the room's noise is cleaned before it is recognised. Whisper base (int8) without and with
the noise taken down: a hall 22 dB above its noise .254 and .239, pink noise at 18 dB .183 and .181, echo and noise at
25 dB .204 and .196, a clean studio recording .161 and .164 (one word in 1,108 is .0009). With the echo out as well: the
hall .220 (docs/benchmarks.md)."""


@dataclass(frozen=True, slots=True)
class SoundQuality:
    """Levels in dB of full scale, SILENCE_DBFS at least. Shares are of the whole length, 0..1.

    `noise_dbfs` is the median of 30 ms frames in which nobody speaks; None when somebody always does.
    """

    speech_dbfs: float
    noise_dbfs: float | None
    clipped_share: float
    silent_share: float
    speech_share: float

    @property
    def noisy(self) -> bool:
        """Whether cleaning helps the recogniser (NOISY_BELOW_DB)."""
        if self.noise_dbfs is None or self.speech_share == 0:
            return False
        return self.speech_dbfs - self.noise_dbfs < NOISY_BELOW_DB


@dataclass
class SoundMeter:
    """Measures blocks as they pass by: 4 bytes of memory for each 30 ms."""

    _levels: list[npt.NDArray[np.float32]] = field(default_factory=list)
    _rest: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    _clipped: int = 0
    _samples: int = 0

    def watch(self, blocks: Iterable[Audio]) -> Iterator[Audio]:
        """The same blocks; they must follow each other from the recording's start."""
        for block in blocks:
            self._add(block.samples)
            yield block

    def _add(self, samples: npt.NDArray[np.float32]) -> None:
        self._clipped += int(np.count_nonzero(np.abs(samples) > _CLIPPED))
        self._samples += len(samples)
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // _FRAME * _FRAME
        frames = joined[:whole].reshape(-1, _FRAME)
        self._levels.append(np.square(frames).mean(axis=1, dtype=np.float32))
        self._rest = joined[whole:]

    def quality(self, speech: Sequence[Span]) -> SoundQuality:
        """What was measured, given where speech is."""
        powers = np.concatenate(self._levels) if self._levels else np.zeros(0, np.float32)
        spoken = np.zeros(len(powers), dtype=bool)
        for span in speech:
            spoken[span.start_ms // FRAME_MS : -(-span.end_ms // FRAME_MS)] = True
        quiet = powers[~spoken]
        return SoundQuality(
            speech_dbfs=_dbfs(float(powers[spoken].mean())) if spoken.any() else SILENCE_DBFS,
            noise_dbfs=_dbfs(float(np.median(quiet))) if len(quiet) else None,
            clipped_share=self._clipped / self._samples if self._samples else 0.0,
            silent_share=float((powers <= 10 ** (SILENCE_DBFS / 10)).mean()) if len(powers) else 0.0,
            speech_share=float(spoken.mean()) if len(powers) else 0.0,
        )


def _dbfs(power: float) -> float:
    """Mean square to dB of full scale, one decimal."""
    return round(max(SILENCE_DBFS, 10 * float(np.log10(max(power, 1e-12)))), 1)
