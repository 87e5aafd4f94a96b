"""POST /v1/audio/speech: the request checked whole before anything is spoken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from speech.engine.voices.base import SPEED_MAX, SPEED_MIN
from speech.engine.voices.fallback import FallbackVoice
from speech.server.errors import ApiError, invalid
from speech.server.speaking.choosing import choose_voice
from speech.server.speaking.sound_formats import FORMATS, Shape

INPUT_MAX_CHARS: Final = 100_000
_MOST_VALUES: Final = 1_000_000  # commas in texts among them; empty values take forty times their size
"""Some two hours of speech; OpenAI stops at 4096 characters."""
_SPEED_ACCEPTED: Final = (0.25, 4.0)
_RATE_ACCEPTED_HZ: Final = (8_000, 48_000)


@dataclass(frozen=True, slots=True)
class SpeechWishes:
    """`speed` is what the voice does, `shape.tempo` what is left to ffmpeg; `events`: as server-sent events."""

    text: str
    voice: FallbackVoice
    speed: float
    shape: Shape
    events: bool


def read_speech_wishes(body: bytes) -> SpeechWishes:
    """Check the JSON body; keys that mean nothing here are ignored.

    Raises:
        ApiError: 400 with the key's name, or 404 for a model this server does not have.
    """
    wishes = read_object(body)
    voice = choose_voice(wishes.get("model"), wishes.get("voice"))
    response_format = _response_format(wishes.get("response_format"))
    wanted_speed = _speed(wishes.get("speed"))
    speed = min(max(wanted_speed, SPEED_MIN), SPEED_MAX)
    return SpeechWishes(
        text=read_text(wishes.get("input"), "input"),
        voice=voice,
        speed=speed,
        shape=Shape(response_format, _sample_rate(wishes.get("sample_rate"), response_format), wanted_speed / speed),
        events=_events(wishes.get("stream_format")),
    )


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        ApiError: 400 when it is none, 413 when it holds more values than the memory bears.
    """
    if sum(map(body.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise ApiError(413, "The body holds too many values.", code="request_too_large")
    try:
        wishes = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not JSON.", code="invalid_json") from error
    if not isinstance(wishes, dict):
        raise ApiError(400, "The body must be a JSON object.", code="invalid_json")
    return wishes


def read_text(value: object, param: str) -> str:
    """What is to be spoken, without signs that cannot be handed to an engine.

    Raises:
        ApiError: 400 when it is no string, too long, or has nothing to be spoken.
    """
    if not isinstance(value, str):
        raise invalid(f"'{param}' must be a string.", param)
    if len(value) > INPUT_MAX_CHARS:
        raise invalid(f"'{param}' may have {INPUT_MAX_CHARS} characters.", param, code="string_above_max_length")
    if not value.isprintable():  # a lone surrogate or a NUL cannot be handed to an engine; line ends can
        value = "".join(char if char.isprintable() or char.isspace() else " " for char in value)
    if not any(map(str.isalnum, value)):
        raise invalid(f"There is nothing in '{param}' that can be spoken.", param, code="text_empty")
    return value


def _events(value: object) -> bool:
    if value not in (None, "audio", "sse"):
        raise invalid("'stream_format' must be audio or sse.", "stream_format", code="unsupported_value")
    return value == "sse"


def _response_format(value: object) -> str:
    if value is None:
        return "mp3"
    if isinstance(value, str) and value in FORMATS:
        return value
    message = f"'response_format' must be one of {', '.join(FORMATS)}."
    raise invalid(message, "response_format", code="unsupported_value")


def _sample_rate(value: object, response_format: str) -> int:
    sound = FORMATS[response_format]
    if value is None:
        return sound.default_rate_hz
    lowest, highest = _RATE_ACCEPTED_HZ
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise invalid(f"'sample_rate' must be a whole number from {lowest} to {highest}.", "sample_rate")
    if sound.rates_hz and value not in sound.rates_hz:
        rates = ", ".join(map(str, sound.rates_hz))
        message = f"{response_format} can have these sample rates: {rates}."
        raise invalid(message, "sample_rate", code="unsupported_value")
    return value


def _speed(value: object) -> float:
    speed = 1.0 if value is None else value
    lowest, highest = _SPEED_ACCEPTED
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not lowest <= speed <= highest:
        raise invalid(f"'speed' must be a number from {lowest} to {highest}.", "speed")
    return float(speed)
