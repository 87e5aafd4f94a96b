"""Events as they travel: ids, what is sent, and refusals that leave the connection alive."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from speech.server.errors import ApiError

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_ID_BYTES: Final = 12


def new_id(kind: str) -> str:
    """`kind` is what OpenAI's ids begin with: event, item, resp, sess, conv."""
    return f"{kind}_{secrets.token_hex(_ID_BYTES)}"


class Refusal(Exception):
    """What a client asked cannot be done; it is told so in an `error` event and goes on."""

    def __init__(self, message: str, *, code: str = "invalid_value", param: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.kind = kind or "invalid_request_error"

    @classmethod
    def of(cls, error: ApiError, param: str = "") -> Refusal:
        """The same refusal as the HTTP routes give."""
        kind = "invalid_request_error" if error.status < 500 else "server_error"
        return cls(error.message, code=error.code, param=param or error.param, kind=kind)

    def body(self, client_event_id: str | None = None) -> Event:
        return {
            "type": self.kind,
            "code": self.code,
            "message": self.message,
            "param": self.param or None,
            "event_id": client_event_id,
        }


def shown(value: object) -> str:
    """A client's value in a sentence; only texts are repeated, and their beginning at most."""
    return repr(value[:100]) if isinstance(value, str) else f"of type {type(value).__name__}"


class ClientGone(Exception):
    """Nothing can be sent any more."""


class Outbox:
    """The way to the client: one event at a time, in the order they are handed in."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._lock = asyncio.Lock()

    async def accept(self) -> None:
        """End the handshake.

        Raises:
            ClientGone: the client did not wait for it.
        """
        await self._hand_over({"type": "websocket.accept"})

    async def emit(self, kind: str, **fields: Any) -> None:
        """Send one event.

        Raises:
            ClientGone: the connection is closed.
        """
        text = json.dumps({"type": kind, "event_id": new_id("event"), **fields}, ensure_ascii=False)
        # A lone surrogate, which JSON's escapes can bring in, has no UTF-8: it goes out as it came.
        text = text if _encodes(text) else text.encode("utf-8", "replace").decode()
        async with self._lock:
            await self._hand_over({"type": "websocket.send", "text": text})

    async def refuse(self, refusal: Refusal, client_event_id: str | None = None) -> None:
        await self.emit("error", error=refusal.body(client_event_id))

    async def close(self, code: int, reason: str) -> None:
        async with self._lock:
            await self._hand_over({"type": "websocket.close", "code": code, "reason": reason})

    async def _hand_over(self, message: Event) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:  # uvicorn's two ways to say that the connection is closed
            raise ClientGone() from error


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
