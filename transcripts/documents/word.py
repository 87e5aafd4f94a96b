"""DOCX to pages of text. A page ends at a hard break and where Word, when it last saved, broke one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Final

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from transcripts.documents.limits import Refused
from transcripts.documents.numbering import WordNumbering, word_numbering

_MOST_FILES: Final = 5_000
_MOST_UNPACKED: Final = 300 * 1024 * 1024
_MOST_XML: Final = 60 * 1024 * 1024  # one part; a thousand pages of text are about 20 MB
_DEEPEST: Final = 4  # tables within tables
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(content: bytes) -> tuple[list[str], bool]:
    """Text by page; never by OCR.

    Raises:
        Refused: document_unreadable, document_too_large (it unpacks to more than a document can be).
    """
    _inspect(content)
    try:
        document = docx.Document(io.BytesIO(content))
        pages: list[list[str]] = [[]]
        numbering = word_numbering(document)
        for block in document.iter_inner_content():
            for line, ends_page in _lines(block, numbering):
                pages[-1].append(line)
                if ends_page:
                    pages.append([])
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, etree.LxmlError) as error:
        raise Refused("document_unreadable") from error
    return ["\n".join(page) for page in pages], False


def _inspect(content: bytes) -> None:
    """Refuse bombs and entities before anything is unpacked as a whole. Sizes are counted, not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_FILES:
                raise Refused("document_too_large")
            left = _MOST_UNPACKED
            for info in infos:
                if info.flag_bits & 0x1:
                    raise Refused("document_encrypted")
                is_xml = info.filename.lower().endswith((".xml", ".rels"))
                left -= _inspect_part(archive, info, min(left, _MOST_XML) if is_xml else left, is_xml=is_xml)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise Refused("document_unreadable") from error


def _inspect_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, *, is_xml: bool) -> int:
    size, tail = 0, b""
    with archive.open(info) as part:
        while block := part.read(1 << 20):
            size += len(block)
            if size > most:
                raise Refused("document_too_large")
            if is_xml and _declares(tail + block):
                raise Refused("document_unreadable")
            tail = block[-16:]
    return size


def _declares(xml: bytes) -> bool:
    """Whether XML declares a document type: Word never writes one, attacks with entities need one."""
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"<\x00!\x00D" in xml or b"\x00<\x00!\x00D" in xml


def _lines(block: Paragraph | Table, numbering: WordNumbering, depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Lines of a block, each with whether a page ends after it."""
    if isinstance(block, Paragraph):
        breaks = block._p.iter(f"{_WORD}lastRenderedPageBreak", f"{_WORD}br")
        ends = sum(1 for tag in breaks if tag.tag.endswith("Break") or tag.get(f"{_WORD}type") == "page")
        number = numbering.before(block) if block.text.strip() else ""
        yield f"{number} {block.text}" if number else block.text, bool(ends)
        return
    if depth >= _DEEPEST:
        raise Refused("document_too_large")
    for row in block.rows:
        cells = []
        for cell in dict.fromkeys(row.cells):  # a merged cell stands in several columns
            inner = (line for part in cell.iter_inner_content() for line, _ in _lines(part, numbering, depth + 1))
            cells.append(" ".join(inner))
        yield "\t".join(cells), False
