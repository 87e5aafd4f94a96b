"""Ordinals: Roman for sessions, terms and quarters; from ten on a figure with a full stop before the noun they tell."""

from __future__ import annotations

from typing import Final

from speech.engine.reading.dictionary import readings
from transcripts.facts.numbers import roman, word_list
from transcripts.figures.amounts import SMALLEST
from transcripts.figures.tokens import Piece, Run

_SESSION: Final = frozenset(word_list("sesja sesji sesję sesją sesje kadencja kadencji kadencję kadencją"))
_ROMAN: Final = _SESSION | frozenset(word_list(
    "wiek wieku wiekiem kwartał kwartału kwartale kwartałem półrocze półrocza półroczu półroczem instancja instancji "
    "instancję instancją"
))  # fmt: skip
"""Their ordinals are written in Roman numerals, whatever the case."""
_KINDS: Final = ("zwyczajn", "nadzwyczajn", "uroczyst", "budżetow", "absolutoryjn", "inauguracyjn")
_DECADES: Final = frozenset(word_list("lata lat latach latami latom"))
_OF_COUNCIL: Final = ("rady", "sejmiku", "kadencji")
_SHARES: Final = ("część", "części", "częścią", "procent", "promil")
"""With these it is a fraction: "setna część"."""
_ROMAN_MOST: Final = 399


def ordinal(run: Run) -> Piece | None:
    """An ordinal with what it numbers. Smaller than ten, beside Romans, it stays a word."""
    number = run.number(0)
    if number is None or number.form != "ordinal" or not number.spelled or run.runs_on(number.size):
        return None
    at = number.size
    while run.at(at).startswith(_KINDS):
        at += 1
    if run.at(at) in (_SESSION if at > number.size else _ROMAN) and number.value <= _ROMAN_MOST:
        return Piece(number.size, roman(number.value))
    if run.before in _SESSION and _follows_session(run, number.size, number.value):
        return Piece(number.size, roman(number.value))
    last = run.at(number.size - 1)
    if run.before in _DECADES and 20 <= number.value <= 90 and last.endswith(("te", "tych", "tymi", "tym")):
        return Piece(number.size, str(number.value), dotted=True)
    if number.value >= SMALLEST and not run.at(number.size).startswith(_SHARES) and _agree(last, run.at(number.size)):
        return Piece(number.size, str(number.value), dotted=True)
    return None


def _follows_session(run: Run, size: int, value: int) -> bool:
    """ "sesja dwudziesta trzecia". Small ones may begin something else: "na sesji drugą sprawą była"."""
    if not run.at(size - 1).endswith(("a", "ą", "ej")) or value > _ROMAN_MOST:
        return False
    return value >= SMALLEST or run.at(size) == "" or run.at(size).startswith(_OF_COUNCIL)


def _agree(ordinal_word: str, noun: str) -> bool:
    """Whether a noun in the singular stands in the case and gender of the ordinal before it."""
    return bool(noun) and not _places(ordinal_word, "adj").isdisjoint(_places(noun, "subst"))


def _places(word: str, kind: str) -> set[tuple[str, str]]:
    """(case, gender) of every reading in the singular; m1 to m3 are told apart only in the accusative."""
    found = set()
    for _, tag, _ in readings(word):
        parts = tag.split(":")
        if parts[0] == kind and len(parts) > 3 and "sg" in parts[1].split("."):
            found |= {(case, gender) for case in parts[2].split(".") for gender in parts[3].split(".")}
    return found
