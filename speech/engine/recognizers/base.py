"""What every recogniser does: the sound of one chunk becomes timed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from speech.engine.guards import Removed
from speech.engine.recognizers.ladder import Step
from speech.engine.recognizers.language import LATIN
from speech.engine.types import Audio, Progress, Segment, Span


@dataclass(frozen=True, slots=True)
class RecognitionOptions:
    """Wishes for one recognition.

    `hotwords` are names and terms the model should prefer, blank- or comma-separated. `prompt` is text that the
    recording continues: its spelling and style are taken up. `beam_size` 0 means the recogniser's own default. `task`
    "translate" gives English, from speech in `language`.
    """

    language: str = "pl"
    hotwords: str = ""
    beam_size: int = 0
    prompt: str = ""
    task: Literal["transcribe", "translate"] = "transcribe"

    @property
    def latin(self) -> bool:
        """Whether what is written has Latin letters only: translations are English."""
        return self.task == "translate" or self.language in LATIN


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was heard. `segments` are in order of time; `removed` is what the guards took out, kept as a record.

    `model_id`, `precision` and `device` are what was really used; `degraded` are the steps that led away from what was
    asked for, none when it was that. Engines that run elsewhere leave `precision` and `device` empty.
    """

    segments: tuple[Segment, ...]
    removed: tuple[Removed, ...]
    language: str
    model_id: str
    precision: str = ""
    device: str = ""
    degraded: tuple[Step, ...] = ()


class Recognizer(Protocol):
    """One engine. Instances are safe to share between threads and load their model on the first call."""

    @property
    def name(self) -> str:
        """Stable name of the engine, as in settings."""

    @property
    def model_id(self) -> str:
        """The model, as a person would name it."""

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        """Recognise the `speech` spans of `audio`; all times, in and out, are ms of the recording.

        Spans reaching outside the audio are clipped to it; no spans, no words. The same input gives the same output.
        `on_progress` gets (done, total) in ms of speech; an exception it raises stops the work and reaches the caller.

        Raises:
            EngineError: `model_not_polish`, `model_cannot_translate`, `model_missing`, `model_corrupt`,
                `model_unavailable`, `out_of_memory`.
        """


@runtime_checkable
class LanguageDetector(Protocol):
    """What a recogniser also does when it can tell languages apart."""

    def detect_language(self, audio: Audio, speech: Sequence[Span]) -> list[tuple[str, float]]:
        """Whisper's code of every language the model knows with its probability, the most probable first.

        Judged by the first half minute of `speech` (ms of the recording); without speech the list is empty.

        Raises:
            EngineError: as `Recognizer.recognize`.
        """


@runtime_checkable
class SharesBatches(Protocol):
    """What a recogniser also is that hears several chunks at once faster than one after the other."""

    @property
    def chunks_at_once(self) -> int:
        """How many threads should ask it at the same time; 1 when nothing is gained by more."""
