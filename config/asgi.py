"""The web's entry: pages and API over HTTP, live progress over websockets, and the speech server's own paths."""

import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251  # before settings can be read

import django
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponseBadRequest, JsonResponse, parse_cookie

django.setup(set_prefix=False)  # before routing: it loads the apps

from django.contrib.auth import SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from assistant.routing import websocket_urlpatterns as assistant_websockets  # noqa: E402
from config.speech_gate import CouncilGate  # noqa: E402
from config.speech_paths import is_speech_path  # noqa: E402
from council.api import error_body  # noqa: E402
from council.errors import CouncilError  # noqa: E402
from council.sign_in import key_of_secret  # noqa: E402
from speech.server.asgi import SpeechHandler  # noqa: E402
from speech.server.http import Utf8Request  # noqa: E402
from transcripts.routing import websocket_urlpatterns as transcripts_websockets  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
_FORM_FIELDS_BYTES = 1024 * 1024  # what a multipart form holds besides its file
_LOOK_EVERY_BYTES = 16 * 1024 * 1024
_KEPT_FREE_BYTES = 256 * 1024 * 1024


class LimitedHandler(ASGIHandler):
    """Django's handler, for bodies as large as recordings: it writes each body to a file before it looks at it.

    Here that file lies on the data disk (/tmp may be small or in memory), and a body over the limit is refused unread
    or, when it does not say its length, cut off. Who has not signed in and shows no key may send a form, not a file; a
    file comes in a multipart form, all else is short. The database lies on the same disk, as a rule: it keeps room.
    """

    request_class = Utf8Request
    limit_bytes = settings.MAX_SOURCE_BYTES + _FORM_FIELDS_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        is_form = length.isdigit() and int(length) <= _FORM_FIELDS_BYTES and b"transfer-encoding" not in headers
        has_files = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        most = self.limit_bytes if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        fits = length.isdigit() and int(length) <= most
        if not is_form and not (fits and await database_sync_to_async(_is_known)(headers)):
            await _refuse(send, 413, "request_too_large")
        elif int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and not _has_room(int(length)):
            await _refuse(send, 507, "disk_full")
        else:
            await super().__call__(scope, _up_to(most, receive), send)

    def create_request(self, scope: Mapping[str, Any], body_file: IO[bytes]) -> tuple[Any, Any]:
        """The request, or the answer to one whose headers cannot be read (`charset*=` names an unknown encoding)."""
        try:
            made: tuple[Any, Any] = super().create_request(scope, body_file)
        except (LookupError, ValueError):
            return None, HttpResponseBadRequest()
        return made

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
            more = message.get("more_body", False)
        body.seek(0)
        return body


async def _refuse(send: Send, status: int, code: str) -> None:
    body = JsonResponse(error_body(CouncilError(code))).content
    answer = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": answer})
    await send({"type": "http.response.body", "body": body})


def _up_to(most_bytes: int, receive: Receive) -> Receive:
    """`receive` until the body passes the limit, or the disk is nearly full: then as if the client had left."""
    taken = 0

    async def received() -> Mapping[str, Any]:
        nonlocal taken
        message = await receive()
        before, taken = taken, taken + len(message.get("body", b""))
        looks = before // _LOOK_EVERY_BYTES != taken // _LOOK_EVERY_BYTES
        if taken > most_bytes or (looks and not _has_room(taken)):
            return {"type": "http.disconnect"}
        return message

    return received


def _has_room(more_bytes: int) -> bool:
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.WORK_DIR).free > more_bytes + _KEPT_FREE_BYTES


def _is_known(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the request comes from a signed-in browser or with a valid key; what they may do is asked later."""
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        return key_of_secret(secret.strip()) is not None
    cookie = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    # the database refuses some signs that a quoted cookie can hold
    return cookie is not None and cookie.isalnum() and SESSION_KEY in SessionStore(cookie)


_product = ProtocolTypeRouter(
    {
        "http": LimitedHandler(),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([*assistant_websockets, *transcripts_websockets]))
        ),
    }
)
_speech = SpeechHandler(CouncilGate(), "config.speech_urls_in_web")  # its engines are loaded at first use


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The speech server's paths go past the product's middleware: its clients want its errors and no redirects."""
    if settings.SPEECH_IN_WEB and is_speech_path(scope["path"]):
        await _speech(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].rstrip("/") == "/mcp":
        from assistant import mcp_server  # half a second of imports: not before a program asks

        await mcp_server.application(scope, receive, send)
    else:
        await _product(scope, receive, send)
