"""Which voices a deployment has, and the one that speaks: the configured one first, then the offline one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from speech.engine.errors import EngineError
from speech.engine.voices import espeak, piper
from speech.engine.voices.base import Voice
from speech.engine.voices.edge import POLISH_VOICES, EdgeVoice
from speech.engine.voices.espeak import VARIANTS, EspeakVoice
from speech.engine.voices.fallback import CircuitBreaker, FallbackVoice
from speech.engine.voices.names import FEMALE, MALE, PIPER_SPEAKERS, VoiceId, parse_voice
from speech.engine.voices.piper import PiperVoice
from speech.engine.voices.sound_cache import SoundCache

_EDGE_GENDERS: Final = {"pl-PL-ZofiaNeural": FEMALE, "pl-PL-MarekNeural": MALE}


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """What a deployment says about voices.

    `voice` is the configured one (see names.parse_voice), `online` whether text may leave this machine at all,
    `base_url`, `api_key`, `model` a server of OpenAI's API (empty: none), `models_dir` where voices' files lie (Piper's
    in its folder `piper`), `cache_dir` and `cache_bytes` where spoken sentences are kept.
    """

    voice: str
    online: bool
    models_dir: Path
    base_url: str
    api_key: str
    model: str
    cache_dir: Path
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class KnownVoice:
    """A voice that can be asked for. `gender` is empty where it means nothing."""

    id: VoiceId
    gender: str

    @property
    def offline(self) -> bool:
        return self.id.engine in ("piper", "espeak")


def known_voices(config: VoiceConfig) -> list[KnownVoice]:
    """Every voice this deployment has, those that sound best first."""
    known: list[KnownVoice] = []
    configured = parse_voice(config.voice)
    if configured.engine == "openai" and config.base_url:
        known.append(KnownVoice(configured, ""))
    if config.online:
        known += [KnownVoice(VoiceId("edge", name), _EDGE_GENDERS[name]) for name in POLISH_VOICES]
    if espeak.available():
        speakers = piper.installed(piper_folder(config))
        known += [KnownVoice(VoiceId("piper", name), PIPER_SPEAKERS.get(name, "")) for name in speakers]
        known.append(KnownVoice(VoiceId("espeak", "pl"), MALE))
        variants = sorted(VARIANTS)
        known += [KnownVoice(VoiceId("espeak", f"pl+{name}"), FEMALE if name[0] == "f" else MALE) for name in variants]
    return known


def offline_ids(config: VoiceConfig) -> list[VoiceId]:
    """Voices that need no network, best first: Piper when a Polish model of it is installed, then espeak-ng."""
    speakers = piper.installed(piper_folder(config)) if espeak.available() else []
    return [*(VoiceId("piper", name) for name in speakers[:1]), VoiceId("espeak", "pl")]


def offline_voices(config: VoiceConfig) -> list[Voice]:
    """The same, made."""
    return [make_voice(voice_id, config) for voice_id in offline_ids(config)]


def configured_voices(config: VoiceConfig) -> list[Voice]:
    """The configured voice and those that go on when it fails; only offline ones when text must not go elsewhere."""
    voice_id = parse_voice(config.voice)
    if voice_id.engine == "piper" and voice_id.speaker not in piper.installed(piper_folder(config)):
        return offline_voices(config)
    first = make_voice(voice_id, config)
    if first.needs_network and not config.online:
        return offline_voices(config)
    return [first, *stand_ins(first, config)]


def stand_ins(first: Voice, config: VoiceConfig) -> list[Voice]:
    """Who goes on when `first` fails: for espeak-ng nobody, it is the last resort."""
    match _engine_of(first):
        case "espeak":
            return []
        case "piper":
            return [EspeakVoice()]
        case _:
            return offline_voices(config)


def make_voice(voice_id: VoiceId, config: VoiceConfig) -> Voice:
    """One voice, alone.

    Raises:
        EngineError: voice_unknown, voice_not_polish, voice_unavailable (not installed or not configured).
    """
    match voice_id.engine:
        case "piper":
            return PiperVoice(voice_id.speaker, piper_folder(config))
        case "espeak":
            return EspeakVoice(voice_id.speaker)
        case "edge":
            return EdgeVoice(voice_id.speaker)
        case "openai":
            return _remote(config.base_url, config.api_key, config.model, voice_id.speaker)


def speaker(voices: Sequence[Voice], config: VoiceConfig, *, scope: str = "") -> FallbackVoice:
    """The first voice as long as it works, then the next; sentences are kept per `scope` (a council)."""
    cache = sound_cache(config.cache_dir, config.cache_bytes)
    return FallbackVoice(*voices, breaker=_breaker(_engine_of(voices[0])), cache=cache, scope=scope)


def piper_folder(config: VoiceConfig) -> Path:
    """Where the files of Piper's voices are put."""
    return config.models_dir / "piper"


@lru_cache(maxsize=8)
def sound_cache(folder: Path, max_bytes: int) -> SoundCache:
    """One for each folder and process."""
    return SoundCache(folder, max_bytes=max_bytes)


@lru_cache(maxsize=8)  # it remembers which format its server refused
def _remote(base_url: str, api_key: str, model: str, voice: str) -> Voice:
    if not base_url:
        raise EngineError("voice_unavailable", "no voice server is configured (TTS_BASE_URL)")
    from speech.engine.voices.openai_api import OpenAiVoice  # half a second of imports that others can do without

    return OpenAiVoice(base_url, api_key, model, voice)


def _engine_of(voice: Voice) -> str:
    return voice.name.partition(":")[0]


@lru_cache(maxsize=16)
def _breaker(engine: str) -> CircuitBreaker:
    """One for each engine and process: nobody waits again for a service that is away, whichever voice of it fails."""
    return CircuitBreaker()
