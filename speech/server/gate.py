"""Who may come in. The server by itself knows one key; inside the product config/speech_gate.py knows more."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http.request import validate_host

from speech.server.caller import Caller
from speech.server.cors import allowed_origin
from speech.server.errors import ApiError
from speech.server.limits import MemoryCounter

Scope = dict[str, Any]

_LOCAL_NAMES: Final = (".local", ".localhost", ".lan", ".internal", ".home.arpa")
SUBPROTOCOL_KEY: Final = "openai-insecure-api-key."
"""A browser cannot give a websocket headers; OpenAI's own script puts the key into a subprotocol of this beginning."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller who was let in, and headers that belong on every answer to them."""

    caller: Caller
    headers: Mapping[str, str] = field(default_factory=dict)


class Gate(Protocol):
    async def admit(self, scope: Scope) -> Admission:
        """Look at an ASGI scope (http or websocket) before anything of it is read.

        Raises:
            ApiError: 401 without a valid key, 403 for whom it is closed, 429 above the caller's limit.
        """
        ...


class KeyRefused(ApiError):
    def __init__(self, *, offered: bool) -> None:
        wrong = "This key is not known here, or was revoked." if offered else "This server wants a key."
        super().__init__(401, f"{wrong} Send it as 'Authorization: Bearer <key>'.", code="invalid_api_key")


class KeyGate:
    """API_KEY for everybody, or no key at all; requests counted by address, in this process."""

    def __init__(self) -> None:
        self._counter = MemoryCounter()

    async def admit(self, scope: Scope) -> Admission:
        key = offered_key(scope)
        if settings.SPEECH_API_KEY:
            if not same_key(key, settings.SPEECH_API_KEY):
                raise KeyRefused(offered=bool(key))
        elif not _only_reads(scope) and not is_own_page(scope):
            raise ApiError(403, "Pages of this origin are not let in; see ALLOW_ORIGINS.", code="origin_not_allowed")
        address = str((scope.get("client") or ("unknown",))[0])
        caller = Caller(address, may_leave=True)
        if not settings.SPEECH_REQUESTS_PER_MINUTE:
            return Admission(caller)
        allowance = self._counter.count(address, settings.SPEECH_REQUESTS_PER_MINUTE)
        allowance.check()
        return Admission(caller, allowance.headers)


def offered_key(scope: Scope) -> str:
    """The key in `Authorization: Bearer` or `X-API-Key`, for websockets also in the query or a subprotocol, or ""."""
    scheme, _, bearer = header(scope, b"authorization").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    key = header(scope, b"x-api-key").strip()
    if key or scope["type"] != "websocket":
        return key
    for protocol in scope.get("subprotocols", []):
        if protocol.startswith(SUBPROTOCOL_KEY):
            return str(protocol.removeprefix(SUBPROTOCOL_KEY))
    query: str = scope.get("query_string", b"").decode("latin-1")
    return dict(parse_qsl(query)).get("api_key", "")


def same_key(offered: str, key: str) -> bool:
    return secrets.compare_digest(offered.encode("utf-8", "surrogatepass"), key.encode("utf-8", "surrogatepass"))


def is_own_page(scope: Scope) -> bool:
    """Whether no page of another site is behind it: browsers let any page send forms and open websockets, and say
    whose it is. A page whose name was made to mean this machine (DNS rebinding) is another site's too.
    """
    origin, host = header(scope, b"origin"), header(scope, b"host")
    if not origin or allowed_origin(origin, settings.SPEECH_ALLOW_ORIGINS):
        return True
    try:
        return bool(urlsplit(origin).netloc == host) and _is_own_name(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


def _is_own_name(name: str) -> bool:
    """An address, a name that only a local network gives, or one of ALLOWED_HOSTS: none that strangers can have."""
    if "." not in name or name.endswith(_LOCAL_NAMES) or validate_host(name, settings.ALLOWED_HOSTS):
        return True
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _only_reads(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in ("GET", "HEAD", "OPTIONS")


def header(scope: Scope, name: bytes) -> str:
    """The last header of that name, or "". Keys may hold letters beyond ASCII: read as UTF-8 where that is possible."""
    value: bytes = dict(scope["headers"]).get(name, b"")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
