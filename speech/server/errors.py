"""Errors as OpenAI's clients read them: a status, a sentence for developers, the field at fault and a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import JsonResponse

from speech.engine.errors import EngineError

# Status and sentence for each code of the engine; codes that are not here are the server's own failure.
_ENGINE: Final[Mapping[str, tuple[int, str]]] = {
    "media_empty": (400, "The file is empty."),
    "media_unreadable": (415, "The file is not a sound or video file that can be read."),
    "media_no_audio": (400, "The file has no audio track."),
    "source_too_long": (413, "The recording is too long for this server."),
    "media_truncated": (400, "The file is cut off: only a part of it can be read."),
    "model_not_polish": (400, "This model knows only English."),
    "model_cannot_translate": (400, "This model cannot translate; the multilingual ones but turbo can."),
    "language_unknown": (400, "This recogniser cannot tell languages apart: name the language."),
    "recognizer_elsewhere": (403, "Recognition happens on another machine, and this council's words stay here."),
    "given_up": (503, "The request was given up."),
    "text_empty": (400, "There is nothing in 'input' that can be spoken."),
    "speed_invalid": (400, "This speed is not possible."),
    "voice_unknown": (400, "There is no such voice."),
    "voice_not_polish": (400, "This voice does not speak Polish."),
    "voice_unavailable": (503, "The voice cannot speak now."),
    "voice_incomplete": (503, "The voice did not speak the whole text."),
    "disk_full": (503, "The server's disk is full."),
    "out_of_memory": (503, "The server is out of memory for this recording."),
    "model_in_use": (409, "The model is in use; try again when the work that uses it is done."),
    "model_not_loaded": (404, "The model is not loaded."),
    "model_unknown": (404, "There is no such model to be had."),
    "precision_unsupported": (503, "The server cannot compute with the configured precision."),
    "device_unavailable": (503, "The server's graphics card does not work."),
    "model_unavailable": (503, "The model cannot be loaded now."),
    "remote_unavailable": (503, "The recognition server behind this one does not answer now."),
    "remote_answer_invalid": (502, "The recognition server behind this one gave no readable answer."),
    "remote_key_refused": (502, "The recognition server behind this one refused its key."),
    "remote_quota_used_up": (502, "The account at the recognition server behind this one is used up."),
    "remote_model_missing": (502, "The recognition server behind this one does not have the model."),
    "remote_rejected": (502, "The recognition server behind this one refused the recording."),
    "remote_too_large": (502, "The recognition server behind this one finds the recording too large."),
    "ffmpeg_missing": (500, "The server has no ffmpeg."),
}
_UNKNOWN: Final = (500, "The speech engine failed.")


class ApiError(Exception):
    """A refusal or failure with everything the answer needs.

    `retry` tells OpenAI's clients whether to run the request again by themselves; None leaves it to their own rules
    (they repeat after 408, 409, 429 and 5xx).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        param: str = "",
        retry: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry = retry
        self.extra_headers = headers or {}

    @property
    def body(self) -> dict[str, object]:
        """OpenAI's `error` object, and the `detail` that Speaches' clients look for."""
        kind = "server_error" if self.status >= 500 else _TYPES.get(self.status, "invalid_request_error")
        error = {"message": self.message, "type": kind, "param": self.param or None, "code": self.code or None}
        return {"error": error, "detail": self.message}

    @property
    def headers(self) -> dict[str, str]:
        headers = dict(self.extra_headers)
        if self.retry is not None:
            headers["x-should-retry"] = "true" if self.retry else "false"
        if self.status == 401:
            headers["www-authenticate"] = "Bearer"
        return headers


_TYPES: Final = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def invalid(message: str, param: str, *, code: str = "invalid_value") -> ApiError:
    """A 400 that names the field at fault."""
    return ApiError(400, message, code=code, param=param)


def engine_failure(error: EngineError, param: str) -> ApiError:
    """What an engine's error means over HTTP; `param` is the field whose content the engine worked on.

    The server has already tried what can be tried, and its work is long: clients are told not to repeat it.
    """
    status, message = _ENGINE.get(error.code, _UNKNOWN)
    if status >= 500:
        return ApiError(status, message, code=error.code, retry=False)
    return ApiError(status, message, code=error.code, param=param)


def internal_failure() -> ApiError:
    """What is told of the server's own fault; what it was, the log says."""
    return ApiError(500, "The server failed; its log says why.", code="internal_error", retry=False)


def disk_full() -> ApiError:
    """There is no room for what the client sends."""
    status, message = _ENGINE["disk_full"]
    return ApiError(status, message, code="disk_full", retry=False)


def error_response(error: ApiError) -> JsonResponse:
    return JsonResponse(error.body, status=error.status, headers=error.headers)
