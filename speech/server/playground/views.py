"""Pages for people: the playground, the description, and in the server that runs alone the files they need."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from speech.server.description import document

_SERVED: Final = ("speech/", "council/site.css", "council/icon.svg", "drf_spectacular_sidecar/swagger-ui-dist/")
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_SWAGGER_POLICY: Final = f"{_POLICY}; style-src 'self' 'unsafe-inline'"  # it sets styles of elements as it draws
_TEXT_TYPES: Final = ("text/", "application/javascript", "application/json", "image/svg")


@require_safe
async def playground(request: HttpRequest, home: str = "/playground", sign_in: str = "") -> HttpResponse:
    """`home` is where the name at the top leads, `sign_in` where accounts come in: the product has such pages."""
    links = {"home": home, "sign_in": sign_in, "docs": "/docs"}
    return _page(request, "speech/playground.html", _POLICY, links)


@require_safe
async def docs(request: HttpRequest) -> HttpResponse:
    return _page(request, "speech/docs.html", _SWAGGER_POLICY, {})


@require_safe
async def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@require_safe
async def static_file(request: HttpRequest, path: str) -> HttpResponse:
    """The pages' files; inside the product whitenoise serves them before this is asked."""
    found = finders.find(path) if path.startswith(_SERVED) else None
    if not isinstance(found, str) or not Path(found).is_file():
        raise Http404
    kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith(_TEXT_TYPES) else ""
    headers = {"cache-control": "max-age=300", "x-content-type-options": "nosniff"}
    return HttpResponse(Path(found).read_bytes(), content_type=kind + charset, headers=headers)


def _page(request: HttpRequest, template: str, policy: str, links: dict[str, str]) -> HttpResponse:
    page = render(request, template, {"static": f"/{settings.STATIC_URL.lstrip('/')}", **links})
    page.headers["content-security-policy"] = policy
    page.headers["x-content-type-options"] = "nosniff"
    page.headers["referrer-policy"] = "same-origin"
    page.headers["cache-control"] = "no-cache"
    return page
