"""Places in the law and numbers of acts: "art. 20 ust. 1 pkt 15 lit. a", "uchwała nr XXIII/145/26"."""

from __future__ import annotations

from typing import Final

from transcripts.facts.numbers import Number, roman_value, word_list
from transcripts.figures.tokens import NBSP, Piece, Run

_ORDINAL_ENDINGS: Final = {
    "": ("y", "i"), "u": ("ego",), "owi": ("emu",), "em": ("ym", "im"), "e": ("ym", "im"),
}  # fmt: skip
_SHORT: Final = {"art": "art.", "ust": "ust.", "pkt": "pkt", "lit": "lit.", "par": "§"}
_NOUNS: Final = {
    **{f"artykuł{end}": ("art.", end) for end in ("", "u", "owi", "em")}, "artykule": ("art.", "e"),
    **{f"ustęp{end}": ("ust.", end) for end in ("", "u", "owi", "em")}, "ustępie": ("ust.", "e"),
    **{f"punkt{end}": ("pkt", end) for end in ("", "u", "owi", "em")}, "punkcie": ("pkt", "e"),
    **{f"paragraf{end}": ("§", end) for end in ("", "u", "owi", "em")}, "paragrafie": ("§", "e"),
}  # fmt: skip
_NUMBERED: Final = ("numer", "nr")
LAW_WORDS: Final = frozenset({*_NOUNS, *_SHORT, *_NUMBERED}) - {"lit"}
"""Words with which a place in the law or the number of an act begins."""
_LETTERED: Final = frozenset(word_list("litera litery literze literę lit"))
_LETTER: Final = frozenset("abcdefghijklmnopqrstuwz")
_SURE_LETTERS: Final = frozenset("bcdefghjkl")  # "a", "i", "o", "u", "w", "z" are words, too
_OF_WHAT: Final = ("ustaw", "kodeks", "statut", "regulamin", "konstytucj", "uchwał", "rozporządz", "ustęp", "punkt",
                   "liter", "kpa")  # fmt: skip
_PARTS: Final = 4
_SLASHES: Final = (("łamane", "przez"), ("łamane", "na"), ("łamana", "przez"), ("ukośnik",), ("slash",))
_MOST_PARTS: Final = 4


def place_in_law(run: Run) -> Piece | None:
    """A chain that begins with an article, a paragraph or a section; a point alone keeps its word."""
    if run.at(0) in ("punkt", "punktu", "punktowi", "punktem", "punkcie"):
        return _point(run)
    at, written = 0, ""
    for _ in range(_PARTS):
        part = _part(run, at, first=not written)
        if part is None:
            break
        at, written = part[0], f"{written} {part[1]}".strip()
    if not written or run.runs_on(at):
        return None
    return Piece(at, written)


def _part(run: Run, at: int, *, first: bool) -> tuple[int, str] | None:
    word = run.at(at)
    if word in _LETTERED:
        letter = run.at(at + 1)
        return (at + 2, f"lit.{NBSP}{letter}") if not first and letter in _LETTER and letter else None
    short, ending = _NOUNS.get(word, (_SHORT.get(word, ""), ""))
    if not short or (first and short == "pkt"):
        return None
    number = run.number(at + 1)
    if number is None or not _agrees(run, at + 1, number, ending, strict=False) or not 0 < number.value < 10_000:
        return None
    after = at + 1 + number.size
    letter = run.at(after) if _is_letter(run, after) else ""
    return after + bool(letter), f"{short}{NBSP}{number.value}{letter}"


def _point(run: Run) -> Piece | None:
    """ "punkt siódmy" of the agenda: its number in figures. Cardinals are read with all other amounts."""
    number = run.number(1)
    ending = _NOUNS[run.at(0)][1]
    if number is None or not number.spelled or number.form != "ordinal" or run.runs_on(1 + number.size):
        return None
    if not _agrees(run, 1, number, ending, strict=True):
        return None
    return Piece(1 + number.size, f"{run.words[0]} {number.value}")


def _agrees(run: Run, at: int, number: Number, ending: str, *, strict: bool) -> bool:
    """Whether an ordinal has the noun's case, or, where the law is meant, the nominative that people fall back to."""
    if number.form == "cardinal" or not number.spelled:
        return True
    last = run.at(at + number.size - 1)
    return last.endswith(_ORDINAL_ENDINGS[ending]) or (not strict and last.endswith(("y", "i", "ego")))


def _is_letter(run: Run, at: int) -> bool:
    """ "artykuł dwudziesty a ustęp pierwszy": a letter that belongs to the number."""
    word, following = run.at(at), run.at(at + 1)
    if word in _SURE_LETTERS and word:
        return True
    return word == "a" and following.startswith(_OF_WHAT)


def number_of_act(run: Run) -> Piece | None:
    """Two or more numbers with a spoken slash between them, with the word "numer" before them if there is one."""
    named = run.at(0) in _NUMBERED
    at = int(named)
    parts: list[str] = []
    while len(parts) < _MOST_PARTS:
        part = _act_part(run, at)
        if part is None:
            return None
        parts, at = [*parts, part[1]], part[0]
        slash = next((len(words) for words in _SLASHES if tuple(run.lower[at : at + len(words)]) == words), 0)
        if not slash:
            break
        at += slash
    if len(parts) < 2 or run.runs_on(at):
        return None
    return Piece(at, f"{'Nr' if run.words[0].istitle() else 'nr'}{NBSP}{'/'.join(parts)}" if named else "/".join(parts))


def _act_part(run: Run, at: int) -> tuple[int, str] | None:
    number = run.number(at)
    if number is None or at >= len(run.words):
        return None
    if not number.spelled:
        written = run.words[at]
        plain = written.isdigit() or roman_value(written) is not None
        return (at + 1, written) if plain and number.size == 1 else None
    return (at + number.size, str(number.value)) if number.value < 100_000 else None
