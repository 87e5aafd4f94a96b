"""Health, and what is answered when no route fits."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from speech.server.errors import ApiError, error_response, internal_failure


@require_safe
async def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok", "message": "OK"})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_response(ApiError(404, f"There is nothing at {request.path}.", code="unknown_url"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_response(ApiError(400, "The request cannot be read.", code="invalid_request"))


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(internal_failure())


def wrong_method(allowed: Iterable[str]) -> HttpResponse:
    names = ", ".join(allowed)
    response = error_response(ApiError(405, f"Only {names} is possible here.", code="method_not_allowed"))
    response["allow"] = names
    return response
