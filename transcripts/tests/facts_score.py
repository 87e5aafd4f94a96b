"""How much of a meeting's truth was found, and what was found that is not true."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from transcripts.facts import MeetingFacts
from transcripts.tests.facts_meetings import Meeting

_NEAR_MS = 5_000


@dataclass
class Score:
    votes: int = 0  # votes with the right counts, kind and order
    exact: int = 0  # of these, with the right result, point, number, subject and supersession
    true_votes: int = 0
    invented_votes: int = 0
    points: int = 0
    true_points: int = 0
    invented_points: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        for name in ("votes", "exact", "true_votes", "invented_votes", "points", "true_points", "invented_points"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        return (
            f"votes {self.votes}/{self.true_votes} exact {self.exact} invented {self.invented_votes}; "
            f"points {self.points}/{self.true_points} invented {self.invented_points}"
        )


def score(meeting: Meeting, facts: MeetingFacts) -> Score:
    result = Score(true_votes=len(meeting.votes), true_points=len(meeting.agenda))
    found = [(vote.in_favour, vote.against, vote.abstained, vote.kind == "secret") for vote in facts.votes]
    wanted = [(*vote.counts, vote.secret) for vote in meeting.votes]
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    pairs = {block.a + at: block.b + at for block in blocks for at in range(block.size)}
    result.votes, result.invented_votes = len(pairs), len(found) - len(pairs)
    for index, vote in enumerate(meeting.votes):
        if index not in pairs:
            result.notes.append(f"missed {vote}")
            continue
        other = facts.votes[pairs[index]]
        mine = (vote.result, vote.point, vote.resolution, vote.superseded)
        theirs = (other.result, other.point, other.resolution, other.superseded)
        right = mine == theirs and vote.about in other.subject.lower()
        result.exact += right
        if not right:
            result.notes.append(f"vote {index} {mine} {vote.about!r} read as {theirs} {other.subject!r}")
    taken = set(pairs.values())
    for index, extra in enumerate(facts.votes):
        if index not in taken:
            result.notes.append(f"invented {found[index]} {extra.subject!r}: {extra.span.quote[:150]}")
    _score_points(meeting, facts, result)
    return result


def _score_points(meeting: Meeting, facts: MeetingFacts, result: Score) -> None:
    left = [(point.label, point.start_ms, point.title) for point in facts.agenda]
    before_ms = -1
    for label, words in meeting.agenda:
        wanted_ms = meeting.opened_at_ms(words, before_ms)
        before_ms = wanted_ms
        near = [entry for entry in left if entry[0] == label and abs(entry[1] - wanted_ms) <= _NEAR_MS]
        if near:
            left.remove(near[0])
            result.points += 1
        else:
            result.notes.append(f"point {label} at {wanted_ms}: {words}")
    result.invented_points = len(left)
    result.notes.extend(f"no such point {entry}" for entry in left)
