"""Voices put to sentences: each word is its speaker's, and a sentence is cut where the speaker changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from speech.engine.diarization import Turn, assign
from speech.engine.types import Segment, Word
from transcripts.corrections.line import Line

NOBODY: Final = "Mówca {number}"
"""How a voice without a name is shown."""


def with_labels(lines: Sequence[Line], turns: Sequence[Turn]) -> list[Line]:
    """Lines with the labels of their voices. What a person decided about is not cut and keeps its name."""
    pieces = iter(assign([_segment(line) for line in lines], turns))
    found: list[Line] = []
    for line in lines:
        mine = [next(pieces)]
        while sum(len(piece.words) for piece in mine) < len(line.words):
            mine.append(next(pieces))
        if line.text_held or line.speaker_held or len(mine) == 1:
            found.append(replace(line, label=_commonest(mine)))
            continue
        found += [_piece(line, piece, first=number == 0) for number, piece in enumerate(mine)]
    return found


def from_recognizer(lines: Sequence[Line]) -> list[Line]:
    """Lines whose labels are the speakers that the recogniser gave."""
    return [line if line.speaker_held else replace(line, label=line.speaker[:60]) for line in lines]


def with_names(lines: Sequence[Line], names: Mapping[str, str]) -> list[Line]:
    """Lines with their voices' names, or a number by first appearance; what a person said of a line stands."""
    numbers: dict[str, int] = {}
    found: list[Line] = []
    for line in lines:
        if line.label and not names.get(line.label):
            numbers.setdefault(line.label, len(numbers) + 1)
        if line.speaker_held:
            found.append(line)
            continue
        nobody = NOBODY.format(number=numbers[line.label]) if line.label in numbers else ""
        found.append(replace(line, speaker=(names.get(line.label) or nobody)[:200]))
    return found


def _segment(line: Line) -> Segment:
    return Segment(line.start_ms, line.end_ms, line.text, tuple(Word(*word) for word in line.words))


def _commonest(pieces: Sequence[Segment]) -> str:
    said = Counter[str]()
    for piece in pieces:
        said[piece.speaker or ""] += max(len(piece.words), 1)
    return said.most_common(1)[0][0]


def _piece(line: Line, piece: Segment, *, first: bool) -> Line:
    return replace(
        line, id=line.id if first else None, start_ms=piece.start_ms, end_ms=piece.end_ms, text=piece.text,
        words=tuple((word.start_ms, word.end_ms, word.text, word.probability) for word in piece.words),
        label=piece.speaker or "",
    )  # fmt: skip
