"""Numbers that a hyphen joins to a word or an ending: 5-letni, XX-lecie, 17-tej, 1-go."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT
from speech.engine.reading.numbers import Case, Gender, cardinal, combining, ordinal, roman_value

_LOWER: Final = "a-ząćęłńóśźż"
_WHOLE_WORD: Final = re.compile(
    rf"{LEFT}(?P<n>\d{{1,3}}|1000|1,5|[IVXLC]+)-(?!tych|szych)(?P<word>[{_LOWER}]{{4,}})(?!\w)"
)
_ENDING: Final = re.compile(rf"{LEFT}(?P<n>\d{{1,4}}|[IVXL]+)-(?P<ending>[{_LOWER}]{{1,4}})(?![\w-])")
_ORDINAL_ENDINGS: Final[tuple[tuple[str, Gender, Case], ...]] = (
    ("go", "m", "gen"), ("mu", "m", "dat"), ("ej", "f", "gen"), ("ą", "f", "instr"), ("ym", "m", "loc"),
    ("im", "m", "loc"), ("ta", "f", "nom"), ("sza", "f", "nom"), ("ga", "f", "nom"), ("cia", "f", "nom"),
    ("ma", "f", "nom"), ("te", "n", "nom"), ("sze", "n", "nom"), ("gie", "n", "nom"), ("cie", "n", "nom"),
    ("me", "n", "nom"), ("y", "m", "nom"), ("gi", "m", "nom"), ("ci", "m", "nom"), ("a", "f", "nom"), ("e", "n", "nom"),
)  # fmt: skip
_CARDINAL_ENDINGS: Final[dict[str, Case]] = {
    "u": "gen", "ciu": "gen", "tu": "gen", "miu": "gen", "stu": "gen", "ch": "gen", "óch": "gen", "ech": "gen",
    "oma": "instr", "cioma": "instr", "ema": "instr", "dziesiąt": "nom",
}  # fmt: skip
_PLURAL: Final = ("tych", "ych", "szych", "cich", "ich")


def read_joined(text: str) -> str:
    """5-letni -> pięcioletni; 100-lecie -> stulecie; o 17-tej -> o siedemnastej; 15-go -> piętnastego."""
    text = _WHOLE_WORD.sub(_compound, text)
    return _ENDING.sub(_with_ending, text)


def _compound(match: re.Match[str]) -> str:
    written = match["n"]
    if written == "1,5":
        return f"półtora{match['word']}"
    number = int(written) if written.isdigit() else roman_value(written)
    return match[0] if not number else combining(number) + match["word"]


def _with_ending(match: re.Match[str]) -> str:
    written, ending = match["n"], match["ending"]
    number = int(written) if written.isdigit() else roman_value(written)
    if number is None:
        return match[0]
    if ending in _CARDINAL_ENDINGS:
        return cardinal(number, case=_CARDINAL_ENDINGS[ending])
    if ending in _PLURAL:
        head, _, last = ordinal(number).rpartition(" ")
        return f"{head} {last[:-1] if last.endswith('y') else last}{'ych' if last.endswith('y') else 'ch'}".lstrip()
    for last_letters, gender, case in _ORDINAL_ENDINGS:
        if ending.endswith(last_letters):
            return ordinal(number, gender=gender, case=case)
    return match[0]
