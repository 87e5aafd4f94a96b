"""Questions that a meeting has an answer to, made of its facts: for people who do not know what to ask."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from council.access import Actor
from transcripts.facts_queries import RecordingFacts, recording_facts
from transcripts.queries import list_recordings

MOST: Final = 4
_MOST_CHARS: Final = 140


def suggest_questions(actor: Actor, recording_id: UUID | None = None) -> tuple[str, ...]:
    """Up to MOST questions about this recording, or the newest the actor sees; () when it has no facts.

    Raises:
        CouncilError: not_found.
    """
    if recording_id is None:
        newest, _ = list_recordings(actor, limit=1)
        if not newest:
            return ()
        recording_id = newest[0].id
    return _questions(recording_facts(actor, recording_id))


def _questions(facts: RecordingFacts) -> tuple[str, ...]:
    # In the present tense, which is the same of a woman and a man.
    votes = [
        f"Jak głosowano w sprawie: {vote.subject}?" for vote in facts.votes if vote.subject and not vote.superseded
    ]
    resolutions = [f"Co postanowiono w uchwale w sprawie: {row.title}?" for row in facts.resolutions if row.title]
    promises = [f"Co zapowiada {row.who}?" for row in facts.promises if row.who]
    asked = [f"O co pyta {row.author}?" for row in facts.interpellations if row.author]
    turns = zip(*(iter([*rows, *[""] * MOST]) for rows in (votes, promises, asked, resolutions)), strict=False)
    mixed = [question for turn in turns for question in turn if question]
    return tuple(dict.fromkeys(question for question in mixed if len(question) <= _MOST_CHARS))[:MOST]
