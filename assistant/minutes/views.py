"""Pages of minutes: the list, one text with its versions, editing, the template, files."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistant.minutes import actions, files, markup, queries
from assistant.minutes.sections import KINDS, MOST_SECTIONS, Section
from council.access import Actor, Can, access_council
from council.api import http_status
from council.errors import CouncilError, message_for
from transcripts.queries import get_recording

_SPARE_SECTIONS = 3  # empty lines at the end of the template's form
_MENDABLE = {"minutes_sections_invalid", "minutes_changed"}


@login_required
@require_safe
def minutes_list(request: HttpRequest, slug: str) -> HttpResponse:
    actor = access_council(request.user, slug)
    return _page(request, actor, "list.html", rows=queries.list_minutes(actor))


@never_cache
@login_required
@require_safe
def minutes(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """The newest version the actor may see; /wersje/<n>/ shows an older one. Where there is none, a page says so."""
    actor = access_council(request.user, slug)
    recording = get_recording(actor, recording_id)
    try:
        return _show(request, actor, recording_id, None)
    except CouncilError as error:
        if error.code != "not_found":
            raise
    return _page(request, actor, "none.html", recording=recording)


@never_cache
@login_required
@require_safe
def minutes_version(request: HttpRequest, slug: str, recording_id: UUID, index: int) -> HttpResponse:
    return _show(request, access_council(request.user, slug), recording_id, index)


@login_required
@require_POST
def draft(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """Write a new version out of facts, with `model=1` the debate in the model's words."""
    actor = access_council(request.user, slug)
    with_model = request.POST.get("model") == "1"
    try:
        actions.draft_minutes(actor, recording_id=recording_id, with_model=with_model)
    except CouncilError as error:
        if not with_model or error.code in {"not_found", "not_ready"}:
            raise
        messages.error(request, f"{message_for(error.code, **error.context)} Nowej wersji nie zapisano.")
        return redirect("minutes-list", slug)
    messages.success(request, "Projekt protokołu jest gotowy. Sprawdź go i uzupełnij miejsca „do uzupełnienia”.")
    return redirect("minutes", slug, recording_id)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """One field a section, in the plain markup of markup.py."""
    actor = access_council(request.user, slug)
    actor.require(Can.EDIT)
    row = queries.get_minutes(actor, recording_id)
    sections, error, status = row.sections, "", 200
    based_on = row.latest
    if request.method == "POST":
        given = _sections_of(request.POST)
        based_on = _number(request.POST.get("based_on"))
        try:
            actions.edit_minutes(actor, recording_id=recording_id, based_on=based_on, sections=given)
        except CouncilError as failure:
            if failure.code not in _MENDABLE:
                raise
            error, status = message_for(failure.code), http_status(failure)
            sections = tuple(Section(**part) for part in given)  # nothing that was typed is lost
        else:
            messages.success(request, "Zapisano nową wersję.")
            return redirect("minutes", slug, recording_id)
    return _page(request, actor, "edit.html", status, row=row, sections=sections, based_on=based_on, error=error)


@login_required
@require_POST
def approve(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """version=<n> approves it, version= withdraws the approval."""
    actor = access_council(request.user, slug)
    number = _number(request.POST.get("version"))
    if number:
        actions.approve_minutes(actor, recording_id=recording_id, number=number)
        shown = get_recording(actor, recording_id).published_at is not None
        when = "Mieszkańcy już go widzą." if shown else "Po opublikowaniu nagrania protokół zobaczą mieszkańcy."
        messages.success(request, f"Zatwierdzono. {when}")
    else:
        actions.withdraw_minutes(actor, recording_id=recording_id)
        messages.success(request, "Cofnięto zatwierdzenie.")
    return redirect("minutes", slug, recording_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """Which sections the council's minutes have, in order. A line without a title is left out."""
    actor = access_council(request.user, slug)
    actor.require(Can.EDIT)
    sections, error, status = queries.template_of(actor), "", 200
    if request.method == "POST":
        given = [part for part in _sections_of(request.POST) if part["title"].strip()]
        try:
            actions.save_template(actor, sections=given)
        except CouncilError as failure:
            if failure.code not in _MENDABLE:
                raise
            error, status = message_for(failure.code), http_status(failure)
            sections = tuple(Section(**part) for part in given)
        else:
            messages.success(request, "Zapisano szablon.")
            return redirect("minutes-template", slug)
    lines = [*sections, *[Section("text", "")] * _SPARE_SECTIONS]
    return _page(request, actor, "template.html", status, sections=lines, kinds=KINDS.items(), error=error)


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """?format=docx|pdf|txt and, for an older text, &version=<n>."""
    actor = access_council(request.user, slug)
    made = files.minutes_file(
        actor, recording_id, request.GET.get("format", "docx"), _number(request.GET.get("version")) or None
    )
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    return answer


def _show(request: HttpRequest, actor: Actor, recording_id: UUID, number: int | None) -> HttpResponse:
    row = queries.get_minutes(actor, recording_id, number)
    sections = [
        (section, [(_kind(block), block) for block in markup.blocks_of(section.text)]) for section in row.sections
    ]
    return _page(request, actor, "minutes.html", row=row, sections=sections, formats=files.FORMATS)


def _page(request: HttpRequest, actor: Actor, name: str, status: int = 200, **context: object) -> HttpResponse:
    shared = {"actor": actor, "section": "minutes", "can_edit": Can.EDIT in actor.can}
    return render(request, f"assistant/minutes/{name}", {**shared, **context}, status=status)


def _kind(block: markup.Block) -> str:
    return type(block).__name__.lower()


def _sections_of(form: Mapping[str, str]) -> list[dict[str, str]]:
    """The fields kind_0, title_0, text_0, kind_1, ... ordered by order_0, order_1 where the form has them."""
    lines = []
    for index in range(MOST_SECTIONS + 1):
        if f"kind_{index}" in form:
            part = {name: form.get(f"{name}_{index}", "") for name in ("kind", "title", "text")}
            lines.append((_number(form.get(f"order_{index}")) or index, index, part))
    return [part for _, _, part in sorted(lines, key=lambda line: line[:2])]


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 7 else 0
