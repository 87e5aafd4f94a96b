"""POST /v1/audio/speech: the request checked whole, and the voices it can name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings

from speech.engine.voices.base import MP3_SAMPLE_RATE_HZ, SPEED_MAX, SPEED_MIN
from speech.engine.voices.edge import POLISH_VOICES, EdgeVoice
from speech.engine.voices.espeak import VARIANTS, EspeakVoice
from speech.engine.voices.fallback import FallbackVoice
from speech.server.catalogue.models import SPEAKING, find_model
from speech.server.errors import ApiError, invalid
from speech.server.speaking.sound_formats import FORMATS

INPUT_MAX_CHARS: Final = 100_000
"""Some two hours of speech; OpenAI stops at 4096 characters."""
_SPEED_ACCEPTED: Final = (0.25, 4.0)

_FEMALE: Final = "pl-PL-ZofiaNeural"
_MALE: Final = "pl-PL-MarekNeural"
_ONLINE: Final = {
    **{name: name for name in POLISH_VOICES},
    **dict.fromkeys(("alloy", "coral", "fable", "marin", "nova", "sage", "shimmer"), _FEMALE),
    **dict.fromkeys(("ash", "ballad", "cedar", "echo", "onyx", "verse"), _MALE),
}
"""The online voice for each name, OpenAI's among them; offline there is one voice for all of OpenAI's."""
_OFFLINE_DEFAULT: Final = "pl"
_OFFLINE: Final = frozenset({"pl", *(f"pl+{variant}" for variant in VARIANTS)})


@dataclass(frozen=True, slots=True)
class SpeechWishes:
    """`speed` is within what the engine's voices can do."""

    text: str
    voice: FallbackVoice
    response_format: str
    speed: float


def read_speech_wishes(body: bytes) -> SpeechWishes:
    """Check the JSON body; keys that mean nothing here are ignored.

    Raises:
        ApiError: 400 with the key's name, or 404 for a model this server does not have.
    """
    try:
        wishes = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not JSON.", code="invalid_json") from error
    if not isinstance(wishes, dict):
        raise ApiError(400, "The body must be a JSON object.", code="invalid_json")
    _check_model(wishes.get("model"))
    _check_stream(wishes)
    return SpeechWishes(
        text=_text(wishes.get("input")),
        voice=_voice(wishes.get("voice")),
        response_format=_response_format(wishes.get("response_format")),
        speed=_speed(wishes.get("speed")),
    )


def _check_model(name: object) -> None:
    if not isinstance(name, str) or not name:
        raise invalid("'model' is required.", "model", code="missing_required_parameter")
    if find_model(name, SPEAKING) is None:
        message = f"The model {json.dumps(name)} does not exist here; see GET /v1/models."
        raise ApiError(404, message, code="model_not_found", param="model")


def _check_stream(wishes: dict[str, object]) -> None:
    if wishes.get("stream_format") not in (None, "audio"):
        raise invalid("'stream_format' must be audio.", "stream_format", code="unsupported_value")
    if wishes.get("sample_rate") not in (None, MP3_SAMPLE_RATE_HZ):
        raise invalid(f"'sample_rate' must be {MP3_SAMPLE_RATE_HZ}.", "sample_rate", code="unsupported_value")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise invalid("'input' must be a string.", "input")
    if not value.isprintable():  # a lone surrogate or a NUL cannot be handed to an engine; line ends can
        value = "".join(char if char.isprintable() or char.isspace() else " " for char in value)
    if len(value) > INPUT_MAX_CHARS:
        raise invalid(f"'input' may have {INPUT_MAX_CHARS} characters.", "input", code="string_above_max_length")
    return value


def _response_format(value: object) -> str:
    if value is None:
        return "mp3"
    if isinstance(value, str) and value in FORMATS:
        return value
    message = f"'response_format' must be one of {', '.join(FORMATS)}."
    raise invalid(message, "response_format", code="unsupported_value")


def _speed(value: object) -> float:
    """What OpenAI accepts; beyond the engine's own limits the nearest speed it has."""
    speed = 1.0 if value is None else value
    lowest, highest = _SPEED_ACCEPTED
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not lowest <= speed <= highest:
        raise invalid(f"'speed' must be a number from {lowest} to {highest}.", "speed")
    return min(max(float(speed), SPEED_MIN), SPEED_MAX)


def _voice(value: object) -> FallbackVoice:
    name = value.get("id") if isinstance(value, dict) else value
    if not isinstance(name, str) or not name:
        raise invalid("'voice' must be a name or an object with an id.", "voice")
    if name in _OFFLINE:
        return _offline(name)
    online = _ONLINE.get(name)
    if online is None:
        known = ", ".join(sorted({*_ONLINE, *_OFFLINE}))
        raise invalid(f"The voice {json.dumps(name)} does not exist here. There are: {known}.", "voice")
    if settings.READ_ALOUD_ONLINE:
        return _with_fallback(online)
    if name in POLISH_VOICES:
        raise invalid("This voice speaks over the internet, which is switched off here.", "voice")
    return _offline(_OFFLINE_DEFAULT)


@cache
def _with_fallback(online: str) -> FallbackVoice:
    return FallbackVoice(EdgeVoice(online), EspeakVoice(_OFFLINE_DEFAULT))


@cache
def _offline(name: str) -> FallbackVoice:
    voice = EspeakVoice(name)
    return FallbackVoice(voice, voice)
