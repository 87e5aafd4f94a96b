"""The ask page: a question in, an answer with its quotes out. Works without JavaScript; with it nothing reloads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistant import actions, queries
from assistant.suggestions import suggest_questions
from council.access import Actor, Can
from council.api import actor_for, http_status
from council.errors import CouncilError, message_for
from transcripts.queries import get_recording

RECENT = 10
FRAGMENT_HEADER = "X-Fragment"  # sent by static/assistant/ask.js: only the answer's HTML, please


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the form, POST asks and goes on to the answer's own page."""
    actor = actor_for(request, slug)
    recording_id = _uuid_or_none(request.POST.get("recording") or request.GET.get("recording"))
    if request.method != "POST":
        return _page(request, actor, recording_id=recording_id)
    question = request.POST.get("question", "")
    fragment = FRAGMENT_HEADER in request.headers
    try:
        conversation_id = _uuid_or_none(request.POST.get("conversation"))
        asked = actions.Asked(question, recording_id, conversation_id, in_conversation=True)
        answer = actions.answer_whole(actor, asked)
    except CouncilError as error:
        if error.code == "not_found":
            raise
        context = {"error": message_for(error.code, **error.context), "question": question}
        status = http_status(error)
        if fragment:
            return render(request, "assistant/_failure.html", context, status=status)
        return _page(request, actor, recording_id=recording_id, status=status, **context)
    if fragment:
        return render(request, "assistant/_answer.html", {"actor": actor, "answer": answer})
    return redirect("answer", slug, answer.turn_id)


@never_cache
@login_required
@require_safe
def answer_page(request: HttpRequest, slug: str, turn_id: UUID) -> HttpResponse:
    """One's own question with its answer, and the form for the next."""
    actor = actor_for(request, slug)
    answer = queries.get_turn(actor, turn_id)
    if FRAGMENT_HEADER in request.headers:
        return render(request, "assistant/_answer.html", {"actor": actor, "answer": answer})
    conversation_id = answer.conversation_id
    recording_id = queries.conversation_recording(actor, conversation_id) if conversation_id else None
    return _page(request, actor, recording_id=recording_id, answers=[answer], conversation=conversation_id)


@never_cache
@login_required
@require_safe
def conversation_page(request: HttpRequest, slug: str, conversation_id: UUID) -> HttpResponse:
    """One's own conversation, newest answer first, and the form for the next question."""
    actor = actor_for(request, slug)
    answers = queries.conversation_turns(actor, conversation_id)
    recording_id = queries.conversation_recording(actor, conversation_id)
    return _page(request, actor, recording_id=recording_id, answers=answers[::-1], conversation=conversation_id)


@login_required
@require_POST
def delete_conversation(request: HttpRequest, slug: str, conversation_id: UUID) -> HttpResponse:
    actions.delete_conversation(actor_for(request, slug), conversation_id)
    return redirect("ask", slug)


@login_required
@require_POST
def rate(request: HttpRequest, slug: str, turn_id: UUID) -> HttpResponse:
    """What the person thinks of the answer: `rating` 1, -1 or empty, and a `comment`."""
    rating = {"1": 1, "-1": -1}.get(request.POST.get("rating", ""))
    actor = actor_for(request, slug)
    actions.rate_turn(actor, turn_id, rating=rating, comment=request.POST.get("comment", ""))
    if FRAGMENT_HEADER in request.headers:
        return HttpResponse(status=204)
    return redirect("answer", slug, turn_id)


def _page(
    request: HttpRequest, actor: Actor, *, recording_id: UUID | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    recording = get_recording(actor, recording_id) if recording_id else None
    page = {
        "actor": actor, "section": "ask", "recording": recording, **context,
        "conversations": queries.list_conversations(actor, limit=RECENT),
        "suggestions": () if context.get("answers") else suggest_questions(actor, recording_id),
        "may_manage": Can.MANAGE in actor.can,
    }  # fmt: skip
    return render(request, "assistant/ask.html", page, status=status)


def _uuid_or_none(text: str | None) -> UUID | None:
    """Raises CouncilError("not_found") for what cannot be an id."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise CouncilError("not_found") from error
