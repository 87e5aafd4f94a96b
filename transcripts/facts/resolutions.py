"""Numbers of resolutions as they are spoken and written: session, running number, year."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts.numbers import roman, roman_value
from transcripts.facts.text import Speech

_SLASH: Final = r"(?: (?:łamane|łamana|łamany|przełamane|złamane)(?: (?:przez|na))?| ukośnik| kreska| przez| slash| na| kropka| myślnik)"
_SPOKEN: Final = re.compile(
    rf"\b(?:numer|nr|o numerze|uchwał\w+|numerem)(?: (?:rady|gminy|numer|nr|otrzymuje|otrzyma|ma|to))* "
    rf"(?P<a>[#@]\d{{1,3}}){_SLASH}? (?P<b>#\d{{1,4}}){_SLASH}? (?P<c>[#@]\d{{2,4}})\b"
)
_TWO_PARTS: Final = re.compile(
    rf"\b(?:uchwał\w+)(?: (?:rady|gminy|numer|nr|otrzymuje|otrzyma|ma|to))* (?P<b>#\d{{1,4}}){_SLASH} (?P<c>[#@]\d{{2,4}})\b"
)
_ONE_PART: Final = re.compile(
    r"\b(?:uchwał\w+)(?: (?:otrzymuje|otrzyma|ma|rady|gminy))*(?: (?:numer|nr))? (?P<b>[#@]\d{1,4})(?= (?:został|podjęt|przyjęt|uchwalon|przeszła|w sprawie|nie))"
    r"|\b(?:uchwał\w+ )?(?:podjęta|przyjęta|uchwalona|przeszła|przegłosowana) (?:ma |otrzymuje |z )?(?:numer\w*|nr) (?P<b2>[#@]\d{1,4})(?!\S)"
    r"|\buchwała (?:numer |nr )?(?P<b3>[#@]\d{2,4})(?!\S)(?! (?:łamane|łamana|ukośnik|przez))"
)
_NUMBER_ALONE: Final = re.compile(r"\bnumer (?P<b>#\d{2,4})(?!\S)(?! (?:łamane|łamana|ukośnik|przez))")
""" "Przeszło. Numer sześćset trzy.": a sentence of its own, right after the result."""
_FIRST_YEAR: Final = 1990
_WRITTEN: Final = re.compile(r"(?<!\S)(?P<a>[XVILC]+|\d{1,3})/(?P<b>\d{1,4})/(?P<c>\d{2,4})(?!\S)", re.IGNORECASE)
_WRITTEN_SHORT: Final = re.compile(
    r"\buchwał\w+(?: (?:nr|numer))? (?P<a>[XVILC]+|\d{1,3})/(?P<b>\d{1,4})(?![^\s])", re.IGNORECASE
)
_WRITTEN_TWO: Final = re.compile(r"(?<!\S)(?P<b>\d{1,4})/(?P<c>20\d{2})(?!\S)")


def number_in(speech: Speech, first: int, last: int) -> str:
    """The resolution number said within units [first, last): "XXIII/145/2026", "145/2026", "145" or ""."""
    marks = speech.marks(first, last)
    written = _WRITTEN.search(marks)
    if written:
        session = roman_value(written["a"].upper()) or (int(written["a"]) if written["a"].isdigit() else 0)
        if session:
            return f"{roman(session)}/{int(written['b'])}/{written['c']}"
    spoken = _SPOKEN.search(marks)
    if spoken and 0 < int(spoken["a"][1:]) < 400:
        return f"{roman(int(spoken['a'][1:]))}/{spoken['b'][1:]}/{spoken['c'][1:]}"
    two = _WRITTEN_TWO.search(marks)
    if two:
        return f"{int(two['b'])}/{two['c']}"
    short = _WRITTEN_SHORT.search(marks)
    session = (roman_value(short["a"].upper()) or (int(short["a"]) if short["a"].isdigit() else 0)) if short else 0
    if short and 0 < session < 400:
        return f"{roman(session)}/{int(short['b'])}"
    for one in speech.find_all(_NUMBER_ALONE, first, last):
        if speech.units[speech.index_at(one.start())].starts:
            return one["b"][1:]
    for pattern in (_TWO_PARTS, _ONE_PART):
        part = pattern.search(marks)
        if part:
            groups = part.groupdict()
            number = groups["b"] or groups.get("b2") or groups["b3"]
            return _short(int(number[1:]), groups.get("c"))
    return ""


def _short(number: int, mark: str | None) -> str:
    """Two parts: "145/2026" when the second is a year, else session and number: "XXXV/404"."""
    if mark is None:
        return str(number)
    second = int(mark[1:])
    return f"{number}/{second}" if second >= _FIRST_YEAR or number >= second else f"{roman(number)}/{second}"
