"""The agenda as the office sent it out: numbered points out of the text of a document."""

from __future__ import annotations

import re
from typing import Final

from council.errors import CouncilError

_ENTRY: Final = re.compile(
    r"^\s*(?:(?:ad\.?|pkt\.?|punkt)\s*)?(?P<label>\d{1,2}(?:[.]?\d{1,2})?[a-z]?)\s*[.):]\s*(?P<title>\S.*)$", re.I
)
_LETTERED: Final = re.compile(r"^\s*(?P<letter>[a-z])\s*[.)]\s+(?P<title>\S.*)$")
_START: Final = re.compile(r"porząd\w+\s+(?:obrad|dzienn\w+|sesji|posiedzenia)", re.I)
_TITLE_CHARS: Final = 500
_LABEL_CHARS: Final = 20
_FEWEST: Final = 2
_MOST: Final = 200


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


def _entries(text: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    major, open_title = "", False
    for line in text.split("\n"):
        if match := _ENTRY.match(line):
            number = int(re.match(r"\d+", match["label"])[0])  # type: ignore[index]  # the pattern starts with a digit
            if entries and major and number < int(major):
                break  # another list begins
            major, open_title = str(number), True
            entries.append((match["label"].lower(), match["title"]))
        elif major and (match := _LETTERED.match(line)):
            entries.append((f"{major}{match['letter']}", match["title"]))
            open_title = True
        elif open_title and line.strip() and line[:1].isspace() | line.strip()[:1].islower():
            label, title = entries[-1]
            if len(title) < _TITLE_CHARS:  # the rest is cut off anyway
                entries[-1] = (label, f"{title} {line.strip()}")
        else:
            open_title = False
    return entries
