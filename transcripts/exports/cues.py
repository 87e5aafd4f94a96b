"""Segments cut into captions that people can read.

Sizes: at most two lines of 42 characters, one caption up to 7 s (EN 301 549 leaves them to practice; these are the
limits of common Polish and BBC guidelines, 37 to 42 characters a line and 15 to 17 characters a second). A caption
stays longer than its words when the pause after it allows; words are never dropped to keep the pace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from math import ceil

from transcripts.queries import SegmentRow

LINE_CHARS = 42
READING_CHARS_PER_S = 17
LONGEST_MS = 7_000
SHORTEST_MS = 1_000
_TYPICAL_CHARS = 74  # of two lines, after breaking between words
_BLANKS = re.compile(r"[^\S\u00a0]+")  # a no-break space holds an amount and its unit on one line
_SENTENCE_BONUS, _CLAUSE_BONUS = 30, 15  # characters of imbalance that a break at . ? ! or , is worth


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption. Where another person begins, `lines` start with the name and a colon."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str


@dataclass(frozen=True, slots=True)
class _Token:
    start_ms: int
    end_ms: int
    text: str


def cues_of(segments: Sequence[SegmentRow]) -> list[Cue]:
    """Captions in order of time; none overlaps the next unless two people speak at once from the same moment."""
    cues: list[Cue] = []
    speaker = ""
    for segment in segments:
        tokens = _tokens(segment)
        if not tokens:
            continue
        if segment.speaker and segment.speaker != speaker:  # the shown name takes room too
            label = f"{segment.speaker}:".split()
            tokens = [_Token(tokens[0].start_ms, tokens[0].start_ms, text) for text in label] + tokens
        speaker = segment.speaker
        for part in _cut(tokens):
            lines = _two_lines(part) or (_text(part),)
            cues.append(Cue(part[0].start_ms, max(part[-1].end_ms, part[0].start_ms + 1), lines, segment.speaker))
    return _paced(cues)


def _tokens(segment: SegmentRow) -> list[_Token]:
    """The segment's words with times: its own, or spread evenly over its characters."""
    texts = [text for text in _BLANKS.split(segment.text) if text]
    if [word[2] for word in segment.words] == texts:
        return [_Token(start_ms, end_ms, text) for start_ms, end_ms, text, _ in segment.words]
    total = sum(len(text) + 1 for text in texts)
    tokens, done = [], 0
    for text in texts:
        start_ms = segment.start_ms + (segment.end_ms - segment.start_ms) * done // total
        done += len(text) + 1
        tokens.append(_Token(start_ms, segment.start_ms + (segment.end_ms - segment.start_ms) * done // total, text))
    return tokens


def _cut(tokens: list[_Token]) -> list[list[_Token]]:
    """Parts that each fit into one caption, of similar length, cut after sentences and clauses where that is near."""
    parts = []
    while tokens and not _fits(tokens):
        length = len(_text(tokens))
        duration_ms = tokens[-1].end_ms - tokens[0].start_ms
        count = max(2, ceil(length / _TYPICAL_CHARS), ceil(duration_ms / LONGEST_MS))
        fitting = list(takewhile(partial(_fits_up_to, tokens), range(1, len(tokens))))
        best = max(fitting, key=partial(_worth, tokens, length / count))
        parts.append(tokens[:best])
        tokens = tokens[best:]
    return [*parts, tokens] if tokens else parts


def _fits(tokens: list[_Token]) -> bool:
    short_enough = tokens[-1].end_ms - tokens[0].start_ms <= LONGEST_MS
    return len(tokens) == 1 or (short_enough and _two_lines(tokens) is not None)


def _fits_up_to(tokens: list[_Token], at: int) -> bool:
    return _fits(tokens[:at])


def _worth(tokens: list[_Token], wanted_chars: float, at: int) -> float:
    return _break_bonus(tokens[at - 1]) - abs(len(_text(tokens[:at])) - wanted_chars)


def _break_bonus(token: _Token) -> int:
    last = token.text[-1]
    return _SENTENCE_BONUS if last in ".?!…" else _CLAUSE_BONUS if last in ",;:–" else 0


def _two_lines(tokens: list[_Token]) -> tuple[str, ...] | None:
    """One line, or the most even pair of lines; None when they do not fit."""
    whole = _text(tokens)
    if len(whole) <= LINE_CHARS:
        return (whole,)
    if len(whole) > 2 * LINE_CHARS + 1:
        return None
    pairs = [(_text(tokens[:at]), _text(tokens[at:])) for at in range(1, len(tokens))]
    fitting = [pair for pair in pairs if max(map(len, pair)) <= LINE_CHARS]
    return min(fitting, key=lambda pair: abs(len(pair[0]) - len(pair[1]))) if fitting else None


def _paced(cues: list[Cue]) -> list[Cue]:
    """Let each caption stay for its reading time, but never into the next one."""
    paced = []
    for position, cue in enumerate(cues):
        needed_ms = max(SHORTEST_MS, ceil(sum(map(len, cue.lines)) * 1000 / READING_CHARS_PER_S))
        end_ms = max(cue.end_ms, cue.start_ms + needed_ms)
        following = cues[position + 1].start_ms if position + 1 < len(cues) else end_ms
        end_ms = min(end_ms, following) if following > cue.start_ms else cue.end_ms
        paced.append(replace(cue, end_ms=end_ms))
    return paced


def _text(tokens: Sequence[_Token]) -> str:
    return " ".join(token.text for token in tokens)
