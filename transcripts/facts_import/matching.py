"""Which vote of an official list is which vote heard in the recording, and what differs between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from transcripts.facts_import.vote_lists import ABSENT, OfficialVote

_LEAST: Final = 0.45
_SAME_COUNTS: Final = 0.35
_SAME_PLACE: Final = 0.15  # when both lists are as long
_STEM_CHARS: Final = 5

Counts = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class HeardVote:
    """What is known of a vote out of speech: counts are za, przeciw, wstrzymało się."""

    subject: str
    counts: Counts
    present: int | None = None


def match_votes(official: Sequence[OfficialVote], heard: Sequence[HeardVote]) -> dict[int, int]:
    """Index in `official` -> index in `heard`. Both are in the order of the meeting, and so are the pairs."""
    aligned = len(official) == len(heard)
    best = [[0.0] * (len(heard) + 1) for _ in range(len(official) + 1)]
    for i in range(len(official) - 1, -1, -1):
        for j in range(len(heard) - 1, -1, -1):
            pair = _score(official[i], heard[j]) + (_SAME_PLACE if aligned and i == j else 0.0)
            both = pair + best[i + 1][j + 1] if pair >= _LEAST else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    pairs: dict[int, int] = {}
    i = j = 0
    while i < len(official) and j < len(heard):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs[i] = j
            i, j = i + 1, j + 1
    return pairs


def differences(vote: OfficialVote, heard: HeardVote | None) -> list[str]:
    """Flags of what does not agree: the list with itself, with what was said, with quorum and presence."""
    flags = [] if vote.consistent else ["list_names_disagree"]
    counts = (vote.in_favour, vote.against, vote.abstained)
    present = present_of(vote)
    if heard is None:
        flags.append("not_heard")
    else:
        if any(
            said is not None and listed is not None and said != listed
            for said, listed in zip(heard.counts, counts, strict=True)
        ):
            flags.append("list_differs_from_speech")
        if present is not None and heard.present is not None and present != heard.present:
            flags.append("list_present_differs")
    absent = vote.absent if vote.absent is not None else sum(1 for _, choice in vote.ballots if choice == ABSENT)
    if present is not None and vote.absent is not None and 2 * present < present + absent:
        flags.append("no_quorum")
    return flags


def present_of(vote: OfficialVote) -> int | None:
    """Who was there for the vote: all who voted and, where the list tells, those who did not press a button."""
    counts = (vote.in_favour, vote.against, vote.abstained)
    if vote.not_voting is None or any(count is None for count in counts):
        return None
    return sum(count or 0 for count in counts) + vote.not_voting


def _score(official: OfficialVote, heard: HeardVote) -> float:
    counts = (official.in_favour, official.against, official.abstained)
    same = None not in counts and counts == heard.counts
    return _likeness(official.subject, heard.subject) * 0.7 + (_SAME_COUNTS if same else 0.0)


def _likeness(one: str, other: str) -> float:
    """Share of words in common by their first letters, or likeness of the letters, whichever is more."""
    words = [{word[:_STEM_CHARS] for word in re.findall(r"\w{3,}", text.lower())} - _EMPTY for text in (one, other)]
    if not words[0] or not words[1]:
        return 0.0
    common = len(words[0] & words[1]) / min(len(words[0]), len(words[1]))
    return max(common * 0.9, SequenceMatcher(None, one.lower(), other.lower()).ratio())


_EMPTY: Final = {"uchwa", "podję", "spraw", "przyj", "rady", "gminy", "proje", "druk", "nad"}
"""Words of every other subject."""
