"""Which voice a request means: its model and its voice, in OpenAI's names or in the voices' own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from speech import configured
from speech.engine.errors import EngineError
from speech.engine.voices import build
from speech.engine.voices.build import VoiceConfig
from speech.engine.voices.fallback import FallbackVoice
from speech.engine.voices.names import FEMALE, MALE, Engine, VoiceId, parse_voice
from speech.server.caller import current_caller
from speech.server.errors import ApiError, engine_failure, invalid

OPENAI_VOICES: Final = {
    **dict.fromkeys(("alloy", "coral", "fable", "marin", "nova", "sage", "shimmer"), FEMALE),
    **dict.fromkeys(("ash", "ballad", "cedar", "echo", "onyx", "verse"), MALE),
}
"""OpenAI's speakers; here they mean a woman's or a man's voice that speaks Polish."""
ANY_VOICE_MODELS: Final = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
ENGINE_MODELS: Final[dict[str, Engine]] = {"edge-tts": "edge", "piper": "piper", "espeak-ng": "espeak"}
_KOKORO: Final = "kokoro"


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice as the API lists it: `id` is what `voice` takes, `model` a model that has it."""

    id: str
    name: str
    gender: str
    model: str

    @property
    def row(self) -> dict[str, str | None]:
        gender = self.gender or None
        return {"name": self.name, "language": "pl-PL", "gender": gender, "id": self.id, "model": self.model}


def voice_config() -> VoiceConfig:
    """The voices the caller may have: a council's words may be bound to this machine."""
    return configured.voice_config(may_leave=current_caller.get().may_leave)


def speaking_models() -> list[str]:
    """Ids of all models that speak: OpenAI's names, the engines, the configured server's own."""
    config = voice_config()
    there = {known.id.engine for known in build.known_voices(config)}
    engines = [name for name, engine in ENGINE_MODELS.items() if engine in there]
    return list(dict.fromkeys([*ANY_VOICE_MODELS, *engines, *([config.model] if config.base_url else [])]))


def voice_rows() -> list[VoiceRow]:
    """Every voice that can be asked for now."""
    config = voice_config()
    models: dict[Engine, str] = {engine: name for name, engine in ENGINE_MODELS.items()}
    models["openai"] = config.model
    return [
        VoiceRow(str(known.id), known.id.speaker, known.gender, models[known.id.engine])
        for known in build.known_voices(config)
    ]


def choose_voice(model: object, voice: object) -> FallbackVoice:
    """The voice for a request, with the offline one behind it.

    Raises:
        ApiError: 400 or 404 with the key at fault; 503 when the engine itself is not there.
    """
    config = voice_config()
    engine = _engine(model, config)
    name = voice.get("id") if isinstance(voice, dict) else voice
    if not isinstance(name, str) or not name:
        raise invalid("'voice' must be a name or an object with an id.", "voice")
    try:
        voice_id = _of_openai(name, engine, config) if name in OPENAI_VOICES else parse_voice(name)
        return _with_fallback(voice_id, engine, config)
    except EngineError as error:
        raise _told(error, name) from error


def configured_speaker() -> FallbackVoice:
    """The voice for who names none."""
    config = voice_config()
    return build.speaker(build.configured_voices(config), config, scope=current_caller.get().name)


def _engine(model: object, config: VoiceConfig) -> Engine | None:
    """The engine that a model's name asks for; None leaves it to the voice."""
    if not isinstance(model, str) or not model:
        raise invalid("'model' is required.", "model", code="missing_required_parameter")
    if config.base_url and model == config.model:
        return None if model in ANY_VOICE_MODELS else "openai"
    if _KOKORO in model.lower():
        message = "Kokoro has no Polish voice, and this server reads Polish. Models: GET /v1/models."
        raise invalid(message, "model", code="voice_not_polish")
    if model not in speaking_models():
        if model in ENGINE_MODELS:
            message = f"The model {json.dumps(model)} is not installed here, or its voices are switched off."
            raise ApiError(404, message, code="model_not_installed", param="model")
        message = f"The model {json.dumps(model[:200])} does not exist here; see GET /v1/models."
        raise ApiError(404, message, code="model_not_found", param="model")
    return ENGINE_MODELS.get(model)


def _of_openai(name: str, engine: Engine | None, config: VoiceConfig) -> VoiceId:
    wanted = engine or parse_voice(config.voice).engine
    if wanted == "openai" and config.base_url:
        return VoiceId("openai", name)  # the server's own speakers go by these names
    there = [known for known in build.known_voices(config) if known.id.engine == wanted]
    if wanted == "espeak" or not there:
        return build.offline_ids(config)[0]
    return next((known.id for known in there if known.gender == OPENAI_VOICES[name]), there[0].id)


def _with_fallback(voice_id: VoiceId, engine: Engine | None, config: VoiceConfig) -> FallbackVoice:
    if engine is not None and voice_id.engine != engine:
        raise invalid(f"The voice {json.dumps(str(voice_id))} is not one of this model.", "voice")
    first = build.make_voice(voice_id, config)
    if first.needs_network and not config.online:
        raise invalid("This voice speaks over the internet, which is switched off here.", "voice")
    if voice_id.engine == "edge" and voice_id not in [known.id for known in build.known_voices(config)]:
        raise EngineError("voice_unknown", str(voice_id))
    return build.speaker([first, *build.stand_ins(first, config)], config, scope=current_caller.get().name)


def _told(error: EngineError, name: str) -> ApiError:
    if error.code == "voice_unknown":
        known = ", ".join([*sorted(OPENAI_VOICES), *(row.id for row in voice_rows())])
        return invalid(f"The voice {json.dumps(name[:200])} does not exist here. There are: {known}.", "voice")
    if error.code == "voice_not_polish":
        return invalid("This voice does not speak Polish.", "voice", code=error.code)
    if error.code == "voice_unavailable" and not error.retryable:
        return invalid("This voice is not installed here; see GET /v1/audio/voices.", "voice", code="voice_missing")
    return engine_failure(error, "voice")
