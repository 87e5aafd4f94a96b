"""The page of a recording's summaries, and the clerk's buttons on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assistant.summaries import actions, queries
from assistant.summaries.material import gather
from council.access import Can, access_council
from council.errors import CouncilError, message_for
from transcripts.queries import get_recording

_MENDABLE = {"summary_invalid", "minutes_changed", "not_ready"}


@never_cache
@login_required
@require_safe
def summaries(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """Summaries of the meeting and of its points; for clerks, forms that write, correct and approve them."""
    actor = access_council(request.user, slug)
    can_edit = Can.EDIT in actor.can
    row = get_recording(actor, recording_id)
    rows = queries.list_summaries(actor, recording_id)
    points = [(p.key, p.row) for p in gather(actor, recording_id).points] if can_edit and row.state == "ready" else []
    context = {
        "actor": actor,
        "section": "recordings",
        "can_edit": can_edit,
        "row": row,
        "rows": rows,
        "points": points,
    }
    return render(request, "assistant/summaries/summaries.html", context)


@login_required
@require_POST
def write(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """point=<key or empty>, style=normal|plain."""
    actor = access_council(request.user, slug)
    point, style = request.POST.get("point", ""), request.POST.get("style", "normal")
    try:
        actions.summarise(actor, recording_id=recording_id, point=point, style=style)
    except CouncilError as error:
        return _failed(request, error, slug, recording_id)
    messages.success(request, "Streszczenie jest gotowe. Sprawdź je przed zatwierdzeniem.")
    return redirect("summaries", slug, recording_id)


@login_required
@require_POST
def change(request: HttpRequest, slug: str, recording_id: UUID, index: int) -> HttpResponse:
    """approve=1 or approve=0 settles it; otherwise title, version and sentence (many) correct it."""
    actor = access_council(request.user, slug)
    try:
        if "approve" in request.POST:
            approved = request.POST["approve"] == "1"
            actions.approve_summary(actor, recording_id=recording_id, summary_id=index, approved=approved)
            messages.success(request, "Zatwierdzono." if approved else "Cofnięto zatwierdzenie.")
        else:
            given = request.POST.get("version", "")
            actions.correct_summary(
                actor, recording_id=recording_id, summary_id=index,
                based_on=int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0,
                title=request.POST.get("title", ""), texts=request.POST.getlist("sentence"),
            )  # fmt: skip
            messages.success(request, "Zapisano poprawki.")
    except CouncilError as error:
        return _failed(request, error, slug, recording_id)
    return redirect("summaries", slug, recording_id)


def _failed(request: HttpRequest, error: CouncilError, slug: str, recording_id: UUID) -> HttpResponse:
    if error.code not in _MENDABLE:
        raise error
    messages.error(request, message_for(error.code))
    return redirect("summaries", slug, recording_id)
