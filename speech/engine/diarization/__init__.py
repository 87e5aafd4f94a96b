"""Who spoke when. What the rest of the product calls; engines and their parts lie beside it."""

from speech.engine.diarization.base import MAX_SPEAKERS, MIN_VOICE_MS, Diarizer, SpeakerCount, Turn, Vector
from speech.engine.diarization.build import available, configure, diarize, diarizer, embed
from speech.engine.diarization.known import match_known
from speech.engine.diarization.rttm import as_rttm
from speech.engine.diarization.words import assign, trim

__all__ = [
    "MAX_SPEAKERS",
    "MIN_VOICE_MS",
    "Diarizer",
    "SpeakerCount",
    "Turn",
    "Vector",
    "as_rttm",
    "assign",
    "available",
    "configure",
    "diarize",
    "diarizer",
    "embed",
    "match_known",
    "trim",
]
