"""What minutes and summaries are made of: a meeting's facts and turns of speech, and sentences worth quoting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from assistant.quotes import Place, Track
from council.access import Actor
from council.errors import CouncilError
from transcripts import facts_queries, queries
from transcripts.facts_queries import AgendaRow, RecordingFacts, VoteRow
from transcripts.search import HitSegment

_WORD: Final = re.compile(r"[^\W_]+")
_STEM_CHARS: Final = 6  # Polish endings change after that; good enough to count how rare a word is in one meeting
_FEWEST_WORDS: Final = 8
_QUOTE_CHARS: Final = (45, 280)
_COMPLAINT: Final = re.compile(r"\bskarg", re.IGNORECASE)
_CHAIR: Final = re.compile(r"\b(?:vice|wice)?przewodnicząc\w+|\bprowadząc\w+ obrady", re.IGNORECASE)
_CORRECTS: Final = re.compile(
    r"^\W*(?:nie,\s+)?(?:przepraszam|poprawiam się|poprawka|sprostowanie|prostuję|przejęzyczył\w+|pomyłka|to znaczy)\b",
    re.IGNORECASE,
)
"""Speakers correct themselves in the next sentence; the wrong figure alone would mislead."""
_FORMULA: Final = re.compile(
    r"\b(?:dziękuję|dzień dobry|szanown\w+|proszę bardzo|udzielam głosu|oddaję głos|wysoka rado|kto jest za"
    r"|otwieram|zamykam)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """Consecutive sentences of one speaker ("" when nobody knows whose they are)."""

    speaker: str
    segments: tuple[HitSegment, ...]

    @property
    def start_ms(self) -> int:
        return self.segments[0].start_ms


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda with what was said in it. `key` names it as long as its number or place stays."""

    key: str
    row: AgendaRow
    segments: tuple[HitSegment, ...]
    votes: tuple[VoteRow, ...]

    @property
    def start_ms(self) -> int:
        return self.row.evidence.start_ms or 0

    @property
    def is_private(self) -> bool:
        """Whether what was said there may name private persons, so that only its result is told: complaints do."""
        return bool(_COMPLAINT.search(self.row.title))


@dataclass(frozen=True, slots=True)
class Material:
    """One meeting. Facts that a clerk struck off are not in it."""

    council_name: str
    recording_id: UUID
    title: str
    held_on: date | None
    duration_ms: int
    facts: RecordingFacts
    segments: tuple[HitSegment, ...]
    points: tuple[Point, ...]

    @property
    def knows_speakers(self) -> bool:
        return any(segment.speaker for segment in self.segments)

    @property
    def public_segments(self) -> tuple[HitSegment, ...]:
        """What was said, without the points that may name private persons."""
        spans = self._private_spans
        return tuple(
            segment for segment in self.segments
            if not any(segment.end_ms > start and segment.start_ms < end for start, end in spans)
        )  # fmt: skip

    def is_public(self, at_ms: int | None) -> bool:
        """Whether what was said at that time may be retold."""
        return not any(start <= (at_ms or 0) < end for start, end in self._private_spans)

    @property
    def _private_spans(self) -> list[tuple[int, int]]:
        starts = [point.start_ms for point in self.points]
        ends = [*starts[1:], max(self.duration_ms, *(s.end_ms for s in self.segments), 0) + 1]
        return [
            (point.start_ms, end) for point, end in zip(self.points, ends[: len(starts)], strict=True)
            if point.is_private
        ]  # fmt: skip


def gather(actor: Actor, recording_id: UUID) -> Material:
    """Read the meeting.

    Raises:
        CouncilError: "not_found", "not_ready".
    """
    row = queries.get_recording(actor, recording_id)
    if row.state != "ready":
        raise CouncilError("not_ready")
    facts = facts_queries.recording_facts(actor, recording_id)
    segments = tuple(
        HitSegment(segment.start_ms, segment.end_ms, segment.text, segment.speaker)
        for segment in queries.list_segments(actor, recording_id, words=False)
        if segment.text.strip()
    )
    return Material(
        actor.council_name, recording_id, row.title, row.held_on, row.duration_ms, facts, segments,
        _points(facts, segments),
    )  # fmt: skip


def turns_of(segments: Sequence[HitSegment]) -> tuple[SpokenTurn, ...]:
    turns: list[list[HitSegment]] = []
    for segment in segments:
        if turns and turns[-1][-1].speaker == segment.speaker:
            turns[-1].append(segment)
        else:
            turns.append([segment])
    return tuple(SpokenTurn(turn[0].speaker, tuple(turn)) for turn in turns)


def is_chair(speaker: str) -> bool:
    return bool(_CHAIR.search(speaker))


class Telling:
    """Finds the sentence that says most: rare words of this meeting, no formulae, short enough to be quoted."""

    def __init__(self, segments: Sequence[HitSegment]) -> None:
        sentences = [stems_of(segment.text) for segment in segments]
        self._count = Counter(stem for sentence in sentences for stem in set(sentence))

    def best(self, segments: Iterable[HitSegment]) -> Place | None:
        """The most telling sentence, None when there is only small talk. One corrected by its speaker comes with
        the correction; the correction does not come alone."""
        track = Track(tuple(segments))
        scored = [
            (self._score(place), -place.start, place) for place in track.sentences if not _CORRECTS.match(place.text)
        ]
        score, _, place = max(scored, default=(0.0, 0, None))
        if place is None or score <= 0:
            return None
        correction = correction_of(track, place)
        return track.place(place.start, correction.end) if correction else place

    def _score(self, place: Place) -> float:
        stems = set(stems_of(place.text))
        shortest, longest = _QUOTE_CHARS
        if len(stems) < _FEWEST_WORDS or not shortest <= len(place.text) <= longest:
            return 0.0
        rare = sum(1.0 / self._count[stem] for stem in stems if len(stem) > 3 and self._count[stem])
        figures = 1.0 if re.search(r"\d|złot|tysi|milion|procent", place.text) else 0.0
        return (rare + figures) * (0.4 if _FORMULA.search(place.text) else 1.0)


def correction_of(track: Track, place: Place) -> Place | None:
    """The sentence after `place` in which its speaker takes it back, None when there is none."""
    following = next((sentence for sentence in track.sentences if sentence.start >= place.end), None)
    if following is None or following.speaker != place.speaker or not _CORRECTS.match(following.text):
        return None
    return following


def stems_of(text: str) -> list[str]:
    return [word[:_STEM_CHARS] for word in _WORD.findall(text.lower())]


def _points(facts: RecordingFacts, segments: Sequence[HitSegment]) -> tuple[Point, ...]:
    rows = sorted((row for row in facts.agenda if row.evidence.start_ms is not None), key=_start)
    points: list[Point] = []
    seen: Counter[str] = Counter()
    for index, row in enumerate(rows):
        start, end = _start(row), _start(rows[index + 1]) if index + 1 < len(rows) else None
        key = row.label or f"t{start}"
        seen[key] += 1
        if seen[key] > 1:
            key = f"{key}.{seen[key]}"[:40]
        points.append(
            Point(
                key,
                row,
                tuple(s for s in segments if s.start_ms >= start and (end is None or s.start_ms < end)),
                tuple(v for v in facts.votes if _within(v.evidence.start_ms, start, end)),
            )
        )
    return tuple(points)


def _start(row: AgendaRow) -> int:
    return row.evidence.start_ms or 0


def _within(at_ms: int | None, start_ms: int, end_ms: int | None) -> bool:
    return at_ms is not None and at_ms >= start_ms and (end_ms is None or at_ms < end_ms)
