"""Putting the office's own record over what was read out of speech: named vote lists and the agenda."""

from __future__ import annotations

from uuid import UUID

from council.access import Actor, Can
from transcripts import ledger
from transcripts.facts_import.agendas import read_agenda
from transcripts.facts_import.vote_lists import read_vote_list
from transcripts.official_records import OfficialImport, set_agenda, set_votes
from transcripts.queries import access_recording


def import_vote_list(actor: Actor, *, recording_id: UUID, text: str) -> OfficialImport:
    """Set the votes of a recording as the office's list has them, confirmed and with ballots (never of a secret vote).

    Votes that the list has and nobody heard are added without a time; those heard and not listed are flagged, unless
    the list holds only some of the meeting's votes (voting systems publish each vote on a page of its own, and those
    pages come one by one). The same list twice changes nothing.

    Raises:
        CouncilError: "not_found", "vote_list_unreadable".
    """
    actor.require(Can.EDIT)
    listed = read_vote_list(text)
    with access_recording(actor, recording_id) as recording:
        ledger.lock_stages(recording_id)
        return set_votes(recording, listed, actor.user_id)


def import_agenda(actor: Actor, *, recording_id: UUID, text: str) -> int:
    """Give the points heard in a recording the titles of the office's agenda, confirm them, and tell how many.

    Raises:
        CouncilError: "not_found", "agenda_unreadable".
    """
    actor.require(Can.EDIT)
    entries = read_agenda(text)
    with access_recording(actor, recording_id) as recording:
        ledger.lock_stages(recording_id)
        return set_agenda(recording, entries, actor.user_id)
