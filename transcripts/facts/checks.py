"""What follows from a count, and what contradicts it. Every inference leaves a flag."""

from __future__ import annotations

from transcripts.facts.presence import Presence
from transcripts.facts.subjects import needed
from transcripts.facts.tallies import Tally
from transcripts.facts.types import FoundVote


def complete(vote: FoundVote, tally: Tally, usual: int | None) -> None:
    """Fill in counts that nobody said but that follow: unanimity, or all present in one choice.

    `usual`: how many took part in the vote next to it, for counts of which the last one said leaves nobody over.
    """
    present = vote.present
    before = (vote.in_favour, vote.against, vote.abstained)
    if tally.unanimous or tally.everybody:
        if vote.in_favour is None and present is not None:
            vote.in_favour = present - (vote.against or 0) - (vote.abstained or 0)
        vote.against = vote.against or 0
        if vote.abstained is None:
            vote.abstained = 0
    if tally.rest_in_favour and vote.in_favour is None and present is not None:
        vote.in_favour = max(present - (vote.against or 0) - (vote.abstained or 0), 0)
        vote.against, vote.abstained = vote.against or 0, vote.abstained or 0
    said = [count for count in (vote.in_favour, vote.against, vote.abstained) if count is not None]
    expected = present if present is not None else usual
    if expected is not None and vote.not_voting:
        expected -= vote.not_voting
    if said and expected is not None and sum(said) == expected and (present is not None or len(said) > 1):
        vote.in_favour, vote.against = vote.in_favour or 0, vote.against or 0
        vote.abstained = vote.abstained or 0
    if before != (vote.in_favour, vote.against, vote.abstained):
        vote.flags.append("counts_inferred")


def check(vote: FoundVote, presence: Presence) -> None:
    """Compare sums with presence and quorum, and the stated result with the count; infer a result not stated."""
    said = [count for count in (vote.in_favour, vote.against, vote.abstained) if count is not None]
    if len(said) < 3:
        vote.flags.append("counts_incomplete")
    cast = sum(said)
    if vote.present is not None and len(said) == 3:
        if cast > vote.present:
            vote.flags.append("sum_over_present")
        elif cast < vote.present:
            vote.flags.append("sum_under_present")
    if presence.statutory is not None and cast > presence.statutory:
        vote.flags.append("sum_over_statutory")
    quorum = presence.quorum
    if quorum is not None and vote.present is not None and vote.present < quorum:
        vote.flags.append("no_quorum")
    _check_result(vote, presence, cast)


def _check_result(vote: FoundVote, presence: Presence, cast: int) -> None:
    if vote.in_favour is None or vote.against is None:
        if vote.result is None:
            vote.flags.append("result_not_stated")
        return
    wanted = needed(vote.majority, presence.statutory, cast)
    carried = vote.in_favour > vote.against and (wanted is None or vote.in_favour >= wanted)
    if vote.result is None:
        vote.flags.append("result_not_stated")
        vote.result = ("podjęto" if vote.resolution else "przyjęto") if carried else "odrzucono"
    elif carried != (vote.result != "odrzucono"):
        vote.flags.append("result_disagrees")
