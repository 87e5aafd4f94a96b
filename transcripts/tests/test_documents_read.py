"""Documents out of bytes: every format, wrong code pages, and files made to harm."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
import typst

from council.errors import CouncilError
from transcripts.documents import read_document, reading
from transcripts.documents.encodings import decoded, repaired

SENTENCE = "Uchwała w sprawie opłaty za wodę i ścieki, źródło: gęślą jaźń, ŻÓŁĆ."


def docx_bytes(fill: Callable[[docx.document.Document], object]) -> bytes:
    word = docx.Document()
    fill(word)
    sink = io.BytesIO()
    word.save(sink)
    return sink.getvalue()


def zipped(**parts: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


def pdf_bytes(*pages: str) -> bytes:
    body = "\n#pagebreak()\n".join(f"{page}" for page in pages)
    return bytes(typst.compile(body.encode(), format="pdf", ignore_system_fonts=True))


def refused(content: bytes) -> str:
    with pytest.raises(CouncilError) as caught:
        read_document(content)
    return caught.value.code


def test_a_pdf_keeps_its_pages() -> None:
    read = read_document(pdf_bytes(SENTENCE, "Strona druga.", "Trzecia."))
    assert read.kind == "pdf"
    assert [page.strip() for page in read.pages] == [SENTENCE, "Strona druga.", "Trzecia."]


def test_a_docx_keeps_paragraphs_tables_and_page_breaks() -> None:
    def fill(word: docx.document.Document) -> None:
        word.add_paragraph(SENTENCE)
        table = word.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Za", "13"
        word.add_page_break()  # type: ignore[no-untyped-call]
        word.add_paragraph("Strona druga.")

    read = read_document(docx_bytes(fill))
    assert (read.kind, len(read.pages)) == ("docx", 2)
    assert read.pages[0].split("\n")[:2] == [SENTENCE, "Za\t13"]
    assert read.pages[1] == "Strona druga."


def test_html_without_its_scripts() -> None:
    head = "<!DOCTYPE html><meta charset=x><title>t</title><script>zło()</script>"
    page = f"{head}<p>{SENTENCE}</p><table><tr><td>Za</td><td>5"
    read = read_document(page.encode())
    assert (read.kind, read.pages) == ("html", (f"{SENTENCE}\nZa\t5",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso-8859-2"])
def test_text_of_any_polish_encoding(encoding: str) -> None:
    assert read_document(SENTENCE.encode(encoding)).pages == (SENTENCE,)


@pytest.mark.parametrize("right", ["cp1250", "iso-8859-2"])
@pytest.mark.parametrize("wrong", ["cp1252", "cp1254", "latin-1", "cp1250", "iso-8859-2"])
def test_text_that_went_through_a_wrong_code_page(right: str, wrong: str) -> None:
    assert repaired(SENTENCE.encode(right).decode(wrong, "replace")) == SENTENCE


def test_utf8_read_as_western_is_read_back() -> None:
    assert repaired(SENTENCE.encode().decode("latin-1")) == SENTENCE


@pytest.mark.parametrize(
    "text",
    [
        "Działka ma 500 m², zużyto 30 m³ wody i 5 km² pola.",
        "Pan Müller, François i Jürgen",
        SENTENCE,
        "Grad 3 °C – „tak”",
    ],
)
def test_what_is_right_stays_as_it_is(text: str) -> None:
    assert repaired(text) == text
    assert decoded(text.encode()) == text


def test_a_bomb_a_fake_an_entity_and_a_password_are_refused() -> None:
    bomb = zipped(**{"word/document.xml": b"<a>" + b" " * 80_000_000})
    assert refused(bomb) == "document_too_large"
    xxe = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert refused(zipped(**{"word/document.xml": xxe})) == "document_unreadable"
    assert refused(zipped(**{"inne.txt": b"x"})) == "document_unreadable"
    assert refused(b"PK\x03\x04" + b"\xff" * 100) == "document_unreadable"
    assert refused(b"%PDF-1.7\nnie") == "document_unreadable"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "document_unsupported"
    assert refused(b"\x89PNG\r\n\x1a\n\x00\x00") == "document_unsupported"
    assert refused(b"") == "document_empty"
    assert refused(b" \n\x00 ") == "document_empty"


ENCRYPTED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n4 0 obj<</Filter/Standard/V 1/R 2/P -4"
    b"/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<" + b"01" * 16 + b"><" + b"01" * 16 + b">]>>\n%%EOF"
)


def test_no_more_than_two_documents_are_opened_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each child process may take a gigabyte; who waits too long is told so."""
    running, most, lock = 0, 0, threading.Lock()
    run = subprocess.run

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return run(*args, **kwargs)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(subprocess, "run", counted)
    with ThreadPoolExecutor(6) as readers:
        read = list(readers.map(read_document, [f"<html><p>Uchwała {n}".encode() for n in range(6)]))
    assert [one.pages[0] for one in read] == [f"Uchwała {n}" for n in range(6)]
    assert most == 2
    monkeypatch.setattr(reading, "_children", threading.BoundedSemaphore(1))
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.0)
    with reading._children, pytest.raises(CouncilError) as refused:
        read_document(b"<html><p>a")
    assert (refused.value.code, refused.value.retryable) == ("document_reader_busy", True)


def test_an_encrypted_pdf_says_so() -> None:
    assert refused(ENCRYPTED) == "document_encrypted"


def test_a_scan_without_ocr_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")  # no tesseract, wherever this runs
    assert refused(scanned_pdf()) == "document_scanned"


def scanned_pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(200, 200)
    picture = pypdfium2.PdfImage.new(document)
    picture.set_bitmap(pypdfium2.PdfBitmap.new_native(50, 50, pypdfium2.raw.FPDFBitmap_Gray))
    picture.set_matrix(pypdfium2.PdfMatrix().scale(150, 150))
    page.insert_obj(picture)
    page.gen_content()
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize(("script", "code"), [("cat > /dev/null; exit 1", "document_ocr_failed"), ("", "")])
def test_a_scan_goes_through_tesseract_as_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, code: str
) -> None:
    program = tmp_path / "tesseract"
    reads = 'head -c 2 | { read -r magic; [ "$magic" = P5 ] && echo "Uchwała ze skanu: $*" && echo "\\$ 1. 5 \\$"; }'
    program.write_text(f"#!/bin/sh\n{script or reads}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    if code:
        assert refused(scanned_pdf()) == code
        return
    read = read_document(scanned_pdf())
    assert (read.kind, read.by_ocr) == ("pdf", True)
    assert read.pages[0].startswith("Uchwała ze skanu: stdin stdout -l pol")
    assert "\n§ 1. 5 $" in read.pages[0]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract with Polish data is not installed here")
def test_a_real_scan_is_read_page_by_page(tmp_path: Path) -> None:
    (tmp_path / "a.typ").write_text(
        '#set text(lang: "pl", size: 14pt)\n§ 1. Zwiększa się dochody o 620 000 zł.\n#pagebreak()\nDąbrowa Mała.'
    )
    printed = pypdfium2.PdfDocument(typst.compile(str(tmp_path / "a.typ")))
    scan = pypdfium2.PdfDocument.new()
    for page in printed:
        picture = pypdfium2.PdfImage.new(scan)
        picture.set_bitmap(page.render(scale=200 / 72))
        picture.set_matrix(pypdfium2.PdfMatrix().scale(*page.get_size()))
        sheet = scan.new_page(*page.get_size())
        sheet.insert_obj(picture)
        sheet.gen_content()
    sink = io.BytesIO()
    scan.save(sink)
    read = read_document(sink.getvalue())
    assert read.by_ocr
    assert "Zwiększa się dochody o 620 000 zł" in read.pages[0]
    assert "Dąbrowa Mała" in read.pages[1]


def test_hostile_text_keeps_nothing_a_database_cannot_hold() -> None:
    (page,) = read_document(b"A\x07b\x1b\xed\xa0\x80 \xef\xbf\xbf" + b"\r\n" * 9 + b"c").pages
    assert page.encode()
    assert "\x07" not in page
    assert page.startswith("Ab")
    assert page.endswith("\n\nc")


def test_numbers_that_word_writes_by_itself_are_read() -> None:
    def fill(word: docx.document.Document) -> None:
        word.add_heading("Porządek obrad", 1)
        for text, style in (
            ("Otwarcie sesji", "List Number"), ("Uchwały w sprawie:", "List Number"), ("budżetu", "List Number 2"),
            ("opłat", "List Number 2"), ("uwaga", "List Bullet"), ("Zamknięcie", "List Number"),
        ):  # fmt: skip
            word.add_paragraph(text, style=style)

    (page,) = read_document(docx_bytes(fill)).pages
    assert page.split("\n") == [
        "Porządek obrad", "1. Otwarcie sesji", "2. Uchwały w sprawie:", "1. budżetu", "2. opłat", "uwaga",
        "3. Zamknięcie",
    ]  # fmt: skip


def test_numbers_that_a_browser_writes_by_itself_are_read() -> None:
    page = read_document(
        b"<html><ol><li>Otwarcie<li>Uchwaly:<ol><li>budzet</li><li>oplaty</li></ol></li></ol>"
        b"<ol start=3 type=I><li>Wnioski</ol><ol type=a><li>x</ol><ul><li>kropka</ul></html>"
    ).pages[0]
    assert page.split("\n") == [
        "1. Otwarcie", "2. Uchwaly:", "2.1. budzet", "2.2. oplaty", "III. Wnioski", "a) x", "kropka",
    ]  # fmt: skip
