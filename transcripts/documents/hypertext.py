"""HTML to text: blocks on their own lines, cells of a table parted by tabs, nothing of scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

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


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _CELLS:
            self.parts.append("\t")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))
