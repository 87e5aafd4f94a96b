"""The models this server offers, under their own names and under the names clients of OpenAI send."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings

RECOGNITION: Final = "automatic-speech-recognition"
SPEAKING: Final = "text-to-speech"
_STARTED_S: Final = int(time.time())
_OWNER: Final = "asystent-radnego"


@dataclass(frozen=True, slots=True)
class Model:
    """`task` is one of the tasks as Hugging Face names them."""

    id: str
    task: str

    @property
    def row(self) -> dict[str, object]:
        return {"id": self.id, "object": "model", "created": _STARTED_S, "owned_by": _OWNER, "task": self.task}


def models(task: str = "") -> list[Model]:
    """All models, the configured recogniser's own name first; `task` narrows the list (an unknown task empties it)."""
    whisper = settings.WHISPER_MODEL
    hub_id = [] if "/" in whisper else [f"Systran/faster-whisper-{whisper}"]
    recognisers = dict.fromkeys([whisper, "whisper-1", *hub_id])
    known = [Model(name, RECOGNITION) for name in recognisers]
    known += [Model(name, SPEAKING) for name in ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")]
    return [model for model in known if task in ("", model.task)]


def find_model(model_id: str, task: str = "") -> Model | None:
    """The model of that name (and task), or None."""
    return next((model for model in models(task) if model.id == model_id), None)
