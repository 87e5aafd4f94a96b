"""Whose words open points and put questions to the vote: the chair's, as far as the transcript says who speaks."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts.text import Speech

_CHAIR_LABEL: Final = re.compile(r"przewodnicz|marszał|prowadząc", re.IGNORECASE)
_OF_COMMITTEE: Final = re.compile(r"komisj|klub|zarząd|osiedl|soł", re.IGNORECASE)
_TAKES_CHAIR: Final = re.compile(
    r"\b(?:otwieram (?:\S+ ){0,5}?(?:sesj\w+|obrad\w*|posiedzeni\w+)|wznawiam (?:\S+ )?(?:obrady|sesję|posiedzenie)"
    r"|przejmuję prowadzenie|zamykam (?:\S+ ){0,4}?(?:sesj\w+|obrady|posiedzenie))"
)
_CALLS_VOTE: Final = re.compile(
    r"\b(?:kto (?:\S+ ){0,4}?jest za|przystępujemy do głosowania|poddaję pod głosowanie|stwierdzam że uchwała)\b"
)


def chair_turns(speech: Speech) -> frozenset[int] | None:
    """Turns of those who led the meeting, deputies included; None when the transcript does not tell speakers apart."""
    if not speech.has_turns:
        return None
    speakers = {unit.speaker for unit in speech.units if unit.speaker}
    labelled = {s for s in speakers if _CHAIR_LABEL.search(s) and not _OF_COMMITTEE.search(s)}
    leading = set(labelled)
    for match in speech.find_all(_TAKES_CHAIR):
        leading.add(speech.units[speech.index_at(match.start())].speaker)
    if not labelled:
        calls: dict[str, int] = {}
        for match in speech.find_all(_CALLS_VOTE):
            speaker = speech.units[speech.index_at(match.start())].speaker
            calls[speaker] = calls.get(speaker, 0) + 1
        leading |= {speaker for speaker, count in calls.items() if count >= 2}
    if not leading:
        return None
    # A turn without a name may be anybody's: it stays in.
    return frozenset(unit.turn for unit in speech.units if unit.speaker in leading or not unit.speaker)


def is_councillor(speaker: str) -> bool:
    """Whether the transcript calls this speaker a councillor: they ask, others promise."""
    return re.match(r"\s*radn[ya]\b", speaker, re.IGNORECASE) is not None
