"""The OpenAI-compatible model server, spoken to for real on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from assistant.llm import configured_model, guarded, openai_model
from assistant.llm.base import ReasoningFilter, Usage, without_reasoning
from assistant.llm.openai_model import OpenAICompatibleModel
from assistant.prompts import SCHEMA
from assistant.tests.model_server import StreamingServer
from conftest import World
from council.errors import CouncilError
from transcripts.tests.crew import until

MESSAGES = [{"role": "system", "content": "zasady"}, {"role": "user", "content": "pytanie"}]


def said(model: OpenAICompatibleModel, usage: Usage | None = None) -> str:
    """All that the model says to MESSAGES."""

    async def heard() -> str:
        pieces = model.stream(MESSAGES, usage=usage or Usage(), schema=SCHEMA)
        return "".join([piece async for piece in pieces])

    return asyncio.run(heard())


def completion(text: str | None) -> dict[str, Any]:
    """What /v1/chat/completions answers."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}


def model_at(server: HTTPServer) -> OpenAICompatibleModel:
    return OpenAICompatibleModel(server.url_for("/v1"), "klucz", "bielik", max_tokens=123)


def test_asks_for_json_of_the_schema_and_returns_the_text(httpserver: HTTPServer) -> None:
    seen: list[dict[str, Any]] = []
    httpserver.expect_request(
        "/v1/chat/completions", method="POST", headers={"Authorization": "Bearer klucz"}
    ).respond_with_handler(_recorder(seen, lambda _: Response(json.dumps(completion(' {"a": 1} ')))))
    assert said(model_at(httpserver)).strip() == '{"a": 1}'
    (request,) = seen
    assert request["model"] == "bielik"
    assert request["messages"] == MESSAGES
    assert request["max_tokens"] == 123
    assert request["response_format"]["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_without_structured_output_is_asked_plainly_from_then_on(httpserver: HTTPServer, status: int) -> None:
    seen: list[dict[str, Any]] = []

    def answer(body: dict[str, Any]) -> Response:
        if "response_format" in body:
            return Response('{"error": {"message": "unknown field response_format"}}', status=status)
        return Response(json.dumps(completion("{}")), content_type="application/json")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(_recorder(seen, answer))
    model = model_at(httpserver)
    assert said(model) == "{}"
    assert said(model) == "{}"
    assert ["response_format" in body for body in seen] == [True, False, False]


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [(500, "model_unavailable", True), (503, "model_unavailable", True), (429, "model_unavailable", True),
     (401, "model_rejected", False), (404, "model_rejected", False), (400, "model_rejected", False)],
)  # fmt: skip
def test_a_servers_refusal_has_a_code(httpserver: HTTPServer, status: int, code: str, retryable: bool) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_data(
        '{"error": {"message": "no"}}', status=status, headers={"retry-after-ms": "1"}
    )
    with pytest.raises(CouncilError) as failure:
        said(model_at(httpserver))
    assert (failure.value.code, failure.value.retryable) == (code, retryable)


@pytest.mark.parametrize("body", ["{}", '{"choices": []}', "<html>", '{"choices": null}', '"text"'])
def test_an_answer_that_is_no_completion_is_a_failure_of_the_server(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_data(body, content_type="application/json")
    with pytest.raises(CouncilError) as failure:
        said(model_at(httpserver))
    assert failure.value.code == "model_unavailable"


def test_a_slow_model_on_this_machine_is_waited_for_and_asked_once(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, hung_up = [], threading.Event()

    def reads_slowly(request: Request) -> Response:
        asked.append(request)
        hung_up.wait(0.6 if len(asked) == 1 else 120)
        return Response(json.dumps(completion("gotowe")), content_type="application/json")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(reads_slowly)
    monkeypatch.setattr(openai_model, "TIMEOUT", 0.2)
    assert said(model_at(httpserver)) == "gotowe"
    monkeypatch.setattr(openai_model, "TIMEOUT_HERE", 0.2)
    with pytest.raises(CouncilError, match="model_unavailable"):
        said(model_at(httpserver))
    hung_up.set()
    until(lambda: len(asked) >= 2, "it was not asked")
    assert len(asked) == 2  # reading everything again would not be quicker


def test_nobody_at_the_address() -> None:
    model = OpenAICompatibleModel("http://127.0.0.1:9/v1", "", "m", max_tokens=10)
    with pytest.raises(CouncilError) as failure:
        said(model)
    assert (failure.value.code, failure.value.retryable) == ("model_unavailable", True)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('<think>Hmm, {"a": 0}?</think>\n{"a": 1}', '{"a": 1}'),
        ('Hmm, hmm.</think>{"a": 1}', '{"a": 1}'),
        ('<thinking>a</thinking><reasoning>b</reasoning> {"a": 1}', '{"a": 1}'),
        ('{"a": 1}', '{"a": 1}'),
        ("", ""),
    ],
)
def test_what_a_model_thinks_aloud_is_not_its_answer(text: str, answer: str) -> None:
    assert without_reasoning(text) == answer


def test_no_server_configured_means_no_model(world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    assert configured_model(world.actor(world.clerk)) is None


def test_without_egress_only_a_model_on_this_machine_may_be_asked(world: World, settings: Settings) -> None:
    kept_in = replace(world.actor(world.clerk), egress_allowed=False)
    settings.LLM_BASE_URL = "https://models.example.com/v1"
    settings.LLM_MODEL = "bielik"
    assert configured_model(world.actor(world.clerk)) is not None
    with pytest.raises(CouncilError) as failure:
        configured_model(kept_in)
    assert failure.value.code == "model_elsewhere"
    settings.LLM_BASE_URL = "http://127.0.0.1:8080/v1"
    assert configured_model(kept_in) is not None


def test_without_egress_a_redirect_to_elsewhere_is_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_data(
        "", status=307, headers={"Location": httpserver.url_for("/elsewhere")}
    )
    model = OpenAICompatibleModel(httpserver.url_for("/v1"), "", "m", max_tokens=10, stays_here=True)
    with pytest.raises(CouncilError):
        said(model)
    assert not [request for request, _ in httpserver.log if request.path == "/elsewhere"]


def _recorder(
    seen: list[dict[str, Any]], answer: Callable[[dict[str, Any]], Response]
) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        body = json.loads(request.get_data())
        seen.append(body)
        response = answer(body)
        response.content_type = "application/json"
        return response

    return handle


# --- thinking models, streams, what it costs -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('<think>Hmm, {"a": 0}?</think>\n{"a": 1}', '{"a": 1}'),
        ('Hmm, {"a": 0}, hmm.</think>{"a": 1}', '{"a": 1}'),
        ('{"a": "</b>"}', '{"a": "</b>"}'),
        ("Zwykłe zdanie.", "Zwykłe zdanie."),
        ("<think>bez końca", ""),
    ],
)
def test_thoughts_are_left_out_of_a_stream_however_it_is_cut(text: str, answer: str, size: int) -> None:
    thoughts = ReasoningFilter()
    shown = "".join(thoughts.feed(text[at : at + size]) for at in range(0, len(text), size)) + thoughts.finish()
    assert shown == answer


def test_reasoning_beside_the_answer_is_not_shown_and_the_cost_is_counted(httpserver: HTTPServer) -> None:
    server = StreamingServer(httpserver)
    server.reasoning = "Myślę, że..."
    server.reply = lambda _: '{"a": 1}'
    usage = Usage()
    assert said(model_at(httpserver), usage) == '{"a": 1}'
    assert (usage.requests, usage.unmeasured, usage.tokens_in, usage.tokens_out) == (1, 0, 100, 7)


@pytest.mark.parametrize(
    ("refused", "word"),
    [("max_tokens", "Use 'max_completion_tokens' instead."), ("temperature", "temperature must be 1"),
     ("stream_options", "stream_options is not supported")],
)  # fmt: skip
def test_a_server_that_knows_a_field_not_is_asked_without_it(httpserver: HTTPServer, refused: str, word: str) -> None:
    def answer(body: dict[str, Any]) -> Response:
        if refused in body:
            return Response(json.dumps({"error": {"message": word}}), status=400)
        return Response(json.dumps(completion("{}")))

    seen: list[dict[str, Any]] = []
    httpserver.expect_request("/v1/chat/completions").respond_with_handler(_recorder(seen, answer))
    assert said(model_at(httpserver)) == "{}"
    assert len(seen) == 2
    assert "response_format" in seen[-1]  # only what was refused is left out


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/v1", "http://localhost:{port}/v1"])
def test_an_address_of_a_councils_choice_reaches_no_private_machine(httpserver: HTTPServer, address: str) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_json(completion("tajne"))
    url = address.format(port=httpserver.port)
    model = OpenAICompatibleModel(url, "", "m", max_tokens=10, public_only=True)
    with pytest.raises(CouncilError, match="model_unavailable"):
        said(model)
    assert httpserver.log == []


def _endless_json(_: Request) -> Response:
    block = b" " * 1024 * 1024
    return Response((block for _ in range(200)), content_type="application/json")


def _packed(_: Request) -> Response:
    packed = gzip.compress(json.dumps(completion("{}")).encode())
    return Response(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    ("answer", "why"), [(_endless_json, "does not end"), (_packed, "a compressed answer")]
)  # a council's own server must not fill the memory that all councils share
def test_an_answer_of_a_councils_server_is_taken_up_to_a_limit(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, answer: Callable[[Request], Response], why: str
) -> None:
    monkeypatch.setattr(guarded, "is_public", lambda address: True)
    httpserver.expect_request("/v1/chat/completions").respond_with_handler(answer)
    model = OpenAICompatibleModel(httpserver.url_for("/v1"), "", "m", max_tokens=10, public_only=True)
    with pytest.raises(CouncilError, match=why):
        said(model)
    assert httpserver.log[0][0].headers["Accept-Encoding"] == "identity"
