"""Answers of recognition servers, each in its own dialect, become words with times of the sound that was sent.

Seen: OpenAI's verbose_json (words without punctuation beside segments with it), its json (a text and nothing else) and
diarized_json; openai-whisper-asr-webservice with its three engines (WhisperX leaves out times of numbers and writes
NaN); its fork, whose `text` is a list of segments. What is written in the segments is what was said; word lists only
tell when.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, Final

from speech.engine.guards import CREDITS, Reason
from speech.engine.recognizers.remote_calls import invalid_answer

WORD_ERROR_MS: Final = 400
SEGMENT_ERROR_MS: Final = 1_500
NO_TIMES_ERROR_MS: Final = 5_000
"""How far a word's time may be off: given by the server, placed inside its segment, or spread over all the speech."""
_NO_SPEECH_LIMIT: Final = 0.6
_LOGPROB_LIMIT: Final = -1.0
"""openai/whisper's own limits for a silent segment (transcribe.py)."""
_SEVERAL_SENTENCES: Final = re.compile(r"[.?!…]\s")
_MAX_TOKENS_PER_S: Final = 40
_LATE_MS: Final = 1_000
_NO_SPEAKER: Final = frozenset({"", "unknown", "unknown_speaker"})


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word in ms of the sound that was sent; `probability` None when its time is not the server's own."""

    start_ms: float
    end_ms: float
    text: str
    probability: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`words` in order; `error_ms`: how far their times may be off; `apart`: whole segments that nobody said.

    Those are what the server itself calls silence, and subtitle credits: they rarely end with a full stop, and joined
    with its neighbours a credit would take a real sentence with it.
    """

    words: tuple[HeardWord, ...]
    error_ms: int
    apart: tuple[tuple[HeardWord, Reason], ...] = ()


@dataclass(frozen=True, slots=True)
class _Timed:
    text: str
    start_ms: float
    end_ms: float
    probability: float | None
    speaker: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    tokens: list[str]
    start_ms: float | None
    end_ms: float | None
    speaker: str | None
    timed: list[_Timed] = field(default_factory=list)
    invented: Reason | None = None


def read_answer(data: dict[str, object], duration_ms: int) -> Answer:
    """Words of an answer about a sound of `duration_ms`.

    Raises:
        RemoteFault: "remote_answer_invalid" when it holds neither a text nor segments nor words, or impossibly many.
    """
    segments = data.get("segments") or (data.get("text") if isinstance(data.get("text"), list) else None)
    text, given = data.get("text"), data.get("words") or data.get("word_segments")
    if not isinstance(text, str | list) and not isinstance(data.get("segments"), list) and not isinstance(given, list):
        raise invalid_answer(f"no text, segments or words; keys {sorted(map(str, data))[:10]}")
    parts = [part for part in map(_part, _dicts(segments)) if part.tokens]
    top = _timed_words(given)
    tokens = clean(text).split() if isinstance(text, str) else []
    if not parts and not tokens:
        tokens = [token for word in top for token in word.text.split()]
    count = max(len(tokens), sum(len(part.tokens) for part in parts))
    if count > _MAX_TOKENS_PER_S * (duration_ms / 1000 + 5):
        raise invalid_answer(f"{count} words in {duration_ms} ms")
    apart = tuple((_whole(part, duration_ms), part.invented) for part in parts if part.invented)
    parts = _ordered([part for part in parts if not part.invented], duration_ms)
    if len(tokens) > sum(len(part.tokens) for part in parts) and not apart:
        # the text has more than its segments tell (or there are none): it is the whole, they are only its times
        timed = [word for part in parts for word in part.timed] or _spread_segments(parts, duration_ms)
        parts = [_Part(tokens, None, None, None, timed)]
    if not any(part.timed for part in parts):
        parts = _share_out(parts, top)
    return _answer(parts, apart, duration_ms)


def clean(text: object) -> str:
    """Text without what no database takes and no font shows: control characters and halves of characters."""
    if not isinstance(text, str):
        return ""
    return "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs")
    )


def _answer(parts: Sequence[_Part], apart: tuple[tuple[HeardWord, Reason], ...], duration_ms: int) -> Answer:
    words: list[HeardWord] = []
    matched = bounded = 0
    for part, start_ms, end_ms, known in _bounds(parts, duration_ms):
        placed, hits = _place(part, start_ms, end_ms)
        words += placed
        matched += hits
        bounded += len(placed) if known else 0
    if matched * 5 >= len(words) * 4:
        error_ms = WORD_ERROR_MS
    else:
        error_ms = SEGMENT_ERROR_MS if (matched + bounded) * 5 >= len(words) * 4 else NO_TIMES_ERROR_MS
    return Answer(tuple(_forward(words, duration_ms)), error_ms, apart)


def _part(item: dict[str, Any]) -> _Part:
    timed = _timed_words(item.get("words"))
    tokens = clean(item.get("text")).split() or [
        token for word in _dicts(item.get("words")) for token in _word_text(word).split()
    ]
    start_ms, end_ms = _ms(item.get("start")), _ms(item.get("end"))
    return _Part(
        tokens,
        start_ms if start_ms is not None else min((word.start_ms for word in timed), default=None),
        end_ms if end_ms is not None else max((word.end_ms for word in timed), default=None),
        _speaker(item.get("speaker")),
        timed,
        _invented(item, " ".join(tokens)),
    )


def _invented(item: dict[str, Any], text: str) -> Reason | None:
    no_speech, logprob = _number(item.get("no_speech_prob")), _number(item.get("avg_logprob"))
    if no_speech is not None and logprob is not None and no_speech > _NO_SPEECH_LIMIT and logprob < _LOGPROB_LIMIT:
        return "no_speech"
    return "phantom" if CREDITS.search(text) and not _SEVERAL_SENTENCES.search(text) else None


def _timed_words(items: object) -> list[_Timed]:
    found: list[_Timed] = []
    for item in _dicts(items):
        start_ms, end_ms, text = _ms(item.get("start")), _ms(item.get("end")), _word_text(item).strip()
        if start_ms is None or end_ms is None or not text:
            continue
        probability = _number(item.get("probability", item.get("score")))
        if probability is not None and not 0 <= probability <= 1:
            probability = None
        found.append(_Timed(text, start_ms, max(start_ms, end_ms), probability, _speaker(item.get("speaker"))))
    return found


def _word_text(item: dict[str, Any]) -> str:
    return clean(item.get("word", item.get("text")))


def _ordered(parts: list[_Part], duration_ms: int) -> list[_Part]:
    """By start; a part without one stays behind its predecessor. Times that cannot be of this sound are forgotten."""
    starts = [part.start_ms for part in parts if part.start_ms is not None]
    ends = [part.end_ms for part in parts if part.end_ms is not None]
    late = sum(start > duration_ms + _LATE_MS for start in starts)
    if starts and ends and (late * 2 > len(starts) or max(ends) <= min(starts)):
        return [replace(part, start_ms=None, end_ms=None, timed=[]) for part in parts]
    keyed: list[tuple[float, _Part]] = []
    for part in parts:
        behind = keyed[-1][0] if keyed else 0.0
        keyed.append((part.start_ms if part.start_ms is not None else behind, part))
    return [part for _, part in sorted(keyed, key=lambda pair: pair[0])]


def _spread_segments(parts: Sequence[_Part], duration_ms: int) -> list[_Timed]:
    words = [word for part, start, end, known in _bounds(parts, duration_ms) if known
             for word in _place(part, start, end)[0]]  # fmt: skip
    return [_Timed(word.text, word.start_ms, word.end_ms, None, None) for word in words]


def _share_out(parts: Sequence[_Part], top: Sequence[_Timed]) -> list[_Part]:
    """Parts with the timed words, given in one list for all of them, that are theirs by their texts."""
    if not top:
        return list(parts)
    owner = [index for index, part in enumerate(parts) for _ in part.tokens]
    shares: list[list[_Timed]] = [[] for _ in parts]
    for token, word in _matches([token for part in parts for token in part.tokens], [word.text for word in top]):
        shares[owner[token]].append(top[word])
    return [replace(part, timed=share) for part, share in zip(parts, shares, strict=True)]


def _bounds(parts: Sequence[_Part], duration_ms: int) -> Iterator[tuple[_Part, float, float, bool]]:
    """Each part with its start and end, and whether they are the server's; the others share the room between."""
    letters = [sum(len(token) + 1 for token in part.tokens) for part in parts]
    at_ms = 0.0
    for index, part in enumerate(parts):
        if part.start_ms is not None and part.end_ms is not None:
            start_ms = min(part.start_ms, duration_ms)
            at_ms = min(max(part.end_ms, start_ms), duration_ms)
            yield part, start_ms, at_ms, True
            continue
        following = next((k for k in range(index, len(parts)) if _has_times(parts[k])), len(parts))
        room_end = float(parts[following].start_ms or 0.0) if following < len(parts) else float(duration_ms)
        room = max(0.0, min(room_end, duration_ms) - at_ms)
        end_ms = at_ms + room * letters[index] / max(1, sum(letters[index:following]))
        yield part, at_ms, end_ms, False
        at_ms = end_ms


def _has_times(part: _Part) -> bool:
    return part.start_ms is not None and part.end_ms is not None


def _place(part: _Part, start_ms: float, end_ms: float) -> tuple[list[HeardWord], int]:
    """The part's tokens with times: those of their word where it is known, else by letters between their neighbours."""
    times: list[_Timed | None] = [None] * len(part.tokens)
    pairs = _matches(part.tokens, [word.text for word in part.timed])
    for token, word in pairs:
        times[token] = part.timed[word]
    words: list[HeardWord] = []
    at = 0
    while at < len(times):
        known = times[at]
        if known is not None:
            speaker = known.speaker or part.speaker
            words.append(HeardWord(known.start_ms, known.end_ms, part.tokens[at], known.probability, speaker))
            at += 1
            continue
        run = next((k for k in range(at, len(times)) if times[k] is not None), len(times))
        after = times[run] if run < len(times) else None
        left = words[-1].end_ms if words else min(start_ms, after.start_ms if after else start_ms)
        right = after.start_ms if after else max(end_ms, left)
        words += _spread(part.tokens[at:run], left, max(left, right), part.speaker)
        at = run
    return words, len(pairs)


def _spread(tokens: Sequence[str], start_ms: float, end_ms: float, speaker: str | None) -> Iterator[HeardWord]:
    total = sum(len(token) + 1 for token in tokens)
    at = 0
    for token in tokens:
        first = start_ms + (end_ms - start_ms) * at / total
        at += len(token) + 1
        yield HeardWord(first, start_ms + (end_ms - start_ms) * at / total, token, None, speaker)


def _matches(tokens: Sequence[str], words: Sequence[str]) -> list[tuple[int, int]]:
    plain_tokens, plain_words = [_plain(token) for token in tokens], [_plain(word) for word in words]
    if plain_tokens == plain_words:
        return [(index, index) for index in range(len(tokens))]
    matcher = SequenceMatcher(None, plain_tokens, plain_words, autojunk=False)
    return [(a + k, b + k) for a, b, size in matcher.get_matching_blocks() for k in range(size)]


def _forward(words: Iterable[HeardWord], duration_ms: int) -> Iterator[HeardWord]:
    """The words in the order given, inside the sound, with starts and ends that never go back."""
    at_ms = 0.0
    for word in words:
        start_ms = min(max(word.start_ms, at_ms), duration_ms)
        at_ms = min(max(word.end_ms, start_ms), duration_ms)
        yield replace(word, start_ms=start_ms, end_ms=at_ms)


def _whole(part: _Part, duration_ms: int) -> HeardWord:
    start_ms = min(part.start_ms or 0.0, duration_ms)
    end_ms = duration_ms if part.end_ms is None else min(max(part.end_ms, start_ms), duration_ms)
    return HeardWord(start_ms, end_ms, " ".join(part.tokens))


def _plain(token: str) -> str:
    return re.sub(r"\W", "", token).casefold() or token


def _dicts(items: object) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _speaker(value: object) -> str | None:
    name = clean(value).strip()[:100]
    return None if name.lower() in _NO_SPEAKER else name


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _ms(value: object) -> float | None:
    seconds = _number(value)
    return None if seconds is None else max(0.0, seconds * 1000)
