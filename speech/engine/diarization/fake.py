"""Diarization for tests and load measurements: a whole engine with the contract of the real ones, without a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from speech.engine import audio as media
from speech.engine.diarization.base import MIN_VOICE_MS, SpeakerCount, Turn, Vector
from speech.engine.errors import EngineError
from speech.engine.types import Audio, Progress, Span

TURN_MS = 5_000
_BANDS = 16


class FakeDiarizer:
    """Speakers take turns of TURN_MS through the whole recording, without pauses; two unless the caller knows better.

    A voice's vector is its loudness by pitch, so the same sound is always the same voice and other sounds are others.
    """

    name = "fake"

    def diarize(self, path: Path, count: SpeakerCount, on_progress: Progress | None = None) -> list[Turn]:
        duration_ms = sum(block.duration_ms for block in media.stream_audio(path))
        speakers = min(max(2, count.fewest), count.most)
        turns: list[Turn] = []
        for index, start_ms in enumerate(range(0, duration_ms, TURN_MS)):
            span = Span(start_ms, min(start_ms + TURN_MS, duration_ms))
            turns.append(Turn(span.start_ms, span.end_ms, f"SPEAKER_{index % speakers:02d}"))
            if on_progress:
                on_progress(span.end_ms, duration_ms)
        return turns

    def embed(self, audio: Audio) -> Vector:
        if audio.duration_ms < MIN_VOICE_MS:
            raise EngineError("voice_too_short", f"{audio.duration_ms} ms")
        spectrum = np.abs(np.fft.rfft(np.clip(np.nan_to_num(audio.samples), -1, 1)))
        bands = np.array([part.sum() for part in np.array_split(spectrum, _BANDS)]) + 1e-9
        vector: Vector = (bands / np.linalg.norm(bands)).astype(np.float32)
        return vector
