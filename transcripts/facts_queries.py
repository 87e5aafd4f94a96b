"""Reads about the facts of a recording: frozen rows, actor first, drafts marked as drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from council.access import Actor
from council.models_facts import (
    AgendaItem,
    Attendance,
    Ballot,
    FactStatus,
    Interpellation,
    MeetingFact,
    Promise,
    Resolution,
    Vote,
)
from transcripts.queries import access_recording

FLAG_LABELS = {
    "counts_inferred": "część liczb wynika z innych, nie padła wprost",
    "counts_incomplete": "nie wszystkie liczby padły",
    "sum_over_present": "głosów jest więcej niż obecnych",
    "sum_under_present": "głosów jest mniej niż obecnych",
    "sum_over_statutory": "głosów jest więcej niż radnych w ustawowym składzie",
    "no_quorum": "obecnych jest mniej niż połowa ustawowego składu",
    "result_disagrees": "podany wynik nie zgadza się z liczbami",
    "result_not_stated": "wynik nie padł wprost",
    "corrected": "prowadzący poprawił liczby",
    "several_candidates": "wybierano spośród kilku kandydatów: „za” to głosy na tego, kto dostał ich najwięcej",
    "number_completed": "numer uchwały uzupełniono według pozostałych",
    "official_list": "wynik według imiennego wykazu głosowania",
    "list_differs_from_speech": "na sesji podano inne liczby niż w imiennym wykazie",
    "list_present_differs": "imienny wykaz obejmuje inną liczbę obecnych niż podana na sesji",
    "list_names_disagree": "nazwiska w imiennym wykazie nie sumują się do podanych w nim liczb",
    "list_absent_voted": "według wykazu głosował ktoś, kogo na sesji podano jako nieobecnego",
    "not_heard": "tego głosowania nie rozpoznano w nagraniu",
    "not_on_list": "tego głosowania nie ma w imiennym wykazie",
    "secret_list_ignored": "głosowanie było tajne, więc nazwisk z wykazu nie zapisano",
}
"""What people read for the flags of transcripts/facts/checks.py."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all facts have. `confirmed` by a clerk, or a draft out of speech; times are None without a recording."""

    id: int
    start_ms: int | None
    end_ms: int | None
    quote: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class AgendaRow:
    evidence: Evidence
    label: str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class VoteRow:
    """`named`: (name, choice) of those who were named; always empty for a secret vote."""

    evidence: Evidence
    point: str
    subject: str
    in_favour: int | None
    against: int | None
    abstained: int | None
    not_voting: int | None
    present: int | None
    kind: str
    kind_label: str
    majority: str
    majority_label: str
    result: str
    resolution: str
    superseded: bool
    flags: tuple[str, ...]
    named: tuple[tuple[str, str], ...]

    @property
    def flag_labels(self) -> list[str]:
        return [FLAG_LABELS.get(flag, flag) for flag in self.flags]


@dataclass(frozen=True, slots=True)
class ResolutionRow:
    evidence: Evidence
    number: str
    title: str
    point: str
    adopted: bool


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    evidence: Evidence
    name: str
    state: str
    state_label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class InterpellationRow:
    evidence: Evidence
    kind: str
    author: str
    subject: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    evidence: Evidence
    who: str
    what: str
    due: str
    due_text: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    agenda: tuple[AgendaRow, ...]
    votes: tuple[VoteRow, ...]
    resolutions: tuple[ResolutionRow, ...]
    attendance: tuple[AttendanceRow, ...]
    interpellations: tuple[InterpellationRow, ...]
    promises: tuple[PromiseRow, ...]


def recording_facts(actor: Actor, recording_id: UUID) -> RecordingFacts:
    """What was read out of the recording or confirmed since; what a clerk rejected is left out.

    Raises:
        CouncilError: "not_found".
    """
    with access_recording(actor, recording_id):
        return RecordingFacts(
            agenda=tuple(
                AgendaRow(_evidence(row), row.label, row.title, row.confidence)
                for row in AgendaItem.objects.filter(recording_id=recording_id).exclude(status=FactStatus.REJECTED)
            ),
            votes=_votes(recording_id),
            resolutions=tuple(
                ResolutionRow(_evidence(row), row.number, row.title, row.point_label, row.adopted)
                for row in Resolution.objects.filter(recording_id=recording_id).exclude(status=FactStatus.REJECTED)
            ),
            attendance=tuple(
                AttendanceRow(_evidence(row), row.name, row.state, row.get_state_display(), row.count)
                for row in Attendance.objects.filter(recording_id=recording_id).exclude(status=FactStatus.REJECTED)
            ),
            interpellations=tuple(
                InterpellationRow(_evidence(row), row.kind, row.author, row.subject, row.due_on)
                for row in Interpellation.objects.filter(recording_id=recording_id).exclude(status=FactStatus.REJECTED)
            ),
            promises=tuple(
                PromiseRow(_evidence(row), row.who, row.what, row.due, row.due_text, row.amount)
                for row in Promise.objects.filter(recording_id=recording_id).exclude(status=FactStatus.REJECTED)
            ),
        )


def _votes(recording_id: UUID) -> tuple[VoteRow, ...]:
    rows = list(Vote.objects.filter(recording_id=recording_id).exclude(status=FactStatus.REJECTED))
    ballots: dict[int, list[tuple[str, str]]] = {}
    for ballot in Ballot.objects.filter(vote__in=rows).order_by("choice", "name"):
        ballots.setdefault(ballot.vote_id, []).append((ballot.name, ballot.choice))
    return tuple(_vote(row, tuple(ballots.get(row.pk, ()))) for row in rows)


def _vote(row: Vote, named: tuple[tuple[str, str], ...]) -> VoteRow:
    return VoteRow(
        _evidence(row), row.point_label, row.subject, row.in_favour, row.against, row.abstained, row.not_voting,
        row.present, row.kind, row.get_kind_display(), row.majority, row.get_majority_display(), row.result,
        row.resolution_number, row.superseded, tuple(row.flags), named,
    )  # fmt: skip


def _evidence(row: MeetingFact) -> Evidence:
    return Evidence(row.pk, row.start_ms, row.end_ms, row.quote, row.status == FactStatus.CONFIRMED)
