"""What a clerk decides about facts read out of speech: confirm, correct, reject."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from council.access import Actor, Can
from council.errors import CouncilError
from council.models_facts import FactStatus, MeetingFact, Vote
from transcripts import ledger, official_records
from transcripts.facts import Utterance, read_meeting
from transcripts.facts_records import KINDS, meeting_of, replace_drafts
from transcripts.models import Recording
from transcripts.queries import access_recording, get_recording, list_segments

_MOST_VOTES = 999


def confirm_fact(actor: Actor, *, recording_id: UUID, kind: str, fact_id: int) -> None:
    """The fact is as it was: from now on it belongs to the meeting and is not rewritten.

    Raises:
        CouncilError: "not_found".
    """
    _decide(actor, recording_id, kind, fact_id, FactStatus.CONFIRMED)


def reject_fact(actor: Actor, *, recording_id: UUID, kind: str, fact_id: int) -> None:
    """It is no such fact: it disappears and is not found again. Raises CouncilError("not_found")."""
    _decide(actor, recording_id, kind, fact_id, FactStatus.REJECTED)


def correct_vote(
    actor: Actor, *, recording_id: UUID, fact_id: int, in_favour: int, against: int, abstained: int, result: str
) -> None:
    """Set a vote's counts and result, and confirm it.

    Raises:
        CouncilError: "not_found", "vote_counts_invalid".
    """
    actor.require(Can.EDIT)
    counts = (in_favour, against, abstained)
    if not all(0 <= count <= _MOST_VOTES for count in counts) or result not in ("przyjęto", "podjęto", "odrzucono"):
        raise CouncilError("vote_counts_invalid")
    with access_recording(actor, recording_id) as recording:
        vote = Vote.objects.select_for_update().filter(recording_id=recording_id, pk=fact_id).first()
        if vote is None:
            raise CouncilError("not_found")
        vote.in_favour, vote.against, vote.abstained = counts
        vote.result, vote.flags = result, []
        _stamp(actor, recording, vote, FactStatus.CONFIRMED)
        vote.save()


def read_again(actor: Actor, *, recording_id: UUID) -> None:
    """Read the facts of a finished transcript once more; what a clerk decided about stays."""
    actor.require(Can.EDIT)
    row = get_recording(actor, recording_id)
    said = [Utterance(s.start_ms, s.end_ms, s.text, s.speaker, s.words) for s in list_segments(actor, recording_id)]
    found = read_meeting(said, row.held_on)
    with access_recording(actor, recording_id) as recording:
        ledger.lock_stages(recording_id)
        replace_drafts(actor.council_id, recording_id, found)
        official_records.apply_documents(recording)


def _decide(actor: Actor, recording_id: UUID, kind: str, fact_id: int, status: FactStatus) -> None:
    actor.require(Can.EDIT)
    model = KINDS.get(kind)
    if model is None:
        raise CouncilError("not_found")
    with access_recording(actor, recording_id) as recording:
        fact = model._default_manager.select_for_update().filter(recording_id=recording_id, pk=fact_id).first()
        if fact is None:
            raise CouncilError("not_found")
        _stamp(actor, recording, fact, status)
        fact.save()


def _stamp(actor: Actor, recording: Recording, fact: MeetingFact, status: FactStatus) -> None:
    fact.status, fact.confirmed_by_id, fact.confirmed_at = status, actor.user_id, timezone.now()
    if status == FactStatus.CONFIRMED:
        fact.meeting = meeting_of(recording)
