"""Numbers of documents: resolutions (XXIII/145/2026, XII.98.2025), fractions, flats and plots."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, count_case, words_before
from speech.engine.reading.numbers import Case, cardinal, ordinal, roman_value
from speech.engine.reading.words import LETTERS

_PART: Final = r"(?:[IVXLCDM]+|\d+)"
_LETTER_PART: Final = r"[A-ZĄĆĘŁŃÓŚŹŻ]{1,5}"
_NR: Final = r"\b[Nn][Rr]\.?\s*"
_SLASHED: Final = re.compile(
    rf"(?P<nr>{_NR})?{LEFT}(?P<parts>{_PART}(?:\s?/\s?{_PART})+)(?![\w*]|/\w|\s+(?:w\.|wieku))"
)
_WITH_LETTERS: Final = re.compile(
    rf"(?P<nr>{_NR}){LEFT}(?P<parts>(?:{_PART}|{_LETTER_PART})(?:/(?:{_PART}|{_LETTER_PART}))+)(?![\w*]|/\w)"
)
_DOTTED: Final = re.compile(rf"(?P<nr>{_NR}){LEFT}(?P<parts>{_PART}(?:\.\d+){{1,4}})(?![\w*/]|\.\w)")
_JOURNAL: Final = re.compile(
    r"\bDz\.\s?U\.\s?(?P<year>(?:19|20)\d\d)\.(?:(?P<number>\d{1,3})\.)?(?P<item>\d{1,4})(?![\w/]|\.\d)"
)
_FRACTION: Final = re.compile(r"(?P<top>[1-9])/(?P<bottom>[2-9]|10)")
_SIGNS: Final[dict[str, str]] = {
    "½": "jedna druga", "⅓": "jedna trzecia", "⅔": "dwie trzecie", "¼": "jedna czwarta", "¾": "trzy czwarte",
    "⅕": "jedna piąta", "⅛": "jedna ósma",
}  # fmt: skip
_SIGN: Final = re.compile(rf"(?<!\w)[{''.join(_SIGNS)}](?!\w)")
_NEAR_CHARS: Final = 200


def read_registry(text: str) -> str:
    """Nr XXIII/145/2026 -> numer dwadzieścia trzy łamane przez...; 2/3 głosów -> dwie trzecie głosów."""
    text = _JOURNAL.sub(_journal, text)
    text = _SLASHED.sub(_slashed, text)
    text = _WITH_LETTERS.sub(lambda m: f"numer {' łamane przez '.join(map(_part, m['parts'].split('/')))}", text)
    text = _DOTTED.sub(lambda m: f"numer {' kropka '.join(map(_part, m['parts'].split('.')))}", text)
    return _SIGN.sub(lambda m: _SIGNS[m[0]], text)


def _part(written: str) -> str:
    if written.isdigit():
        zeros = len(written) - len(written.lstrip("0"))
        return " ".join([*(["zero"] * zeros), *([cardinal(int(written))] if written.strip("0") else [])])
    value = roman_value(written)
    return " ".join(LETTERS[letter] for letter in written) if value is None else cardinal(value)


def _journal(match: re.Match[str]) -> str:
    number = f" numer {cardinal(int(match['number']))}" if match["number"] else ""
    year = f"{ordinal(int(match['year']), case='gen')} roku"
    return f"Dziennik Ustaw z {year}{number} pozycja {cardinal(int(match['item']))}"


def _slashed(match: re.Match[str]) -> str:
    fraction = _FRACTION.fullmatch(match["parts"])
    if fraction is not None and match["nr"] is None and _is_fraction(match, fraction):
        return _spoken_fraction(int(fraction["top"]), int(fraction["bottom"]), _fraction_case(match))
    parts = re.split(r"\s?/\s?", match["parts"])
    if not all(part.isdigit() or roman_value(part) for part in parts):
        return match[0]
    lead = "" if match["nr"] is None else "numer "
    return lead + " łamane przez ".join(map(_part, parts))


def _is_fraction(match: re.Match[str], fraction: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _NEAR_CHARS) : match.start()].split()
    nearest = before[-1] if before else ""
    names_a_place = nearest[:1].isupper() and len(before) > 1
    numbered = nearest.lower().startswith(("dział", "numer", "lokal", "druk", "blok", "uchwał", "m.", "ul."))
    return int(fraction["top"]) < int(fraction["bottom"]) and not names_a_place and not numbered


def _fraction_case(match: re.Match[str]) -> Case:
    if words_before(match, 1)[:1] in (["o"], ["na"], ["za"], ["przez"], ["ponad"]):
        return "acc"
    case = count_case(match)
    return "gen" if case == "loc" else case


def _spoken_fraction(top: int, bottom: int, case: Case) -> str:
    # The numbered part is feminine (część): jedna druga, dwie trzecie, pięć szóstych; gen: dwóch trzecich.
    if top == 1:
        return f"{cardinal(1, gender='f', case=case)} {ordinal(bottom, gender='f', case=case)}"
    many = f"{ordinal(bottom, case='loc')[:-1]}ch"
    part = ordinal(bottom, gender="n") if top < 5 and case in ("nom", "acc") else many
    return f"{cardinal(top, gender='f', case=case)} {part}"
