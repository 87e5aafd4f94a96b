"""The plain text in which minutes are kept and edited, and its blocks.

One line is one paragraph, except:

    ## heading        a heading within the section
    - item            an item of a list
    | za | przeciw |  a row of a table; the first row is its header

and [0:12:05] anywhere names the second of the recording that proves what stands before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.summaries.words import clean

_MARK: Final = re.compile(r"\[(\d{1,2}):([0-5]\d):([0-5]\d)\]")
_MOST_COLUMNS: Final = 20
"""A line of more cells is no row: all rows are made as wide as the widest, which must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line. `at_ms`: it is a mark of this second, and `text` is how people read it."""

    text: str
    at_ms: int | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Every row as wide as the widest; the first is the header."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Heading | Paragraph | Items | Table


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of one section's text."""
    blocks: list[Block] = []
    items: list[Runs] = []
    rows: list[tuple[Runs, ...]] = []

    def close() -> None:
        if items:
            blocks.append(Items(tuple(items)))
            items.clear()
        if rows:
            blocks.append(_table(rows))
            rows.clear()

    for line in (line.strip() for line in clean(text).split("\n")):
        is_item, is_row = line.startswith("- "), _is_row(line)
        if (items and not is_item) or (rows and not is_row):
            close()
        if is_item:
            items.append(runs_of(line[2:].strip()))
        elif is_row:
            rows.append(tuple(runs_of(cell.strip()) for cell in line.strip("|").split("|")))
        elif line.startswith("## "):
            blocks.append(Heading(runs_of(line[3:].strip())))
        elif line:
            blocks.append(Paragraph(runs_of(line)))
    close()
    return tuple(blocks)


def runs_of(line: str) -> Runs:
    """Words and marks of one line."""
    runs: list[Run] = []
    at = 0
    for match in _MARK.finditer(line):
        if match.start() > at:
            runs.append(Run(line[at : match.start()]))
        hours, minutes, seconds = map(int, match.groups())
        runs.append(Run(match[0], (hours * 3600 + minutes * 60 + seconds) * 1000))
        at = match.end()
    if at < len(line):
        runs.append(Run(line[at:]))
    return tuple(runs)


def _is_row(line: str) -> bool:
    return line.startswith("|") and len(line) > 1 and line.strip("|").count("|") < _MOST_COLUMNS


def mark(at_ms: int | None) -> str:
    """725000 -> " [0:12:05]", with the blank that parts it from the words; "" for no time."""
    if at_ms is None:
        return ""
    seconds = at_ms // 1000
    return f" [{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}]"


def one_line(text: str) -> str:
    """Words from outside (a title, a quote) that cannot start a heading, a row or a mark of their own."""
    flat = " ".join(clean(text).replace("|", "/").split())
    return _MARK.sub(lambda match: f"({match[0][1:-1]})", flat).lstrip("#- ")


def unproven_lines(text: str) -> int:
    """How many paragraphs and items say something and name no second."""
    count = 0
    for block in blocks_of(text):
        lines: tuple[Runs, ...] = block.items if isinstance(block, Items) else ()
        if isinstance(block, Paragraph):
            lines = (block.runs,)
        count += sum(1 for runs in lines if not any(run.at_ms is not None for run in runs))
    return count


def _table(rows: list[tuple[Runs, ...]]) -> Table:
    width = max(map(len, rows))
    padded = [row + ((),) * (width - len(row)) for row in rows]
    return Table(padded[0], tuple(padded[1:]))
