"""What every REST API of the product shares: keys, who is asking, and how errors look."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from council.access import Actor, access_council, access_council_by_key, access_speech_by_key
from council.errors import CouncilError, message_for
from council.sign_in import count_call, key_of_secret

_STATUS = {
    "not_found": 404,
    "council_unknown": 404,
    "egress_off": 403,
    "password_must_change": 403,
    "not_ready": 409,
    "segment_changed": 409,
    "removed_gone": 409,
    "correction_undone": 409,
    "correction_overtaken": 409,
    "minutes_changed": 409,
    "document_exists": 409,
    "document_too_large": 413,
    "source_too_large": 413,
    "request_too_large": 413,
    "sign_in_blocked": 429,
    "too_many_calls": 429,
    "internal_error": 500,
}


def http_status(error: CouncilError) -> int:
    """The HTTP status of an expected failure: 503 for what may pass by itself, 400 for what the caller can mend."""
    return _STATUS.get(error.code, 503 if error.retryable else 400)


def error_body(error: CouncilError) -> dict[str, Any]:
    """The shape of drf-standardized-errors, with the Polish sentence for people."""
    return {
        "type": "server_error" if http_status(error) >= 500 else "client_error",
        "errors": [{"code": error.code, "detail": message_for(error.code, **error.context), "attr": None}],
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's edge: CouncilError keeps its code; everything else goes through drf-standardized-errors."""
    if isinstance(error, CouncilError):
        return Response(error_body(error), status=http_status(error))
    from drf_standardized_errors.handler import exception_handler as standard_exception_handler  # needs DRF's settings

    response: Response | None = standard_exception_handler(error, context)  # type: ignore[arg-type]  # a plain dict
    return response


MOST_VALUES: Final = 1_000_000
"""Of a JSON body, commas in its texts among them: a body of nothing but empty values takes forty times its size."""


class CountedJSONParser(JSONParser):
    """JSON of so many values that the memory bears it; raises CouncilError("request_too_large")."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read()  # at most DATA_UPLOAD_MAX_MEMORY_SIZE
        if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
            raise CouncilError("request_too_large")
        return super().parse(io.BytesIO(body), media_type, parser_context)


@dataclass(frozen=True)
class KeyHolder:
    """Stands where DRF expects a user when a program came with a key. It has no id and no rights of its own."""

    is_authenticated: bool = True
    is_active: bool = True
    pk: None = None


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; the key itself becomes `request.auth`."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, object] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = key_of_secret(secret.strip())
        if key is None:
            raise AuthenticationFailed("Ten klucz nie istnieje albo został unieważniony.")
        if key.requests_per_minute is not None:
            used, reset_s = count_call(access_speech_by_key(key).caller)
            if used > key.requests_per_minute:
                raise Throttled(wait=reset_s)
        return KeyHolder(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI schema about ApiKeyAuthentication."""

    target_class = "council.api.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def actor_for(request: Request | HttpRequest, slug: str) -> Actor:
    """Whoever asks, inside the council of the address. Raises CouncilError("not_found") when the door is closed."""
    key = getattr(request, "auth", None)
    if key is not None:
        return access_council_by_key(key, slug)
    return access_council(request.user, slug)
