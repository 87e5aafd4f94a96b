"""Models into memory and out of it, weights onto the disk and off it. Everything here blocks: call it in a thread."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from django.conf import settings

from speech.engine import model_store, model_table, vad
from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS, LoadedModel
from speech.server import recognition
from speech.server.catalogue.models import DETECTORS, chosen_recogniser, find_model, find_whisper
from speech.server.errors import ApiError, engine_failure

logger = logging.getLogger(__name__)
_store: Final = threading.Lock()
"""One fetch or removal of weights at a time."""


@runtime_checkable
class Loads(Protocol):
    """A recogniser whose model is in this process."""

    def load(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Failed:
    """A model of PRELOAD_MODELS that could not be had, and the engine's code of why."""

    model_id: str
    code: str


_preload_failures: list[Failed] = []


def listing() -> dict[str, object]:
    """Models in memory, in Speaches' shape, with what is known about each, and which preloads failed."""
    loaded = MODELS.listing()
    failures = [{"id": failure.model_id, "code": failure.code} for failure in _preload_failures]
    return {
        "models": list(dict.fromkeys(row.key.model_id for row in loaded)),
        "details": [_detail(row) for row in loaded],
        "preload_failures": failures,
    }


def copies(model_id: str) -> dict[str, object]:
    """As `listing`, of one model under any of its names.

    Raises:
        ApiError: 404 not loaded.
    """
    details = [_detail(row) for row in _copies(model_id)]
    if not details:
        raise _not_loaded(model_id)
    return {"models": [model_id], "details": details}


def load(model_id: str) -> None:
    """Load a model that is on the disk.

    Raises:
        ApiError: 404 unknown or not installed, 409 already loaded, 400 not a model of this process, 503 no memory.
    """
    if model_id in DETECTORS:
        fresh = vad.load()
    else:
        if find_whisper(model_id) is None and find_model(model_id) is None:
            raise _unknown(model_id)
        if find_model(model_id) is None:
            raise _not_installed(model_id)
        engine = recognition.recognizer(chosen_recogniser(model_id)) if find_whisper(model_id) else None
        if not isinstance(engine, Loads):
            message = f"The model '{_shown(model_id)}' is not one that this server keeps in memory."
            raise ApiError(400, message, code="model_not_loadable", param="model")
        try:
            fresh = engine.load()
        except EngineError as error:
            raise engine_failure(error, "model") from error
    if not fresh:
        raise ApiError(409, f"The model '{_shown(model_id)}' is already loaded.", code="model_loaded", retry=False)


def unload(model_id: str) -> None:
    """Free all copies of a model.

    Raises:
        ApiError: 404 not loaded, 409 in use (then nothing is freed).
    """
    copies = _copies(model_id)
    if not copies:
        raise _not_loaded(model_id)
    _unload_all(model_id, copies)


def download(model_id: str) -> bool:
    """Have a model's weights on the disk; False when they (or a model that needs none) were there.

    Raises:
        ApiError: 404 unknown here or at the hub, 503 the hub cannot be reached or the disk is full.
    """
    name = find_whisper(model_id)
    if name is None or name == model_table.AUTO:
        if find_model(model_id) is None:
            raise _unknown(model_id)
        return False
    with _store:
        try:
            return model_store.download(name, settings.MODELS_DIR)
        except EngineError as error:
            logger.warning("download of %s failed: %s", name, error)
            if error.code == "model_unavailable":
                message = "The weights cannot be fetched now: the model hub does not answer."
                raise ApiError(503, message, code=error.code, retry=False) from error
            raise engine_failure(error, "model") from error


def remove(model_id: str) -> None:
    """Take a model out of memory and its weights off the disk. Other processes keep what they have loaded.

    Raises:
        ApiError: 404 unknown or not downloaded, 400 a model without weights of its own, 409 in use.
    """
    name = find_whisper(model_id)
    if name is None or name == model_table.AUTO:
        if find_model(model_id) is None:
            raise _unknown(model_id)
        message = f"'{_shown(model_id)}' is a part of this server and cannot be deleted."
        raise ApiError(400, message, code="model_not_deletable", param="model")
    with _store:
        _unload_all(model_id, _copies(model_id))
        if not model_store.delete(name, settings.MODELS_DIR):
            raise _not_installed(model_id)


def check_preload() -> None:
    """Raise ValueError when PRELOAD_MODELS names a model that cannot be preloaded here."""
    for model_id in settings.PRELOAD_MODELS:
        if find_whisper(model_id) is None and find_model(model_id) is None:
            raise ValueError(f"PRELOAD_MODELS names {model_id!r}, which is no model this server knows")


def preload() -> None:
    """Fetch and load PRELOAD_MODELS, one after the other. What fails is logged, listed, and tried again when used."""
    for model_id in settings.PRELOAD_MODELS:
        try:
            download(model_id)
            load(model_id)
            logger.info("preloaded %s", model_id)
        except ApiError as error:
            if error.code in ("model_loaded", "model_not_loadable"):
                continue
            _preload_failures.append(Failed(model_id, error.code))
            logger.error("preloading %s failed: %s [%s]", model_id, error.message, error.code)


def _not_loaded(model_id: str) -> ApiError:
    return ApiError(404, f"The model '{_shown(model_id)}' is not loaded.", code="model_not_loaded", param="model")


def _copies(model_id: str) -> list[LoadedModel]:
    name = DETECTORS[0] if model_id in DETECTORS else model_table.canonical_id(find_whisper(model_id) or model_id)
    if name == model_table.AUTO:
        name = model_table.canonical_id(recognition.recognizer("").model_id)
    return [row for row in MODELS.listing() if row.key.model_id == name]


def _unload_all(model_id: str, copies: list[LoadedModel]) -> None:
    in_use = ApiError(
        409, f"The model '{_shown(model_id)}' is in use.", code="model_in_use", param="model", retry=False
    )
    if any(row.users for row in copies):
        raise in_use
    for row in copies:
        try:
            MODELS.unload(row.key)
        except EngineError as error:
            if error.code == "model_in_use":
                raise in_use from error
            continue  # somebody else was quicker


def _detail(row: LoadedModel) -> dict[str, object]:
    key = row.key
    return {
        "id": key.model_id,
        "task": key.task,
        "device": key.device,
        "precision": key.precision,
        "memory_bytes": row.memory_bytes,
        "memory_is": "measured" if row.memory_measured else "estimated",
        "users": row.users,
        "idle_s": round(row.idle_s, 1),
        "expires_in_s": None if row.expires_in_s is None else round(row.expires_in_s, 1),
    }


def _unknown(model_id: str) -> ApiError:
    message = f"The model '{_shown(model_id)}' does not exist here; see GET /v1/registry."
    return ApiError(404, message, code="model_not_found", param="model")


def _not_installed(model_id: str) -> ApiError:
    message = f"The model '{_shown(model_id)}' is not installed; POST /v1/models/{_shown(model_id)} fetches it."
    return ApiError(404, message, code="model_not_installed", param="model")


def _shown(model_id: str) -> str:
    return model_id[:200]
