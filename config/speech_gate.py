"""Who may use the speech server inside the product: programs with a key, and people who work for a council."""

from __future__ import annotations

import io
from typing import Any, Final

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from council.access import SpeechUser, access_speech, access_speech_by_key
from council.errors import CouncilError
from council.sign_in import count_call, key_of_secret
from speech.server.caller import Caller
from speech.server.errors import ApiError
from speech.server.gate import Admission, KeyRefused, Scope, header, offered_key, same_key
from speech.server.limits import Allowance

_ABOUT_THE_BODY: Final = frozenset({b"content-type", b"content-length", b"transfer-encoding"})


class CouncilGate:
    """API_KEY, a key that a council made, or the session of a clerk or councillor. Nobody is anonymous here.

    Requests are counted in the database, so that all web processes count together.
    """

    async def admit(self, scope: Scope) -> Admission:
        admission: Admission = await database_sync_to_async(_admit)(scope)
        return admission


def _admit(scope: Scope) -> Admission:
    offered = offered_key(scope)
    user = _program(offered) if offered else _person(scope)
    limit = user.requests_per_minute or settings.SPEECH_REQUESTS_PER_MINUTE
    caller = Caller(user.caller, user.may_leave, may_manage=user.runs_platform)
    if not limit:
        return Admission(caller)
    allowance = Allowance(limit, *count_call(user.caller))
    allowance.check()
    return Admission(caller, allowance.headers)


def _program(offered: str) -> SpeechUser:
    if settings.SPEECH_API_KEY and same_key(offered, settings.SPEECH_API_KEY):
        return SpeechUser("api-key", may_leave=True, runs_platform=True)
    key = key_of_secret(offered)
    if key is None:
        raise KeyRefused(offered=True)
    return access_speech_by_key(key)


def _person(scope: Scope) -> SpeechUser:
    """Whoever is signed in. Their browser sends the cookie for any page, so each request must show whose page it is."""
    request = _request(scope)
    name = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not name.isalnum():  # the database refuses some signs that a quoted cookie can hold
        raise KeyRefused(offered=False)
    request.session = SessionStore(name)
    try:
        user = access_speech(get_user(request))
    except CouncilError as error:
        if not get_user(request).is_authenticated:
            raise KeyRefused(offered=False) from error
        message = "Only people who work for a council may use the speech server."
        raise ApiError(403, message, code="role_not_allowed") from error
    if not (_is_from_own_page(request, scope) if scope["type"] == "websocket" else _has_csrf_token(request)):
        raise ApiError(403, "The request did not come from a page of this server.", code="csrf_failed")
    return user


def _request(scope: Scope) -> HttpRequest:
    """The request without its body, which is not read before the door is open."""
    headers = [(name, value) for name, value in scope["headers"] if name not in _ABOUT_THE_BODY]
    seen = {**scope, "type": "http", "method": scope.get("method", "GET"), "headers": headers}
    return ASGIRequest(seen, io.BytesIO())


def _has_csrf_token(request: HttpRequest) -> bool:
    """Django's own check, of the header X-CSRFToken and the origin; reading needs no token."""

    def not_called(request: HttpRequest) -> HttpResponse:
        raise AssertionError("the check answers by itself")

    check = CsrfViewMiddleware(not_called)
    try:
        check.process_request(request)
        return check.process_view(request, _no_view, (), {}) is None
    except DisallowedHost:
        return False


def _is_from_own_page(request: HttpRequest, scope: Scope) -> bool:
    origin = header(scope, b"origin")
    return origin in {*settings.CSRF_TRUSTED_ORIGINS, f"{_web_scheme(request)}://{header(scope, b'host')}"}


def _web_scheme(request: HttpRequest) -> str:
    return "https" if request.is_secure() or settings.HTTPS else "http"


def _no_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    raise AssertionError("the check answers by itself")
