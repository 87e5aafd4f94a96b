"""HTML to text: blocks on their own lines, cells of a table parted by tabs, nothing of scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from transcripts.documents.numbering import written

_SILENT: Final = frozenset({"script", "style", "template", "title"})
_BLOCKS: Final = frozenset(
    "p div section article header footer main nav aside ul ol li dl dt dd table tr thead tbody tfoot".split()  # noqa: SIM905
    + "h1 h2 h3 h4 h5 h6 br hr form fieldset legend address blockquote pre caption figure".split()  # noqa: SIM905
)
_CELLS: Final = frozenset({"td", "th"})


def read(text: str) -> str:
    """What a reader would see, without its look."""
    parser = _Text()
    parser.feed(text)
    parser.close()
    lines = (re.sub(r"[ \r\f\v]+", " ", line).strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)


@dataclass(slots=True)
class _List:
    """A list that is open; `following` is the number of its next item, `style` HTML's type: 1, a, A, i, I."""

    ordered: bool
    style: str
    following: int

    @property
    def last(self) -> int:
        return self.following - 1


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._lists: list[_List] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        if tag in ("ol", "ul"):
            given = dict(attrs)
            start = given.get("start") or ""
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1
            self._lists.append(_List(tag == "ol", (given.get("type") or "1")[:1], first))
        elif tag == "li" and self._lists:
            self.parts.append(self._number())

    def _number(self) -> str:
        """What a browser would write before the item: "2. ", "b) ", "2.1. " in a list within a list."""
        here = self._lists[-1]
        if not here.ordered:
            return ""
        label = written(here.following, here.style)
        outer = self._lists[-2] if len(self._lists) > 1 else None
        here.following += 1
        if here.style in ("a", "A"):
            return f"{label}) "
        return f"{outer.last}.{label}. " if outer is not None and outer.ordered else f"{label}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if tag in _SILENT:
            return
        if tag in _CELLS:
            self.parts.append("\t")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))
