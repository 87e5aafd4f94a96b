"""Lists of recordings as rows, one at a time: CSV, JSONL, plain lists of addresses, folder trees. No database.

A row that cannot be used is a row too, with the code of what is wrong; reading goes on after it.
"""

from __future__ import annotations

import codecs
import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, TextIO

from council.errors import CouncilError
from transcripts.intake.entries import printable

_MEDIA: Final = (
    ".mp3 .wav .m4a .m4b .flac .aac .ogg .oga .opus .webm .weba .amr .3gp .3g2 .mp4 .m4v .mov .mkv .mka .wma .wmv .avi"
    " .mpg .mpeg .mts .m2ts .ts .flv .aif .aiff .caf .mp2"
)
MEDIA_SUFFIXES: Final = frozenset(_MEDIA.split())
LIST_SUFFIXES: Final = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".txt"})
_COLUMNS: Final = {
    "address": ("address", "adres", "url", "link", "source"),
    "path": ("path", "file", "plik", "ścieżka", "sciezka"),
    "title": ("title", "tytuł", "tytul", "nazwa", "name"),
    "date": ("date", "data", "held_on", "dzień", "dzien"),
}
_MOST_LINE_CHARS: Final = 100_000
_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One recording of a list.

    Args:
        number: line of the list, or position in it, from 1.
        name: what a person recognises the row by.
        address: http(s) address, or "" when `path` is set.
        path: a file of this machine.
        code: what is wrong with the row, a code of council.errors; then there is nothing to take.
    """

    number: int
    name: str
    address: str = ""
    path: Path | None = None
    title: str = ""
    held_on: date | None = None
    code: str = ""


def rows_of_list(path: Path) -> Iterator[Row]:
    """Rows of a CSV, JSONL or plain list; paths in it are relative to the list's folder.

    Raises:
        CouncilError: "source_missing", "import_list_unreadable".
    """
    try:
        encoding = _encoding_of(path)
        with path.open(encoding=encoding, errors="replace", newline="") as handle:
            if path.suffix.lower() in {".jsonl", ".ndjson"}:
                yield from _json_rows(handle, path.parent)
            else:
                yield from _csv_rows(handle, path.parent)
    except OSError as error:
        raise CouncilError("source_missing", detail=str(error)) from error


def rows_of_folder(folder: Path) -> Iterator[Row]:
    """Every recording in a folder tree, folder by folder in the order of names; links are refused, the rest is ignored.

    Raises:
        CouncilError: "source_missing".
    """
    if not folder.is_dir():
        raise CouncilError("source_missing", detail=str(folder))
    number = 0
    for inside, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(inside, name)
            if path.suffix.lower() not in MEDIA_SUFFIXES or name.startswith((".", "~")):
                continue
            number += 1
            shown = printable(str(path.relative_to(folder)))
            if path.is_symlink():
                yield Row(number, shown, code="folder_entry_refused")
            else:
                yield Row(number, shown, path=path, title=printable(path.stem))


def _encoding_of(path: Path) -> str:
    """UTF-8, UTF-16 by its mark, or the Windows code page of Polish spreadsheets; read in blocks."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        block = handle.read(_BLOCK)
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in block:
            raise CouncilError("import_list_unreadable", detail="a binary file")
        try:
            while block:
                decoder.decode(block)
                block = handle.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1250"
    return "utf-8-sig"


def _json_rows(handle: TextIO, folder: Path) -> Iterator[Row]:
    number = 0
    while line := handle.readline(_MOST_LINE_CHARS):
        number += 1
        shown, is_whole = printable(line[:80]), True
        while line and not line.endswith("\n") and len(line) == _MOST_LINE_CHARS:
            line, is_whole = handle.readline(_MOST_LINE_CHARS), False  # the rest of a line that no recording needs
        if is_whole and not line.strip():
            continue
        try:
            values = json.loads(line) if is_whole else None
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, str):
            values = {"address" if "://" in values else "path": values}
        if not isinstance(values, dict):
            yield Row(number, shown, code="import_row_unreadable")
            continue
        lowered = {str(key).strip().lower(): value for key, value in values.items()}
        found = {column: _first(lowered, names) for column, names in _COLUMNS.items()}
        yield _row(number, found, folder)


def _csv_rows(handle: TextIO, folder: Path) -> Iterator[Row]:
    first = handle.readline(_MOST_LINE_CHARS)
    if not first.strip():
        return
    delimiter = max(";\t,|", key=first.count) if any(mark in first for mark in ";\t,|") else ","
    header = [cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    columns = {column: _position(header, names) for column, names in _COLUMNS.items()}
    if columns["address"] is None and columns["path"] is None:
        if "://" not in first and Path(first.strip()).suffix.lower() not in MEDIA_SUFFIXES:
            raise CouncilError("import_list_unreadable", detail=f"no known column in {first[:200]!r}")
        handle.seek(0)
        yield from _plain_rows(handle, folder)
        return
    reader = csv.reader(handle, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(reader.line_num + 1, "", code="import_row_unreadable")
            continue
        if any(cell.strip() for cell in cells):
            found = {column: _cell(cells, at) for column, at in columns.items()}
            yield _row(reader.line_num + 1, found, folder)


def _plain_rows(handle: TextIO, folder: Path) -> Iterator[Row]:
    number = 0
    while line := handle.readline(_MOST_LINE_CHARS):
        number += 1
        value = line.strip().lstrip("\ufeff")
        if value and not value.startswith("#"):
            yield _row(number, {"address" if "://" in value else "path": value}, folder)


def _row(number: int, found: dict[str, str], folder: Path) -> Row:
    address, path = found.get("address", "").strip(), found.get("path", "").strip()
    if address and "://" not in address and not path:  # a column of addresses may hold files too
        address, path = "", address
    elif not address and "://" in path:  # and one of files may hold addresses
        address, path = path, ""
    title = printable(found.get("title", ""))
    name = printable(address or path or title)[:500]
    if not address and not path:
        return Row(number, name, code="import_row_empty")
    held_on, is_wrong = _day(found.get("date", ""))
    if is_wrong:
        return Row(number, name, code="import_date_invalid")
    if address:
        return Row(number, name, address=address, title=title, held_on=held_on)
    if "\0" in path:
        return Row(number, name, code="source_missing")
    return Row(number, name, path=folder / Path(path).expanduser(), title=title, held_on=held_on)


def _day(text: str) -> tuple[date | None, bool]:
    value = text.strip().split("T")[0].split(" ")[0]
    if not value:
        return None, False
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(value, pattern).date(), False  # noqa: DTZ007  # a calendar day has no time zone
        except ValueError:
            continue
    return None, True


def _first(values: dict[str, object], names: Sequence[str]) -> str:
    found = next((values[name] for name in names if values.get(name) not in (None, "")), "")
    return found if isinstance(found, str) else str(found) if isinstance(found, int) else ""


def _position(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""
