"""The two shapes of OpenAI's realtime API: GA (nested) and beta (flat); names and objects in the one a client uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from speech.server.realtime.settings import LOGPROBS, SessionSettings
from speech.server.realtime.sound import Format
from speech.server.realtime.wire import Event

_FLAT_FORMATS: Final = {
    "pcm16": {"type": "audio/pcm", "rate": 24_000},
    "g711_ulaw": {"type": "audio/pcmu"},
    "g711_alaw": {"type": "audio/pcma"},
}
_FLAT_NAMES: Final = {"audio/pcm": "pcm16", "audio/pcmu": "g711_ulaw", "audio/pcma": "g711_alaw"}
_MOVED: Final = {
    "modalities": ("output_modalities",),
    "max_response_output_tokens": ("max_output_tokens",),
    "voice": ("audio", "output", "voice"),
    "speed": ("audio", "output", "speed"),
    "input_audio_format": ("audio", "input", "format"),
    "output_audio_format": ("audio", "output", "format"),
    "input_audio_transcription": ("audio", "input", "transcription"),
    "input_audio_noise_reduction": ("audio", "input", "noise_reduction"),
    "turn_detection": ("audio", "input", "turn_detection"),
}
"""Where each flat key lives in the nested shape."""
_BETA_EVENTS: Final = {
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "response.output_text.delta": "response.text.delta",
    "response.output_text.done": "response.text.done",
}


def is_flat(update: Mapping[str, Any]) -> bool | None:
    """Whether an update is in the beta shape; None when nothing in it tells."""
    if "audio" in update or "output_modalities" in update:
        return False
    if any(key in update for key in _MOVED):
        return True
    return False if "type" in update else None


def nested(update: Mapping[str, Any]) -> dict[str, Any]:
    """A flat update in the nested shape; keys that are the same in both stay."""
    result: dict[str, Any] = {}
    for key, value in update.items():
        if key.endswith("_audio_format") and isinstance(value, str):
            value = _FLAT_FORMATS.get(value, {"type": value})  # noqa: PLW2901  # an unknown one is refused by name
        path = _MOVED.get(key, (key,))
        target = result
        for name in path[:-1]:
            target = target.setdefault(name, {})
        target[path[-1]] = value
    return result


def flat_param(param: str) -> str:
    """The name of a nested setting as a client of the flat shape wrote it."""
    for flat, path in _MOVED.items():
        prefix = ".".join(("session", *path))
        if param == prefix or param.startswith(f"{prefix}."):
            return f"session.{flat}{param[len(prefix) :]}"
    return param


def event_name(kind: str, *, beta: bool) -> str:
    return _BETA_EVENTS.get(kind, kind) if beta else kind


def session_object(settings: SessionSettings, session_id: str, expires_at_s: int, *, beta: bool) -> Event:
    """The session as `session.created` and `session.updated` show it."""
    common = {"id": session_id, "expires_at": expires_at_s}
    if beta:
        return {**common, "object": "realtime.session", **_flat(settings)}
    kind = "realtime" if settings.answers else "transcription"
    sound_in = {
        "format": _nested_format(settings.input_format),
        "transcription": _transcription(settings),
        "noise_reduction": {"type": settings.noise_reduction} if settings.noise_reduction else None,
        "turn_detection": _detection(settings),
    }
    include = {"include": [LOGPROBS] if settings.logprobs else None}
    if not settings.answers:
        return {**common, "type": kind, "object": "realtime.transcription_session", "audio": {"input": sound_in},
                **include}  # fmt: skip
    sound_out = {
        "format": _nested_format(settings.output_format),
        "voice": settings.voice,
        "speed": settings.speed,
    }
    return {
        **common,
        "type": kind,
        "object": "realtime.session",
        "model": settings.model,
        "output_modalities": [settings.modality],
        "instructions": settings.instructions,
        "max_output_tokens": settings.max_output_tokens or "inf",
        "tools": [],
        "tool_choice": "auto",
        "audio": {"input": sound_in, "output": sound_out},
        **include,
    }


def _flat(settings: SessionSettings) -> Event:
    return {
        "model": settings.model,
        "modalities": ["text"] if settings.modality == "text" else ["audio", "text"],
        "instructions": settings.instructions,
        "voice": settings.voice,
        "speed": settings.speed,
        "input_audio_format": _FLAT_NAMES[settings.input_format.kind],
        "output_audio_format": _FLAT_NAMES[settings.output_format.kind],
        "input_audio_transcription": _transcription(settings),
        "input_audio_noise_reduction": {"type": settings.noise_reduction} if settings.noise_reduction else None,
        "turn_detection": _detection(settings),
        "temperature": settings.temperature,
        "max_response_output_tokens": settings.max_output_tokens or "inf",
        "tools": [],
        "tool_choice": "auto",
    }


def _nested_format(declared: Format) -> Event:
    return {"type": declared.kind, "rate": declared.rate_hz} if declared.kind == "audio/pcm" else {
        "type": declared.kind}  # fmt: skip


def _transcription(settings: SessionSettings) -> Event | None:
    wishes = settings.transcription
    if wishes is None:
        return None
    row: Event = {"model": wishes.model, "language": wishes.language, "prompt": wishes.prompt}
    return {**row, "keywords": list(wishes.keywords)} if wishes.keywords else row


def _detection(settings: SessionSettings) -> Event | None:
    detection = settings.detection
    if detection is None:
        return None
    row: Event = {
        "type": detection.kind,
        "threshold": detection.threshold,
        "prefix_padding_ms": detection.prefix_padding_ms,
        "silence_duration_ms": detection.silence_duration_ms,
    }
    if settings.answers:
        row |= {"create_response": detection.create_response, "interrupt_response": detection.interrupt_response}
    return row
