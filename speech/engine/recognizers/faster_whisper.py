"""Whisper on CTranslate2, with our own batcher.

faster-whisper's batched mode is fast but checks nothing and returns 30 s lumps; its sequential mode checks everything
one window at a time. Here windows are packed from VAD spans, decoded in batches and checked one by one (`decoding`);
what fails, and speech that got no words, is decoded again.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from speech.engine.errors import EngineError
from speech.engine.guards import remove_inventions
from speech.engine.merging import uncovered_speech
from speech.engine.models import ModelManager, whisper_model_path
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.decoding import Heard, Session
from speech.engine.recognizers.packing import Window, pack_windows
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.recognizers.word_times import in_order
from speech.engine.types import Audio, Progress, Segment, Span

CPU_BATCH = 3
"""Windows decoded together on a CPU: larger batches gained nothing there, smaller ones share the cores more evenly."""
CUDA_BATCH = 16

_models: ModelManager[Any] = ModelManager()


class FasterWhisperRecognizer:
    """Whisper models in CTranslate2 format.

    Args:
        model: "base" (bundled), a faster-whisper size, a hub id or a folder.
        cache_dir: where model files are kept.
        device: "cpu", "cuda", or "auto": cuda when CTranslate2 sees a card, else cpu.
        compute_type: CTranslate2's, e.g. "int8", "float16"; "default" is float16 on cuda and int8 on a CPU.
        cpu_threads: cores to use; 0 for all that this process may use.
        batch_size: windows decoded together; 0 for the device's default.
    """

    name = "faster_whisper"

    def __init__(
        self,
        model: str = "base",
        *,
        cache_dir: Path,
        device: str = "auto",
        compute_type: str = "default",
        cpu_threads: int = 0,
        batch_size: int = 0,
    ) -> None:
        self.model_id = model
        self._cache_dir = cache_dir
        self._asked_device = device
        self._asked_compute_type = compute_type
        self._threads = cpu_threads or len(os.sched_getaffinity(0))
        self._asked_batch_size = batch_size

    @cached_property
    def device(self) -> str:
        """Where the model runs, "cpu" or "cuda"; looked up at first use: no card may be touched before a fork."""
        if self._asked_device != "auto":
            return self._asked_device
        import ctranslate2

        return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"

    @property
    def compute_type(self) -> str:
        """Arithmetic of the model, as CTranslate2 names it."""
        if self._asked_compute_type != "default":
            return self._asked_compute_type
        return "float16" if self.device == "cuda" else "int8"

    @property
    def _batch_size(self) -> int:
        return self._asked_batch_size or (CPU_BATCH if self.device == "cpu" else CUDA_BATCH)

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        """See `Recognizer.recognize`. `removed` also lists windows that Whisper itself calls silent."""
        refuse_model(self.model_id, options.language)
        windows = pack_windows(audio, speech)
        heard = self._recognize_windows(audio, windows, options, on_progress) if windows else []
        skipped = pack_windows(audio, skipped_speech(windows, heard))
        if skipped:
            heard += self._recognize_windows(audio, skipped, options, None)
        words = in_order(sorted((word for part in heard for word in part.words), key=lambda word: word.start_ms))
        segments, invented = remove_inventions(split_sentences(words), audio)
        removed = [*(record for part in heard for record in part.removed), *invented]
        removed.sort(key=lambda record: record.start_ms)
        return Recognition(tuple(segments), tuple(removed), options.language, self.model_id)

    def _recognize_windows(
        self, audio: Audio, windows: list[Window], options: RecognitionOptions, on_progress: Progress | None
    ) -> list[Heard]:
        session = Session(self._model(), audio, options)
        if not session.model.model.is_multilingual and options.language != "en":
            raise EngineError("model_not_polish", self.model_id)
        total_ms = sum(window.duration_ms for window in windows)
        done_ms = 0
        groups = _even_groups(windows, self._batch_size, self._workers)
        with ThreadPoolExecutor(self._workers, thread_name_prefix="whisper") as pool:
            futures = [pool.submit(session.hear, group) for group in groups]
            try:
                for future in as_completed(futures):
                    done_ms += future.result().duration_ms
                    if on_progress:
                        on_progress(done_ms, total_ms)
            except RuntimeError as error:
                raise _engine_error(error) from error
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        return [future.result() for future in futures]

    @property
    def _workers(self) -> int:
        """One-threaded decoders side by side use less processor time than one decoder with many threads."""
        return min(self._threads, 8) if self.device == "cpu" else 1

    def _model(self) -> Any:
        key = f"{self.model_id}|{self.device}|{self.compute_type}|{self._threads}|{os.getpid()}"
        return _models.get(key, self._load)

    def _load(self) -> Any:
        from faster_whisper import WhisperModel

        path = whisper_model_path(self.model_id, self._cache_dir)
        try:
            return WhisperModel(
                path,
                device=self.device,
                compute_type=self.compute_type,
                cpu_threads=max(1, self._threads // self._workers),
                num_workers=self._workers,
                download_root=str(self._cache_dir),
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError("model_unavailable", f"{self.model_id}: {error}"[:600], retryable=True) from error


def skipped_speech(windows: Sequence[Window], heard: Sequence[Heard]) -> list[Span]:
    """Speech for which the decoder wrote nothing: it sometimes leaves out a whole sentence in a full window.

    Decoded again by themselves, these stretches usually do give their words. Each reaches up to the neighbouring words.
    Windows judged silent are not asked again.
    """
    pieces = [piece for window in windows for piece in window.pieces]
    words = sorted((word for part in heard for word in part.words), key=lambda word: word.start_ms)
    silent = [Segment(record.start_ms, record.end_ms, record.text) for part in heard for record in part.removed]
    ends, starts = [word.end_ms for word in words], [word.start_ms for word in words]
    found: list[Span] = []
    for gap in uncovered_speech(pieces, [*silent, *(Segment(w.start_ms, w.end_ms, w.text, (w,)) for w in words)]):
        before, after = bisect_right(ends, gap.start_ms) - 1, bisect_left(starts, gap.end_ms)
        piece = pieces[bisect_right([p.start_ms for p in pieces], gap.start_ms) - 1]
        start_ms = max(piece.start_ms, ends[before] if before >= 0 else 0)
        end_ms = min(piece.end_ms, starts[after] if after < len(starts) else piece.end_ms)
        found.append(Span(start_ms, end_ms))
    return found


def refuse_model(model: str, language: str) -> None:
    """Raise EngineError `model_not_polish` for models that by their name know only English (distil-*, *.en)."""
    name = model.rstrip("/").rsplit("/", 1)[-1].lower()
    if language != "en" and ("distil-" in name or name.endswith(".en")):
        raise EngineError("model_not_polish", model)


def _even_groups(windows: list[Window], most: int, workers: int) -> list[list[Window]]:
    """At most `most` windows a group; the number of groups a multiple of the workers where there are enough windows."""
    count = -(-len(windows) // most)
    count = min(len(windows), -(-count // workers) * workers)
    return [list(part) for part in _split(windows, count)]


def _split(windows: list[Window], count: int) -> list[list[Window]]:
    size, extra = divmod(len(windows), count)
    starts = [index * size + min(index, extra) for index in range(count + 1)]
    return [windows[a:b] for a, b in pairwise(starts)]


def _engine_error(error: RuntimeError) -> EngineError:
    if "out of memory" in str(error).lower():
        return EngineError("out_of_memory", str(error)[:600], retryable=True)
    return EngineError("recognition_failed", str(error)[:600], retryable=True)
