"""Segments with their numbers in figures, each figure in the time of the words that it stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from transcripts.figures import Written, written_lines
from transcripts.queries import SegmentRow

_WORD: Final = re.compile(r"[^\s]+")
_Word = tuple[int, int, str, float | None]


def with_figures(segments: Sequence[SegmentRow]) -> list[SegmentRow]:
    """The segments in order, as they are written; those without numbers are as they were."""
    pieces = written_lines([segment.text for segment in segments])
    return [_written(segment, mine) for segment, mine in zip(segments, pieces, strict=True)]


def _written(segment: SegmentRow, pieces: Sequence[Written]) -> SegmentRow:
    if not pieces:
        return segment
    spans = [match.span() for match in _WORD.finditer(segment.text)]
    timed = [word[2] for word in segment.words] == [segment.text[start:end] for start, end in spans]
    texts: list[str] = []
    words: list[_Word] = []
    at = 0
    while at < len(spans):
        last = _last_of_group(spans, at, pieces)
        texts.append(_replaced(segment.text, spans[at][0], spans[last][1], pieces))
        if timed:
            said = segment.words[at : last + 1]
            known = [word[3] for word in said if word[3] is not None]
            words.append((said[0][0], said[-1][1], texts[-1], min(known, default=None)))
        at = last + 1
    return replace(segment, text=" ".join(texts), words=tuple(words))


def _last_of_group(spans: Sequence[tuple[int, int]], first: int, pieces: Sequence[Written]) -> int:
    """The last word of those from `first` on that one figure, or figures that touch, stand for."""
    last = first
    for piece in pieces:
        if piece.start < spans[last][1] and piece.end > spans[first][0]:
            while spans[last][1] < piece.end:
                last += 1
    return last


def _replaced(text: str, start: int, end: int, pieces: Sequence[Written]) -> str:
    parts, at = [], start
    for piece in pieces:
        if start <= piece.start and piece.end <= end:
            parts += [text[at : piece.start], piece.text]
            at = piece.end
    return "".join([*parts, text[at:end]])
