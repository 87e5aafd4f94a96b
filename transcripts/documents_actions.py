"""Bringing documents in, publishing and deleting them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from council.access import Actor, Can
from council.errors import CouncilError
from transcripts import official_actions, storage
from transcripts.documents import read_document
from transcripts.documents.encodings import clean, decoded
from transcripts.documents_queries import access_document
from transcripts.facts_import.agendas import read_agenda
from transcripts.facts_import.vote_lists import read_vote_list
from transcripts.lexemes import document_lexemes
from transcripts.models_documents import Document, DocumentKind, DocumentPage
from transcripts.official_records import OfficialImport
from transcripts.queries import access_recording, get_recording

_TITLE_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class AddedDocument:
    """`votes`: what a named vote list changed. `points`: how many points of the agenda got their official title."""

    id: UUID
    votes: OfficialImport | None = None
    points: int | None = None


def add_document(
    actor: Actor, *, recording_id: UUID, content: bytes, file_name: str, kind: str, title: str = ""
) -> AddedDocument:
    """Read and keep a document of a meeting; a vote list sets the meeting's votes, an agenda its points' titles.

    Nothing is kept of a document that cannot be read, or of a vote list or agenda in which there is none.

    Raises:
        CouncilError: "not_found", "title_too_long", "document_kind_unknown", "document_exists", what `read_document`
            raises, "vote_list_unreadable", "agenda_unreadable".
    """
    actor.require(Can.EDIT)
    if kind not in DocumentKind.values:
        raise CouncilError("document_kind_unknown")
    file_name = " ".join(clean(PurePath(file_name.replace("\\", "/")).name).split())[-250:]
    title = " ".join(clean(title).split()) or PurePath(file_name).stem or "Dokument"
    if len(title) > _TITLE_CHARS:
        raise CouncilError("title_too_long", most=_TITLE_CHARS)
    get_recording(actor, recording_id)
    read = read_document(content)
    text = decoded(content) if read.kind == "txt" else "\n".join(read.pages)
    if kind == DocumentKind.VOTE_LIST:
        read_vote_list(text)  # raises before anything is stored
    elif kind == DocumentKind.AGENDA:
        read_agenda(text)
    vectors = [document_lexemes(title, page).vector for page in read.pages]
    digest = hashlib.sha256(content).hexdigest()
    with access_recording(actor, recording_id):
        if Document.objects.filter(recording_id=recording_id, content_hash=digest).exists():
            raise CouncilError("document_exists")
    name = storage.artefact_name(actor.council_id, recording_id, digest, f".document.{read.kind}")
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    with access_recording(actor, recording_id):
        votes = points = None
        if kind == DocumentKind.VOTE_LIST:
            votes = official_actions.import_vote_list(actor, recording_id=recording_id, text=text)
        elif kind == DocumentKind.AGENDA:
            points = official_actions.import_agenda(actor, recording_id=recording_id, text=text)
        document, fresh = Document.objects.get_or_create(
            council_id=actor.council_id, recording_id=recording_id, content_hash=digest,
            defaults={
                "kind": kind, "title": title, "file_name": file_name, "file_format": read.kind, "stored_name": name,
                "size_bytes": len(content), "by_ocr": read.by_ocr, "created_by_id": actor.user_id,
            },
        )  # fmt: skip
        if not fresh:  # the same file from somebody else, at the same moment
            raise CouncilError("document_exists")
        DocumentPage.objects.bulk_create(
            DocumentPage(council_id=actor.council_id, document=document, number=number, text=page, lexemes=vector)
            for number, (page, vector) in enumerate(zip(read.pages, vectors, strict=True), start=1)
        )
    return AddedDocument(document.pk, votes, points)


def publish_document(actor: Actor, *, recording_id: UUID, document_id: UUID, published: bool) -> None:
    """Let residents see it where they see its recording. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    with access_document(actor, recording_id, document_id) as document:
        document.published = published
        document.save(update_fields=["published"])


def delete_document(actor: Actor, *, recording_id: UUID, document_id: UUID) -> None:
    """Remove the document; votes and titles taken from it stay. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    with access_document(actor, recording_id, document_id) as document:
        name = document.stored_name
        document.delete()
    default_storage.delete(name)
