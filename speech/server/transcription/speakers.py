"""Who spoke when in a recording that is being transcribed: turns by the diarization engine, names by known voices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from string import ascii_uppercase
from typing import Final

import numpy as np

from speech.engine import audio, diarization
from speech.engine.diarization.base import Turn, Vector
from speech.engine.errors import EngineError
from speech.engine.types import Audio, Samples, Segment, Span
from speech.server.errors import ApiError, invalid
from speech.server.recognition import GivenUp, PreparedSound, in_turn, work_folder
from speech.server.transcription.known_speakers import REFERENCES, KnownSpeaker

_SAMPLE_MIN_MS: Final = 2_000
_SAMPLE_MAX_MS: Final = 10_000
_SAMPLE_TOLERANCE_MS: Final = 100
"""Encoders add some hundredths of silence."""

_VOICE_MS: Final = 30_000
"""Of a speaker's longest turns: a voice's vector hardly changes with more."""
Voices = Mapping[str, Vector]

_diarising: Final = ThreadPoolExecutor(1, thread_name_prefix="diarise")  # one: the engine fills all cores by itself


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """What the client knows about the number of speakers; None where it knows nothing."""

    exact: int | None = None
    least: int | None = None
    most: int | None = None


def check_available(param: str, code: str = "diarization_unavailable") -> None:
    """Raise the 400 that says what to install when there is no diarization engine; `param` is what asked for it."""
    if not diarization.available():
        message = (
            "This server cannot tell speakers apart: its diarization extra is not installed (make setup-diarization)."
        )
        raise ApiError(400, message, code=code, param=param)


async def voices_of(known: Sequence[KnownSpeaker]) -> Voices:
    """The voices in the samples of known speakers.

    Raises:
        EngineError: as the diarization engine's.
        ApiError: 400 for a sample that is no sound of 2 to 10 seconds.
    """
    if not known:
        return {}
    async with work_folder() as folder:
        return await in_turn(_diarising, partial(_voices_of, known, folder))


async def find_turns(sound: PreparedSound, number: SpeakerCount, known: Voices | None = None) -> list[Turn]:
    """The turns of a recording in order of time. Voices that are known bear their names, others the engine's labels.

    Raises:
        EngineError: as the diarization engine's.
    """
    if not sound.chunks:
        return []
    return await in_turn(_diarising, partial(_find_turns, sound, number, known or {}))


def assigned(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """Segments with speakers, cut where the speaker changes."""
    return list(diarization.assign(segments, turns))


def lettered(turns: Sequence[Turn], known: Collection[str]) -> list[Turn]:
    """Turns with OpenAI's letters (A, B, ... Z, A1, B1, ...) for unknown speakers, in the order they first speak."""
    letters: dict[str, str] = {name: name for name in known}
    free = (f"{letter}{lap or ''}" for lap in count() for letter in ascii_uppercase)
    unused = (letter for letter in free if letter not in letters)
    for turn in turns:
        if turn.speaker not in letters:
            letters[turn.speaker] = next(unused)
    return [replace(turn, speaker=letters[turn.speaker]) for turn in turns]


def _find_turns(sound: PreparedSound, number: SpeakerCount, known: Voices, given_up: GivenUp) -> list[Turn]:
    given_up.check()
    turns = diarization.diarize(
        sound.flac,
        speakers=number.exact,
        min_speakers=number.least,
        max_speakers=number.most,
        speech=[span for chunk in sound.chunks for span in chunk.speech],
        on_progress=given_up.check,
    )
    return _named(sound.flac, turns, known) if known else list(turns)


def _named(flac: Path, turns: Sequence[Turn], known: Voices) -> list[Turn]:
    """Turns under the known names of their speakers' voices; each voice is taken from its speaker's longest turns."""
    voices = {name: _voice_in(flac, [turn for turn in turns if turn.speaker == name]) for name in _speakers(turns)}
    found = diarization.match_known({name: voice for name, voice in voices.items() if voice is not None}, known)
    return [replace(turn, speaker=found.get(turn.speaker) or turn.speaker) for turn in turns]


def _speakers(turns: Sequence[Turn]) -> list[str]:
    return list(dict.fromkeys(turn.speaker for turn in turns))


def _voice_in(flac: Path, turns: Sequence[Turn]) -> Vector | None:
    samples: list[Samples] = []
    room_ms = _VOICE_MS
    for turn in sorted(turns, key=lambda turn: -turn.duration_ms):
        span = Span(turn.start_ms, min(turn.end_ms, turn.start_ms + room_ms))
        if span.duration_ms > 0:
            samples.append(audio.read_audio(flac, span).samples)
            room_ms -= span.duration_ms
    try:
        return diarization.embed(Audio(np.concatenate(samples))) if samples else None
    except EngineError as error:
        if error.code == "voice_too_short":
            return None
        raise


def _voices_of(known: Sequence[KnownSpeaker], folder: Path, given_up: GivenUp) -> Voices:
    return {speaker.name: _voice(speaker, folder / f"sample-{i}", given_up) for i, speaker in enumerate(known)}


def _voice(speaker: KnownSpeaker, sample: Path, given_up: GivenUp) -> Vector:
    sample.write_bytes(speaker.sample)
    flac = sample.with_suffix(".flac")
    try:
        duration_ms = audio.extract_speech_audio(
            sample, flac, given_up.check, max_ms=_SAMPLE_MAX_MS + _SAMPLE_TOLERANCE_MS
        )
    except EngineError as error:
        if error.code == "given_up" or error.retryable:
            raise
        raise invalid(f"The sample of '{speaker.name}' is no sound of 2 to 10 seconds.", REFERENCES) from error
    if duration_ms < _SAMPLE_MIN_MS - _SAMPLE_TOLERANCE_MS:
        raise invalid(f"The sample of '{speaker.name}' is shorter than 2 seconds.", REFERENCES)
    return diarization.embed(audio.read_audio(flac, Span(0, duration_ms)))
