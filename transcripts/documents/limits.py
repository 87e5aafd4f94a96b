"""How much of a document is taken, and the refusal of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MOST_PAGES: Final = 3_000  # the thickest materials of a meeting known have about 1,200
MOST_CHARS: Final = 8_000_000  # of the whole document
MEMORY_BYTES: Final = 1024 * 1024 * 1024  # address space of the child, libraries included
CPU_SECONDS: Final = 120
WALL_SECONDS: Final = 180.0


class Refused(Exception):
    """The document is not taken; `code` is one of council/errors.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def within(pages: Sequence[str]) -> list[str]:
    """The pages, if they are not too many and say something."""
    if len(pages) > MOST_PAGES or sum(map(len, pages)) > MOST_CHARS:
        raise Refused("document_too_large")
    if not any(page.strip() for page in pages):
        raise Refused("document_empty")
    return list(pages)
