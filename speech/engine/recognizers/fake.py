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
from speech.engine.recognizers.ladder import Ladder, Rung, Step
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.types import Audio, Progress, Span, Word

SLOT_MS = 500
_STEPS = 4
_WAYS = (("cuda", "float16"), ("cuda", "int8_float16"), ("cuda", "int8"), ("cpu", "int8"))


@dataclass(frozen=True, slots=True)
class FakeSpec:
    """What to do beside answering, when the audio holds the given ms of the recording.

    delay_ms: sleep this long in all, in steps with progress. fail_at_ms: raise `fail_code`. crash_at_ms: kill -9 this
    process; with `marker`, a path, only once: the file is made first, and its presence prevents the crash. oom_times:
    run out of memory so many times in this process, each time a rung further down a ladder of three steps.
    """

    delay_ms: int = 0
    fail_at_ms: int = -1
    fail_code: str = "recognition_failed"
    crash_at_ms: int = -1
    marker: str = ""
    oom_times: int = 0

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
        self._ladder = Ladder([Rung(self.model_id, device, precision, 1) for device, precision in _WAYS])

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
        device, precision, steps = self._find_memory()
        words = [word for span in clipped for word in _words(span)]
        segments = tuple(split_sentences(words))
        return Recognition(segments, (), options.language, self.model_id, precision, device, steps)

    def detect_language(self, audio: Audio, speech: Sequence[Span]) -> list[tuple[str, float]]:
        """See `LanguageDetector.detect_language`: always the same, Polish first."""
        return [("pl", 0.9), ("cs", 0.06), ("en", 0.03), ("uk", 0.01)] if speech else []

    def _find_memory(self) -> tuple[str, str, tuple[Step, ...]]:
        """Device, precision and steps as of a recogniser with a card; empty for a fake that has memory enough."""
        if not self._spec.oom_times:
            return "", "", ()
        while len(self._ladder.standing[1]) < self._spec.oom_times:
            if not self._ladder.step_down(self._ladder.rung, "out_of_memory", same_model=False):
                raise EngineError("out_of_memory", "asked to run out of memory", retryable=True)
        rung, steps = self._ladder.standing
        return rung.device, rung.precision, steps

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
