"""Which pages of other sites may call from a browser (ALLOW_ORIGINS). They bring keys; cookies never get through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

_ALLOW_METHODS: Final = b"GET, POST, DELETE, OPTIONS"
_EXPOSED: Final = b"x-request-id, retry-after, content-disposition, asr-engine, x-voice, " + (
    b"x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests"
)
_KEEP_S: Final = b"600"
_HEADER_NAMES: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")

Headers = list[tuple[bytes, bytes]]


def allowed_origin(origin: str, allowed: Sequence[str]) -> str:
    """What `access-control-allow-origin` says to a page of `origin`, or "" for a page that may not read the answer."""
    if "*" in allowed:
        return "*"
    return origin if origin in allowed else ""


def answer_headers(origin: str, allowed: Sequence[str]) -> Headers:
    """Headers of every answer to a browser's request of that origin."""
    let_in = allowed_origin(origin, allowed)
    vary = [] if "*" in allowed or not allowed else [(b"vary", b"Origin")]
    if not origin or not let_in:
        return vary
    return [(b"access-control-allow-origin", let_in.encode()), (b"access-control-expose-headers", _EXPOSED), *vary]


def is_preflight(scope: dict[str, Any]) -> bool:
    """A browser's question before the real request; it never carries a key."""
    names = {name for name, _ in scope["headers"]}
    return scope["method"] == "OPTIONS" and {b"origin", b"access-control-request-method"} <= names


def preflight_headers(scope: dict[str, Any], origin: str, allowed: Sequence[str]) -> Headers:
    """The answer's headers: without the allowing ones the browser refuses the request by itself."""
    if not allowed_origin(origin, allowed):
        return []
    asked = dict(scope["headers"]).get(b"access-control-request-headers", b"")
    wanted = asked if _HEADER_NAMES.fullmatch(asked) else b"authorization, content-type"
    return [
        (b"access-control-allow-methods", _ALLOW_METHODS),
        (b"access-control-allow-headers", wanted),  # by name: a browser's "*" leaves Authorization out
        (b"access-control-max-age", _KEEP_S),
    ]
