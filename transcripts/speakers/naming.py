"""Voices get names by what the meeting says of them, where it says so often enough and never the opposite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from transcripts.facts.text import Utterance
from transcripts.speakers.calls import Call, Kind, find_calls
from transcripts.speakers.roster import Member

_WEIGHT: Final[dict[Kind, float]] = {
    "called": 1.0, "asked": 0.4, "answered": 0.4, "thanked": 0.8, "introduced": 1.5, "stated": 0.8, "presided": 1.0,
}  # fmt: skip
_WEAK: Final = frozenset({"asked", "answered"})
ENOUGH: Final = 0.8
"""Weight of all that speaks for a name; one plain call is enough where nothing speaks against it."""
CONSISTENT: Final = 0.7
"""Share of the weight that must speak for one and the same person."""


@dataclass(frozen=True, slots=True)
class NamedVoice:
    """A voice and who it is; `member` None is nobody. `confidence` 0..1. `evidence`: (start_ms, what was said).

    `by_words`: the meeting itself says so. `profile_id` is the voice profile that says so, `likeness` its cosine.
    """

    label: str
    member: Member | None = None
    confidence: float = 0.0
    evidence: tuple[tuple[int, str], ...] = field(default=())
    by_words: bool = True
    profile_id: int | None = None
    likeness: float | None = None


def name_voices(utterances: Sequence[Utterance], roster: Sequence[Member]) -> dict[str, NamedVoice]:
    """Every label of the transcript with its person, or nobody."""
    labels = dict.fromkeys(said.speaker for said in utterances if said.speaker)
    calls: dict[str, list[Call]] = {label: [] for label in labels}
    for call in find_calls(utterances, roster):
        calls[call.label].append(call)
    voices = {label: _decided(label, calls[label]) for label in labels}
    return {label: _unless_taken(voice, calls, voices.values()) for label, voice in voices.items()}


def _unless_taken(voice: NamedVoice, calls: Mapping[str, Sequence[Call]], others: Iterable[NamedVoice]) -> NamedVoice:
    """Nobody instead of somebody whom only questions name, while another voice has the same name."""
    strong = any(call.member == voice.member and call.kind not in _WEAK for call in calls[voice.label])
    taken = any(one.label != voice.label and one.member == voice.member for one in others)
    return NamedVoice(voice.label) if voice.member and taken and not strong else voice


def _decided(label: str, calls: Sequence[Call]) -> NamedVoice:
    weights: dict[int, float] = {}
    members: dict[int, Member] = {}
    for call in calls:
        weights[call.member.person_id] = weights.get(call.member.person_id, 0.0) + _WEIGHT[call.kind]
        members[call.member.person_id] = call.member
    total = sum(weights.values())
    best = max(weights, key=lambda person: weights[person], default=None)
    if best is None or weights[best] < ENOUGH or weights[best] < CONSISTENT * total:
        return NamedVoice(label)
    evidence = tuple((call.start_ms, call.said) for call in calls if call.member.person_id == best)
    confidence = weights[best] / total * (1 - 0.5 ** (weights[best] + 0.5))
    return NamedVoice(label, members[best], round(confidence, 2), evidence[:10])
