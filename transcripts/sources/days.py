"""Days as titles and pages write them. Pure text."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_MONTHS: Final = (
    "stycz", "lut", "mar", "kwie", "maj", "czerw", "lip", "sierp", "wrze", "pa[źz]dziernik", "listopad", "grud",
)  # fmt: skip
_ROMAN_MONTHS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ISO_DAY: Final = re.compile(r"(?<!\d)(20\d\d)[-._/ ](\d{1,2})[-._/ ](\d{1,2})(?!\d)")
_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})[-._/ ](\d{1,2})[-._/ ](20\d\d|\d\d)(?!\d)(\s*r(?:\.|oku)?(?!\w))?")
_COMPACT_DAY: Final = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_WORDY_DAY: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:-?go)?[ _.]+((?:{'|'.join(_MONTHS)})\w*|[IVX]{{1,4}})[ _.]+(20\d\d)(?!\d)", re.IGNORECASE
)


def day_of(text: str) -> date | None:
    """The first real day a text names: 2026-03-26, 26.03.2026, 26.03.26 r., 26 marca 2026, 26 III 2026, 20260326."""
    found: list[tuple[int, date]] = []
    for match in _ISO_DAY.finditer(text):
        _add(found, match, match[1], match[2], match[3])
    for match in _DAY.finditer(text):
        if len(match[3]) == 4 or match[4]:  # two figures are a year only when the text says so
            _add(found, match, match[3] if len(match[3]) == 4 else f"20{match[3]}", match[2], match[1])
    for match in _WORDY_DAY.finditer(text):
        month = month_of(match[2])
        if month:
            _add(found, match, match[3], str(month), match[1])
    if not found:
        for match in _COMPACT_DAY.finditer(text):
            _add(found, match, match[1], match[2], match[3])
    return min(found)[1] if found else None


def without_days(text: str) -> str:
    """The text with a bar in place of every day with a year, so that its figures are not taken for something else."""
    for pattern in (_ISO_DAY, _DAY, _WORDY_DAY, _COMPACT_DAY):
        text = pattern.sub("|", text)
    return text


def _add(found: list[tuple[int, date]], match: re.Match[str], year: str, month: str, day: str) -> None:
    try:
        found.append((match.start(), date(int(year), int(month), int(day))))
    except ValueError:
        return  # the thirtieth of February is no day


def month_of(word: str) -> int | None:
    """3 for "marca" and for "III"; None for other words."""
    if word.upper() in _ROMAN_MONTHS:
        return _ROMAN_MONTHS.index(word.upper()) + 1
    return next((at for at, stem in enumerate(_MONTHS, 1) if re.match(stem, word, re.IGNORECASE)), None)
