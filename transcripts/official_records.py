"""The office's own record as rows over what was read out of speech: named vote lists and the agenda."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from council.errors import CouncilError
from council.models import Person
from council.models_facts import (
    AgendaItem,
    Attendance,
    AttendanceState,
    Ballot,
    FactStatus,
    Vote,
    VoteKind,
    VoteMajority,
)
from transcripts.facts import match_agenda
from transcripts.facts_import.agendas import read_agenda
from transcripts.facts_import.matching import HeardVote, differences, match_votes, present_of
from transcripts.facts_import.vote_lists import ABSENT, NOT_VOTING, OfficialVote, read_vote_list
from transcripts.facts_records import meeting_of
from transcripts.models import Recording
from transcripts.models_documents import Document, DocumentKind

logger = logging.getLogger(__name__)
OFFICIAL: Final = "official_list"
_LEAST_SHARE_OF_WHOLE: Final = 0.5  # of the votes heard; a list with fewer is one page of several
_AWAY: Final = {AttendanceState.ABSENT, AttendanceState.EXCUSED, AttendanceState.LEFT}
_KEPT: Final = {
    "list_differs_from_speech",
    "list_present_differs",
}  # seen when the list came first; the words stay said


@dataclass(frozen=True, slots=True)
class OfficialImport:
    """How many votes of the list were heard, were added, differ from what was heard; and how many heard it lacks."""

    matched: int
    added: int
    differing: int
    not_listed: int


def apply_documents(recording: Recording) -> None:
    """Put the vote lists and agendas that were added to the recording over its facts once more.

    For facts that were read after the papers were added: a clerk may bring them while the sound is still transcribed.
    Needs the council's scope, and the recording's stages locked.
    """
    papers = Document.objects.filter(recording_id=recording.pk, kind__in=(DocumentKind.AGENDA, DocumentKind.VOTE_LIST))
    for paper in papers.order_by("created_at", "pk"):
        text = "\n".join(paper.pages.order_by("number").values_list("text", flat=True))
        try:
            if paper.kind == DocumentKind.AGENDA:
                set_agenda(recording, read_agenda(text), paper.created_by_id)
            else:
                set_votes(recording, read_vote_list(text), paper.created_by_id)
        except CouncilError as error:  # it was read when it was added: the facts of speech stay drafts, as without it
            logger.warning("Paper %s of recording %s is not read again: %s", paper.pk, recording.pk, error.code)


def set_votes(recording: Recording, listed: Sequence[OfficialVote], user_id: int | None) -> OfficialImport:
    """What `official_actions.import_vote_list` promises. Needs the council's scope, and the stages locked."""
    rows = Vote.objects.select_for_update().filter(recording_id=recording.pk).exclude(status=FactStatus.REJECTED)
    added = list(rows.filter(start_ms=None, flags__contains=[OFFICIAL]).order_by("-pk"))  # by lists before
    heard = list(rows.filter(superseded=False).exclude(pk__in=[row.pk for row in added]).order_by("start_ms", "pk"))
    told = [HeardVote(row.subject, (row.in_favour, row.against, row.abstained), row.present) for row in heard]
    pairs = match_votes(listed, told)
    writer = _Writer(recording, user_id)
    for index, vote in enumerate(listed):
        at = pairs.get(index)
        again = next((row for row in reversed(added) if row.subject == vote.subject), None)
        if again is not None:
            added.remove(again)
        if at is None:
            writer.write(vote, again, None)
            continue
        if again is not None:
            again.delete()  # heard only now: it has its second
        writer.write(vote, heard[at], told[at])
    whole = len(listed) >= _LEAST_SHARE_OF_WHOLE * len(heard)
    unlisted = [
        row for at, row in enumerate(heard)
        if whole and at not in pairs.values() and row.kind != VoteKind.SECRET and OFFICIAL not in row.flags
    ]  # fmt: skip
    for row in unlisted:
        row.flags = sorted({*row.flags, "not_on_list"})
        row.save(update_fields=["flags"])
    return OfficialImport(len(pairs), len(listed) - len(pairs), writer.differing, len(unlisted))


def set_agenda(recording: Recording, entries: Sequence[tuple[str, str]], user_id: int | None) -> int:
    """What `official_actions.import_agenda` promises. Needs the council's scope, and the stages locked."""
    items = AgendaItem.objects.select_for_update().filter(recording_id=recording.pk)
    points = list(items.exclude(status=FactStatus.REJECTED).order_by("start_ms", "pk"))
    pairs = match_agenda(list(entries), [(point.label, point.title) for point in points])
    for at, entry in pairs.items():
        point, (label, title) = points[at], entries[entry]
        point.title, point.label = title, point.label or label
        _confirm(user_id, recording, point)
        point.save()
    return len(pairs)


class _Writer:
    def __init__(self, recording: Recording, user_id: int | None) -> None:
        self._recording, self._user_id = recording, user_id
        self._people = {_name_key(person.name): person.pk for person in Person.objects.all()}
        moves = Attendance.objects.filter(recording_id=recording.pk).exclude(status=FactStatus.REJECTED)
        self._moves = [
            (start_ms, _name_key(name), state)
            for start_ms, name, state in moves.order_by("start_ms", "pk").values_list("start_ms", "name", "state")
            if start_ms is not None and name
        ]
        self.differing = 0

    def write(self, listed: OfficialVote, row: Vote | None, told: HeardVote | None) -> None:
        flags = [OFFICIAL, *differences(listed, told)]
        if row is None:
            row = Vote(council_id=self._recording.council_id, recording_id=self._recording.pk, subject=listed.subject)
        elif OFFICIAL in row.flags:
            flags += sorted(_KEPT & set(row.flags) - set(flags))
        was_secret = row.kind == VoteKind.SECRET
        ballots = [] if listed.secret or was_secret else [b for b in listed.ballots if b[1] != ABSENT]
        if was_secret and listed.ballots:
            flags.append("secret_list_ignored")
        if any(self._is_away(name, row.start_ms) for name, choice in ballots if choice != NOT_VOTING):
            flags.append("list_absent_voted")
        row.in_favour, row.against, row.abstained = listed.in_favour, listed.against, listed.abstained
        row.not_voting = listed.not_voting
        present = present_of(listed)
        row.present = row.present if present is None else present
        row.flags = [*flags, *_result(row)]
        _confirm(self._user_id, self._recording, row)
        if row.pk is not None:
            Ballot.objects.filter(vote=row).delete()  # before the kind changes: a ballot carries its vote's kind
        if listed.secret or was_secret:
            row.kind = VoteKind.SECRET
        elif ballots:
            row.kind = VoteKind.NAMED
        row.save()
        Ballot.objects.bulk_create(
            Ballot(council_id=row.council_id, vote=row, vote_kind=row.kind, name=name, choice=choice,
                   person_id=self._people.get(_name_key(name)))
            for name, choice in ballots
        )  # fmt: skip
        self.differing += any(flag != OFFICIAL for flag in row.flags)

    def _is_away(self, name: str, at_ms: int | None) -> bool:
        """Whether the last thing said about the person's presence before that second was that they are not there."""
        key = _name_key(name)
        states = [state for when, who, state in self._moves if at_ms is not None and when <= at_ms and who <= key]
        return bool(states) and states[-1] in _AWAY


def _result(row: Vote) -> list[str]:
    """Set a result that was not heard; flag one that the counts contradict (simple majority only: others need more)."""
    if row.in_favour is None or row.against is None or row.majority != VoteMajority.SIMPLE:
        return []
    carried = row.in_favour > row.against
    if not row.result:
        row.result = ("podjęto" if row.resolution_number else "przyjęto") if carried else "odrzucono"
        return []
    return ["result_disagrees"] if carried != (row.result != "odrzucono") else []


def _confirm(user_id: int | None, recording: Recording, row: Vote | AgendaItem) -> None:
    row.status, row.confirmed_by_id, row.confirmed_at = FactStatus.CONFIRMED, user_id, timezone.now()
    row.meeting = meeting_of(recording)


def _name_key(name: str) -> frozenset[str]:
    """ "Kowalska Anna" and "Anna Kowalska" are one person."""
    return frozenset(name.lower().replace("-", " ").split())
