"""The routes about models."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from speech.server.catalogue.models import find_model, models
from speech.server.errors import ApiError


@require_safe
async def model_list(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"object": "list", "data": [model.row for model in models(request.GET.get("task", ""))]})


@require_safe
async def model_detail(request: HttpRequest, model_id: str) -> HttpResponse:
    model = find_model(model_id)
    if model is None:
        raise ApiError(404, f"The model '{model_id}' does not exist here.", code="model_not_found", param="model")
    return JsonResponse(model.row)
