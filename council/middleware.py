"""Middlewares: expected failures become answers, a password that others know is changed first, people search and ask
as often as people do, and the admin works inside one council."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from council.access import access_council
from council.api import error_body, http_status
from council.errors import CouncilError, message_for
from council.models import Role, User
from council.queries import CouncilRow, councils_of
from council.sign_in import check_calls
from council.tenancy import tenant_scope

ADMIN_COUNCIL_SESSION_KEY = "admin_council"
GetResponse = Callable[[HttpRequest], HttpResponse]


def error_page(request: HttpRequest, *, status: int, message: str, code: str = "") -> HttpResponse:
    """A page that says what happened and what to do."""
    return render(request, "council/error.html", {"message": message, "code": code, "status": status}, status=status)


class ErrorPageMiddleware:
    """A CouncilError that a view let through: a Polish page, or JSON under /api/."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, CouncilError):
            return None
        status = http_status(exception)
        if request.path.startswith("/api/"):
            return JsonResponse(error_body(exception), status=status)
        message = message_for(exception.code, **exception.context)
        return error_page(request, status=status, message=message, code=exception.code)


class OwnPasswordMiddleware:
    """Nothing but the change of the password for those whose password somebody else knows."""

    _OPEN: ClassVar[frozenset[str]] = frozenset({"password", "sign-out", "sign-in", "health"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        person = request.user
        match = request.resolver_match
        if not isinstance(person, User) or not person.must_change_password or (match and match.url_name in self._OPEN):
            return None
        if request.path.startswith("/api/"):
            error = CouncilError("password_must_change")
            return JsonResponse(error_body(error), status=http_status(error))
        return redirect("password")


class CallLimitMiddleware:
    """How often in a minute one person, or one address without an account, may search and ask. Keys have limits of
    their own (council/api.py)."""

    _LIMITS: ClassVar[dict[str, str]] = {
        "search": "SEARCHES_PER_MINUTE", "documents-search": "SEARCHES_PER_MINUTE", "api-search": "SEARCHES_PER_MINUTE",
        "ask": "QUESTIONS_PER_MINUTE", "ask-stream": "QUESTIONS_PER_MINUTE", "api-ask": "QUESTIONS_PER_MINUTE",
    }  # fmt: skip

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        limit = self._LIMITS.get((request.resolver_match and request.resolver_match.url_name) or "")
        with_key = not request.user.is_authenticated and request.headers.get("Authorization")
        if limit is None or with_key or not (request.method == "POST" or request.GET.get("q")):
            return None
        who = f"person:{request.user.pk}" if request.user.pk else f"address:{request.META.get('REMOTE_ADDR', '')}"
        try:
            check_calls(f"{limit[:9].lower()}:{who}", getattr(settings, limit))
        except CouncilError as error:
            return self._refused(request, error)
        return None

    def _refused(self, request: HttpRequest, error: CouncilError) -> HttpResponse:
        status = http_status(error)
        if request.path.startswith("/api/"):
            answer: HttpResponse = JsonResponse(error_body(error), status=status)
        else:
            message = message_for(error.code, **error.context)
            answer = error_page(request, status=status, message=message, code=error.code)
        answer["Retry-After"] = str(error.context["seconds"])
        return answer


class AdminCouncilMiddleware:
    """Wraps every admin request in the scope of the council that the person chose there.

    The operator chooses among all councils, a member of staff among those where they are clerk; who has one needs no
    choice. Without a council the lists of content are empty, and templates/admin/base_site.html says why.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        councils = councils_administered_by(request)
        chosen = _chosen(councils, request.session.get(ADMIN_COUNCIL_SESSION_KEY))
        request.admin_councils, request.admin_council = councils, chosen  # type: ignore[attr-defined]
        if chosen is None:
            return self.get_response(request)
        with tenant_scope(access_council(request.user, chosen.slug).council_id):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def councils_administered_by(request: HttpRequest) -> list[CouncilRow]:
    """Whose content may be seen in the admin: by the operator any council's, by staff theirs where they are clerk."""
    person = request.user
    if not isinstance(person, User) or not person.is_active or not person.is_staff:
        return []
    return [council for council in councils_of(person) if person.is_superuser or council.role == Role.CLERK]


def _chosen(councils: list[CouncilRow], slug: object) -> CouncilRow | None:
    if len(councils) == 1:
        return councils[0]
    return next((council for council in councils if council.slug == slug), None)
