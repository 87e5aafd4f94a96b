"""The fields of this room's routes, checked. Fields that mean nothing here are ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from speech.engine import diarization
from speech.server.errors import ApiError, invalid
from speech.server.transcription import fields
from speech.server.transcription.known_speakers import KnownSpeaker, read_known_speakers
from speech.server.transcription.speakers import SpeakerCount

FORMATS: Final = ("json", "rttm")
OWN_MODEL: Final = "speaker-diarization"
MODELS: Final = frozenset({
    OWN_MODEL,
    "senko",
    "pyannote/speaker-diarization-3.1",
    "pyannote/speaker-diarization-community-1",
    "pyannote/wespeaker-voxceleb-resnet34-LM",
    "Wespeaker/wespeaker-voxceleb-resnet34-LM",
})  # fmt: skip
"""Names that clients send. All mean the configured engine, which is the only one."""


@dataclass(frozen=True, slots=True)
class DiarizationWishes:
    """What the client asked for."""

    response_format: str
    count: SpeakerCount
    known: tuple[KnownSpeaker, ...]


def check_installed() -> None:
    """Raise the 501 that says what to install; clients are told not to ask again."""
    if not diarization.available():
        message = (
            "This server cannot tell speakers apart: its diarization extra is not installed (make setup-diarization)."
        )
        raise ApiError(501, message, code="diarization_unavailable", retry=False)


def read_wishes(form: QueryDict) -> DiarizationWishes:
    """Check all fields but the file.

    Raises:
        ApiError: 400 with the field's name, or 404 for a model this server does not have.
    """
    check_model(form.get("model", ""))
    return DiarizationWishes(
        response_format=fields.choice(form.get("response_format", ""), "response_format", FORMATS, "json"),
        count=_count(form),
        known=read_known_speakers(form),
    )


def check_model(name: str) -> None:
    """None named is the configured one."""
    if name and name not in MODELS:
        message = f"The model '{name[:200]}' does not exist here; the one that tells speakers apart is '{OWN_MODEL}'."
        raise ApiError(404, message, code="model_not_found", param="model")


def _count(form: QueryDict) -> SpeakerCount:
    count = SpeakerCount(
        _speakers(form, "num_speakers"), _speakers(form, "min_speakers"), _speakers(form, "max_speakers")
    )
    if count.least and count.most and count.least > count.most:
        raise invalid("'min_speakers' is more than 'max_speakers'.", "min_speakers")
    return count


def _speakers(form: QueryDict, name: str) -> int | None:
    value = form.get(name, "").strip()
    if not value:
        return None
    number = int(value) if re.fullmatch(r"[0-9]{1,4}", value) else 0
    if not 1 <= number <= diarization.MAX_SPEAKERS:
        raise invalid(f"'{name}' must be a whole number from 1 to {diarization.MAX_SPEAKERS}.", name)
    return number
