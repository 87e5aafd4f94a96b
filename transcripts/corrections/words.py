"""Times of words after a person rewrote a sentence, and sentences cut and joined."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from transcripts.corrections.line import Line, Word

_EDGES = ".,;:!?…„”“\"'()[]«»–—-"
MOST_MATCHED = 2_000
"""Words of one sentence that are compared pair by pair; a longer text is timed by its characters."""


def plain(word: str) -> str:
    """What two writings of one word share: letters in lower case, no punctuation around."""
    return word.strip(_EDGES).lower() or word.lower()


def rewritten(line: Line, text: str) -> Line:
    """The line with another text. A word that stays keeps its time; others share the time of those they replace."""
    tokens = text.split()
    words = _retimed(line, tokens) if line.words and tokens else ()
    return replace(line, text=" ".join(tokens), words=words)


def _retimed(line: Line, tokens: list[str]) -> tuple[Word, ...]:
    old = line.words
    if max(len(old), len(tokens)) > MOST_MATCHED:
        return _spread(tokens, old[0][0], old[-1][1])
    matcher = SequenceMatcher(None, [plain(word[2]) for word in old], [plain(token) for token in tokens], False)
    timed: list[Word] = []
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind == "equal":
            timed += [
                (start_ms, end_ms, token, probability if token == written else None)
                for (start_ms, end_ms, written, probability), token in zip(
                    old[first:last], tokens[begin:end], strict=True
                )
            ]
        elif kind == "replace":
            timed += _spread(tokens[begin:end], old[first][0], old[last - 1][1])
        elif kind == "insert":
            earliest = old[first - 1][1] if first else line.start_ms
            latest = old[first][0] if first < len(old) else line.end_ms
            timed += _spread(tokens[begin:end], min(earliest, latest), max(earliest, latest))
    return tuple(timed)


def _spread(tokens: list[str], start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """Words that share a stretch of time by their length."""
    total = sum(len(token) for token in tokens) or 1
    edges, done = [start_ms], 0
    for token in tokens:
        done += len(token)
        edges.append(start_ms + (end_ms - start_ms) * done // total)
    return tuple((a, b, token, None) for (a, b), token in zip(pairwise(edges), tokens, strict=True))


def token_times(line: Line) -> list[tuple[str, int, int]]:
    """(text, start_ms, end_ms) of each written word; by its share of characters where no time is known."""
    tokens = line.text.split()
    if len(line.words) == len(tokens):
        return [(token, word[0], word[1]) for token, word in zip(tokens, line.words, strict=True)]
    return [(text, start_ms, end_ms) for start_ms, end_ms, text, _ in _spread(tokens, line.start_ms, line.end_ms)]


def cut(line: Line, at: int) -> tuple[Line, Line]:
    """The line before its word number `at` (1 ... words - 1), and the rest as a new one. Raises IndexError."""
    times = token_times(line)
    if not 0 < at < len(times):
        raise IndexError(at)
    tokens = [token for token, _, _ in times]
    border_ms = min(max(times[at][1], line.start_ms), line.end_ms)
    known = len(line.words) == len(tokens)
    left = replace(
        line, end_ms=border_ms, text=" ".join(tokens[:at]), words=_until(line.words[:at], border_ms) if known else ()
    )
    right = replace(
        line, id=None, start_ms=border_ms, text=" ".join(tokens[at:]), words=line.words[at:] if known else ()
    )
    return left, right


def _until(words: tuple[Word, ...], border_ms: int) -> tuple[Word, ...]:
    return tuple((min(start, border_ms), min(end, border_ms), text, sure) for start, end, text, sure in words)


def joined(first: Line, second: Line) -> Line:
    """Two neighbours as one, by the first one's speaker. Words keep their times where both sides know them."""
    timed = [line for line in (first, second) if line.text]
    words = first.words + second.words if all(line.words for line in timed) else ()
    return replace(
        first, end_ms=max(first.end_ms, second.end_ms), text=f"{first.text} {second.text}".strip(), words=words
    )
