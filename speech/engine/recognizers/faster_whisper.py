"""Whisper on CTranslate2, with our own batcher.

faster-whisper's batched mode is fast but checks nothing and returns 30 s lumps; its sequential mode checks everything
one window at a time. Here windows are packed from VAD spans, decoded in batches and checked one by one (`decoding`);
what fails, and speech that got no words, is decoded again.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, TypeVar

from speech.engine import model_table
from speech.engine.errors import EngineError
from speech.engine.guards import Removed, remove_inventions
from speech.engine.memory_seen import card_bytes, ram_bytes
from speech.engine.model_manager import MODELS, ModelKey, ModelManager
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.batching import Batcher
from speech.engine.recognizers.decoding import Ask, Draft, Heard, Session
from speech.engine.recognizers.ladder import Ladder, Reason, Rung, Step, rungs
from speech.engine.recognizers.language import detect_language
from speech.engine.recognizers.packing import Window, even_groups, pack_windows
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.recognizers.skipped import skipped_by_window
from speech.engine.recognizers.whisper_loading import WhisperLoad, failure, load_whisper
from speech.engine.recognizers.word_times import in_order
from speech.engine.types import Audio, Progress, Segment, Span

CPU_BATCH = 3
"""Windows decoded together on a CPU: larger batches gained nothing there, smaller ones share the cores more evenly."""
CUDA_BATCH = 16
CHUNKS_AT_ONCE = 4
"""Four minutes of speech are some nine windows: two chunks fill a batch while two more are read and measured."""

logger = logging.getLogger(__name__)
_Result = TypeVar("_Result")
MAX_CPU_WORKERS: Final = 8
_LADDER_REASONS: Final[dict[str, Reason]] = {
    "out_of_memory": "out_of_memory",
    "precision_unsupported": "precision_unsupported",
    "device_unavailable": "device_unavailable",
    "model_unavailable": "model_unavailable",
    "model_missing": "model_unavailable",
}


class _RungLeft(Exception):
    """The ladder was gone down between choosing a rung and loading its model."""


class FasterWhisperRecognizer:
    """Whisper models in CTranslate2 format.

    When the memory is not enough, the work is done again from its start one rung down: fewer windows at a time, a
    coarser precision, a smaller model, the processor (`ladder`). The rung is kept, and every answer names it.

    Args:
        model: "base" (bundled), a name of the table, a hub id, a folder, or "auto": what fits the memory seen.
        cache_dir: where model files are kept.
        device: "cpu", "cuda", or "auto": cuda when CTranslate2 sees a card, else cpu.
        device_index: which card.
        compute_type: CTranslate2's, e.g. "int8", "float16"; "default" is float16 on cuda and int8 on a CPU.
        cpu_threads: cores to use; 0 for all that this process may use.
        num_workers: decoders side by side; 0 for one on a card and one a core, at most 8, on a CPU.
        batch_size: windows decoded together; 0 for the device's default.
        share_batches: whether chunks heard at the same time share batches; by default on a card, where batches are
            large, and not on a CPU.
        models: who keeps the model in memory.
        load: makes a faster_whisper.WhisperModel.
    """

    name = "faster_whisper"

    def __init__(
        self,
        model: str = "base",
        *,
        cache_dir: Path,
        device: str = "auto",
        device_index: int = 0,
        compute_type: str = "default",
        cpu_threads: int = 0,
        num_workers: int = 0,
        batch_size: int = 0,
        share_batches: bool | None = None,
        models: ModelManager = MODELS,
        load: Callable[[WhisperLoad], Any] = load_whisper,
    ) -> None:
        self._asked_model = model
        self._cache_dir = cache_dir
        self._asked_device = device
        self._card = device_index
        self._asked_compute_type = compute_type
        self._threads = cpu_threads or len(os.sched_getaffinity(0))
        self._asked_workers = num_workers
        self._asked_batch_size = batch_size
        self._share_batches = share_batches
        self._batchers: dict[Rung, Batcher[Ask, Draft]] = {}
        self._batchers_lock = threading.Lock()
        self._models = models
        self._load_model = load

    @property
    def model_id(self) -> str:
        """The model asked for; for "auto" the one that was chosen."""
        return self._ladder_start.model if self._asked_model == model_table.AUTO else self._asked_model

    @cached_property
    def device(self) -> str:
        """Where the model should run, "cpu" or "cuda"; looked up at first use: no card may be touched before a fork."""
        if self._asked_device != "auto":
            return self._asked_device
        import ctranslate2

        return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"

    @property
    def compute_type(self) -> str:
        """Arithmetic asked of the model, as CTranslate2 names it."""
        return self._ladder_start.precision

    @cached_property
    def _ladder_start(self) -> Rung:
        model, precision = self._asked_model, "float16" if self.device == "cuda" else "int8"
        if model == model_table.AUTO:
            cuda = self.device == "cuda"
            seen = card_bytes(self._card) if cuda else ram_bytes()
            model, precision = model_table.choose(seen, "cuda" if cuda else "cpu")
        if self._asked_compute_type != "default":
            precision = self._asked_compute_type
        return Rung(model, self.device, precision, self._batch_size)

    @cached_property
    def _ladder(self) -> Ladder:
        return Ladder(rungs(self._ladder_start, cpu_batch=CPU_BATCH, ram_bytes=ram_bytes()))

    @property
    def _batch_size(self) -> int:
        return self._asked_batch_size or (CPU_BATCH if self.device == "cpu" else CUDA_BATCH)

    @property
    def chunks_at_once(self) -> int:
        """See `SharesBatches`."""
        return CHUNKS_AT_ONCE if self._shares_batches(self._ladder.rung) else 1

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        """See `Recognizer.recognize`. `removed` also lists windows that Whisper itself calls silent."""
        refuse_model(self.model_id, options.language)
        refuse_translation(self.model_id, options)
        windows = pack_windows(audio, speech)
        if not windows:
            return self._recognition([], [], options, self._ladder.standing)
        progress = _never_back(on_progress)
        while True:
            standing = self._ladder.standing
            rung = standing[0]
            work = partial(self._hear_all, audio, windows, options, progress, rung)
            heard = self._on_rung(rung, partial(self._with_model, rung, work))
            if heard is not None:
                break
        words = in_order(sorted((word for part in heard for word in part.words), key=lambda word: word.start_ms))
        segments, invented = remove_inventions(split_sentences(words), audio, latin=options.latin)
        removed = [*(record for part in heard for record in part.removed), *invented]
        removed.sort(key=lambda record: record.start_ms)
        return self._recognition(segments, removed, options, standing)

    def detect_language(self, audio: Audio, speech: Sequence[Span]) -> list[tuple[str, float]]:
        """See `LanguageDetector.detect_language`."""

        def detect(model: Any) -> list[tuple[str, float]]:
            with _engine_errors("recognition_failed"):
                return detect_language(model, audio, speech)

        while True:
            rung = self._ladder.rung
            found = self._on_rung(rung, partial(self._with_model, rung, detect))
            if found is not None:
                return found

    def load(self) -> bool:
        """Have the model in memory; False when it was there, or somebody else just loaded it.

        Raises:
            EngineError: as `Recognizer.recognize`.
        """
        while True:
            rung = self._ladder.rung
            fresh = self._on_rung(rung, partial(self._load_rung, rung))
            if fresh is not None:
                return fresh

    def _recognition(
        self,
        segments: list[Segment],
        removed: list[Removed],
        options: RecognitionOptions,
        standing: tuple[Rung, tuple[Step, ...]],
    ) -> Recognition:
        rung, steps = standing
        model = self.model_id if rung.model == self._ladder_start.model else rung.model
        words = tuple(segments), tuple(removed), options.language
        return Recognition(*words, model, rung.precision, rung.device, steps)

    def _on_rung(self, rung: Rung, attempt: Callable[[threading.Event], _Result]) -> _Result | None:
        """What the attempt gives; None when the ladder was gone down and it is to be tried again. It sets the event
        when the rung's model is loaded.

        Raises:
            EngineError: the work's own failure, or the rung's when there is nothing below it.
        """
        loaded = threading.Event()
        try:
            return attempt(loaded)
        except _RungLeft:
            return None
        except EngineError as error:
            reason = self._reason_to_leave(rung, error, loaded=loaded.is_set())
            if reason is None or not self._ladder.step_down(rung, reason, same_model=loaded.is_set()):
                raise
            # the text of the error alone: a log that keeps records would keep the model with its traceback
            logger.warning("%s with %s: going on with %s", str(error), rung, self._ladder.rung)
        if not self._ladder.rung.same_model_as(rung):
            self._models.retire(self._key(rung))  # only here is the error, whose traceback holds the model, gone
        return None

    def _load_rung(self, rung: Rung, loaded: threading.Event) -> bool:
        return self._models.load(self._key(rung), partial(self._load, rung))

    def _with_model(self, rung: Rung, work: Callable[[Any], _Result], loaded: threading.Event) -> _Result:
        with self._models.using(self._key(rung), partial(self._load, rung)) as model:
            loaded.set()
            return work(model)

    def _reason_to_leave(self, rung: Rung, error: EngineError, *, loaded: bool) -> Reason | None:
        """None for failures that another rung would not heal, and for wishes that must not be overruled."""
        reason = _LADDER_REASONS.get(error.code)
        if reason == "precision_unsupported" and self._asked_compute_type != "default":
            return None
        if reason == "device_unavailable" and self._asked_device != "auto":
            return None
        if reason == "model_unavailable":
            asked_for = self._asked_model != model_table.AUTO and rung.model == self._asked_model
            return None if loaded or asked_for else reason
        return reason

    def _hear_all(
        self,
        audio: Audio,
        windows: list[Window],
        options: RecognitionOptions,
        on_progress: Progress | None,
        rung: Rung,
        model: Any,
    ) -> list[Heard]:
        """All windows, and once more the speech that got no words."""
        if not model.model.is_multilingual and options.language != "en":
            raise EngineError("model_not_polish", rung.model)
        shared = self._shares_batches(rung)
        decode = self._batcher(rung).answers if shared else None
        with _engine_errors("recognition_failed"):
            session = Session(model, audio, options, decode=decode, full=shared)
        hear = self._hear_together if shared else partial(self._hear, rung=rung)
        heard = hear(session, windows, on_progress)
        # a translation's words do not lie where their originals were said: it would be taken for skipped, and doubled
        gaps = skipped_by_window(windows, heard) if options.task == "transcribe" else []
        skipped = [window for spans in gaps for window in pack_windows(audio, spans)]
        return heard + (hear(session, skipped, None) if skipped else [])

    def _hear(
        self, session: Session, windows: list[Window], on_progress: Progress | None, *, rung: Rung
    ) -> list[Heard]:
        """This chunk alone, by decoders side by side."""
        total_ms = sum(window.duration_ms for window in windows)
        done_ms = 0
        workers = self._workers(rung.device)
        groups = even_groups(windows, rung.batch, workers)
        with ThreadPoolExecutor(workers, thread_name_prefix="whisper") as pool:
            futures = [pool.submit(session.hear, group) for group in groups]
            try:
                for future in as_completed(futures):
                    with _engine_errors("recognition_failed"):
                        done_ms += future.result().duration_ms
                    if on_progress:
                        on_progress(done_ms, total_ms)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        return [future.result() for future in futures]

    def _hear_together(self, session: Session, windows: list[Window], on_progress: Progress | None) -> list[Heard]:
        """In batches shared with whatever other chunks are being heard in this process."""
        total_ms = sum(window.duration_ms for window in windows)
        done_ms = 0

        def done(more_ms: int) -> None:
            nonlocal done_ms
            done_ms += more_ms
            if on_progress:
                on_progress(done_ms, total_ms)

        return [session.hear(windows, done)]

    def _shares_batches(self, rung: Rung) -> bool:
        return rung.device == "cuda" if self._share_batches is None else self._share_batches

    def _batcher(self, rung: Rung) -> Batcher[Ask, Draft]:
        with self._batchers_lock:
            if rung not in self._batchers:
                workers = self._workers(rung.device)
                self._batchers[rung] = Batcher(_decode_batch, lambda ask: ask.key, rung.batch, workers)
            return self._batchers[rung]

    def _workers(self, device: str) -> int:
        """One-threaded decoders side by side use less processor time than one decoder with many threads."""
        return self._asked_workers or (min(self._threads, MAX_CPU_WORKERS) if device == "cpu" else 1)

    def _key(self, rung: Rung) -> ModelKey:
        return ModelKey(
            "stt",
            model_table.canonical_id(rung.model),
            rung.device,
            rung.precision,
            variant=f"{self._threads} threads, {self._workers(rung.device)} workers",
            card=self._card,
            expected_bytes=model_table.expected_bytes(rung.model, rung.precision),
        )

    def _load(self, rung: Rung) -> Any:
        if not self._ladder.rung.same_model_as(rung):  # somebody else found meanwhile that it does not fit
            raise _RungLeft
        workers = self._workers(rung.device)
        threads = max(1, self._threads // workers)
        card = self._card if rung.device == "cuda" else 0
        wanted = WhisperLoad(rung.model, self._cache_dir, rung.device, card, rung.precision, threads, workers)
        with _engine_errors("model_unavailable"):
            return self._load_model(wanted)


@contextmanager
def _engine_errors(otherwise: str) -> Iterator[None]:
    """What CTranslate2 raises becomes an EngineError (`whisper_loading.failure`)."""
    try:
        yield
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        raise failure(error, otherwise) from error


def _decode_batch(asks: Sequence[Ask]) -> list[Draft]:
    with _engine_errors("recognition_failed"):
        return asks[0].session.decode_batch(asks)


def _never_back(on_progress: Progress | None) -> Progress | None:
    """Progress of work that may be done again from its start: what was reached once is not taken back."""
    if on_progress is None:
        return None
    most = 0

    def report(done: int, total: int) -> None:
        nonlocal most
        most = max(most, done)
        on_progress(most, total)

    return report


def refuse_model(model: str, language: str) -> None:
    """Raise EngineError `model_not_polish` for models that by their name know only English (distil-*, *.en)."""
    name = model.rstrip("/").rsplit("/", 1)[-1].lower()
    if language != "en" and ("distil-" in name or name.endswith(".en")):
        raise EngineError("model_not_polish", model)


def refuse_translation(model: str, options: RecognitionOptions) -> None:
    """Raise EngineError `model_cannot_translate` for models that by their name only write down what is said.

    Besides the English ones those are the turbo models, trained without translations (openai/whisper, model card).
    """
    name = model.rstrip("/").rsplit("/", 1)[-1].lower()
    if options.task == "translate" and ("turbo" in name or "distil-" in name or name.endswith(".en")):
        raise EngineError("model_cannot_translate", model)
