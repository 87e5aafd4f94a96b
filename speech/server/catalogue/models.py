"""The models this server offers, under their own names and under the names clients of OpenAI send."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from speech.engine import diarization, model_store, model_table, vad
from speech.engine.recognizers.language import NAMES
from speech.server import offers
from speech.server.errors import invalid
from speech.server.speaking.choosing import ANY_VOICE_MODELS, ENGINE_MODELS, speaking_models

RECOGNITION: Final = "automatic-speech-recognition"
SPEAKING: Final = "text-to-speech"
SPEECH_DETECTION: Final = "voice-activity-detection"
SPEAKERS: Final = "speaker-diarization"
VOICE_PRINTS: Final = "speaker-embedding"
TASKS: Final = (RECOGNITION, SPEAKING, SPEECH_DETECTION, SPEAKERS, VOICE_PRINTS)
"""As Hugging Face, and therefore Speaches, names them."""
WHISPER_ALIAS: Final = "whisper-1"
"""OpenAI's name; here it means the configured recogniser."""
OPENAI_ALIASES: Final = (
    WHISPER_ALIAS,
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-transcribe",
)
"""All of OpenAI's names of recognisers; each means the configured one."""
DETECTORS: Final = (vad.VAD_KEY.model_id, "silero_vad_v5")
"""Our detector of speech, and the name Speaches' clients know; both mean ours."""
SPEAKERS_MODEL: Final = "speaker-diarization"
"""As speech.server.diarization calls its engine, whichever it is."""
_LOCAL_KIND: Final = "faster_whisper"
_STARTED_S: Final = int(time.time())
_OWNER: Final = "asystent-radnego"


@dataclass(frozen=True, slots=True)
class Model:
    """`task` is one of TASKS; `languages` are codes. `installed`: usable now, without fetching anything."""

    id: str
    task: str
    languages: tuple[str, ...] = ("pl",)
    installed: bool = True

    @property
    def row(self) -> dict[str, object]:
        about = {"id": self.id, "object": "model", "created": _STARTED_S, "owned_by": _OWNER, "task": self.task}
        return {**about, "language": list(self.languages), "installed": self.installed}


def rows(task: str = "") -> list[dict[str, object]]:
    """What can be used now, the configured recogniser's own name first; `task` narrows the list.

    Raises:
        ApiError: 400 for a task there is not.
    """
    offered = offers.rows()
    if task and task not in {*TASKS, *(row["task"] for row in offered)}:
        raise invalid(f"'task' must be one of {', '.join(TASKS)}.", "task")
    own = [model.row for model in [*_recognisers(), *_speaking(), *_listeners()]]
    return _of_task([*own, *offered], task)


def registry(task: str = "") -> list[dict[str, object]]:
    """Every model that could be here: the whole table of Whisper models, and what speaks. Asks no network.

    Raises:
        ApiError: 400 for a task there is not.
    """
    if task and task not in TASKS:
        raise invalid(f"'task' must be one of {', '.join(TASKS)}.", "task")
    whisper = [
        {
            **_whisper(row.repo, row).row,
            "aliases": [row.name, *row.aliases],
            "download_bytes": row.download_bytes,
            "memory_bytes": dict(row.memory_bytes),
        }
        for row in model_table.TABLE
    ]
    there = speaking_models()
    names = dict.fromkeys([*there, *ANY_VOICE_MODELS, *ENGINE_MODELS])
    speaking = [Model(name, SPEAKING, installed=name in there).row for name in names]
    return _of_task([*whisper, *speaking, *(model.row for model in _listeners())], task)


def _of_task(found: Iterable[dict[str, object]], task: str) -> list[dict[str, object]]:
    """The rows of `task`, or all; an engine that does two tasks is listed once, with its first."""
    unique: dict[object, dict[str, object]] = {}
    for row in found:
        if task in ("", row["task"]):
            unique.setdefault(row["id"], row)
    return list(unique.values())


def find_model(model_id: str, task: str = "") -> Model | None:
    """The model of that name or alias (and task) if it can be used now, else None. Cheap for RECOGNITION."""
    if task in ("", RECOGNITION) and model_id:
        if model_id in _configured_names():
            return Model(model_id, RECOGNITION, _languages(_configured_row()))
        row = model_table.find(model_id) if settings.RECOGNIZER == _LOCAL_KIND else None
        if row and model_store.is_installed(row.name, settings.MODELS_DIR):
            return Model(model_id, RECOGNITION, _languages(row))
    if task == RECOGNITION:
        return None
    others = [*(_speaking() if task in ("", SPEAKING) else []), *_listeners()]
    return next((model for model in others if model.id == model_id and task in ("", model.task)), None)


def find_row(model_id: str) -> dict[str, object] | None:
    """As `find_model`, as a row, and among the models of other floors too."""
    model = find_model(model_id)
    return model.row if model else next((row for row in offers.rows() if row["id"] == model_id), None)


def find_whisper(model_id: str) -> str | None:
    """The name under which the local engine knows a recogniser, installed or not; None for all other names.

    Only what is configured or in the table: a client cannot make the server fetch a repository of its choice.
    """
    if model_id in _configured_names():
        return str(settings.WHISPER_MODEL) if settings.RECOGNIZER == _LOCAL_KIND else None
    row = model_table.find(model_id)
    return row.repo if row and settings.RECOGNIZER == _LOCAL_KIND else None


def chosen_recogniser(model_id: str) -> str:
    """What `recognition.recognizer` is to be asked for: "" for the configured model under any of its names."""
    if model_id in _configured_names():
        return ""
    row = model_table.find(model_id)
    return row.repo if row and settings.RECOGNIZER == _LOCAL_KIND else ""


def _configured_model() -> str:
    """The model of this process or of the server it asks; "" when that server does not tell."""
    remote = settings.RECOGNITION_SERVER
    return remote.model if remote else str(settings.WHISPER_MODEL)


def _configured_row() -> model_table.WhisperModelRow | None:
    return None if settings.RECOGNITION_SERVER else model_table.find(settings.WHISPER_MODEL)


def _configured_names() -> set[str]:
    """All names of the configured recogniser."""
    row = _configured_row()
    names = {_configured_model(), *OPENAI_ALIASES} - {""}
    return names | {row.name, row.repo, *row.aliases} if row else names


def _recognisers() -> list[Model]:
    configured = _configured_row()
    names = [_configured_model(), WHISPER_ALIAS, *([configured.repo] if configured else []), *OPENAI_ALIASES]
    found = [Model(name, RECOGNITION, _languages(configured)) for name in dict.fromkeys(names) if name]
    if settings.RECOGNIZER == _LOCAL_KIND:
        others = [_whisper(row.repo, row) for row in model_table.TABLE if row != configured]
        found += [model for model in others if model.installed]
    return found


def _whisper(model_id: str, row: model_table.WhisperModelRow) -> Model:
    installed = model_store.is_installed(row.name, settings.MODELS_DIR)
    return Model(model_id, RECOGNITION, _languages(row), installed)


def _languages(row: model_table.WhisperModelRow | None) -> tuple[str, ...]:
    if row and row.languages:
        return row.languages
    return ("en",) if row and row.english_only else tuple(NAMES)


def _speaking() -> list[Model]:
    return [Model(name, SPEAKING) for name in speaking_models()]


def _listeners() -> list[Model]:
    """What hears where somebody speaks, and who."""
    there = diarization.available()
    speakers = [Model(SPEAKERS_MODEL, task) for task in (SPEAKERS, VOICE_PRINTS) if there]
    return [*(Model(name, SPEECH_DETECTION) for name in DETECTORS), *speakers]
