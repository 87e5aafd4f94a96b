"""Names of voices as people configure them and clients ask for them: `engine:speaker`, or a speaker's name alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from speech.engine.errors import EngineError

Engine = Literal["edge", "piper", "espeak", "openai"]
FEMALE: Final = "female"
MALE: Final = "male"


@dataclass(frozen=True, slots=True)
class VoiceId:
    """One speaker of one engine; `str()` of it is the voice's name."""

    engine: Engine
    speaker: str

    def __str__(self) -> str:
        return f"{self.engine}:{self.speaker}"


PIPER_SPEAKERS: Final = {
    "pl_PL-gosia-medium": FEMALE,
    "pl_PL-darkman-medium": MALE,
    "pl_PL-mc_speech-medium": MALE,
}
"""The Polish voices of rhasspy/piper-voices, the preferred one first."""

_EDGE: Final = re.compile(r"[a-z]{2,3}-[A-Z]{2,4}-(?:\w+-)?\w+Neural", re.ASCII)
_ESPEAK: Final = re.compile(r"pl(?:\+\w+)?", re.ASCII)
_PIPER: Final = re.compile(r"(?P<language>[a-z]{2,3}_[A-Z]{2})-[\w+]+-(?:x_low|low|medium|high)", re.ASCII)
_KOKORO: Final = re.compile(r"[abefhijpz][fm]_[a-z]+", re.ASCII)
_OPENAI: Final = re.compile(r"[\w.+/ -]{1,100}")
_PIPER_SHORT: Final = {name.split("-")[1]: name for name in PIPER_SPEAKERS}


def parse_voice(text: str) -> VoiceId:
    """The voice meant by "edge:pl-PL-ZofiaNeural", "pl-PL-ZofiaNeural", "piper:gosia", "pl+f2", "openai:nova" and such.

    Raises:
        EngineError: voice_not_polish (a voice of Kokoro or a foreign one of Piper), voice_unknown (all else).
    """
    engine, colon, speaker = text.partition(":")
    if not colon:
        engine, speaker = "", text
    if engine in ("", "kokoro") and _KOKORO.fullmatch(speaker):
        raise EngineError("voice_not_polish", f"Kokoro has no Polish: {text[:100]}")
    if engine in ("", "piper"):
        speaker = _PIPER_SHORT.get(speaker, speaker)
        piper = _PIPER.fullmatch(speaker)
        if piper is not None:
            if piper["language"] != "pl_PL":
                raise EngineError("voice_not_polish", f"a Piper voice of {piper['language']}")
            return VoiceId("piper", speaker)
    if engine in ("", "edge") and _EDGE.fullmatch(speaker):
        return VoiceId("edge", speaker)
    if engine in ("", "espeak") and _ESPEAK.fullmatch(speaker):
        return VoiceId("espeak", speaker)
    if engine == "openai" and _OPENAI.fullmatch(speaker):
        return VoiceId("openai", speaker)
    raise EngineError("voice_unknown", f"no such voice: {text[:100]!r}")
