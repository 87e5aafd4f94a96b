"""A language model's server on loopback: streams what it is told to say in pieces, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Conversation = list[dict[str, str]]
USAGE = {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107}
_PIECE_CHARS = 7


class StreamingServer:
    """`reply` turns the messages into the text; `reasoning` is sent beside it, as thinking models do."""

    def __init__(self, httpserver: HTTPServer) -> None:
        self.requests: list[dict[str, Any]] = []
        self.reply: Callable[[Conversation], str] = lambda _: ""
        self.reasoning = ""
        self.before_piece: Callable[[int], None] = lambda _: None
        self.base_url = httpserver.url_for("/v1")
        httpserver.expect_request("/v1/chat/completions").respond_with_handler(self._handle)

    def serve(self, settings: Settings) -> None:
        settings.LLM_BASE_URL, settings.LLM_MODEL = self.base_url, "bielik"

    def says(self, *sentences: dict[str, Any]) -> None:
        self.reply = lambda _: claims(*sentences)

    def _handle(self, request: Request) -> Response:
        body = json.loads(request.get_data())
        self.requests.append(body)
        return Response(self._events(self.reply(body["messages"])), content_type="text/event-stream")

    def _events(self, text: str) -> Iterator[str]:
        if self.reasoning:
            yield _event([_choice({"reasoning_content": self.reasoning})])
        for number, start in enumerate(range(0, len(text), _PIECE_CHARS)):
            self.before_piece(number)
            yield _event([_choice({"content": text[start : start + _PIECE_CHARS]})])
        yield _event([_choice({}, finish="stop")])
        yield _event([], usage=USAGE)
        yield "data: [DONE]\n\n"


def claims(*sentences: dict[str, Any]) -> str:
    return json.dumps({"sentences": [{"evidence": 1, **s} for s in sentences]}, ensure_ascii=False)


def _choice(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _event(choices: Sequence[dict[str, Any]], **more: Any) -> str:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": list(choices)}
    return f"data: {json.dumps({**chunk, **more}, ensure_ascii=False)}\n\n"
