"""NVIDIA's parakeet-tdt-0.6b-v3: a transducer for 25 European languages, a fifth of the work of Whisper turbo.

Left to itself on long sound it skips passages (87 in 16 long recordings, by the card of freetranscribe/parakeet-ft-v1)
and writes Cyrillic for short Polish turns (FluidAudio, issue 512). So it hears windows cut at pauses, other scripts are
masked while it decodes, and speech that got no words is heard again, then once more in halves; what still has none
stays a gap of the transcript.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from speech.engine import model_store, model_table
from speech.engine.audio import quietest_offset_ms
from speech.engine.errors import EngineError
from speech.engine.guards import Removed, remove_inventions
from speech.engine.model_manager import MODELS, ModelKey, ModelManager
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.packing import Window, pack_windows, slice_ms
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.recognizers.skipped import skipped_speech
from speech.engine.recognizers.whisper_loading import failure
from speech.engine.recognizers.word_times import in_order
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Progress, Samples, Span, Word

MODEL: Final = "parakeet-tdt-0.6b-v3"
WINDOW_MS: Final = 60_000
"""It takes minutes at once; the recipe of parakeet-ft-v1 cuts at pauses after 90 s at most. Shorter windows bound what
one skip can lose. A choice: its weights could not be had to measure it."""
CUDA_BATCH: Final = 8
_MIN_SAMPLES: Final = SAMPLE_RATE_HZ // 2
_TOKEN_MS: Final = 240
"""A token's time is the frame (80 ms) it was written at; its sound lasts two or three."""
_HALVED_FROM_MS: Final = 2_000
_LETTER: Final = re.compile(r"\w")


@dataclass(slots=True)
class _Heard:
    words: list[Word]
    removed: list[Removed] = field(default_factory=list)


class ParakeetRecognizer:
    """`RecognitionOptions.hotwords`, `prompt` and `beam_size` have no effect: the model takes no hints.

    Args:
        model: a name of the table, or a folder with the ONNX files.
        cache_dir: where model files are kept.
        device: "cpu", "cuda", or "auto": cuda when the installed onnxruntime can use a card.
        device_index: which card.
        compute_type: "int8..." for the weights in 8 bits, another for those in 32; "default" is 8 bits on a CPU.
        cpu_threads: cores to use; 0 for all that this process may use.
        models: who keeps the model in memory.
    """

    name = "parakeet"

    def __init__(
        self,
        model: str = MODEL,
        *,
        cache_dir: Path,
        device: str = "auto",
        device_index: int = 0,
        compute_type: str = "default",
        cpu_threads: int = 0,
        models: ModelManager = MODELS,
    ) -> None:
        self.model_id = model
        self._cache_dir = cache_dir
        self._asked_device = device
        self._card = device_index
        self._asked_compute_type = compute_type
        self._threads = cpu_threads or len(os.sched_getaffinity(0))
        self._models = models

    @cached_property
    def device(self) -> str:
        """Where the model runs; looked up at first use."""
        if self._asked_device != "auto":
            return self._asked_device
        from speech.engine.recognizers.parakeet_model import cards_seen

        return "cuda" if cards_seen() else "cpu"

    @property
    def precision(self) -> str:
        """Of the weights that are looked for first."""
        if self._asked_compute_type == "default":
            return "int8" if self.device == "cpu" else "float32"
        return "int8" if self._asked_compute_type.startswith("int8") else "float32"

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        """See `Recognizer.recognize`. Of the language only its letters count: the model guesses it itself."""
        if options.task == "translate":
            raise EngineError("model_cannot_translate", self.model_id)
        if options.language not in model_table.PARAKEET_LANGUAGES:
            raise EngineError("model_not_polish", f"{self.model_id}: {options.language}")
        windows = pack_windows(audio, speech, WINDOW_MS)
        words: list[Word] = []
        if windows:
            with self._models.using(self._key, self._load) as model:
                words = self._hear_all(model, audio, windows, on_progress)
        segments, removed = remove_inventions(split_sentences(in_order(words)), audio)
        return Recognition(
            tuple(segments), tuple(removed), options.language, self.model_id, self.precision, self.device
        )

    def load(self) -> bool:
        """Have the model in memory; False when it was there.

        Raises:
            EngineError: as `Recognizer.recognize`.
        """
        return self._models.load(self._key, self._load)

    def _hear_all(self, model: Any, audio: Audio, windows: list[Window], on_progress: Progress | None) -> list[Word]:
        """Words in order of time: of all windows, and of what was skipped once more, whole and in halves."""
        words = self._hear(model, audio, windows, on_progress)
        for halved in (False, True):
            skipped = skipped_speech(windows, [_Heard(words)])
            if halved:
                skipped = [half for span in skipped for half in _halves(audio, span)]
            again = [window for span in skipped for window in pack_windows(audio, [span], WINDOW_MS)]
            if not again:
                break
            words = sorted(words + self._hear(model, audio, again, None), key=lambda word: word.start_ms)
        return words

    def _hear(self, model: Any, audio: Audio, windows: list[Window], on_progress: Progress | None) -> list[Word]:
        size = 1 if self.device == "cpu" else CUDA_BATCH  # a batch is as long as its longest: a CPU would pay for it
        total_ms, done_ms = sum(window.duration_ms for window in windows), 0
        words: list[Word] = []
        for at in range(0, len(windows), size):
            batch = windows[at : at + size]
            sounds = [_fit(window.samples(audio)) for window in batch]
            with _engine_errors("recognition_failed"):
                heard = model.hear(sounds)
            for window, tokens in zip(batch, heard, strict=True):
                words += words_of(tokens, window)
                done_ms += window.duration_ms
            if on_progress:
                on_progress(done_ms, total_ms)
        return words

    @property
    def _key(self) -> ModelKey:
        return ModelKey(
            "stt",
            model_table.canonical_id(self.model_id),
            self.device,
            self.precision,
            variant=f"{self._threads} threads",
            card=self._card,
            expected_bytes=model_table.expected_bytes(self.model_id, self.precision),
        )

    def _load(self) -> Any:
        from speech.engine.recognizers.parakeet_model import load_parakeet

        model_store.download(self.model_id, self._cache_dir)
        folder = Path(model_store.weights(self.model_id, self._cache_dir))
        with _engine_errors("model_unavailable"):
            return load_parakeet(
                folder, device=self.device, card=self._card, precision=self.precision, threads=self._threads
            )


@contextmanager
def _engine_errors(otherwise: str) -> Iterator[None]:
    from speech.engine.recognizers.parakeet_model import ERRORS

    try:
        yield
    except ERRORS as error:
        raise failure(error, otherwise) from error


def words_of(tokens: Sequence[Any], window: Window) -> list[Word]:
    """Words with times in the recording, out of `parakeet_model.Token`s with times in the window.

    A word ends with the token of its last letter (a full stop may be written seconds later), before the next begins.
    """
    groups: list[list[Any]] = []
    for token in tokens:
        if not token.text.strip():
            continue
        if groups and not token.text.startswith(" "):
            groups[-1].append(token)
        else:
            groups.append([token])
    words: list[Word] = []
    for index, group in enumerate(groups):
        start_ms = group[0].start_ms
        letters = [token.start_ms for token in group if _LETTER.search(token.text)] or [start_ms]
        next_ms = groups[index + 1][0].start_ms if index + 1 < len(groups) else window.duration_ms
        span = window.locate(start_ms, max(start_ms, min(letters[-1] + _TOKEN_MS, next_ms)))
        text = "".join(token.text for token in group).strip()
        probability = round(float(np.mean([token.probability for token in group])), 3)
        words.append(Word(span.start_ms, span.end_ms, text, probability))
    return words


def _halves(audio: Audio, span: Span) -> list[Span]:
    """The span cut at the quietest place of its middle third; one that is short already has been heard alone."""
    if span.duration_ms < _HALVED_FROM_MS:
        return []
    third = span.duration_ms // 3
    middle = Span(span.start_ms + third, span.end_ms - third)
    cut_ms = middle.start_ms + quietest_offset_ms(slice_ms(audio, middle))
    return [Span(span.start_ms, cut_ms), Span(cut_ms, span.end_ms)]


def _fit(samples: Samples) -> Samples:
    """Long enough for the features' mean and variance, and without numbers that are none: one would spoil them all."""
    return np.pad(np.nan_to_num(samples, posinf=0.0, neginf=0.0), (0, max(0, _MIN_SAMPLES - len(samples))))
