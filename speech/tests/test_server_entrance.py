"""The server's door when it runs alone: its key, other sites' pages, limits, and errors that clients can read."""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from speech.server import cors
from speech.server.errors import ApiError
from speech.server.gate import KeyGate
from speech.server.limits import MemoryCounter

SITE = "https://rada.example.pl"
Headers = dict[str, str]


def ask(url: str, path: str, method: str = "GET", headers: Headers | None = None, body: bytes = b"") -> Any:
    """The answer as (status, headers in lower case, body)."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    connection.request(method, path, body=body or None, headers=headers or {})
    answer = connection.getresponse()
    seen = {name.lower(): value for name, value in answer.getheaders()}
    received = answer.read()
    connection.close()
    return answer.status, seen, received


@pytest.fixture
def locked(settings: Settings) -> str:
    settings.SPEECH_API_KEY = "zażółć-klucz"
    return "zażółć-klucz"


# --- the key ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key"])
def test_the_key_opens_in_either_header(name: str, server_url: str, locked: str) -> None:
    value = f"bearer {locked}" if name == "Authorization" else locked
    assert ask(server_url, "/v1/models", headers={name: value.encode().decode("latin-1")})[0] == 200


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer \xff\xfe", "zażółć-klucz".encode().decode("latin-1")]
)
def test_any_other_word_does_not(value: str, server_url: str, locked: str) -> None:
    status, headers, body = ask(server_url, "/v1/models", headers={"Authorization": value})
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert json.loads(body)["error"]["code"] == "invalid_api_key"
    assert headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize(
    "path", ["/health", "/docs", "/openapi.json", "/playground", "/playground/", "/static/speech/playground.js"]
)
def test_pages_open_without_a_key(path: str, server_url: str, locked: str) -> None:
    status, headers, _ = ask(server_url, path)
    assert status == 200
    if not path.startswith(("/health", "/openapi", "/static")):
        assert "script-src" not in headers["content-security-policy"]
        assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["../manage.py", "speech/../../manage.py", "speech/", "admin/css/base.css", "speech/%00", "speech/none.js"]
)
def test_only_the_pages_files_are_served(path: str, server_url: str) -> None:
    status, headers, _ = ask(server_url, f"/static/{path}")
    assert status in {400, 404}
    assert headers["content-type"] == "application/json"


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", "/v1/audio/transcriptions", 405), ("POST", "/v1/models", 405),
     ("OPTIONS", "/v1/models", 405), ("GET", "/", 404), ("POST", "/v1/nothing", 404)],
)  # fmt: skip
def test_refusals_have_openais_shape_and_an_id(method: str, path: str, status: int, server_url: str) -> None:
    got, headers, body = ask(server_url, path, method, {"Accept": "audio/mpeg"})
    assert got == status
    assert headers["content-type"] == "application/json"
    refusal = json.loads(body)
    assert set(refusal["error"]) == {"message", "type", "param", "code"}
    assert refusal["detail"] == refusal["error"]["message"]
    assert headers["x-request-id"]


# --- pages of other sites --------------------------------------------------------------------------------------------

PREFLIGHT = {
    "Origin": SITE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, x-stainless-lang",
}


def test_a_browsers_question_is_answered_without_a_key(server_url: str, settings: Settings, locked: str) -> None:
    settings.SPEECH_ALLOW_ORIGINS = [SITE]
    status, headers, body = ask(server_url, "/v1/audio/speech", "OPTIONS", PREFLIGHT)
    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == SITE
    assert headers["access-control-allow-headers"] == "authorization, x-stainless-lang"
    assert "POST" in headers["access-control-allow-methods"]
    assert headers["vary"] == "Origin"


def test_a_page_of_another_site_reads_answers_and_refusals_with_their_id(
    server_url: str, settings: Settings, locked: str
) -> None:
    settings.SPEECH_ALLOW_ORIGINS = ["*"]
    status, headers, _ = ask(server_url, "/v1/models", headers={"Origin": SITE})
    assert (status, headers["access-control-allow-origin"]) == (401, "*")
    assert "x-request-id" in headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("allowed", [[], ["https://inna.example"], [SITE + ".zly.example"]])
def test_a_page_that_was_not_named_reads_nothing(allowed: list[str], server_url: str, settings: Settings) -> None:
    settings.SPEECH_ALLOW_ORIGINS = allowed
    for method, headers in (("GET", {"Origin": SITE}), ("OPTIONS", PREFLIGHT)):
        assert "access-control-allow-origin" not in ask(server_url, "/v1/models", method, headers)[1]


def test_odd_header_names_of_a_question_are_not_echoed() -> None:
    scope = {"headers": [(b"access-control-request-headers", b"x\r\nset-cookie: a")]}
    assert (
        dict(cors.preflight_headers(scope, SITE, ["*"]))[b"access-control-allow-headers"]
        == b"authorization, content-type"
    )


# --- websockets ------------------------------------------------------------------------------------------------------


def admitted(headers: list[tuple[bytes, bytes]], **scope: Any) -> int:
    """The refusal's status, or 0 for who comes in."""
    websocket = {"type": "websocket", "path": "/v1/realtime", "headers": headers, "client": ("10.0.0.1", 5), **scope}
    try:
        asyncio.run(KeyGate().admit(websocket))
    except ApiError as error:
        return error.status
    return 0


def test_a_page_of_another_site_opens_no_websocket_where_there_is_no_key(settings: Settings) -> None:
    settings.SPEECH_API_KEY = ""
    host = (b"host", b"127.0.0.1:8001")
    assert admitted([host]) == 0
    assert admitted([host, (b"origin", b"http://127.0.0.1:8001")]) == 0
    assert admitted([host, (b"origin", SITE.encode())]) == 403
    assert admitted([host, (b"origin", b"http://[bad")]) == 403
    settings.SPEECH_ALLOW_ORIGINS = [SITE]
    assert admitted([host, (b"origin", SITE.encode())]) == 0


def test_a_websocket_shows_its_key_in_any_of_four_places(settings: Settings) -> None:
    settings.SPEECH_API_KEY = "klucz+1"
    assert admitted([]) == 401
    assert admitted([(b"authorization", b"Bearer klucz+1")]) == 0
    assert admitted([(b"x-api-key", b"klucz+1")]) == 0
    assert admitted([], query_string=b"model=a&api_key=klucz%2B1") == 0
    assert admitted([], query_string=b"api_key=\xff") == 401
    assert admitted([], subprotocols=["realtime", "openai-insecure-api-key.klucz+1"]) == 0


# --- limits ----------------------------------------------------------------------------------------------------------


def test_above_the_limit_of_a_minute_the_client_is_told_when_to_come_back(server_url: str, settings: Settings) -> None:
    settings.SPEECH_REQUESTS_PER_MINUTE = 2
    answers = [ask(server_url, "/v1/models") for _ in range(3)]
    assert [status for status, _, _ in answers] == [200, 200, 429]
    _, headers, body = answers[-1]
    assert 1 <= int(headers["retry-after"]) <= 60
    assert json.loads(body)["error"]["type"] == "rate_limit_error"
    assert answers[0][1]["x-ratelimit-remaining-requests"] == "1"
    assert ask(server_url, "/health")[0] == 200


def test_minutes_are_counted_by_caller_and_begin_anew() -> None:
    now = [1000.0]
    counter = MemoryCounter(lambda: now[0])
    assert [counter.count("a", 5).used for _ in range(3)] == [1, 2, 3]
    assert counter.count("b", 5).used == 1
    now[0] += 59
    assert counter.count("a", 5).reset_s == pytest.approx(1)
    now[0] += 1
    assert counter.count("a", 5).used == 1


def test_a_flood_of_addresses_takes_no_more_memory() -> None:
    counter = MemoryCounter(lambda: 0.0)
    for number in range(25_000):
        counter.count(str(number), 5)
    assert len(counter._windows) <= 10_000
