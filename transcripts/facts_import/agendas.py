"""The agenda as the office sent it out: numbered points out of the text of a document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from council.errors import CouncilError
from transcripts.facts.numbers import roman_value

_ENTRY: Final = re.compile(
    r"^\s*(?:(?:ad\.?|pkt\.?|punkt)\s*)?(?P<label>\d{1,2}(?:[.]?\d{1,2})?[a-z]?|[IVXL]{1,6}(?=[.)]\s))"
    r"\s*(?P<mark>[.):])\s*(?P<title>\S.*)$", re.I
)  # fmt: skip
_LETTERED: Final = re.compile(r"^\s*(?P<letter>[a-z])\s*[.)]\s+(?P<title>\S.*)$")
_START: Final = re.compile(r"porząd\w+\s+(?:obrad|dzienn\w+|sesji|posiedzenia)", re.I)
_TITLE_CHARS: Final = 500
_LABEL_CHARS: Final = 20
_FEWEST: Final = 2
_MOST: Final = 200
_MOST_LINES: Final = 2_000  # looked at for the end of a row of numbers


def read_agenda(text: str) -> list[tuple[str, str]]:
    """(label, title) in order; points a), b) get the label of the point they stand under: 6a, 6b.

    Raises:
        CouncilError: "agenda_unreadable" when there are no numbered points.
    """
    start = _START.search(text)
    entries = _entries(text[start.end() :] if start else text)
    if len(entries) < _FEWEST and start:
        entries = _entries(text)
    if not _FEWEST <= len(entries) <= _MOST:
        raise CouncilError("agenda_unreadable")
    return [(label[:_LABEL_CHARS], " ".join(title.split()).rstrip(" ;,.")[:_TITLE_CHARS]) for label, title in entries]


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A line that begins with a number. `look`: how it is written, "roman." or "arabic)"."""

    label: str
    number: int
    look: str
    title: str

    @property
    def plain(self) -> bool:
        return self.label.isdigit()


def _entries(text: str) -> list[tuple[str, str]]:
    """Points, and what stands under a point: a) b), 1) 2) under 1. or I., or a row of numbers from 1 again."""
    lines = text.split("\n")
    numbered = [_numbered(line) for line in lines]
    entries: list[tuple[str, str]] = []
    major, below, most, open_title = 0, 0, 0, False
    look = ""
    for at, line in enumerate(lines):
        if len(entries) > _MOST:
            break  # no agenda
        found = numbered[at]
        if found is not None:
            look = look or found.look
            if found.number == 1 and entries and found.plain:
                below, most = 0, _rows_below(numbered[at : at + _MOST_LINES], entries[-1][1], major, look)
            if found.plain and below < most and found.number == below + 1:
                below = found.number
                entries.append((f"{major}.{found.number}", found.title))
            elif entries and found.number < major:
                break  # another list begins
            else:
                major = found.number
                most = 0 if found.plain else most
                entries.append((found.label, found.title))
            open_title = True
        elif major and (match := _LETTERED.match(line)):
            entries.append((f"{major}{match['letter']}", match["title"]))
            open_title = True
        elif open_title and line.strip() and line[:1].isspace() | line.strip()[:1].islower():
            label, title = entries[-1]
            if len(title) < _TITLE_CHARS:  # the rest is cut off anyway; titles without end would take minutes
                entries[-1] = (label, f"{title} {line.strip()}")
        else:
            open_title = False
    return entries


def _numbered(line: str) -> _Numbered | None:
    match = _ENTRY.match(line)
    if match is None:
        return None
    written = match["label"]
    value = (1 if written.upper() == "I" else roman_value(written.upper())) if written.isalpha() else None
    number = value or int(re.match(r"\d+", written)[0])  # type: ignore[index]  # the pattern: Roman, or a digit first
    look = ("arabic" if value is None else "roman") + match["mark"]
    return _Numbered(str(value) if value else written.lower(), number, look, match["title"])


def _rows_below(following: list[_Numbered | None], title: str, major: int, look: str) -> int:
    """How many numbers from 1 on stand under the open point of `title`: those written otherwise than the points, those
    after a colon, or a row after which the points go on; 0 where another list begins."""
    rows = [row for row in following if row is not None and row.plain]
    if rows[0].look != look:
        rows = [row for row in rows if row.look == rows[0].look]
        return next((at for at, row in enumerate(rows) if row.number != at + 1), len(rows))
    end = next((at for at, row in enumerate(rows) if row.number != at + 1), len(rows))
    if end < len(rows) and rows[end].number == major + 1:
        return end
    return min(end, major) if title.rstrip().endswith(":") else 0
