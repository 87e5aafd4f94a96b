"""Numbers that programs write before paragraphs of themselves: "2.", "b)", "IV.", of lists in Word and in HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, Final

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE: Final = re.compile(r"%([1-9])")
_DEEPEST_STYLE: Final = 10
_MOST_ROMAN: Final = 399
_ROMAN: Final = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def written(number: int, style: str) -> str:
    """`number` in one of HTML's styles: "1" 7, "a" g, "A" G, "i" vii, "I" VII; in figures where letters run out."""
    if style in ("a", "A") and 1 <= number <= len(ascii_lowercase):
        letter = ascii_lowercase[number - 1]
        return letter if style == "a" else letter.upper()
    if style in ("i", "I") and 1 <= number <= _MOST_ROMAN:
        return _roman(number) if style == "I" else _roman(number).lower()
    return str(number)


def _roman(value: int) -> str:
    found = ""
    for size, letters in _ROMAN:
        while value >= size:
            found, value = found + letters, value - size
    return found


_STYLES: Final = {
    "decimal": "1", "decimalZero": "1", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
}  # fmt: skip
"""Word's names of the styles; what is not among them (bullets, "none") is not written."""


@dataclass(frozen=True, slots=True)
class _Level:
    style: str  # "" for bullets
    text: str  # "%1.%2)"
    start: int


@dataclass(slots=True)
class WordNumbering:
    """The lists of a Word document, counted on as its paragraphs are read in order."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)  # abstract list -> levels
    abstract_of: dict[str, str] = field(default_factory=dict)  # numId -> abstract list
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)  # numId -> level -> number it begins with
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def before(self, paragraph: Any) -> str:
        """What Word shows before a python-docx paragraph; "" when it numbers nothing there."""
        number_id, depth = _list_of(paragraph)
        abstract = self.abstract_of.get(number_id, "")
        levels = self.lists.get(abstract, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        for at, first in self.restarts.pop(number_id, {}).items():
            counts[at] = first - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if not level.style:
            return ""

        def place(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, level)
            return written(counts.get(at, other.start), other.style or "1")

        return _PLACE.sub(place, level.text)


def word_numbering(document: Any) -> WordNumbering:
    """The lists that a python-docx document defines; none when it has no part for them."""
    found = WordNumbering()
    part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    root = getattr(part, "element", None)
    if root is None:
        return found
    for abstract in root.iterchildren(f"{_WORD}abstractNum"):
        levels = {_int(level.get(f"{_WORD}ilvl")): _level(level) for level in abstract.iterchildren(f"{_WORD}lvl")}
        found.lists[abstract.get(f"{_WORD}abstractNumId", "")] = levels
    for number in root.iterchildren(f"{_WORD}num"):
        number_id = number.get(f"{_WORD}numId", "")
        found.abstract_of[number_id] = _value(number, "abstractNumId")
        found.restarts[number_id] = {
            _int(override.get(f"{_WORD}ilvl")): _int(_value(override, "startOverride"))
            for override in number.iterchildren(f"{_WORD}lvlOverride")
            if _value(override, "startOverride")
        }
    return found


def _level(element: Any) -> _Level:
    return _Level(
        _STYLES.get(_value(element, "numFmt") or "decimal", ""), _value(element, "lvlText"),
        _int(_value(element, "start") or "1"),
    )  # fmt: skip


def _list_of(paragraph: Any) -> tuple[str, int]:
    """numId and level of a paragraph, its own or its style's; ("", 0) when it stands in no list."""
    number_id, depth = _read(paragraph._p.pPr)
    style = paragraph.style
    for _ in range(_DEEPEST_STYLE):
        if number_id or style is None:
            break
        number_id, of_style = _read(style.element.pPr)
        depth = of_style if depth is None else depth
        style = style.base_style
    return number_id, depth or 0


def _read(properties: Any) -> tuple[str, int | None]:
    listed = properties.find(f"{_WORD}numPr") if properties is not None else None
    if listed is None:
        return "", None
    depth = _value(listed, "ilvl")
    return _value(listed, "numId"), _int(depth) if depth else None


def _value(element: Any, name: str) -> str:
    child = element.find(f"{_WORD}{name}")
    return "" if child is None else child.get(f"{_WORD}val", "")


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0
