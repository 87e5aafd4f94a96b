"""Decode Whisper windows in batches, check each one, decode again what fails, and time every word.

Nothing is sampled: where Whisper would retry with a temperature, another deterministic decoding is tried, so a chunk
done again after a crash gives the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from speech.engine.guards import NO_LENGTH_MS, Removed, has_foreign_letters, is_english
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.language import LATIN
from speech.engine.recognizers.packing import Window
from speech.engine.recognizers.word_times import timed_words
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Word

COMPRESSION_LIMIT = 2.4
LOGPROB_LIMIT = -1.0
NO_SPEECH_LIMIT = 0.6
"""The three limits are openai/whisper's own (transcribe.py)."""
SPARSE_WORDS_PER_S = 0.5
"""Half of what the slowest roll call has. Over the voices of a crowd in a break Whisper writes "Słuchaj!" five times in
27 s, quite sure of it, while it takes the whole for no speech at .83."""
GUESSED_NO_SPEECH = 0.3
"""In no window of the clean and the noisy development meeting is it above .08; over the voices of a crowd, of which
nothing can be made out, .4 to .8."""
REPETITION_LIMIT = 4.0
SAID_WORDS_PER_S = 4.5
"""A sentence said four times over compresses to 2.6; the fastest utterance of the development meeting has 3.6 words a
second."""
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
_FRAME_STEPS = (100, 1_000)
"""Encoded lengths are whole seconds up to ten, then whole tens: only windows of one length share a batch, for what is
heard in a window must not depend on its neighbours, and most windows are full."""
_MAX_TOKENS = 448
_PROMPT_TOKENS = _MAX_TOKENS // 2 - 1
_TOKENS_PER_S = 15
"""Polish needs 2.5 tokens a word and nobody says six words a second; a loop must not run on to _MAX_TOKENS."""

Way = Literal["plain", "timed", "masked", "costly"]
"""How a window is decoded; all but "plain" come after a check failed, and mask the letters of other scripts."""
_RESCUES: Final[tuple[Way, ...]] = ("timed", "masked", "costly")
_FILLED: Final = frozenset({"timed", "costly"})
_DECODING: Final[dict[Way, dict[str, float]]] = {
    "plain": {},
    "timed": {},
    "masked": {},
    "costly": {"repetition_penalty": 1.2, "no_repeat_ngram_size": 5},
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One window to be decoded in one way. Features: (mels, frames), without silence after them."""

    session: Session
    window: Window
    features: npt.NDArray[np.float32]
    way: Way

    @property
    def key(self) -> Hashable:
        """Asks with equal keys may be decoded together: CTranslate2 takes one beam and prompts of one length."""
        session, options = self.session, self.session.options
        return self.way, self.frames, session.beam, options.language, options.task, len(session.prompt(self.way))

    @property
    def frames(self) -> int:
        """How much is encoded: the window and some silence after it, at most 30 s."""
        wanted = int(self.features.shape[-1]) + TAIL_MS // _FRAME_MS
        if self.session.full or self.way in _FILLED or wanted >= _FULL_FRAMES:
            return _FULL_FRAMES
        step = _FRAME_STEPS[wanted > _FRAME_STEPS[1]]
        return -(-wanted // step) * step


@dataclass(frozen=True, slots=True)
class Draft:
    """What the decoder wrote for one window, with the numbers by which it is judged. `strange`: not in the language
    that was asked for, or in letters of another script."""

    window: Window
    tokens: list[int]
    text: str
    avg_logprob: float
    no_speech_prob: float
    compression: float
    strange: bool = False
    words: list[Word] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        unlikely = self.avg_logprob < LOGPROB_LIMIT
        return self.no_speech_prob > NO_SPEECH_LIMIT and (unlikely or self.is_sparse)

    @property
    def is_sparse(self) -> bool:
        return len(self.text.split()) < SPARSE_WORDS_PER_S * self.window.duration_ms / 1000

    @property
    def guessed(self) -> bool:
        """Whether nothing but guessing came of it, however it was decoded: not to be asked of a first attempt."""
        return self.no_speech_prob > GUESSED_NO_SPEECH and self.avg_logprob < LOGPROB_LIMIT

    @property
    def loops(self) -> bool:
        return self.compression > COMPRESSION_LIMIT and not self.is_said_again

    @property
    def is_said_again(self) -> bool:
        """Whether what repeats was really said so often ("Kto jest za? Kto jest przeciw?" item after item): each word
        has its own sound, at the pace of speech. A loop's words are squeezed together, or are dozens of the same."""
        if not self.words or self.compression > REPETITION_LIMIT:
            return False
        squeezed = sum(word.end_ms - word.start_ms <= NO_LENGTH_MS for word in self.words)
        in_time = len(self.words) <= SAID_WORDS_PER_S * self.window.duration_ms / 1000
        return in_time and squeezed * 10 < len(self.words)

    @property
    def sound(self) -> bool:
        return self.silent or not (self.loops or self.strange or self.avg_logprob < LOGPROB_LIMIT)


@dataclass(frozen=True, slots=True)
class Heard:
    words: list[Word]
    removed: list[Removed]
    duration_ms: int


Decode = Callable[[Sequence[Ask], Callable[[list[Ask]], None] | None], list[Draft]]
"""Answers asks of one way in their order; tells the callback, if any, which have been answered since its last call."""


class Session:
    """One recognition: the model, the sound, the wishes. `hear` may run in several threads.

    Args:
        model: faster-whisper's `WhisperModel`.
        decode: what the windows go through; batches of their own by default.
        full: encode 30 s for every window, whatever its length, so that all may share batches.
    """

    def __init__(
        self, model: Any, audio: Audio, options: RecognitionOptions, *, decode: Decode | None = None, full: bool = False
    ) -> None:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self.model = model
        self.options = options
        self.beam = options.beam_size or DEFAULT_BEAM
        self._audio = audio
        self.full = full
        self._decode = decode or _in_own_batches
        self._hotwords = as_sentence(options.hotwords) or None
        multilingual = model.model.is_multilingual
        self._tokenizer = Tokenizer(model.hf_tokenizer, multilingual, task=options.task, language=options.language)
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])
        previous = self._prompt_tokens(options.prompt)
        self._prompts: dict[bool, list[int]] = {
            timed: model.get_prompt(self._tokenizer, previous, without_timestamps=not timed, hotwords=self._hotwords)
            for timed in (False, True)
        }

    def hear(self, windows: list[Window], on_done: Callable[[int], None] | None = None) -> Heard:
        """Words of these windows, in order. `on_done` gets the ms of speech heard since its last call."""

        def told(asks: list[Ask]) -> None:
            if on_done:
                on_done(sum(ask.window.duration_ms for ask in asks))

        drafts = self._decode([self._ask(window, "plain") for window in windows], told)
        rescued = self._rescue([draft for draft in drafts if not draft.sound])
        words: list[Word] = []
        removed: list[Removed] = []
        for draft in drafts:
            for piece in rescued.get(draft.window, [draft]):
                if not (piece.silent or (piece.guessed and draft.window in rescued)):
                    words.extend(piece.words)
                elif piece.text:
                    removed.append(_silence_record(piece))
        return Heard(words, removed, sum(window.duration_ms for window in windows))

    def prompt(self, way: Way) -> list[int]:
        """The tokens that the decoder starts from."""
        return self._prompts[way == "timed"]

    def decode_batch(self, asks: Sequence[Ask]) -> list[Draft]:
        """Answer asks that share a key, of this session or of others with the same model."""
        encoded = self._encode(asks)
        drafts = self._generate(encoded, asks)
        return [replace(draft, words=words) for draft, words in zip(drafts, self._align(encoded, drafts), strict=True)]

    def _ask(self, window: Window, way: Way) -> Ask:
        samples = window.samples(self._audio)
        samples = np.pad(samples, (0, max(0, _MIN_SAMPLES - len(samples))))
        return Ask(self, window, self.model.feature_extractor(samples)[..., :-1], way)

    def _encode(self, asks: Sequence[Ask]) -> Any:
        from faster_whisper.audio import pad_or_trim

        return self.model.encode(np.stack([pad_or_trim(ask.features, asks[0].frames) for ask in asks]))

    def _generate(self, encoded: Any, asks: Sequence[Ask]) -> list[Draft]:
        from faster_whisper.transcribe import get_compression_ratio

        way = asks[0].way
        prompts = [ask.session.prompt(way) for ask in asks]
        longest_ms = asks[0].frames * _FRAME_MS
        results = self.model.model.generate(
            encoded,
            prompts,
            beam_size=self.beam,
            max_length=min(_MAX_TOKENS, len(prompts[0]) + 30 + _TOKENS_PER_S * longest_ms // 1000),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppressed if way == "plain" else [*self._suppressed, *self._masked()],
            **_DECODING[way],
        )
        drafts = []
        for ask, result in zip(asks, results, strict=True):
            ids = result.sequences_ids[0]
            tokens = [token for token in ids if token < self._tokenizer.eot]
            text = self._tokenizer.decode(tokens).strip()
            drafts.append(
                Draft(
                    ask.window,
                    tokens if text else [],
                    text,
                    # the score is a mean over the tokens without the end token; the limits count that token too
                    result.scores[0] * len(ids) / (len(ids) + 1),
                    result.no_speech_prob,
                    get_compression_ratio(text) if text else 0.0,
                    self._is_strange(text),
                )
            )
        return drafts

    def _is_strange(self, text: str) -> bool:
        if self.options.language in LATIN and has_foreign_letters(text):
            return True
        return self.options.language == "pl" and self.options.task == "transcribe" and is_english(text)

    def _masked(self) -> list[int]:
        """Tokens of other scripts, where the language is written in Latin letters."""
        return foreign_tokens(self.model) if self.options.language in LATIN else []

    def _prompt_tokens(self, prompt: str) -> list[int]:
        """The end of `prompt` as tokens: hotwords and prompt share half of the decoder's room."""
        text = as_sentence(prompt)
        if not text:
            return []
        taken = len(self._tokenizer.encode(f" {self._hotwords}")) if self._hotwords else 0
        room = max(0, _PROMPT_TOKENS - taken)
        tokens: list[int] = self._tokenizer.encode(f" {text}")
        return tokens[max(0, len(tokens) - room) :]

    def _rescue(self, failed: list[Draft]) -> dict[Window, list[Draft]]:
        """Decode windows that failed their checks again, each with other scripts masked.

        Filled up to 30 s, as Whisper was trained, and with timestamps; in two halves; with repetition made costly. The
        first attempt that passes wins; when none does, the most probable one that does not loop, strange ones last.
        """
        attempts: dict[Window, list[list[Draft]]] = {draft.window: [[draft]] for draft in failed}
        for way in _RESCUES:
            left = [window for window, tried in attempts.items() if not all(draft.sound for draft in tried[-1])]
            if not left:
                break
            parts = {window: _halves(window) if way == "masked" else [window] for window in left}
            asks = [self._ask(part, way) for window in left for part in parts[window]]
            drafts = iter(self._decode(asks, None))
            for window in left:
                attempts[window].append([next(drafts) for _ in parts[window]])
        return {window: _best(tried) for window, tried in attempts.items()}

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


def _in_own_batches(asks: Sequence[Ask], on_done: Callable[[list[Ask]], None] | None) -> list[Draft]:
    batches: dict[Hashable, list[int]] = {}
    for index, ask in enumerate(asks):
        batches.setdefault(ask.key, []).append(index)
    drafts: dict[int, Draft] = {}
    for batch in batches.values():
        together = [asks[index] for index in batch]
        drafts.update(zip(batch, together[0].session.decode_batch(together), strict=True))
        if on_done:
            on_done(together)
    return [drafts[index] for index in range(len(asks))]


def _best(tried: list[list[Draft]]) -> list[Draft]:
    if all(draft.sound for draft in tried[-1]):
        return tried[-1]
    steady = [drafts for drafts in tried if not any(draft.loops for draft in drafts)] or tried
    plain = [drafts for drafts in steady if not any(draft.strange for draft in drafts)] or steady
    return max(plain, key=lambda drafts: min(draft.avg_logprob for draft in drafts))


_FOREIGN: WeakKeyDictionary[Any, list[int]] = WeakKeyDictionary()


def foreign_tokens(model: Any) -> list[int]:
    """Text tokens of `model`'s vocabulary with letters of another script than Latin; pieces of letters stay.

    Half of Whisper's multilingual vocabulary: only windows that failed their checks pay for masking it.
    """
    known = _FOREIGN.get(model)
    if known is None:
        tokenizer = model.hf_tokenizer
        texts = tokenizer.decode_batch([[token] for token in range(tokenizer.token_to_id("<|endoftext|>"))])
        known = [token for token, text in enumerate(texts) if has_foreign_letters(text.replace("\ufffd", ""))]
        _FOREIGN[model] = known
    return known


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
