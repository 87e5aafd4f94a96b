"""The fields of POST /v1/audio/transcriptions, checked. Fields that mean nothing here are ignored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from speech.server.catalogue.models import RECOGNITION, find_model
from speech.server.errors import ApiError, invalid

FORMATS: Final = ("json", "text", "srt", "vtt", "verbose_json")
LANGUAGE_DEFAULT: Final = "pl"
# fmt: off
LANGUAGES: Final = frozenset((
    "af", "az", "bs", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fo", "fr", "gl", "ha", "haw", "hr",
    "ht", "hu", "id", "is", "it", "jw", "la", "lb", "ln", "lt", "lv", "mg", "mi", "ms", "mt", "nl", "nn", "no", "oc",
    "pl", "pt", "ro", "sk", "sl", "sn", "so", "sq", "su", "sv", "sw", "tk", "tl", "tr", "uz", "vi", "yo",
))
# fmt: on
"""Whisper's languages in Latin script; the engine takes words in other scripts for the model's inventions."""

_GRANULARITIES: Final = frozenset({"segment", "word"})
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class TranscriptionWishes:
    """What the client asked for. `hotwords` joins prompt, hotwords and keywords; `words` asks for times of words."""

    response_format: str
    language: str
    hotwords: str
    words: bool
    stream: bool


def read_wishes(form: QueryDict) -> TranscriptionWishes:
    """Check all fields but the file.

    Raises:
        ApiError: 400 with the field's name, or 404 for a model this server does not have.
    """
    _check_model(form.get("model", ""))
    _check_temperature(form.get("temperature", ""))
    _check_chunking(form)
    names = [form.get("prompt", ""), form.get("hotwords", ""), *form.getlist("keywords[]"), *form.getlist("keywords")]
    return TranscriptionWishes(
        response_format=_response_format(form.get("response_format", "")),
        language=_language(form.get("language", "")),
        hotwords=" ".join(name.strip() for name in names if name.strip()),
        words="word" in _granularities(form),
        stream=_flag(form.get("stream", ""), "stream"),
    )


def _check_model(name: str) -> None:
    if not name:
        raise invalid("'model' is required.", "model", code="missing_required_parameter")
    if find_model(name, RECOGNITION) is None:
        raise ApiError(
            404, f"The model '{name}' does not exist here; see GET /v1/models.", code="model_not_found", param="model"
        )


def _check_temperature(value: str) -> None:
    """Checked only: the engine never samples, so that the same recording gives the same words."""
    try:
        temperature = float(value or 0)
    except ValueError:
        temperature = math.nan
    if not 0 <= temperature <= 1:
        raise invalid("'temperature' must be a number from 0 to 1.", "temperature")


def _check_chunking(form: QueryDict) -> None:
    strategy = form.get("chunking_strategy", "auto")
    kind = form.get("chunking_strategy[type]", "server_vad")
    if strategy not in ("", "auto") or kind != "server_vad":
        raise invalid("'chunking_strategy' must be auto or of type server_vad.", "chunking_strategy")


def _response_format(value: str) -> str:
    if value == "":
        return "json"
    if value in FORMATS:
        return value
    message = f"'response_format' must be one of {', '.join(FORMATS)}."
    raise invalid(message, "response_format", code="unsupported_value")


def _language(value: str) -> str:
    language = value.strip().lower() or LANGUAGE_DEFAULT
    if language not in LANGUAGES:
        raise invalid("'language' must be the two-letter code of a language in Latin script.", "language")
    return language


def _granularities(form: QueryDict) -> set[str]:
    asked = {*form.getlist("timestamp_granularities[]"), *form.getlist("timestamp_granularities")} - {""}
    if not asked <= _GRANULARITIES:
        raise invalid("'timestamp_granularities' may hold segment and word.", "timestamp_granularities")
    return asked


def _flag(value: str, param: str) -> bool:
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise invalid(f"'{param}' must be true or false.", param)
