"""A websocket client for tests, speaking ASGI to the real application (sessions, routing and origin check included)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator
from channels.routing import get_default_application
from django.test import AsyncClient

from council.models import User

WAIT_S = 120


class Socket:
    def __init__(self, wire: Any) -> None:
        self._wire = wire  # asgiref's ApplicationCommunicator, which has no types

    async def next(self) -> dict[str, Any]:
        """The next ASGI event: websocket.accept, websocket.send or websocket.close."""
        event: dict[str, Any] = await self._wire.receive_output(timeout=WAIT_S)
        return event

    async def message(self) -> dict[str, Any]:
        event = await self.next()
        assert event["type"] == "websocket.send", event
        message: dict[str, Any] = json.loads(event["text"])
        return message

    async def is_silent(self) -> bool:
        return bool(await self._wire.receive_nothing(timeout=0.3))


@asynccontextmanager
async def opened_socket(
    person: User | None, address: str, origin: str = "http://127.0.0.1:8000"
) -> AsyncIterator[Socket]:
    """A socket that has asked to be let in; its first event says whether it was."""
    headers = [(b"origin", origin.encode()), (b"host", b"127.0.0.1:8000")]
    if person is not None:
        client = AsyncClient()
        await client.aforce_login(person)
        headers.append((b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode()))
    parts = urlsplit(address)
    scope = {
        "type": "websocket", "path": parts.path, "query_string": parts.query.encode(), "headers": headers,
        "subprotocols": [],
    }  # fmt: skip
    wire: Any = ApplicationCommunicator(get_default_application(), scope)  # type: ignore[no-untyped-call]
    await wire.send_input({"type": "websocket.connect"})
    try:
        yield Socket(wire)
    finally:
        await wire.send_input({"type": "websocket.disconnect", "code": 1001})
        await wire.wait(timeout=WAIT_S)
