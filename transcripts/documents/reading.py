"""The door of documents: bytes in, pages of text out, whatever the bytes are."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from council import processes
from council.errors import CouncilError
from transcripts.documents.limits import WALL_SECONDS

MOST_BYTES: Final = 100 * 1024 * 1024
_AT_ONCE: Final = 2
"""Children of this process: each may take a gigabyte (limits.MEMORY_BYTES), and all councils share the machine."""
_children: Final = threading.BoundedSemaphore(_AT_ONCE)
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, and every Office file behind a password
_HTML_START: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<p>", b"<meta", b"<?xml")


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """`kind`: pdf, docx, html, txt. `pages`: text by page; others have one. `by_ocr`: a scan was read."""

    kind: str
    pages: tuple[str, ...]
    by_ocr: bool


def read_document(content: bytes) -> ReadDocument:
    """Tell the format from the content (a name proves nothing) and read it in a confined child process.

    Raises:
        CouncilError: document_too_large, document_unreadable, document_encrypted, document_unsupported (old .doc,
            pictures, programs), document_scanned (pictures of text and no tesseract here), document_empty,
            document_reader_busy (retryable: others' documents took all the time there is to wait).
    """
    if len(content) > MOST_BYTES:
        raise CouncilError("document_too_large")
    kind = _kind_of(content)
    if not _children.acquire(timeout=WALL_SECONDS):
        raise CouncilError("document_reader_busy", retryable=True)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "transcripts.documents.child", kind],
            input=content, capture_output=True, timeout=WALL_SECONDS, check=False, cwd=_ROOT,
            env=processes.bare_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CouncilError("document_too_large", detail="took too long") from error
    finally:
        _children.release()
    if done.returncode != 0:
        tail = done.stderr.decode(errors="replace")[-500:]
        killed = done.returncode < 0 or "MemoryError" in tail
        raise CouncilError("document_too_large" if killed else "document_unreadable", detail=tail)
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise CouncilError(answer["error"])
    return ReadDocument(kind, tuple(answer["pages"]), bool(answer["by_ocr"]))


def _kind_of(content: bytes) -> str:
    if not content.strip(b"\x00 \t\r\n"):
        raise CouncilError("document_empty")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(_OLD_WORD) or start.startswith(b"{\\rtf"):
        raise CouncilError("document_unsupported")
    if start.startswith(_HTML_START):
        return "html"
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in content[:4096]:
        raise CouncilError("document_unsupported")
    return "txt"
