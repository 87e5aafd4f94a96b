"""The routes about models, and about the server itself."""

from __future__ import annotations

from typing import Final

from speech.server.description.parts import STRING, STRINGS, Spec, answer, json_answer, operation, path_parameter

_LIST: Final[Spec] = {"type": "array", "items": {"type": "object"}}
_TASK: Final[Spec] = {"task": STRING | {"description": "automatic-speech-recognition, text-to-speech, ..."}}
_MODEL_ID: Final = path_parameter("model_id", "An id from the list; its slashes as they are or as %2F")
_ROWS: Final = json_answer("A list", object=STRING, data=_LIST)
_ROW: Final = json_answer("The model", id=STRING, object=STRING, created={"type": "integer"}, owned_by=STRING)

PATHS: Final[Spec] = {
    "/v1/models": {"get": operation("listModels", "models", "Models on this machine", {"200": _ROWS}, query=_TASK)},
    "/v1/models/{model_id}": {
        "parameters": [_MODEL_ID],
        "get": operation("retrieveModel", "models", "One model", {"200": _ROW}),
        "post": operation(
            "downloadModel",
            "models",
            "Download a model",
            {"200": answer("Downloaded"), "201": answer("It was there already")},
        ),
        "delete": operation("deleteModel", "models", "Remove a downloaded model", {"200": json_answer("Removed")}),
    },
    "/v1/registry": {"get": operation("listRegistry", "models", "Models that can be had", {"200": _ROWS}, query=_TASK)},
    "/v1/audio/models": {
        "get": operation("listAudioModels", "models", "Voices' models", {"200": json_answer("A list", models=_LIST)})
    },
    "/api/ps": {
        "get": operation(
            "listLoaded", "models", "Models in memory", {"200": json_answer("A list", models=STRINGS, details=_LIST)}
        )
    },
    "/api/ps/{model_id}": {
        "parameters": [_MODEL_ID],
        "get": operation(
            "retrieveLoaded",
            "models",
            "A model in memory",
            {"200": json_answer("Its copies", models=STRINGS, details=_LIST), "404": answer("Not loaded")},
        ),
        "post": operation(
            "loadModel", "models", "Load a model", {"201": json_answer("Loaded"), "409": answer("Loaded already")}
        ),
        "delete": operation(
            "unloadModel", "models", "Unload a model", {"200": json_answer("Unloaded"), "409": answer("In use")}
        ),
    },
    "/health": {
        "get": operation(
            "health", "server", "Whether the server answers", {"200": json_answer("It does", status=STRING)}
        )
    },
    "/openapi.json": {"get": operation("description", "server", "This document", {"200": json_answer("OpenAPI 3.1")})},
    "/docs": {"get": operation("docs", "server", "This document as a page", {"200": answer("A page", "text/html")})},
    "/playground": {
        "get": operation("playground", "server", "A page to try things", {"200": answer("A page", "text/html")})
    },
}
