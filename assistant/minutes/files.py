"""Minutes as a file, by format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.text import slugify

from assistant.minutes.document import Document
from assistant.minutes.docx_file import write_docx
from assistant.minutes.pdf_file import write_pdf
from assistant.minutes.queries import document_of, get_minutes
from assistant.minutes.text_file import write_text
from council.access import Actor
from council.errors import CouncilError


@dataclass(frozen=True, slots=True)
class MinutesFile:
    content_type: str
    file_name: str  # plain ASCII
    content: bytes


_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WRITERS: Final[dict[str, tuple[str, Callable[[Document], bytes]]]] = {
    "docx": (_DOCX, write_docx),
    "pdf": ("application/pdf", write_pdf),
    "txt": ("text/plain; charset=utf-8", write_text),
}
FORMATS: Final = tuple(_WRITERS)


def minutes_file(actor: Actor, recording_id: UUID, fmt: str, number: int | None = None) -> MinutesFile:
    """The newest version the actor may see, or version `number`, as one of FORMATS.

    Raises:
        CouncilError: "minutes_format_unknown", "not_found", "minutes_pdf_failed".
    """
    if fmt not in _WRITERS:
        raise CouncilError("minutes_format_unknown")
    content_type, write = _WRITERS[fmt]
    document = document_of(actor, get_minutes(actor, recording_id, number))
    stem = slugify(f"protokol {document.title}".replace("ł", "l").replace("Ł", "L"))[:80]
    return MinutesFile(content_type, f"{stem}.{fmt}", write(document))
