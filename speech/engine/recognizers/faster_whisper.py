"""Whisper on CTranslate2, with our own batcher.

faster-whisper's batched mode is fast but checks nothing and returns 30 s lumps; its sequential mode checks everything
one window at a time. Here windows are packed tightly from VAD spans, encoded and decoded in batches without timestamp
tokens (fewer tokens, better words), checked one by one, decoded again alone when a check fails, and every word gets
its time by alignment, mapped back to the recording.

Nothing is sampled: where Whisper would retry with a temperature, another deterministic decoding is tried, so a chunk
done again after a crash gives the same words.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from speech.engine.errors import EngineError
from speech.engine.guards import Removed, remove_inventions
from speech.engine.merging import uncovered_speech
from speech.engine.models import ModelManager, whisper_model_path
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.packing import Window, pack_windows
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Progress, Segment, Span, Word

COMPRESSION_LIMIT = 2.4
LOGPROB_LIMIT = -1.0
NO_SPEECH_LIMIT = 0.6
"""The three limits are openai/whisper's own (transcribe.py)."""
DEFAULT_BEAM = 2
"""Development meeting: beam 5 costs about 15 % more processor time for a word error rate at most one point lower."""
CPU_BATCH = 3
"""Windows decoded together on a CPU: larger batches gained nothing there, smaller ones share the cores more evenly."""
CUDA_BATCH = 16
_MIN_SAMPLES = SAMPLE_RATE_HZ // 10
_MIN_FRAMES = 20
_MAX_TOKENS = 448
_TOKENS_PER_S = 15
"""Polish needs 2.5 tokens a word and nobody says six words a second; a loop must not run on to _MAX_TOKENS."""
_PREPENDED = frozenset("\"'“„¿([{-«")
_SENTENCE_END = re.compile(r"[.?!…]\W*$")

_models: ModelManager[Any] = ModelManager()


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the decoder wrote for one window, with the numbers by which it is judged."""

    window: Window
    tokens: list[int]
    text: str
    avg_logprob: float
    no_speech_prob: float
    compression: float

    @property
    def silent(self) -> bool:
        return self.no_speech_prob > NO_SPEECH_LIMIT and self.avg_logprob < LOGPROB_LIMIT

    @property
    def sound(self) -> bool:
        return self.silent or (self.compression <= COMPRESSION_LIMIT and self.avg_logprob >= LOGPROB_LIMIT)


@dataclass(frozen=True, slots=True)
class _Heard:
    words: list[Word]
    removed: list[Removed]
    duration_ms: int


class FasterWhisperRecognizer:
    """Whisper models in CTranslate2 format.

    Args:
        model: "base" (bundled), a faster-whisper size, a hub id or a folder.
        cache_dir: where model files are kept.
        device: "cpu" or "cuda".
        compute_type: CTranslate2's, e.g. "int8", "float16".
        cpu_threads: cores to use; 0 for all that this process may use.
        batch_size: windows decoded together; 0 for the device's default.
    """

    name = "faster_whisper"

    def __init__(
        self,
        model: str = "base",
        *,
        cache_dir: Path,
        device: str = "cpu",
        compute_type: str = "int8",
        cpu_threads: int = 0,
        batch_size: int = 0,
    ) -> None:
        self.model_id = model
        self._cache_dir = cache_dir
        self._device = device
        self._compute_type = compute_type
        self._threads = cpu_threads or len(os.sched_getaffinity(0))
        self._batch_size = batch_size or (CPU_BATCH if device == "cpu" else CUDA_BATCH)

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
        words = _in_order(sorted((word for part in heard for word in part.words), key=lambda word: word.start_ms))
        segments, invented = remove_inventions(split_sentences(words), audio)
        removed = [*(record for part in heard for record in part.removed), *invented]
        removed.sort(key=lambda record: record.start_ms)
        return Recognition(tuple(segments), tuple(removed), options.language, self.model_id)

    def _recognize_windows(
        self, audio: Audio, windows: list[Window], options: RecognitionOptions, on_progress: Progress | None
    ) -> list[_Heard]:
        session = _Session(self._model(), audio, options)
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
        return min(self._threads, 8) if self._device == "cpu" else 1

    def _model(self) -> Any:
        key = f"{self.model_id}|{self._device}|{self._compute_type}|{self._threads}|{os.getpid()}"
        return _models.get(key, self._load)

    def _load(self) -> Any:
        from faster_whisper import WhisperModel

        path = whisper_model_path(self.model_id, self._cache_dir)
        try:
            return WhisperModel(
                path,
                device=self._device,
                compute_type=self._compute_type,
                cpu_threads=max(1, self._threads // self._workers),
                num_workers=self._workers,
                download_root=str(self._cache_dir),
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError("model_unavailable", f"{self.model_id}: {error}"[:600], retryable=True) from error


def skipped_speech(windows: Sequence[Window], heard: Sequence[_Heard]) -> list[Span]:
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


class _Session:
    """One recognition: the model, the sound, the wishes. `hear` may run in several threads."""

    def __init__(self, model: Any, audio: Audio, options: RecognitionOptions) -> None:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self.model = model
        self._audio = audio
        self._beam = options.beam_size or DEFAULT_BEAM
        self._hotwords = options.hotwords or None
        self._tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=options.language)
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])

    def hear(self, windows: list[Window]) -> _Heard:
        """Words of these windows, in order."""
        encoded = self._encode(windows)
        drafts = self._generate(encoded, windows)
        words: list[Word] = []
        removed: list[Removed] = []
        aligned = self._align(encoded, drafts)
        for draft, timed in zip(drafts, aligned, strict=True):
            if draft.sound:
                found = [(draft, timed)]
            else:
                rescued = self._rescue(draft)
                found = [(piece, self._align(self._encode([piece.window]), [piece])[0]) for piece in rescued]
            for piece, piece_words in found:
                if piece.silent and piece.text:
                    removed.append(_silence_record(piece))
                elif not piece.silent:
                    words.extend(piece_words)
        return _Heard(words, removed, sum(window.duration_ms for window in windows))

    def _encode(self, windows: list[Window]) -> Any:
        from faster_whisper.audio import pad_or_trim

        extractor = self.model.feature_extractor
        features = []
        for window in windows:
            samples = window.samples(self._audio)
            samples = np.pad(samples, (0, max(0, _MIN_SAMPLES - len(samples))))
            features.append(pad_or_trim(extractor(samples)[..., :-1]))
        return self.model.encode(np.stack(features))

    def _generate(
        self, encoded: Any, windows: list[Window], *, timestamps: bool = False, **decoding: float
    ) -> list[_Draft]:
        from faster_whisper.transcribe import get_compression_ratio

        prompt = self.model.get_prompt(self._tokenizer, [], without_timestamps=not timestamps, hotwords=self._hotwords)
        longest_ms = max(window.duration_ms for window in windows)
        results = self.model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=self._beam,
            max_length=min(_MAX_TOKENS, len(prompt) + 30 + _TOKENS_PER_S * longest_ms // 1000),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppressed,
            **decoding,
        )
        drafts = []
        for window, result in zip(windows, results, strict=True):
            ids = result.sequences_ids[0]
            tokens = [token for token in ids if token < self._tokenizer.eot]
            text = self._tokenizer.decode(tokens).strip()
            drafts.append(
                _Draft(
                    window,
                    tokens if text else [],
                    text,
                    # the score is a mean over the tokens without the end token; the limits count that token too
                    result.scores[0] * len(ids) / (len(ids) + 1),
                    result.no_speech_prob,
                    get_compression_ratio(text) if text else 0.0,
                )
            )
        return drafts

    def _rescue(self, failed: _Draft) -> list[_Draft]:
        """Decode a window that failed its checks again: with timestamps, in two halves, with repetition made costly.

        The first attempt that passes wins; when none does, the most probable one that does not loop.
        """
        window = [failed.window]
        encoded = self._encode(window)
        attempts = [[failed]]
        ladder: tuple[Callable[[], list[_Draft]], ...] = (
            lambda: self._generate(encoded, window, timestamps=True),
            lambda: [self._generate(self._encode([half]), [half])[0] for half in _halves(failed.window)],
            lambda: self._generate(encoded, window, repetition_penalty=1.2, no_repeat_ngram_size=5),
        )
        for attempt in ladder:
            attempts.append(attempt())
            if all(draft.sound for draft in attempts[-1]):
                return attempts[-1]
        steady = [a for a in attempts if all(d.compression <= COMPRESSION_LIMIT for d in a)] or attempts
        return max(steady, key=lambda drafts: min(draft.avg_logprob for draft in drafts))

    def _align(self, encoded: Any, drafts: list[_Draft]) -> list[list[Word]]:
        """Words with times in the recording, for each draft."""
        stand_in = self._tokenizer.encode(" .")  # CTranslate2 aligns no empty text
        frames = [max(_MIN_FRAMES, draft.window.duration_ms // 10) for draft in drafts]
        alignments = self.model.find_alignment(
            self._tokenizer, [draft.tokens or stand_in for draft in drafts], encoded, frames
        )
        return [
            _words(alignment, draft.window) if draft.tokens else []
            for draft, alignment in zip(drafts, alignments, strict=True)
        ]


def _words(alignment: list[dict[str, Any]], window: Window) -> list[Word]:
    """Glue tokens to words ("1" + ",5", "„" + "Zgoda" + "."), limit their length, go back to the recording's time."""
    glued: list[Word] = []
    texts: list[tuple[str, float, float, list[float]]] = []
    for part in alignment:
        text, start, end = part["word"], float(part["start"]) * 1000, float(part["end"]) * 1000
        opens = bool(texts) and texts[-1][0].strip() in _PREPENDED
        if texts and (opens or not text.startswith(" ")):
            before = texts.pop()
            text, start = before[0] + text.lstrip() if opens else before[0] + text, before[1]
            texts.append((text, start, max(end, before[2]), [*before[3], float(part["probability"])]))
        elif text.strip():
            texts.append((text, start, end, [float(part["probability"])]))
    for text, start, end, probabilities in texts:
        plain = text.strip()
        # attention stretches the words beside a pause over it: a sentence's first word back, any other forward
        surplus = max(0.0, end - start - 500 - 110 * len(plain))
        opens_sentence = not glued or _SENTENCE_END.search(glued[-1].text)
        span = window.locate(start + surplus, end) if opens_sentence else window.locate(start, end - surplus)
        glued.append(Word(span.start_ms, span.end_ms, plain, round(float(np.mean(probabilities)), 3)))
    return glued


def _in_order(words: Iterable[Word]) -> list[Word]:
    """Starts and ends never go back: alignment may let neighbours overlap by some hundredths."""
    ordered: list[Word] = []
    for word in words:
        earliest = ordered[-1].end_ms if ordered else 0
        start_ms = max(word.start_ms, earliest)
        ordered.append(Word(start_ms, max(word.end_ms, start_ms), word.text, word.probability))
    return ordered


def _halves(window: Window) -> list[Window]:
    """Two windows of about half the length, between pieces; a window of one piece stays whole."""
    if len(window.pieces) == 1:
        return [window]
    ends = np.cumsum([piece.duration_ms for piece in window.pieces])
    cut = int(np.abs(ends[:-1] - window.duration_ms / 2).argmin()) + 1
    return [Window(window.pieces[:cut]), Window(window.pieces[cut:])]


def _even_groups(windows: list[Window], most: int, workers: int) -> list[list[Window]]:
    """At most `most` windows a group; the number of groups a multiple of the workers where there are enough windows."""
    count = -(-len(windows) // most)
    count = min(len(windows), -(-count // workers) * workers)
    return [list(part) for part in _split(windows, count)]


def _split(windows: list[Window], count: int) -> list[list[Window]]:
    size, extra = divmod(len(windows), count)
    starts = [index * size + min(index, extra) for index in range(count + 1)]
    return [windows[a:b] for a, b in pairwise(starts)]


def _silence_record(draft: _Draft) -> Removed:
    pieces = draft.window.pieces
    return Removed(pieces[0].start_ms, pieces[-1].end_ms, draft.text, "no_speech")


def _engine_error(error: RuntimeError) -> EngineError:
    if "out of memory" in str(error).lower():
        return EngineError("out_of_memory", str(error)[:600], retryable=True)
    return EngineError("recognition_failed", str(error)[:600], retryable=True)
