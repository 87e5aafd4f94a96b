"""Decode Whisper windows in batches, check each one, decode again what fails, and time every word.

Nothing is sampled: where Whisper would retry with a temperature, another deterministic decoding is tried, so a chunk
done again after a crash gives the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from speech.engine.guards import Removed
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.packing import Window
from speech.engine.recognizers.word_times import timed_words
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Word

COMPRESSION_LIMIT = 2.4
LOGPROB_LIMIT = -1.0
NO_SPEECH_LIMIT = 0.6
"""The three limits are openai/whisper's own (transcribe.py)."""
DEFAULT_BEAM = 5
"""As in faster-whisper. Development meeting, 30 s windows: beam 2 costs 45 processor seconds for a word error rate of
.172, beam 5 51 for .163; its hall recording .265 and .245."""
_MIN_SAMPLES = SAMPLE_RATE_HZ // 10
_MIN_FRAMES = 20
_FRAME_MS = 10
_FULL_FRAMES = 3_000
TAIL_MS = 3_000
"""Silence encoded after a short window, instead of filling it up to 30 s: a 12 s window then costs a quarter of
the encoder's time. With no silence at all the decoder does not notice the end and says everything again."""
_MAX_TOKENS = 448
_PROMPT_TOKENS = _MAX_TOKENS // 2 - 1
_TOKENS_PER_S = 15
"""Polish needs 2.5 tokens a word and nobody says six words a second; a loop must not run on to _MAX_TOKENS."""


@dataclass(frozen=True, slots=True)
class Draft:
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
class Heard:
    words: list[Word]
    removed: list[Removed]
    duration_ms: int


class Session:
    """One recognition: the model, the sound, the wishes. `hear` may run in several threads."""

    def __init__(self, model: Any, audio: Audio, options: RecognitionOptions) -> None:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self.model = model
        self._audio = audio
        self._beam = options.beam_size or DEFAULT_BEAM
        self._hotwords = as_sentence(options.hotwords) or None
        multilingual = model.model.is_multilingual
        self._tokenizer = Tokenizer(model.hf_tokenizer, multilingual, task=options.task, language=options.language)
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])
        self._previous = self._prompt_tokens(options.prompt)

    def hear(self, windows: list[Window]) -> Heard:
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
        return Heard(words, removed, sum(window.duration_ms for window in windows))

    def _encode(self, windows: list[Window], tail_ms: int = TAIL_MS) -> Any:
        """Encoder output of a batch, as long as its longest window and `tail_ms` of silence after it, at most 30 s."""
        from faster_whisper.audio import pad_or_trim

        extractor = self.model.feature_extractor
        features = []
        for window in windows:
            samples = window.samples(self._audio)
            samples = np.pad(samples, (0, max(0, _MIN_SAMPLES - len(samples))))
            features.append(extractor(samples)[..., :-1])
        longest = max(feature.shape[-1] for feature in features)
        frames = min(_FULL_FRAMES, longest + tail_ms // _FRAME_MS)
        return self.model.encode(np.stack([pad_or_trim(feature, frames + frames % 2) for feature in features]))

    def _generate(
        self, encoded: Any, windows: list[Window], *, timestamps: bool = False, **decoding: float
    ) -> list[Draft]:
        from faster_whisper.transcribe import get_compression_ratio

        prompt = self.model.get_prompt(
            self._tokenizer, self._previous, without_timestamps=not timestamps, hotwords=self._hotwords
        )
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
                Draft(
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

    def _prompt_tokens(self, prompt: str) -> list[int]:
        """The end of `prompt` as tokens: hotwords and prompt share half of the decoder's room."""
        text = as_sentence(prompt)
        if not text:
            return []
        taken = len(self._tokenizer.encode(f" {self._hotwords}")) if self._hotwords else 0
        room = max(0, _PROMPT_TOKENS - taken)
        tokens: list[int] = self._tokenizer.encode(f" {text}")
        return tokens[max(0, len(tokens) - room) :]

    def _rescue(self, failed: Draft) -> list[Draft]:
        """Decode a window that failed its checks again.

        Filled up to 30 s, as Whisper was trained, and with timestamps; in two halves; with repetition made costly.

        The first attempt that passes wins; when none does, the most probable one that does not loop.
        """
        window = [failed.window]
        encoded = self._encode(window, tail_ms=_FULL_FRAMES * _FRAME_MS)
        attempts = [[failed]]
        ladder: tuple[Callable[[], list[Draft]], ...] = (
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

    def _align(self, encoded: Any, drafts: list[Draft]) -> list[list[Word]]:
        """Words with times in the recording, for each draft."""
        stand_in = self._tokenizer.encode(" .")  # CTranslate2 aligns no empty text
        frames = [max(_MIN_FRAMES, draft.window.duration_ms // 10) for draft in drafts]
        alignments = self.model.find_alignment(
            self._tokenizer, [draft.tokens or stand_in for draft in drafts], encoded, frames
        )
        return [
            timed_words(alignment, draft.window) if draft.tokens else []
            for draft, alignment in zip(drafts, alignments, strict=True)
        ]


def as_sentence(hint: str) -> str:
    """`hint` with a full stop where it ends without punctuation.

    The decoder takes up the style of what came before: after a bare list of names Whisper base wrote a whole meeting
    without capitals and full stops, after the same list with a full stop as ever.
    """
    text = hint.strip()
    return f"{text}." if text and text[-1].isalnum() else text


def _halves(window: Window) -> list[Window]:
    """Two windows of about half the length, between pieces; a window of one piece stays whole."""
    if len(window.pieces) == 1:
        return [window]
    ends = np.cumsum([piece.duration_ms for piece in window.pieces])
    cut = int(np.abs(ends[:-1] - window.duration_ms / 2).argmin()) + 1
    return [Window(window.pieces[:cut]), Window(window.pieces[cut:])]


def _silence_record(draft: Draft) -> Removed:
    pieces = draft.window.pieces
    return Removed(pieces[0].start_ms, pieces[-1].end_ms, draft.text, "no_speech")
