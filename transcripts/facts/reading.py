"""All facts of one meeting out of its transcript, by rules alone: the same words give the same facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from transcripts.facts.agenda import find_agenda
from transcripts.facts.chair import chair_turns
from transcripts.facts.dates import LATEST
from transcripts.facts.names import Roster
from transcripts.facts.presence import read_presence
from transcripts.facts.promises import find_promises
from transcripts.facts.questions import find_questions
from transcripts.facts.text import Speech, Utterance, read_speech
from transcripts.facts.titles import subject_of
from transcripts.facts.types import FoundPoint, FoundResolution, FoundVote, MeetingFacts
from transcripts.facts.votes import find_votes

VERSION: Final = 5
"""Changes when the same transcript would give other facts."""

_SESSION: Final = re.compile(r"(?P<n>@\d{1,3}) (?:\w+ ){0,3}?(?:sesj\w+|posiedzeni\w+)")
_PAUSE: Final = re.compile(r"\b(?:ogłaszam|zarządzam|robimy|zrobimy|proponuję) (?:\S+ ){0,4}?przerw[ęy]\b")
_RESUMED: Final = re.compile(r"\b(?:wznawiam|wznawiamy|po przerwie|kontynuujemy obrady)\b")


def read_meeting(utterances: Iterable[Utterance], held_on: date | None) -> MeetingFacts:
    """Facts in the order of speech. `held_on` turns spoken terms ("do końca kwietnia") into dates."""
    if held_on is not None and held_on > LATEST:
        held_on = None  # a slip of the keyboard: nothing can be counted from it
    speech = read_speech(utterances)
    if not speech.units:
        return MeetingFacts()
    roster = Roster({unit.speaker for unit in speech.units})
    roster.learn(speech)
    chairs = chair_turns(speech)
    agenda, _ = find_agenda(speech, chairs)
    presence = read_presence(speech, roster)
    votes = find_votes(speech, chairs, agenda, presence, roster)
    _fill_short_numbers(votes)
    session = speech.find(_SESSION)
    return MeetingFacts(
        agenda=agenda,
        votes=votes,
        resolutions=_resolutions(votes, agenda),
        attendance=presence.moves,
        questions=find_questions(speech, agenda, chairs, roster, held_on),
        promises=find_promises(speech, held_on),
        session_number=int(session["n"][1:]) if session else None,
        statutory_seats=presence.statutory,
        present_at_start=presence.at_start,
        breaks=_breaks(speech),
    )


def _fill_short_numbers(votes: list[FoundVote]) -> None:
    """ "Uchwała sto czterdzieści pięć" gets session and year from the meeting's other resolutions, and is flagged."""
    whole = next((vote.resolution for vote in votes if vote.resolution.count("/") == 2), "")
    if not whole:
        return
    session, _, year = whole.split("/")
    for vote in votes:
        if vote.resolution and vote.resolution.count("/") < 2:
            parts = vote.resolution.split("/")
            number = parts[1] if len(parts) > 1 and not parts[0].isdigit() else parts[0]
            vote.resolution = f"{session}/{number}/{year}"
            vote.flags.append("number_completed")


def _resolutions(votes: list[FoundVote], agenda: list[FoundPoint]) -> list[FoundResolution]:
    titles = {point.label: point.title for point in agenda}
    found: dict[str, FoundResolution] = {}
    for vote in votes:
        if vote.superseded or not (vote.resolution or vote.result == "podjęto"):
            continue
        own = vote.subject.startswith(("Uchwała w sprawie", "Uchwała dotycząc"))  # one of a block of resolutions
        title = subject_of(vote.subject if own else titles.get(vote.point) or vote.subject)
        key = vote.resolution or f"{vote.point} {vote.span.start_ms}"
        found[key] = FoundResolution(vote.resolution, title, vote.point, vote.result == "podjęto", vote.span)
    return list(found.values())


def _breaks(speech: Speech) -> list[tuple[int, int]]:
    """Pauses that were called and ended: from the call to the words that resume the meeting."""
    found: list[tuple[int, int]] = []
    for match in speech.find_all(_PAUSE):
        at = speech.index_at(match.start())
        resumed = speech.find(_RESUMED, at, min(at + 200, len(speech.units)))
        end_ms = speech.units[speech.index_at(resumed.start())].start_ms if resumed else speech.units[at].end_ms
        found.append((speech.units[at].start_ms, end_ms))
    return found
