"""The server's entry: keys, size limits and request ids before Django; Django without sessions, cookies or database."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import BadRequest, RequestAborted, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from speech.server import views
from speech.server.errors import ApiError, error_response

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_FORM_FIELDS_BYTES: Final = 1024 * 1024
"""What a multipart form may hold besides its file."""
_DRAIN_S: Final = 10.0
"""How long a refused upload is read and thrown away: closing at once would cost the client the answer."""
_PUBLIC: Final = frozenset({"/health", "/health/"})


class SpeechHandler(ASGIHandler):
    """Django's handler with this package's routes and without the product's middleware.

    Bodies go to a file on the data disk as they come in; one over the limit is refused unread or, when it does not say
    its length, where it passes the limit.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """None of the settings' middleware: no session, no cookie, no redirect, nothing that asks the database."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = f"req_{uuid.uuid4().hex}".encode()

        async def send_with_id(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), (b"x-request-id", request_id)]
                message = {**message, "headers": headers}
            await send(message)

        try:
            _check_key(scope)
            _check_length(scope)
            await super().__call__(scope, receive, send_with_id)
        except (_KeyRefused, _BodyTooLarge) as refusal:
            await _refuse(refusal, receive, send_with_id)

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
            body.write(message.get("body", b""))
            if body.tell() > _limit_bytes():
                body.close()
                raise _BodyTooLarge()
            more = message.get("more_body", False)
        body.seek(0)
        return body

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """The view's response, or a refusal as JSON. What is left becomes a 500 by Django's own hand, and is logged."""
        request.urlconf = "speech.server.urls"
        try:
            response: HttpResponseBase = await self._get_response_async(request)  # type: ignore[attr-defined]
        except ApiError as error:
            return error_response(error)
        except Http404:
            return views.not_found(request)
        except RequestDataTooBig:
            return error_response(_BodyTooLarge())
        except (BadRequest, SuspiciousOperation, MultiPartParserError):
            return views.bad_request(request)
        if isinstance(response, HttpResponseNotAllowed):
            return views.wrong_method(response["Allow"].split(", "))
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class _KeyRefused(ApiError):
    def __init__(self) -> None:
        super().__init__(401, "This server wants its key: 'Authorization: Bearer <key>'.", code="invalid_api_key")


class _BodyTooLarge(ApiError):
    def __init__(self) -> None:
        message = f"The request is too large; files may have {settings.SPEECH_MAX_UPLOAD_MB} MB."
        super().__init__(413, message, code="request_too_large")


def _limit_bytes() -> int:
    return settings.SPEECH_MAX_UPLOAD_MB * 1024 * 1024 + _FORM_FIELDS_BYTES


def _check_key(scope: Scope) -> None:
    if not settings.SPEECH_API_KEY or scope["path"] in _PUBLIC:
        return
    scheme, _, key = _header(scope, b"authorization").partition(b" ")
    right = secrets.compare_digest(key.strip(), settings.SPEECH_API_KEY.encode())
    if scheme.lower() != b"bearer" or not right:
        raise _KeyRefused()


def _check_length(scope: Scope) -> None:
    length = _header(scope, b"content-length")
    if length.isdigit() and int(length) > _limit_bytes():
        raise _BodyTooLarge()


def _header(scope: Scope, name: bytes) -> bytes:
    value: bytes = dict(scope["headers"]).get(name, b"")
    return value


async def _refuse(error: ApiError, receive: Receive, send: Send) -> None:
    """Answer at once, then read what the client still sends, so that it gets to the answer."""
    headers = {"content-type": "application/json", "connection": "close", **error.headers}
    body = json.dumps(error.body).encode()
    head = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": head})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_S):
            more = True
            while more:
                message = await receive()
                more = message["type"] == "http.request" and message.get("more_body", False)
    await send({"type": "http.response.body", "body": b""})
