"""The places of a text that read better in figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from transcripts.facts.numbers import NOBODY, NUMBER_WORDS
from transcripts.figures.amounts import amount
from transcripts.figures.days import HOUR_WORDS, day_or_year, hour
from transcripts.figures.law import LAW_WORDS, number_of_act, place_in_law
from transcripts.figures.ordinals import ordinal
from transcripts.figures.tokens import NBSP, Piece, Run, Token, run_at, tokens_of

_BY_FIRST_WORD: Final[tuple[Callable[[Run], Piece | None], ...]] = (number_of_act, place_in_law, hour)
_BY_NUMBER: Final[tuple[Callable[[Run], Piece | None], ...]] = (day_or_year, ordinal, amount)
_FIRST_WORDS: Final = HOUR_WORDS | LAW_WORDS
_NUMBER_STARTS: Final = (NUMBER_WORDS - NOBODY) | {"pół", "półtora", "półtorej"}

_SCALED: Final = re.compile(r"(\d{1,9}),(\d{1,6})\s(tys|mln|mld)")
_VALUES: Final = {"tys": 10**3, "mln": 10**6, "mld": 10**9}
_GLUE: Final = frozenset({"przecinek", "łamane", "przez", "ukośnik"})
"""Words inside a number."""


@dataclass(frozen=True, slots=True)
class Written:
    """Characters `start` to `end` (exclusive) of the spoken text, and how they are written."""

    start: int
    end: int
    text: str


def written(text: str) -> list[Written]:
    """The places of `text` that read better in figures, in order and without overlap."""
    return _written(text, tokens_of(text))


def in_figures(text: str) -> str:
    """`text` with every place of `written` replaced."""
    return _replaced(text, written(text))


def lines_in_figures(texts: Sequence[str]) -> list[str]:
    """`in_figures` of lines that follow one another."""
    return [_replaced(text, pieces) for text, pieces in zip(texts, written_lines(texts), strict=True)]


def scaled_decimals(text: str) -> list[int]:
    """The values of "dwa przecinek trzy miliona" and the like, 2 300 000: whoever looks for the number finds it."""
    if "przecinek" not in text.lower():
        return []
    found = [_SCALED.match(piece.text) for piece in written(text)]
    return [round(float(f"{one[1]}.{one[2]}") * _VALUES[one[3]]) for one in found if one]


def written_lines(texts: Sequence[str]) -> list[list[Written]]:
    """`written` of lines that follow one another. A number that may go on in the next line stays in words in both."""
    found: list[list[Written]] = []
    tokens = [tokens_of(text) for text in texts]
    for place, (text, mine) in enumerate(zip(texts, tokens, strict=True)):
        pieces = _written(text, mine)
        before = tokens[place - 1] if place else []
        after = tokens[place + 1] if place + 1 < len(texts) else []
        if before and _goes_on(texts[place - 1], before, mine):
            pieces = [piece for piece in pieces if piece.start != mine[0].start]
        if _goes_on(text, mine, after):
            pieces = [piece for piece in pieces if piece.end < _last_number_end(mine)]
        found.append(pieces)
    return found


def _goes_on(text: str, tokens: Sequence[Token], following: Sequence[Token]) -> bool:
    """Whether a number at the end of `text` could be a part of one that `following` begins with."""
    if not tokens or not following or text[tokens[-1].end :].strip():
        return False
    last, first = tokens[-1].text.lower(), following[0].text.lower()
    return (last in _NUMBER_STARTS or last in _GLUE) and (first in _NUMBER_STARTS or first in _GLUE)


def _last_number_end(tokens: Sequence[Token]) -> int:
    """Where the last word ends that stands before the glue at the end of a line."""
    at = len(tokens) - 1
    while at > 0 and tokens[at].text.lower() in _GLUE:
        at -= 1
    return tokens[at].end


def _written(text: str, tokens: Sequence[Token]) -> list[Written]:
    found: list[Written] = []
    at = 0
    while at < len(tokens):
        piece = _piece(tokens, at)
        if piece is None:
            at += 1
            continue
        start, end = tokens[at].start, tokens[at + piece.size - 1].end
        figures = f"{piece.text}." if piece.dotted and text[end : end + 1] != "." else piece.text
        if figures.replace(NBSP, " ") != text[start:end].replace(NBSP, " "):
            found.append(Written(start, end, figures))
        at += piece.size
    return found


def _piece(tokens: Sequence[Token], at: int) -> Piece | None:
    word = tokens[at].text
    lower = word.lower()
    is_number = lower in _NUMBER_STARTS or word[0].isdigit()
    slashed = at + 1 < len(tokens) and tokens[at + 1].text.lower() in ("łamane", "łamana", "ukośnik", "slash")
    if not (is_number or slashed or lower in _FIRST_WORDS):
        return None
    run = run_at(tokens, at)
    if is_number and run.before in NUMBER_WORDS:
        return None  # where the number before it ends is a guess, or the two are one: "dwudziesta trzydzieści"
    readers = (*_BY_FIRST_WORD, *(_BY_NUMBER if is_number else ()))
    return next((piece for read in readers if (piece := read(run)) is not None), None)


def _replaced(text: str, pieces: Sequence[Written]) -> str:
    parts, end = [], 0
    for piece in pieces:
        parts += [text[end : piece.start], piece.text]
        end = piece.end
    return "".join([*parts, text[end:]])
