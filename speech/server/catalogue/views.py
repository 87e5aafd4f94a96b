"""The routes about models: what there is, what is on the disk, what is in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from speech.server.caller import current_caller
from speech.server.catalogue import loading
from speech.server.catalogue.models import SPEAKING, find_row, find_whisper, registry, rows
from speech.server.errors import ApiError

_Result = TypeVar("_Result")

_fetching: Final = ThreadPoolExecutor(2, thread_name_prefix="models-disk")
_loading: Final = ThreadPoolExecutor(2, thread_name_prefix="models-memory")  # never behind a download


@require_safe
async def model_list(request: HttpRequest) -> HttpResponse:
    found = await asyncio.to_thread(rows, request.GET.get("task", ""))
    return JsonResponse({"object": "list", "data": found})


@require_safe
async def model_registry(request: HttpRequest) -> HttpResponse:
    found = await asyncio.to_thread(registry, request.GET.get("task", ""))
    return JsonResponse({"object": "list", "data": found})


@require_safe
async def speaking_model_list(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"object": "list", "models": await asyncio.to_thread(rows, SPEAKING)})


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
async def model_detail(request: HttpRequest, model_id: str) -> HttpResponse:
    if request.method == "POST":
        _check_may_manage()
        fresh = await _in(_fetching, partial(loading.download, model_id))
        said = f"Model '{model_id}' {'downloaded' if fresh else 'already exists'}"
        return JsonResponse({"id": model_id, "object": "model", "detail": said}, status=201 if fresh else 200)
    if request.method == "DELETE":
        _check_may_manage()
        await _in(_fetching, partial(loading.remove, model_id))
        said = f"Model '{model_id}' deleted"
        return JsonResponse({"id": model_id, "object": "model", "deleted": True, "detail": said})
    row = await asyncio.to_thread(find_row, model_id)
    if row is None:
        raise _missing(model_id)
    return JsonResponse(row)


@require_safe
async def loaded_list(request: HttpRequest) -> HttpResponse:
    return JsonResponse(await asyncio.to_thread(loading.listing))


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
async def loaded_detail(request: HttpRequest, model_id: str) -> HttpResponse:
    if request.method not in ("POST", "DELETE"):
        return JsonResponse(await asyncio.to_thread(loading.copies, model_id))
    _check_may_manage()
    if request.method == "POST":
        await _in(_loading, partial(loading.load, model_id))
        return JsonResponse({"message": f"Model '{model_id}' loaded."}, status=201)
    await _in(_loading, partial(loading.unload, model_id))
    return JsonResponse({"message": f"Model {model_id} unloaded."})


def _missing(model_id: str) -> ApiError:
    known = find_whisper(model_id) is not None
    advice = f"POST /v1/models/{model_id[:200]} fetches it" if known else "see GET /v1/models"
    code = "model_not_installed" if known else "model_not_found"
    return ApiError(404, f"The model '{model_id[:200]}' does not exist here; {advice}.", code=code, param="model")


def _check_may_manage() -> None:
    if not current_caller.get().may_manage:
        message = "Models are fetched, loaded and removed by whoever runs the server, with its API_KEY."
        raise ApiError(403, message, code="role_not_allowed")


async def _in(pool: ThreadPoolExecutor, work: Callable[[], _Result]) -> _Result:
    """In a thread of the pool. A client that leaves does not stop the work: the next one finds it done."""
    return await asyncio.get_running_loop().run_in_executor(pool, work)
