"""What is read out of a transcript. Plain data; times are milliseconds of the recording, quotes word for word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Result = Literal["przyjęto", "odrzucono", "podjęto"]
VoteKind = Literal["open", "named", "secret"]
Majority = Literal["simple", "absolute", "absolute_statutory", "three_fifths_statutory"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where the evidence is. `first` and `last` are units of the Speech it was read from, `last` not included."""

    start_ms: int
    end_ms: int
    quote: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A point of the agenda that was really opened. `label` is "2", "6a", "6.1" or "" when no number was said."""

    label: str
    title: str
    start_ms: int
    end_ms: int
    confidence: float
    quote: str
    first: int
    kind: Literal["opening", "point", "closing"] = "point"


@dataclass(slots=True)
class FoundVote:
    """A vote of the council. Counts that nobody said and that do not follow are None."""

    subject: str
    in_favour: int | None
    against: int | None
    abstained: int | None
    kind: VoteKind
    majority: Majority
    result: Result | None
    present: int | None
    point: str
    resolution: str
    span: Span
    called_ms: int  # when the question was put
    not_voting: int | None = None
    superseded: bool = False
    named: dict[str, list[str]] = field(default_factory=dict)  # "za" | "przeciw" | "wstrzymał się" -> names
    flags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundResolution:
    number: str
    title: str
    point: str
    adopted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class FoundAttendance:
    """A person's coming or going. `status`: present, absent, excused, late, left. `count`: present from then on."""

    name: str
    status: Literal["present", "absent", "excused", "late", "left"]
    count: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """An interpellation or a spoken question. `due` is the last day of the 14-day term, ISO, "" without a date."""

    kind: Literal["interpelacja", "zapytanie"]
    author: str
    subject: str
    due: str
    span: Span


@dataclass(frozen=True, slots=True)
class FoundPromise:
    """`due` is "2026-09-30", "2026-08" or "" when only words are known; `due_text` as it was said."""

    who: str
    what: str
    due: str
    due_text: str
    amount: int | None
    span: Span


@dataclass(slots=True)
class MeetingFacts:
    agenda: list[FoundPoint] = field(default_factory=list)
    votes: list[FoundVote] = field(default_factory=list)
    resolutions: list[FoundResolution] = field(default_factory=list)
    attendance: list[FoundAttendance] = field(default_factory=list)
    questions: list[FoundQuestion] = field(default_factory=list)
    promises: list[FoundPromise] = field(default_factory=list)
    session_number: int | None = None
    statutory_seats: int | None = None
    present_at_start: int | None = None
    breaks: list[tuple[int, int]] = field(default_factory=list)
