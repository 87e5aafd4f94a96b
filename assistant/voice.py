"""Reading answers aloud, sentence by sentence, in Polish.

The configured voice is Microsoft Edge's when the operator and the council allow text to leave the machine; else, and
whenever it fails, espeak-ng. A sentence is spoken whole by one voice and kept in the storage once it is complete.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from council.access import Actor
from council.errors import CouncilError
from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences, to_spoken
from speech.engine.voices.base import SPEED_MAX, SPEED_MIN, SpokenSentence, Voice
from speech.engine.voices.edge import EdgeVoice
from speech.engine.voices.espeak import EspeakVoice
from speech.engine.voices.fallback import CircuitBreaker, FallbackVoice

logger = logging.getLogger(__name__)

_EXTENSION: Final = {"audio/mpeg": "mp3"}
_CODES: Final = {"text_empty": "speech_empty", "speed_invalid": "speech_speed_invalid"}
_breaker: Final = CircuitBreaker()  # one for the process: nobody waits again for a service that is away


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
    return _row(_voices(actor)[0])


def sentences_of(text: str) -> list[str]:
    """The units of reading aloud, as people see them."""
    return [sentence for sentence in split_sentences(text) if any(char.isalnum() for char in sentence)]


def speak(actor: Actor, sentence: str, *, speed: float = 1.0, offline: bool = False) -> Sound:
    """One sentence as sound; blocks until it is whole.

    Args:
        sentence: as people see it; it is made readable here (numbers and abbreviations in words).
        speed: 0.5 to 2.
        offline: the offline voice at once; a page asks so once the other voice has failed, to go on in one voice.

    Raises:
        CouncilError: speech_empty, speech_speed_invalid, speech_unavailable (retryable).
    """
    return async_to_sync(aspeak)(actor, sentence, speed=speed, offline=offline)


async def aspeak(actor: Actor, sentence: str, *, speed: float = 1.0, offline: bool = False) -> Sound:
    """See speak."""
    if not SPEED_MIN <= speed <= SPEED_MAX:
        raise CouncilError("speech_speed_invalid")
    first, last = _voices(actor, offline=offline)
    spoken = to_spoken(sentence)
    name = _stored_name(actor.council_id, spoken, first, speed)
    kept = await sync_to_async(_read)(name)
    if kept is not None:
        return Sound(kept, first.media_type, _row(first))
    try:
        made = await _synthesize(first, last, sentence, spoken, speed)
    except EngineError as error:
        code = _CODES.get(error.code, "speech_unavailable")
        raise CouncilError(code, retryable=code == "speech_unavailable", detail=str(error)) from error
    voice = first if made.voice_name == first.name else last
    await sync_to_async(_keep)(_stored_name(actor.council_id, spoken, voice, speed), made.audio)
    return Sound(made.audio, made.media_type, _row(voice))


async def _synthesize(first: Voice, last: Voice, sentence: str, spoken: str, speed: float) -> SpokenSentence:
    if first is last:
        audio = b"".join([part async for part in first.stream(spoken, speed=speed)])
        return SpokenSentence(sentence, audio, first.media_type, first.name, first.label_pl)
    speech = await FallbackVoice(first, last, breaker=_breaker).open(sentence, speed=speed)
    parts = [part async for part in speech.sentences]  # more than one only if the reading rules made it longer
    voice = parts[-1]  # the first voice may give way to the second, never the other way round
    if any(part.voice_name != voice.voice_name for part in parts):
        return await _synthesize(last, last, sentence, spoken, speed)
    return SpokenSentence(
        sentence, b"".join(part.audio for part in parts), speech.media_type, voice.voice_name, voice.voice_label
    )


def _voices(actor: Actor, *, offline: bool = False) -> tuple[Voice, Voice]:
    """The voice to try first and the one to go on with; the same when nothing may leave the machine."""
    espeak = _espeak()
    if offline or not settings.READ_ALOUD_ONLINE or not actor.egress_allowed:
        return espeak, espeak
    return _edge(settings.EDGE_TTS_VOICE), espeak


@lru_cache(maxsize=1)
def _espeak() -> EspeakVoice:
    return EspeakVoice()


@lru_cache(maxsize=4)
def _edge(name: str) -> EdgeVoice:
    return EdgeVoice(name)


def _row(voice: Voice) -> VoiceRow:
    return VoiceRow(voice.name, voice.label_pl, voice.needs_network)


def _stored_name(council_id: int, spoken: str, voice: Voice, speed: float) -> str:
    digest = hashlib.sha256(f"{voice.name}\0{speed:.2f}\0{spoken}".encode()).hexdigest()
    return f"{council_id}/speech/{digest}.{_EXTENSION[voice.media_type]}"


def _read(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as stored:
            audio: bytes = stored.read()
    except FileNotFoundError:
        return None
    return audio or None


def _keep(name: str, audio: bytes) -> None:
    """Keep a whole sentence. Failing to keep it costs only making it again."""
    if default_storage.exists(name):
        return
    try:
        default_storage.save(name, ContentFile(audio))
    except OSError as error:
        logger.warning("speech could not be kept: %s", error)
