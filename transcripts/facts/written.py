"""Numbers said in words, as one would write them: a layer over the transcript, which itself keeps what was said.

"sto dwadzieścia dwa tysiące złotych" -> "122 000 zł", "dwudziesta trzecia sesja" -> "XXIII sesja". Quotes are checked
against the spoken text; this is for reading. When in doubt, words stay words: a wrong figure is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from transcripts.facts.numbers import NUMBER_WORDS, Number, number_at, roman, word_list

SMALLEST: Final = 10
"""Smaller numbers are written in words, as Polish typography has it, unless a unit follows."""
_WORD: Final = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_GAP: Final = re.compile(r"[ \t]+")
_UNITS: Final = {
    "złoty": "zł", "złote": "zł", "złotych": "zł", "złotego": "zł", "złotym": "zł", "złotymi": "zł", "złotówek": "zł",
    "grosz": "gr", "grosze": "gr", "groszy": "gr", "procent": "%", "procenta": "%", "procentach": "%", "procentami": "%",
    "metr": "m", "metry": "m", "metrów": "m", "kilometr": "km", "kilometry": "km", "kilometrów": "km",
    "hektar": "ha", "hektary": "ha", "hektarów": "ha",
}  # fmt: skip
_NUMBERED: Final = word_list("sesja sesji sesję sesją sesje kadencja kadencji kadencję kadencją")
"""Their ordinals are written in Roman numerals, whatever the case."""
_DATED: Final = word_list(
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
)
_YEAR: Final = word_list("rok roku rokiem")
_REFERENCES: Final = word_list(
    "artykuł artykułu artykule ustęp ustępu ustępie punkt punktu punkcie paragraf paragrafu paragrafie numer numeru "
    "numerze uchwała uchwały uchwale druk druku godzina godziny godzinie działka działki działce"
)
_MANY: Final = word_list(
    "tysiące tysięcy tysiącom tysiącami tysiącach miliony milionów milionom milionami milionach miliardy miliardów "
    "tys mln mld"
)
"""Alone they count nothing: "tysiące ludzi"."""
_ROMAN_MOST: Final = 399


@dataclass(frozen=True, slots=True)
class Written:
    """Characters `start` to `end` (exclusive) of the spoken text, and how they are written."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    joined: bool  # nothing but blanks between it and the token before


def written(text: str) -> list[Written]:
    """The places of `text` that read better in figures, in order and without overlap."""
    tokens = _tokens(text)
    found: list[Written] = []
    at = 0
    while at < len(tokens):
        piece = _piece(tokens, at) if tokens[at].text.lower() in _STARTS else None
        if piece is None:
            at += 1
            continue
        size, figures = piece
        found.append(Written(tokens[at].start, tokens[at + size - 1].end, figures))
        at += size
    return found


def in_figures(text: str) -> str:
    """`text` with every place of `written` replaced."""
    parts, end = [], 0
    for piece in written(text):
        parts += [text[end : piece.start], piece.text]
        end = piece.end
    return "".join([*parts, text[end:]])


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _WORD.finditer(text):
        gap = text[tokens[-1].end : match.start()] if tokens else ""
        tokens.append(_Token(match.start(), match.end(), match[0], bool(_GAP.fullmatch(gap))))
    return tokens


def _piece(tokens: Sequence[_Token], at: int) -> tuple[int, str] | None:
    """How many tokens a number with its unit takes, and its figures."""
    run = _joined(tokens, at)
    words = [token.text for token in run]
    number = number_at(words, 0)
    if number is None or not number.spelled:
        return None
    after = [word.lower() for word in words[number.size :]]
    before = tokens[at - 1].text.lower() if at and tokens[at].joined else ""
    if before in NUMBER_WORDS:
        return None  # where the number before it ends is a guess, or the two are one thing: "dwudziesta trzydzieści"
    if number.form == "ordinal":
        return _ordinal(number, before, after)
    if _runs_on(words, number):
        return None
    return _cardinal(number, words[0].lower(), before, after)


def _ordinal(number: Number, before: str, after: Sequence[str]) -> tuple[int, str] | None:
    following = after[0] if after else ""
    if following in _NUMBERED and number.value <= _ROMAN_MOST:
        return number.size, roman(number.value)
    if following in _DATED and number.value <= 31:
        return number.size, str(number.value)
    if (following in _YEAR or before in _DATED or before in _YEAR) and 1_000 <= number.value <= 2_999:
        return number.size, str(number.value)
    return None


def _cardinal(number: Number, first: str, before: str, after: Sequence[str]) -> tuple[int, str] | None:
    if number.size == 1 and first in _MANY:
        return None
    unit = _UNITS.get(after[0]) if after else None
    figures = grouped(number.value)
    if unit:
        return number.size + 1, f"{figures}{'' if unit == '%' else NBSP}{unit}"
    if number.value >= SMALLEST or before in _REFERENCES:
        return number.size, figures
    return None


NBSP: Final = "\N{NO-BREAK SPACE}"


def grouped(value: int) -> str:
    """122000 -> "122 000" with no-break spaces; four digits stay together, as in years."""
    return str(value) if value < 10_000 else f"{value:,}".replace(",", NBSP)


def _runs_on(words: Sequence[str], number: Number) -> bool:
    """Whether another number follows at once ("dwa tysiące dwadzieścia trzy sto"): where the first ends is a guess."""
    return number.size < len(words) and words[number.size].lower() in NUMBER_WORDS


def _joined(tokens: Sequence[_Token], at: int) -> list[_Token]:
    """The tokens from `at` on that nothing but blanks divides, as many as a number may take."""
    end = at + 1
    while end < len(tokens) and end < at + _LONGEST and tokens[end].joined:
        end += 1
    return list(tokens[at:end])


_LONGEST: Final = 16
_STARTS: Final = frozenset({*NUMBER_WORDS, "pół", "półtora", "półtorej"}) - {
    word for word in NUMBER_WORDS if word in ("nikt", "nikogo", "żaden", "żadna", "żadne", "żadnego", "żadnej")
}
