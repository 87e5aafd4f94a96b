"""The fields of POST /v1/audio/speech/timestamps, named and preset as Speaches does (Silero's own names)."""

from __future__ import annotations

import math
from typing import Final

from django.http import QueryDict

from speech.engine.vad import VadOptions
from speech.server.catalogue.models import DETECTORS
from speech.server.errors import ApiError
from speech.server.transcription import fields

_MAX_MS: Final = 3_600_000
_FOREVER_MS: Final = 10**12


def read_vad_options(form: QueryDict) -> VadOptions:
    """Check all fields but the file.

    Raises:
        ApiError: 400 with the field's name, or 404 for another model.
    """
    model = form.get("model", "")
    if model and model not in DETECTORS:
        message = f"The model '{model[:200]}' does not find speech; {' and '.join(DETECTORS)} do."
        raise ApiError(404, message, code="model_not_found", param="model")
    threshold = fields.number(form.get("threshold", ""), "threshold", default=0.75, lowest=0, highest=1)
    end_threshold = fields.number(
        form.get("neg_threshold", ""), "neg_threshold", default=max(threshold - 0.15, 0.01), lowest=0, highest=1
    )
    longest_s = fields.number(
        form.get("max_speech_duration_s", ""), "max_speech_duration_s", default=math.inf, lowest=0.1
    )
    return VadOptions(
        threshold=threshold,
        end_threshold=end_threshold,
        min_silence_ms=_ms(form, "min_silence_duration_ms", 1_000),
        min_speech_ms=_ms(form, "min_speech_duration_ms", 0),
        pad_ms=_ms(form, "speech_pad_ms", 0),
        max_speech_ms=0 if longest_s * 1000 > _FOREVER_MS else round(longest_s * 1000),
    )


def _ms(form: QueryDict, name: str, default: int) -> int:
    return fields.milliseconds(form.get(name, ""), name, default=default, highest=_MAX_MS)
