"""A recogniser for tests: no model, the same interface, words that tell where they come from.

Time is divided into slots of 500 ms; the slot that starts at k * 500 ms inside speech says "s<k>", every tenth ends a
sentence. A slot belongs to the span its start lies in, so any way of cutting a recording gives the same words.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from speech.engine.errors import EngineError
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.types import Audio, Progress, Span, Word

SLOT_MS = 500
_STEPS = 4


@dataclass(frozen=True, slots=True)
class FakeSpec:
    """What to do beside answering, when the audio holds the given ms of the recording.

    delay_ms: sleep this long in all, in steps with progress. fail_at_ms: raise `fail_code`. crash_at_ms: kill -9 this
    process; with `marker`, a path, only once: the file is made first, and its presence prevents the crash.
    """

    delay_ms: int = 0
    fail_at_ms: int = -1
    fail_code: str = "recognition_failed"
    crash_at_ms: int = -1
    marker: str = ""

    @classmethod
    def parse(cls, text: str) -> FakeSpec:
        """From "delay_ms=50,fail_at_ms=1000"; an unknown name is a ValueError."""
        values: dict[str, int | str] = {}
        for item in filter(None, text.split(",")):
            name, _, value = item.partition("=")
            if name not in cls.__dataclass_fields__:
                raise ValueError(f"unknown setting of the fake recogniser: {name}")
            values[name] = value if name in ("fail_code", "marker") else int(value)
        return cls(**values)  # type: ignore[arg-type]


class FakeRecognizer:
    """Deterministic words from positions; `spec` as for FakeSpec.parse."""

    name = "fake"

    def __init__(self, spec: str = "") -> None:
        self.model_id = f"fake:{spec}" if spec else "fake"
        self._spec = FakeSpec.parse(spec)

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        """See `Recognizer.recognize`."""
        end_ms = audio.offset_ms + audio.duration_ms
        clipped = [
            Span(max(span.start_ms, audio.offset_ms), min(span.end_ms, end_ms))
            for span in speech
            if span.start_ms < end_ms and span.end_ms > audio.offset_ms
        ]
        total_ms = sum(span.duration_ms for span in clipped)
        for step in range(1, _STEPS + 1):
            time.sleep(self._spec.delay_ms / 1000 / _STEPS)
            if on_progress and total_ms:
                on_progress(total_ms * step // _STEPS, total_ms)
        self._misbehave(audio.offset_ms, end_ms)
        words = [word for span in clipped for word in _words(span)]
        return Recognition(tuple(split_sentences(words)), (), options.language, self.model_id)

    def _misbehave(self, start_ms: int, end_ms: int) -> None:
        if start_ms <= self._spec.crash_at_ms < end_ms:
            marker = Path(self._spec.marker) if self._spec.marker else None
            if marker is None or not marker.exists():
                if marker:
                    marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if start_ms <= self._spec.fail_at_ms < end_ms:
            raise EngineError(self._spec.fail_code, f"asked to fail at {self._spec.fail_at_ms} ms")


def _words(span: Span) -> list[Word]:
    first = -(-span.start_ms // SLOT_MS)
    return [
        Word(
            k * SLOT_MS,
            min((k + 1) * SLOT_MS, span.end_ms),
            f"{'S' if k % 10 == 0 else 's'}{k}{'.' if k % 10 == 9 else ''}",
            1.0,
        )
        for k in range(first, -(-span.end_ms // SLOT_MS))
    ]
