"""The words of a text with their places, and what a reader of numbers sees of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from transcripts.facts.numbers import NUMBER_WORDS, Number, number_at, word_list

NBSP: Final = "\N{NO-BREAK SPACE}"
LONGEST: Final = 28
"""Words that one place may take: an amount with its groszy in full, or the number of an act."""
_WORD: Final = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_GAP: Final = re.compile(r"[ \t\u00a0]+")
_GAP_AFTER_ABBREVIATION: Final = re.compile(r"\.?[ \t\u00a0]+")
_ABBREVIATIONS: Final = frozenset(word_list("art ust pkt lit par nr godz tys"))


@dataclass(frozen=True, slots=True)
class Token:
    start: int
    end: int
    text: str
    joined: bool  # nothing but blanks between it and the token before


@dataclass(frozen=True, slots=True)
class Piece:
    """How many words a place takes, and how it is written. `dotted`: a full stop follows, unless there is one."""

    size: int
    text: str
    dotted: bool = False


@dataclass(frozen=True)
class Run:
    """Words from one on that nothing but blanks divides, and the word joined before them ("" where there is none)."""

    words: Sequence[str]
    before: str

    @cached_property
    def lower(self) -> list[str]:
        return [word.lower() for word in self.words]

    def at(self, place: int) -> str:
        """The word in lower case; "" past the end of the run."""
        return self.lower[place] if place < len(self.lower) else ""

    def number(self, place: int) -> Number | None:
        return number_at(self.words, place) if place < len(self.words) else None

    def runs_on(self, place: int) -> bool:
        """Whether another number follows at once: then where the one before it ends is a guess."""
        return self.at(place) in NUMBER_WORDS


def tokens_of(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in _WORD.finditer(text):
        gap = text[tokens[-1].end : match.start()] if tokens else ""
        shortened = bool(tokens) and tokens[-1].text.lower() in _ABBREVIATIONS
        joined = (_GAP_AFTER_ABBREVIATION if shortened else _GAP).fullmatch(gap)
        tokens.append(Token(match.start(), match.end(), match[0], bool(joined)))
    return tokens


def run_at(tokens: Sequence[Token], at: int) -> Run:
    end = at + 1
    while end < len(tokens) and end < at + LONGEST and tokens[end].joined:
        end += 1
    before = tokens[at - 1].text.lower() if at and tokens[at].joined else ""
    return Run([token.text for token in tokens[at:end]], before)


def grouped(value: int) -> str:
    """122000 -> "122 000" with no-break spaces; four digits stay together, as in years."""
    return str(value) if value < 10_000 else f"{value:,}".replace(",", NBSP)
