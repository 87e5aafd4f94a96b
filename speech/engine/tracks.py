"""Which sound track of a file with several is the room: the one in which most is said, else the loudest.

Cameras and studios write an empty track, applause or a translation beside the speakers' microphones. A few stretches of
each track are listened to; the first track stays unless another one is clearly better.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from speech.engine import vad
from speech.engine.audio import MediaInfo, decode_stretch
from speech.engine.errors import EngineError
from speech.engine.types import Audio, Span

_STRETCH_MS: Final = 30_000
_PLACES: Final = (0.1, 0.35, 0.6, 0.85)
_MOST_TRACKS: Final = 8
_MORE_SPEECH: Final = 1.25
_LEAST_MORE_MS: Final = 2_000
_LOUDER: Final = 4.0
"""In power: 6 dB."""


@dataclass(frozen=True, slots=True)
class _Heard:
    speech_ms: int
    power: float


def choose_track(path: Path, info: MediaInfo) -> int:
    """The number of the sound track to use, from 0. Costs seconds, and nothing where there is one track."""
    if info.tracks < 2:
        return 0
    heard = [_listen(path, track, info.duration_ms) for track in range(min(info.tracks, _MOST_TRACKS))]
    best = max(range(len(heard)), key=lambda track: heard[track].speech_ms)
    if heard[best].speech_ms >= max(heard[0].speech_ms * _MORE_SPEECH, heard[0].speech_ms + _LEAST_MORE_MS):
        return best
    if heard[0].speech_ms:
        return 0
    loudest = max(range(len(heard)), key=lambda track: heard[track].power)
    return loudest if heard[loudest].power > heard[0].power * _LOUDER else 0


def _listen(path: Path, track: int, duration_ms: int) -> _Heard:
    """A track that cannot be decoded at these places says nothing."""
    speech_ms, power, count = 0, 0.0, 0
    for span in _stretches(duration_ms):
        try:
            audio = decode_stretch(path, span, track=track)
        except EngineError as error:
            if error.retryable:
                raise
            continue
        speech_ms += sum(found.duration_ms for found in vad.find_speech([Audio(audio.samples)]))
        power += float(np.square(audio.samples, dtype=np.float64).sum())
        count += len(audio.samples)
    return _Heard(speech_ms, power / max(count, 1))


def _stretches(duration_ms: int) -> list[Span]:
    if duration_ms <= _STRETCH_MS * len(_PLACES):
        return [Span(0, max(duration_ms, _STRETCH_MS))]
    return [Span(start, start + _STRETCH_MS) for start in (round(duration_ms * place) for place in _PLACES)]
