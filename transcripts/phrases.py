"""Words that a question puts in quotation marks: passages that hold them one after another come first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from transcripts.lexemes import fold

_QUOTED: Final = re.compile('[„“”"«»]([^„“”"«»]{2,400})[„“”"«»]')
_WORD: Final = re.compile(r"[^\W_]+")
_LEAST_WORDS: Final = 2


class Spoken(Protocol):
    """Something with words."""

    @property
    def text(self) -> str: ...


_Spoken = TypeVar("_Spoken", bound=Spoken)


def phrases_in(question: str) -> list[str]:
    """Phrases of two words or more, folded, one space between words."""
    phrases = (_flat(quoted) for quoted in _QUOTED.findall(question))
    return [phrase for phrase in phrases if phrase.count(" ") + 1 >= _LEAST_WORDS]


def with_phrases_first(question: str, hits: Sequence[_Spoken]) -> list[_Spoken]:
    """The same hits: those that hold more of the question's phrases first, otherwise in their order."""
    phrases = phrases_in(question)
    if not phrases:
        return list(hits)
    return sorted(hits, key=lambda hit: -sum(f" {phrase} " in f" {_flat(hit.text)} " for phrase in phrases))


def _flat(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))
