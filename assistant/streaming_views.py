"""The same events as over the websocket, as server-sent events, for one POST. Closing the line stops the answer."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistant.actions import Asked
from assistant.off_loop import in_database
from assistant.running import LiveAnswer, Shape, failure
from council.access import Actor
from council.api import actor_for
from council.errors import CouncilError


@never_cache
@login_required
@require_POST
async def ask_stream(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Fields `question`, `recording`, `conversation`, as the form of the page sends them."""
    actor = await in_database(actor_for, request, slug)
    asked = Asked(
        question=request.POST.get("question", ""),
        recording_id=_uuid(request.POST.get("recording")),
        conversation_id=_uuid(request.POST.get("conversation")),
        in_conversation=True,
    )
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingHttpResponse(_events(actor, asked), content_type="text/event-stream", headers=headers)


async def _events(actor: Actor, asked: Asked) -> AsyncGenerator[bytes, None]:
    try:
        answer = LiveAnswer(actor, asked)  # a task of its own: this generator may be left lying when the client goes
    except CouncilError as error:
        yield _event(failure(error))
        return
    try:
        async for shape in answer.follow():
            yield _event(shape)
    finally:
        answer.stop()


def _event(shape: Shape) -> bytes:
    return f"data: {json.dumps(shape, ensure_ascii=False)}\n\n".encode()


def _uuid(text: str | None) -> UUID | None:
    """Raises CouncilError("not_found") for what cannot be an id."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise CouncilError("not_found") from error
