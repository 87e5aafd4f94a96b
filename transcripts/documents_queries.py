"""Reads of documents: frozen rows, actor first. Residents see published documents of published recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from council.access import Actor, Can
from council.errors import CouncilError
from transcripts.models_documents import Document, DocumentKind
from transcripts.queries import access_recording

KINDS: Final[dict[str, str]] = {str(kind.value): str(kind.label) for kind in DocumentKind}
"""Kind -> what people read, in the order in which documents weigh as evidence from the meeting's papers."""

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/plain; charset=utf-8",  # somebody else's page never runs at our address
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: UUID
    recording_id: UUID
    kind: str
    kind_label: str
    title: str
    file_name: str
    file_format: str
    size_bytes: int
    page_count: int
    by_ocr: bool
    published: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PageRow:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    stored_name: str
    media_type: str
    file_name: str


def list_documents(actor: Actor, recording_id: UUID) -> list[DocumentRow]:
    """Of one recording, by kind and title. Raises CouncilError("not_found")."""
    with access_recording(actor, recording_id):
        return [_row(document) for document in _visible(actor, recording_id)]


def get_document(actor: Actor, recording_id: UUID, document_id: UUID) -> DocumentRow:
    """Raises CouncilError("not_found")."""
    with access_document(actor, recording_id, document_id) as document:
        return _row(document)


def read_document_pages(actor: Actor, recording_id: UUID, document_id: UUID) -> tuple[DocumentRow, tuple[PageRow, ...]]:
    """A document with the text of its pages. Raises CouncilError("not_found")."""
    with access_document(actor, recording_id, document_id) as document:
        return _row(document), tuple(PageRow(page.number, page.text) for page in document.pages.all())


def stored_document(actor: Actor, recording_id: UUID, document_id: UUID) -> StoredDocument:
    """Where the file itself lies. Raises CouncilError("not_found")."""
    with access_document(actor, recording_id, document_id) as document:
        return StoredDocument(document.stored_name, MEDIA_TYPES[document.file_format], document.file_name)


@contextmanager
def access_document(actor: Actor, recording_id: UUID, document_id: UUID) -> Iterator[Document]:
    """The document inside its council's scope, if the actor may see it."""
    with access_recording(actor, recording_id):
        document = _visible(actor, recording_id).filter(pk=document_id).first()
        if document is None:
            raise CouncilError("not_found")
        yield document


def _visible(actor: Actor, recording_id: UUID) -> QuerySet[Document]:
    rows = Document.objects.filter(recording_id=recording_id).annotate(page_count=Count("pages"))
    return rows if Can.READ_ALL in actor.can else rows.filter(published=True)


def _row(document: Document) -> DocumentRow:
    return DocumentRow(
        document.pk, document.recording_id, document.kind, document.get_kind_display(), document.title,
        document.file_name, document.file_format, document.size_bytes,
        document.page_count,  # type: ignore[attr-defined]  # annotated in _visible
        document.by_ocr, document.published, document.created_at,
    )  # fmt: skip
