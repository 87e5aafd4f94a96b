"""The child process that opens one document: bytes on stdin, one JSON object on stdout.

    {"pages": ["text of page 1", ...], "by_ocr": false}    or    {"error": "document_encrypted"}

It gives up the right to write files, to use much memory and much time before it looks at the first byte, so a document
made to harm ends with this process and nothing else.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

from transcripts.documents import hypertext, limits, pdf, word
from transcripts.documents.encodings import clean, decoded, repaired
from transcripts.documents.limits import Refused

_READERS: Final = {"pdf": pdf.read, "docx": word.read}


def main() -> None:
    _confine()
    kind = sys.argv[1]
    content = sys.stdin.buffer.read()
    try:
        pages, by_ocr = _read(kind, content)
        pages = limits.within([clean(repaired(page)) for page in pages])
        answer: dict[str, object] = {"pages": pages, "by_ocr": by_ocr}
    except Refused as refusal:
        answer = {"error": refusal.code}
    except (MemoryError, RecursionError):
        answer = {"error": "document_too_large"}
    sys.stdout.write(json.dumps(answer))


def _read(kind: str, content: bytes) -> tuple[list[str], bool]:
    if kind in _READERS:
        return _READERS[kind](content)
    text = decoded(content)
    return ([hypertext.read(text)] if kind == "html" else text.split("\f")), False


def _confine() -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
