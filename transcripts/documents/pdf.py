"""PDF to pages of text by PDFium (built without a script engine: JavaScript in a file never runs)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import pypdfium2

from transcripts.documents.limits import MOST_PAGES, Refused

_FEWEST_CHARS: Final = 16  # a page with less text than that and a picture on it is a scan
_DPI: Final = 200
_MOST_SCANNED: Final = 60  # pages of OCR: seconds each, and whoever brought the document waits for them
_AT_ONCE: Final = max(1, min(4, os.cpu_count() or 1))  # pages; each by one thread, faster than one page by several
_MOST_PIXELS: Final = (
    20_000_000  # A3 at 200 dpi has 8 million; a page that claims to be a football pitch is drawn small
)
_OCR_SECONDS: Final = 60
_SECTION_SIGN: Final = re.compile(r"(?<!\S)\$(?= ?\d)")
"""Tesseract takes the sign of a section for a dollar, which no Polish resolution holds before a figure."""
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD


def read(content: bytes) -> tuple[list[str], bool]:
    """Text by page, and whether OCR read some of them.

    Raises:
        Refused: document_encrypted, document_unreadable, document_too_large, document_scanned (pictures, no OCR here).
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        raise Refused("document_encrypted" if code == _PASSWORD else "document_unreadable") from error
    if len(document) > MOST_PAGES:
        raise Refused("document_too_large")
    pages, scans = [], []
    for number in range(len(document)):
        text = _text(document, number)
        if len(text.strip()) < _FEWEST_CHARS and _has_picture(document[number]):
            scans.append(number)
        pages.append(text)
    if not scans:
        return pages, False
    program = shutil.which("tesseract")
    if program is None:
        if len(scans) == len(pages):
            raise Refused("document_scanned")
        return pages, False
    if len(scans) > _MOST_SCANNED:
        raise Refused("document_too_large")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for at in range(0, len(scans), _AT_ONCE):  # a few pictures in memory at a time
            batch = scans[at : at + _AT_ONCE]
            pictures = [_picture(document[number]) for number in batch]
            for number, text in zip(batch, pool.map(partial(_recognised, program), pictures), strict=True):
                pages[number] = text
    return pages, True


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        return str(document[number].get_textpage().get_text_bounded())
    except pypdfium2.PdfiumError:
        return ""  # one broken page among good ones; a file of broken pages is refused as empty


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return next(page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3), None) is not None


def _picture(page: pypdfium2.PdfPage) -> bytes:
    """The page as a grey picture (PGM). PDFium draws on one thread only."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    picture = b"".join(rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    return f"P5 {bitmap.width} {bitmap.height} 255\n".encode() + picture


def _recognised(program: str, picture: bytes) -> str:
    """What tesseract reads on the picture; it goes through pipes, no file is written."""
    try:
        done = subprocess.run(
            ["/usr/bin/env", "OMP_THREAD_LIMIT=1", program, "stdin", "stdout", "-l", "pol", "--dpi", str(_DPI)],
            input=picture, capture_output=True, timeout=_OCR_SECONDS, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused("document_ocr_failed") from error
    return _SECTION_SIGN.sub("§", done.stdout.decode("utf-8", errors="replace"))
