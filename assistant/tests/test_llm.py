"""The OpenAI-compatible model server, spoken to for real on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from assistant.llm import configured_model, is_loopback
from assistant.llm.base import without_reasoning
from assistant.llm.openai_model import OpenAICompatibleModel
from assistant.prompts import SCHEMA
from conftest import World
from council.errors import CouncilError

MESSAGES = [{"role": "system", "content": "zasady"}, {"role": "user", "content": "pytanie"}]


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
    assert model_at(httpserver).complete(MESSAGES, schema=SCHEMA) == '{"a": 1}'
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
    assert model.complete(MESSAGES, schema=SCHEMA) == "{}"
    assert model.complete(MESSAGES, schema=SCHEMA) == "{}"
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
        model_at(httpserver).complete(MESSAGES, schema=SCHEMA)
    assert (failure.value.code, failure.value.retryable) == (code, retryable)


@pytest.mark.parametrize("body", ["{}", '{"choices": []}', "<html>", '{"choices": null}', '"text"'])
def test_an_answer_that_is_no_completion_is_a_failure_of_the_server(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_data(body, content_type="application/json")
    with pytest.raises(CouncilError) as failure:
        model_at(httpserver).complete(MESSAGES, schema=SCHEMA)
    assert failure.value.code == "model_unavailable"


def test_nobody_at_the_address() -> None:
    model = OpenAICompatibleModel("http://127.0.0.1:9/v1", "", "m", max_tokens=10)
    with pytest.raises(CouncilError) as failure:
        model.complete(MESSAGES, schema=SCHEMA)
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


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost:11434/v1", True),
        ("http://192.168.1.5/v1", False),  # another machine, even if of the same office
        ("https://api.openai.com/v1", False),
        ("http://localhost.example.com/v1", False),
        ("http://127.0.0.1@example.com/v1", False),
        ("", False),
    ],
)
def test_what_is_this_machine(url: str, here: bool) -> None:
    assert is_loopback(url) is here


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
        model.complete(MESSAGES, schema=SCHEMA)
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
