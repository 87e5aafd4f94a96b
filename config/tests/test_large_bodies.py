"""A stranger's large body is refused before a byte of it is read; a key's file is let through to its view."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted

from config.asgi import LimitedHandler, _up_to
from conftest import World
from council import actions

LARGE = b"50000000"
FILE = (b"content-type", b"multipart/form-data; boundary=x")


async def status_of(headers: list[tuple[bytes, bytes]]) -> tuple[int, int]:
    """The answer's status and how many times the body was asked for; the client leaves instead of sending it."""
    asked, sent = [0], []

    async def receive() -> Mapping[str, Any]:
        asked[0] += 1
        return {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    path = "/api/v1/councils/lipowa/recordings/"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    await LimitedHandler()(scope, receive, send)
    return (sent[0]["status"] if sent else 0), asked[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", LARGE)],
        [(b"transfer-encoding", b"chunked")],
        [(b"content-length", LARGE), (b"authorization", b"Bearer ar_made-up")],
        [(b"content-length", LARGE), (b"cookie", b"sessionid=made-up")],
    ],
)
async def test_a_strangers_large_body_is_refused_unread(headers: list[tuple[bytes, bytes]]) -> None:
    assert await status_of(headers) == (413, 0)


@pytest.mark.django_db(transaction=True)
async def test_a_key_may_send_one(committed_world: World) -> None:
    actor = await sync_to_async(committed_world.actor)(committed_world.clerk)
    secret = (await sync_to_async(actions.create_key)(actor)).secret
    key = (b"authorization", f"Bearer {secret}".encode())
    _, asked = await status_of([(b"content-length", LARGE), key, FILE])
    assert asked > 0
    assert await status_of([(b"content-length", LARGE), key]) == (413, 0)  # JSON of 50 MB is no file


@pytest.mark.django_db(transaction=True)
async def test_uploads_leave_the_database_room_on_the_disk(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await sync_to_async(committed_world.actor)(committed_world.clerk)
    secret = (await sync_to_async(actions.create_key)(actor)).secret
    key = (b"authorization", f"Bearer {secret}".encode())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=300 * 1024 * 1024))
    assert await status_of([(b"content-length", LARGE), key, FILE]) == (507, 0)


async def test_a_body_without_a_length_is_cut_off_where_it_passes_the_limit() -> None:
    blocks = iter([{"type": "http.request", "body": bytes(1024), "more_body": True}] * 10)

    async def receive() -> Mapping[str, Any]:
        return next(blocks)

    with pytest.raises(RequestAborted):
        await LimitedHandler().read_body(_up_to(4 * 1024, receive))
    assert len(list(blocks)) == 5
