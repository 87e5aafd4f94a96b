"""Facts of a recording as rows: drafts are rewritten at will, what a clerk confirmed or rejected is never touched."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from council.models import Meeting
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
from transcripts.facts.types import FoundVote, MeetingFacts, Span
from transcripts.models import Recording

KINDS: Final[dict[str, type[MeetingFact]]] = {
    "agenda": AgendaItem,
    "votes": Vote,
    "resolutions": Resolution,
    "attendance": Attendance,
    "interpellations": Interpellation,
    "promises": Promise,
}
_SAME_PLACE_MS: Final = 5_000
_SUBJECT_CHARS, _NAME_CHARS, _LABEL_CHARS = 500, 200, 20  # the columns' sizes


def replace_drafts(council_id: int, recording_id: UUID, found: MeetingFacts) -> None:
    """Write what was found in place of the drafts. Needs the council's scope.

    A finding at the place of a confirmed or rejected row of its kind is left out: the clerk has decided about it.
    """
    for model in KINDS.values():
        model._default_manager.filter(recording_id=recording_id, status=FactStatus.DRAFT).delete()
    writer = _Writer(council_id, recording_id)
    for point in found.agenda:
        writer.add(AgendaItem(label=point.label[:_LABEL_CHARS], title=point.title[:_SUBJECT_CHARS],
                              confidence=point.confidence, start_ms=point.start_ms, end_ms=point.end_ms,
                              quote=point.quote))  # fmt: skip
    votes = {vote.span.start_ms: row for vote in found.votes if (row := writer.vote(vote)) is not None}
    for resolution in found.resolutions:
        writer.add(Resolution(number=resolution.number[:40], title=resolution.title[:_SUBJECT_CHARS],
                              point_label=resolution.point[:_LABEL_CHARS], adopted=resolution.adopted,
                              vote=votes.get(resolution.span.start_ms)), resolution.span)  # fmt: skip
    for move in found.attendance:
        writer.add(Attendance(name=move.name[:_NAME_CHARS], state=move.status, count=move.count), move.span)
    for question in found.questions:
        writer.add(Interpellation(kind=question.kind, author=question.author[:_NAME_CHARS],
                                  subject=question.subject[:_SUBJECT_CHARS],
                                  due_on=date.fromisoformat(question.due) if question.due else None),
                   question.span)  # fmt: skip
    for promise in found.promises:
        writer.add(Promise(who=promise.who[:_NAME_CHARS], what=promise.what, due=promise.due,
                           due_text=promise.due_text[:_NAME_CHARS], amount=promise.amount), promise.span)  # fmt: skip


def forget_recording(recording_id: UUID) -> None:
    """Delete a recording's drafts. What a clerk confirmed belongs to the meeting and stays, without its evidence."""
    for model in KINDS.values():
        rows = model._default_manager.filter(recording_id=recording_id)
        rows.exclude(status=FactStatus.CONFIRMED).delete()
        rows.update(recording_id=None, quote="", start_ms=None, end_ms=None)


def meeting_of(recording: Recording) -> Meeting:
    """The recording's meeting; made here when there is none, for what is confirmed needs somewhere to belong."""
    locked = Recording.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=recording.pk)
    if locked.meeting is None:
        title = locked.title or str(locked.pk)
        locked.meeting = Meeting.objects.create(council_id=locked.council_id, title=title, held_on=locked.held_on)
        locked.save(update_fields=["meeting"])
    return locked.meeting


class _Writer:
    """Creates draft rows, except where a decided one of the same kind stands."""

    def __init__(self, council_id: int, recording_id: UUID) -> None:
        self._council_id, self._recording_id = council_id, recording_id
        self._decided = {
            model: [
                known or 0
                for known in model._default_manager.filter(recording_id=recording_id).values_list("start_ms", flat=True)
            ]
            for model in KINDS.values()
        }

    def add(self, row: MeetingFact, span: Span | None = None) -> bool:
        if span is not None:
            row.start_ms, row.end_ms, row.quote = span.start_ms, span.end_ms, span.quote
        start_ms = row.start_ms or 0
        if any(abs(start_ms - known) < _near(type(row)) for known in self._decided[type(row)]):
            return False
        row.council_id, row.recording_id = self._council_id, self._recording_id
        row.save(force_insert=True)
        return True

    def vote(self, found: FoundVote) -> Vote | None:
        row = Vote(
            point_label=found.point[:_LABEL_CHARS], subject=found.subject[:_SUBJECT_CHARS], in_favour=found.in_favour,
            against=found.against, abstained=found.abstained, not_voting=found.not_voting, present=found.present,
            kind=found.kind, majority=found.majority, result=found.result or "",
            resolution_number=found.resolution[:40], superseded=found.superseded, flags=found.flags,
        )  # fmt: skip
        if not self.add(row, found.span):
            return None
        Ballot.objects.bulk_create(
            Ballot(council_id=self._council_id, vote=row, vote_kind=found.kind, name=name[:_NAME_CHARS], choice=choice)
            for name, choice in _choices(found).items()
        )
        return row


def _near(model: type[MeetingFact]) -> int:
    """Attendance is told of several people in one breath: only the very same place is the same fact."""
    return 1 if model is Attendance else _SAME_PLACE_MS


def _choices(found: FoundVote) -> dict[str, str]:
    """Name -> choice, each name once; none of a secret vote."""
    if found.kind == "secret":
        return {}
    return {name: choice for choice, names in found.named.items() for name in names}
