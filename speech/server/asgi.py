"""The server's entry: keys, size limits and request ids before Django; Django without sessions, cookies or database."""

from __future__ import annotations

import asyncio
import errno
import json
import shutil
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import BadRequest, RequestAborted, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from speech.server import cors, views
from speech.server.caller import current_caller
from speech.server.cors import Headers
from speech.server.errors import ApiError, disk_full, error_response
from speech.server.gate import Gate, KeyGate, Scope, header
from speech.server.http import Utf8Request

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

WS_MAX_BYTES: Final = 24 * 1024 * 1024
"""Of one websocket message, for uvicorn's `ws_max_size`: 15 MiB of sound in base64, and some.

Whoever runs uvicorn also switches `ws_per_message_deflate` off: a quarter of a megabyte of compressed frames may unpack
to gigabytes, and all of them would lie in memory before the first is looked at.
"""
_FORM_FIELDS_BYTES: Final = 1024 * 1024
"""What a multipart form may hold besides its file."""
_DRAIN_S: Final = 10.0
"""How long a refused upload is read and thrown away: closing at once would cost the client the answer."""
_LOOK_EVERY_BYTES: Final = 16 * 1024 * 1024
_KEPT_FREE_BYTES: Final = 256 * 1024 * 1024
_PUBLIC: Final = frozenset({"/health", "/docs", "/openapi.json", "/playground"})
_PUBLIC_FOLDERS: Final = ("/static/",)
_REALTIME: Final = "/v1/realtime"
_SUBPROTOCOL: Final = "realtime"
_REFUSED_CODE: Final = 4403


class SpeechHandler(ASGIHandler):
    """Django's handler with this package's routes and without the product's middleware.

    `gate` says who may come in, `urlconf` names the routes. Bodies go to a file on the data disk as they come in; one
    over the limit is refused unread or, when it does not say its length, where it passes the limit.
    """

    request_class = Utf8Request

    def __init__(self, gate: Gate | None = None, urlconf: str = "speech.server.urls") -> None:
        self._gate = gate or KeyGate()
        self._urlconf = urlconf
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """None of the settings' middleware: no session, no cookie, no redirect, nothing that asks the database."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open_websocket(scope, receive, send)
            return
        origin = header(scope, b"origin")
        extra: Headers = [(b"x-request-id", f"req_{uuid.uuid4().hex}".encode())]
        extra += cors.answer_headers(origin, settings.SPEECH_ALLOW_ORIGINS)

        async def send_with_headers(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        if cors.is_preflight(scope):
            extra += cors.preflight_headers(scope, origin, settings.SPEECH_ALLOW_ORIGINS)
            await send_with_headers({"type": "http.response.start", "status": 204, "headers": []})
            await send_with_headers({"type": "http.response.body", "body": b""})
            return
        try:
            if not is_public(scope["path"]):
                admission = await self._gate.admit(scope)
                current_caller.set(admission.caller)
                extra += _encoded(admission.headers)
            _check_length(scope)
        except ApiError as refusal:
            await _refuse(refusal, receive, send_with_headers)
            return
        try:
            await super().__call__(scope, receive, send_with_headers)
        except ApiError as refusal:  # the body could not be taken in
            await _refuse(refusal, receive, send_with_headers)

    async def _open_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the connection to its room, or turn it away before it is accepted: the client sees an HTTP status."""
        try:
            if scope["path"].rstrip("/") != _REALTIME:
                raise ApiError(404, f"There is no websocket at {scope['path']}.", code="unknown_url")
            admission = await self._gate.admit(scope)
        except ApiError as refusal:
            await _refuse_websocket(refusal, scope, receive, send)
            return
        current_caller.set(admission.caller)
        application = await asyncio.to_thread(_realtime)
        await application(scope, receive, partial(_send_with_subprotocol, scope, send))

    async def read_body(self, receive: Receive) -> IO[bytes]:
        settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
        body: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115  # Django closes it after the request
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=str(settings.WORK_DIR)
        )
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted()
            try:
                _take_in(body, message.get("body", b""))
            except (ApiError, OSError) as error:
                body.close()
                if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                    raise disk_full() from error
                raise
            more = message.get("more_body", False)
        body.seek(0)
        return body

    def create_request(self, scope: Mapping[str, Any], body_file: IO[bytes]) -> tuple[Any, Any]:
        """The request, or the answer to one whose headers cannot be read (`charset*=` names an unknown encoding)."""
        try:
            made: tuple[Any, Any] = super().create_request(scope, body_file)
        except (LookupError, ValueError):
            return None, error_response(ApiError(400, "The request cannot be read.", code="invalid_request"))
        return made

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """The view's response, or a refusal as JSON. What is left becomes a 500 by Django's own hand, and is logged."""
        request.urlconf = self._urlconf
        try:
            response: HttpResponseBase = await self._get_response_async(request)  # type: ignore[attr-defined]
        except ApiError as error:
            return error_response(error)
        except Http404:
            return views.not_found(request)
        except RequestDataTooBig:
            return error_response(_BodyTooLarge())
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return error_response(disk_full())
        except (BadRequest, SuspiciousOperation, MultiPartParserError):
            return views.bad_request(request)
        if isinstance(response, HttpResponseNotAllowed):
            return views.wrong_method(response["Allow"].split(", "))
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class _BodyTooLarge(ApiError):
    def __init__(self) -> None:
        message = f"The request is too large; files may have {settings.SPEECH_MAX_UPLOAD_MB} MB."
        super().__init__(413, message, code="request_too_large")


def _realtime() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Its imports take seconds, so they wait for the first connection, and run in a thread."""
    from speech.server.realtime.app import application

    return application


def _take_in(body: IO[bytes], block: bytes) -> None:
    """Write on, as long as the body is within its limit and the disk has room for others too."""
    before = body.tell()
    body.write(block)
    if body.tell() > _limit_bytes():
        raise _BodyTooLarge()
    if before // _LOOK_EVERY_BYTES != body.tell() // _LOOK_EVERY_BYTES:
        _check_room(body.tell())


def _check_room(more_bytes: int) -> None:
    """The database lies on the same disk, as a rule: uploads must leave it some."""
    if shutil.disk_usage(settings.WORK_DIR).free < more_bytes + _KEPT_FREE_BYTES:
        raise disk_full()


def _limit_bytes() -> int:
    return settings.SPEECH_MAX_UPLOAD_MB * 1024 * 1024 + _FORM_FIELDS_BYTES


def is_public(path: str) -> bool:
    """Pages, their files and their description hold nothing secret; the page asks for the key and sends it itself."""
    return path.rstrip("/") in _PUBLIC or path.startswith(_PUBLIC_FOLDERS)


def _check_length(scope: Scope) -> None:
    length = header(scope, b"content-length")
    if length.isascii() and length.isdigit() and int(length) > _limit_bytes():
        raise _BodyTooLarge()


def _encoded(headers: Mapping[str, str]) -> Headers:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def _refuse(error: ApiError, receive: Receive, send: Send) -> None:
    """Answer at once, then read what the client still sends, so that it gets to the answer."""
    head = _encoded({"content-type": "application/json", "connection": "close", **error.headers})
    body = json.dumps(error.body).encode()
    await send({"type": "http.response.start", "status": error.status, "headers": head})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_S):
            more = True
            while more:
                message = await receive()
                more = message["type"] == "http.request" and message.get("more_body", False)
    await send({"type": "http.response.body", "body": b""})


async def _refuse_websocket(error: ApiError, scope: Scope, receive: Receive, send: Send) -> None:
    """Before the handshake ends there is still an HTTP answer to give; servers that cannot give one send a bare 403."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": _REFUSED_CODE})
        return
    status = 403 if error.status == 401 else error.status  # what Speaches and browsers' libraries expect
    head = _encoded({"content-type": "application/json", **error.headers})
    await send({"type": "websocket.http.response.start", "status": status, "headers": head})
    await send({"type": "websocket.http.response.body", "body": json.dumps(error.body).encode()})


async def _send_with_subprotocol(scope: Scope, send: Send, message: Mapping[str, Any]) -> None:
    """A browser that offered subprotocols hangs up unless one is chosen; the one with the key must not be echoed."""
    offered = _SUBPROTOCOL in scope.get("subprotocols", [])
    if offered and message["type"] == "websocket.accept" and not message.get("subprotocol"):
        message = {**message, "subprotocol": _SUBPROTOCOL}
    await send(message)
