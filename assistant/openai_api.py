"""POST /v1/chat/completions: a council's assistant as a model that any client of OpenAI's API can talk to.

The last message of the user is the question, those before it are what it may lean on; system messages, tools and all
other fields are passed over: nobody outside tells the assistant how to answer. Sentences carry [1], [2]; the sources
stand below the text, with a link to the second, and as `citations` in the answer (when streamed: in its last chunk).
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from assistant.actions import Asked, Finished, SentenceShown, ask_events
from assistant.conversation import by_rule
from assistant.off_loop import in_database
from assistant.programs import actor_of_key
from assistant.queries import NEAREST, QUOTES, AnswerRow, CitationRow, Earlier
from assistant.retrieval import estimate_tokens
from assistant.running import citation_shape
from council.access import Actor
from council.api import http_status
from council.errors import CouncilError, message_for
from speech.server.caller import current_caller
from speech.server.errors import ApiError, invalid
from speech.server.http import event, event_stream, kept_alive
from speech.server.speaking.wishes import read_object

MODEL_ID: Final = "asystent-radnego"
_MOST_MESSAGES: Final = 1_000
_MOST_EARLIER: Final = 8
_STARTED_S: Final = int(time.time())

Shape = dict[str, Any]


def offered_models() -> list[Shape]:
    """The row of GET /v1/models, for callers with a council's key."""
    if not current_caller.get().name.startswith("key:"):
        return []
    about = {"id": MODEL_ID, "object": "model", "created": _STARTED_S, "owned_by": MODEL_ID}
    return [{**about, "task": "text-generation", "language": ["pl"]}]


@require_POST
async def chat_completions(request: HttpRequest) -> HttpResponseBase:
    actor = await _actor(request)
    wishes = _read(request.body)
    asked = _asked(wishes)
    if wishes.get("stream") is True:
        options = wishes.get("stream_options")
        counts = isinstance(options, dict) and options.get("include_usage") is True
        return event_stream(kept_alive(_streamed(actor, asked, include_usage=counts)))
    try:
        return await _whole(actor, asked)
    except CouncilError as error:
        raise _refusal(error) from error


async def _actor(request: HttpRequest) -> Actor:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    secret = bearer.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "").strip()
    try:
        return await in_database(actor_of_key, secret)
    except CouncilError as error:
        message = "The assistant answers for one council: use a key of that council that opens everything."
        raise ApiError(403, message, code="role_not_allowed") from error


async def _whole(actor: Actor, asked: Asked) -> HttpResponse:
    text = _Text()
    async with aclosing(ask_events(actor, asked)) as events:
        async for happened in events:
            if isinstance(happened, SentenceShown):
                text.add(happened)
            elif isinstance(happened, Finished):
                text.finish(happened.answer)
    message = {"role": "assistant", "content": text.content, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    head = {"id": f"chatcmpl-{asked.turn_id.hex}", "object": "chat.completion", "created": int(time.time())}
    usage = _usage(asked.question, text.content)
    return JsonResponse({**head, "model": MODEL_ID, "choices": [choice], "usage": usage, **text.extras})


async def _streamed(actor: Actor, asked: Asked, *, include_usage: bool) -> AsyncGenerator[bytes, None]:
    text = _Text()
    head: Shape = {
        "id": f"chatcmpl-{asked.turn_id.hex}", "object": "chat.completion.chunk", "created": int(time.time()),
        "model": MODEL_ID,
    }  # fmt: skip
    yield event({**head, "choices": [_delta({"role": "assistant", "content": ""})]})
    try:
        async with aclosing(ask_events(actor, asked)) as events:
            async for happened in events:
                piece = ""
                if isinstance(happened, SentenceShown):
                    piece = text.add(happened)
                elif isinstance(happened, Finished):
                    piece = text.finish(happened.answer)
                if piece:
                    yield event({**head, "choices": [_delta({"content": piece})]})
    except CouncilError as error:
        yield event(_refusal(error).body)
        return
    yield event({**head, "choices": [_delta({}, finish="stop")], **text.extras})
    if include_usage:
        yield event({**head, "choices": [], "usage": _usage(asked.question, text.content)})
    yield b"data: [DONE]\n\n"


class _Text:
    """The answer as one text with numbered sources."""

    def __init__(self) -> None:
        self.content = ""
        self.extras: Shape = {}
        self._citations: list[CitationRow] = []

    def add(self, shown: SentenceShown) -> str:
        """What the sentence adds to the text."""
        if shown.citation not in self._citations:
            self._citations.append(shown.citation)
        number = self._citations.index(shown.citation) + 1
        return self._grow(f"{' ' if self.content else ''}{shown.text} [{number}]")

    def finish(self, answer: AnswerRow) -> str:
        self.extras = {
            "citations": [{**citation_shape(c), "url": _link(c)} for c in self._citations],
            "nearest": [{**citation_shape(c), "url": _link(c)} for c in answer.nearest],
            "refused": answer.refused,
            "mode": answer.mode,
            "notes": list(answer.notes),
        }
        if not self._citations:
            near = [NEAREST, *(f"[{n}] {_source(c)} {_link(c)}" for n, c in enumerate(answer.nearest, start=1))]
            return self._grow("\n".join([answer.answer, "", *near] if answer.nearest else [answer.answer]))
        told = answer.mode == QUOTES  # then the text itself is who said what and where
        lines = [
            f"[{n}] {_link(c)}" if told else f"[{n}] {_source(c)} {_link(c)}"
            for n, c in enumerate(self._citations, start=1)
        ]
        return self._grow("\n\nŹródła:\n" + "\n".join(lines))

    def _grow(self, piece: str) -> str:
        self.content += piece
        return piece


def _source(c: CitationRow) -> str:
    return f"{c.said_by} ({c.source}): „{c.quote}”" if c.said_by else f"{c.source}: „{c.quote}”"


def _link(c: CitationRow) -> str:
    return f"{settings.PUBLIC_URL}{c.url}"


def _delta(delta: Shape, *, finish: str | None = None) -> Shape:
    return {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}


def _usage(question: str, content: str) -> Shape:
    """An estimate: what the assistant's own model counted is the council's matter (the page of providers)."""
    asked, said = estimate_tokens(question), estimate_tokens(content)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _refusal(error: CouncilError) -> ApiError:
    retry = None if error.retryable else False
    return ApiError(http_status(error), message_for(error.code, **error.context), code=error.code, retry=retry)


def _read(body: bytes) -> Shape:
    wishes = read_object(body)
    if wishes.get("model") != MODEL_ID:
        message = f"The only model that answers here is {MODEL_ID}."
        raise ApiError(404, message, code="model_not_found", param="model")
    return wishes


def _asked(wishes: Shape) -> Asked:
    messages = wishes.get("messages")
    if not isinstance(messages, list) or not 0 < len(messages) <= _MOST_MESSAGES:
        raise invalid("'messages' must be a list of messages.", "messages")
    questions = [_text(m.get("content")) for m in messages if isinstance(m, dict) and m.get("role") == "user"]
    if not questions or not isinstance(messages[-1], dict) or messages[-1].get("role") != "user":
        raise invalid("The last of 'messages' must be the user's question.", "messages")
    return Asked(questions[-1], earlier=_earlier(questions[-1 - _MOST_EARLIER : -1]))


def _earlier(questions: Sequence[str]) -> tuple[Earlier, ...]:
    """What was asked before, each as it was understood then."""
    earlier: list[Earlier] = []
    for question in questions:
        if question.strip():
            earlier.append(Earlier(by_rule(question, earlier).question))
    return tuple(earlier)


def _text(content: object) -> str:
    """A message's text, also when it comes in parts; parts of other kinds are passed over."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "\n".join(part for part in parts if isinstance(part, str))
    raise invalid("A message's 'content' must be text.", "messages")


DESCRIPTION: Final[Shape] = {
    "/v1/chat/completions": {
        "post": {
            "operationId": "createChatCompletion",
            "tags": ["chat"],
            "summary": "A council's assistant: answers from its recordings, each sentence with a checked quote",
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["model", "messages"],
                            "properties": {
                                "model": {"const": MODEL_ID},
                                "messages": {"type": "array", "minItems": 1, "items": {"type": "object"}},
                                "stream": {"type": "boolean", "default": False},
                            },
                        }
                    }
                },
            },
            "responses": {
                "200": {
                    "description": "The answer, or its chunks as server-sent events",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "default": {"$ref": "#/components/responses/Error"},
            },
        }
    }
}
