"""Which sections minutes have. Statutes of Polish councils agree on nearly all of them; a council may change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from assistant.summaries.words import clean
from council.errors import CouncilError

MOST_SECTIONS: Final = 40
MOST_TITLE_CHARS: Final = 200
MOST_TEXT_CHARS: Final = 300_000  # a section; a whole day of debate summarised is far below
MOST_CHARS: Final = 1_000_000  # all sections together: a page or a file is made of them at once, in memory

PLACE_TO_FILL: Final = "[do uzupełnienia: {}]"
"""What only a person knows; `places_to_fill` counts them."""

KINDS: Final[dict[str, str]] = {
    "opening": "Otwarcie posiedzenia",
    "attendance": "Obecność i kworum",
    "agenda": "Porządek obrad",
    "course": "Przebieg obrad",
    "votes": "Wyniki głosowań",
    "resolutions": "Podjęte uchwały",
    "interpellations": "Interpelacje i zapytania",
    "promises": "Zobowiązania",
    "closing": "Zamknięcie posiedzenia",
    "attachments": "Załączniki",
    "signatures": "Podpisy",
    "text": "Tekst własny",
}
"""Kind -> its usual title. A section of kind "text" says what the template says, in every meeting."""

_DEFAULT: Final = (
    "opening", "attendance", "agenda", "course", "votes", "resolutions", "interpellations", "closing", "attachments",
    "signatures",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """`text` in the markup of markup.py; in a template, the fixed text of a "text" section."""

    kind: str
    title: str
    text: str = ""


def default_sections() -> tuple[Section, ...]:
    return tuple(Section(kind, KINDS[kind]) for kind in _DEFAULT)


def read_sections(given: Sequence[Mapping[str, Any]]) -> tuple[Section, ...]:
    """Sections out of a form or the database.

    Raises:
        CouncilError: "minutes_sections_invalid" (unknown kind, no title, too many or too long, or none at all).
    """
    sections = tuple(
        Section(str(part.get("kind", "")), clean(str(part.get("title", ""))).strip(), clean(str(part.get("text", ""))))
        for part in given
    )
    fits = all(
        part.kind in KINDS and 0 < len(part.title) <= MOST_TITLE_CHARS and len(part.text) <= MOST_TEXT_CHARS
        for part in sections
    )
    long = sum(len(part.text) for part in sections) > MOST_CHARS
    if not fits or long or not 0 < len(sections) <= MOST_SECTIONS:
        raise CouncilError("minutes_sections_invalid")
    return sections


def places_to_fill(sections: Sequence[Section]) -> int:
    return sum(part.text.count(PLACE_TO_FILL.partition("{")[0]) for part in sections)


def as_json(sections: Sequence[Section]) -> list[dict[str, str]]:
    return [asdict(section) for section in sections]
