"""PDF to pages of text by PDFium (built without a script engine: JavaScript in a file never runs)."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

import pypdfium2

from transcripts.documents.limits import MOST_PAGES, Refused

_FEWEST_CHARS: Final = 16  # a page with less text than that and a picture on it is a scan
_DPI: Final = 200
_MOST_SCANNED: Final = 200  # pages of OCR: seconds each
_MOST_PIXELS: Final = (
    20_000_000  # A3 at 200 dpi has 8 million; a page that claims to be a football pitch is drawn small
)
_OCR_SECONDS: Final = 60
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
    for number in scans:
        pages[number] = _recognised(program, document[number])
    return pages, True


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        return str(document[number].get_textpage().get_text_bounded())
    except pypdfium2.PdfiumError:
        return ""  # one broken page among good ones; a file of broken pages is refused as empty


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return next(page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3), None) is not None


def _recognised(program: str, page: pypdfium2.PdfPage) -> str:
    """What tesseract reads on the page; the picture goes through pipes, no file is written."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    picture = b"".join(rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    header = f"P5 {bitmap.width} {bitmap.height} 255\n".encode()
    try:
        done = subprocess.run(
            [program, "stdin", "stdout", "-l", "pol", "--dpi", str(_DPI)],
            input=header + picture, capture_output=True, timeout=_OCR_SECONDS, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused("document_ocr_failed") from error
    return done.stdout.decode("utf-8", errors="replace")
