"""Pages of a recording's documents: the list with the clerk's upload form, one document's text, its file."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from council.access import Actor, Can, access_council
from council.api import http_status
from council.errors import CouncilError, message_for
from transcripts import documents_actions as actions
from transcripts import documents_queries as queries
from transcripts.documents import MOST_BYTES
from transcripts.finding import DOCUMENTS
from transcripts.queries import get_recording


class NewDocumentForm(forms.Form):
    file = forms.FileField(label="Plik (PDF, DOCX, HTML, TXT lub CSV)", max_length=250, allow_empty_file=True)
    kind = forms.ChoiceField(label="Co to jest", choices=list(queries.KINDS.items()))
    title = forms.CharField(label="Tytuł (gdy pusty: nazwa pliku)", required=False, max_length=300)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """The list; a POST from a clerk adds one."""
    actor = access_council(request.user, slug)
    row = get_recording(actor, recording_id)
    form, status = NewDocumentForm(), 200
    if request.method == "POST":
        actor.require(Can.EDIT)
        form, status = NewDocumentForm(request.POST, request.FILES), 400
        if form.is_valid():
            try:
                messages.success(request, _added(actor, recording_id, form.cleaned_data))
                return redirect("documents", slug, recording_id)
            except CouncilError as error:
                if error.code == "not_found":
                    raise
                form.add_error(None, message_for(error.code, **error.context))
                status = http_status(error)
    context = {
        "actor": actor, "section": "recordings", "can_edit": Can.EDIT in actor.can, "row": row, "form": form,
        "documents": queries.list_documents(actor, recording_id),
    }  # fmt: skip
    return render(request, "transcripts/documents.html", context, status=status)


@never_cache
@login_required
@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """?q=words: once a page of its own, now the search of recordings and documents, narrowed to these."""
    access_council(request.user, slug)
    question = request.GET.get("q", "").replace("\x00", "").strip()[:1000]
    query = urlencode({"q": question, "rodzaj": DOCUMENTS}, errors="replace")
    return redirect(f"{reverse('search', args=[slug])}?{query}")


@never_cache
@login_required
@require_safe
def document(request: HttpRequest, slug: str, recording_id: UUID, document_id: UUID) -> HttpResponse:
    """The text by pages, each with an address of its own (#strona-3)."""
    actor = access_council(request.user, slug)
    found, pages = queries.read_document_pages(actor, recording_id, document_id)
    context = {
        "actor": actor,
        "section": "recordings",
        "can_edit": Can.EDIT in actor.can,
        "document": found,
        "pages": pages,
    }
    return render(request, "transcripts/document.html", {**context, "row": get_recording(actor, recording_id)})


@never_cache
@login_required
@require_safe
def document_file(request: HttpRequest, slug: str, recording_id: UUID, document_id: UUID) -> HttpResponseBase:
    """The file as it came, always as a download."""
    return file_answer(access_council(request.user, slug), recording_id, document_id)


@login_required
@require_POST
def change_document(request: HttpRequest, slug: str, recording_id: UUID, document_id: UUID) -> HttpResponse:
    """do=publish, hide or delete."""
    actor = access_council(request.user, slug)
    wish = request.POST.get("do")
    if wish == "delete":
        actions.delete_document(actor, recording_id=recording_id, document_id=document_id)
        messages.success(request, "Usunięto dokument.")
    else:
        published = wish == "publish"
        actions.publish_document(actor, recording_id=recording_id, document_id=document_id, published=published)
        messages.success(request, "Dokument jest widoczny dla mieszkańców." if published else "Dokument jest ukryty.")
    return redirect("documents", slug, recording_id)


def file_answer(actor: Actor, recording_id: UUID, document_id: UUID) -> FileResponse:
    """The stored file as a download. Raises CouncilError("not_found")."""
    stored = queries.stored_document(actor, recording_id, document_id)
    try:
        handle = default_storage.open(stored.stored_name)
    except FileNotFoundError as error:
        raise CouncilError("not_found") from error
    answer = FileResponse(handle, as_attachment=True, filename=stored.file_name, content_type=stored.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _added(actor: Actor, recording_id: UUID, given: dict[str, object]) -> str:
    """What to tell the clerk about the new document."""
    upload = given["file"]
    if upload.size > MOST_BYTES:  # type: ignore[attr-defined]  # an UploadedFile
        raise CouncilError("document_too_large")
    added = actions.add_document(
        actor, recording_id=recording_id, content=upload.read(), file_name=upload.name,  # type: ignore[attr-defined]
        kind=str(given["kind"]), title=str(given["title"]),
    )  # fmt: skip
    if added.votes is not None:
        votes = added.votes
        return (
            f"Wczytano imienny wykaz: głosowań rozpoznanych w nagraniu {votes.matched}, dodanych {votes.added}, "
            f"z różnicami do sprawdzenia {votes.differing}, w nagraniu bez wykazu {votes.not_listed}."
        )
    if added.points is not None:
        return f"Dodano porządek obrad; punktów dopasowanych do nagrania: {added.points}."
    return "Dodano dokument."
