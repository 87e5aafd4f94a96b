"""Reading answers aloud, sentence by sentence, in Polish.

The configured voice speaks when the operator and the council allow text to go where it is; else, and whenever it fails,
an offline one. A sentence is spoken whole by one voice and kept, for this council only, once it is complete.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from asgiref.sync import async_to_sync

from assistant.models import ProviderKind
from assistant.off_loop import in_database
from assistant.providers import active_provider
from council.access import Actor
from council.errors import CouncilError
from speech.configured import voice_config
from speech.engine.addresses import is_this_machine
from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences
from speech.engine.voices import build
from speech.engine.voices.base import SPEED_MAX, SPEED_MIN, SpokenSentence, Voice
from speech.engine.voices.build import VoiceConfig
from speech.engine.voices.names import VoiceId

_CODES: Final = {"text_empty": "speech_empty", "speed_invalid": "speech_speed_invalid"}


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """`name` is stable and ASCII, `label` is for people, `online` says whether the text leaves the machine."""

    name: str
    label: str
    online: bool


@dataclass(frozen=True, slots=True)
class Sound:
    """One sentence as playable sound, with the voice that really spoke it."""

    audio: bytes
    media_type: str
    voice: VoiceRow


def planned_voice(actor: Actor) -> VoiceRow:
    """The voice that will be asked first; each sentence then says which one spoke it."""
    return _row(_voices(_config(actor))[0])


def sentences_of(text: str) -> list[str]:
    """The units of reading aloud, as people see them."""
    return [sentence for sentence in split_sentences(text) if any(char.isalnum() for char in sentence)]


def speak(actor: Actor, sentence: str, *, speed: float = 1.0, offline: bool = False) -> Sound:
    """One sentence as sound; blocks until it is whole.

    Args:
        sentence: as people see it; it is made readable here (numbers and abbreviations in words).
        speed: 0.5 to 2.
        offline: an offline voice at once; a page asks so once the other voice has failed, to go on in one voice.

    Raises:
        CouncilError: speech_empty, speech_speed_invalid, speech_unavailable (retryable).
    """
    return async_to_sync(aspeak)(actor, sentence, speed=speed, offline=offline)


async def aspeak(actor: Actor, sentence: str, *, speed: float = 1.0, offline: bool = False) -> Sound:
    """See speak."""
    if not SPEED_MIN <= speed <= SPEED_MAX:
        raise CouncilError("speech_speed_invalid")
    config = await in_database(_config, actor)
    voices = _voices(config, offline=offline)
    try:
        spoken = await _spoken(voices, config, f"council:{actor.council_id}", sentence, speed)
    except EngineError as error:
        code = _CODES.get(error.code, "speech_unavailable")
        raise CouncilError(code, retryable=code == "speech_unavailable", detail=str(error)) from error
    voice = next(voice for voice in voices if voice.name == spoken.voice_name)
    return Sound(spoken.audio, spoken.media_type, _row(voice))


async def _spoken(voices: list[Voice], config: VoiceConfig, scope: str, sentence: str, speed: float) -> SpokenSentence:
    speech = await build.speaker(voices, config, scope=scope).open(sentence, speed=speed)
    parts = [part async for part in speech.sentences]  # more than one where the sentence is too long for one piece
    speakers = [part.voice_name for part in parts]
    if len(set(speakers)) > 1:  # one voice gave way to the next; it says all of it
        last = [voice.name for voice in voices].index(speakers[-1])
        return await _spoken(voices[last:], config, scope, sentence, speed)
    audio = b"".join(part.audio for part in parts)
    return SpokenSentence(sentence, audio, speech.media_type, parts[0].voice_name, parts[0].voice_label)


def _config(actor: Actor) -> VoiceConfig:
    """The deployment's voices, with the council's own server before them when the operator gave it one."""
    config = voice_config(may_leave=actor.egress_allowed)
    own = active_provider(actor, ProviderKind.VOICE)
    if own is None or not (actor.egress_allowed or is_this_machine(own.base_url)):
        return config
    voice = str(VoiceId("openai", own.voice))
    return replace(config, voice=voice, base_url=own.base_url, api_key=own.api_key, model=own.model)


def _voices(config: VoiceConfig, *, offline: bool = False) -> list[Voice]:
    """The voices to try, in this order; only offline ones when nothing may leave the machine."""
    return build.offline_voices(config) if offline else build.configured_voices(config)


def _row(voice: Voice) -> VoiceRow:
    return VoiceRow(voice.name, voice.label_pl, voice.needs_network)
