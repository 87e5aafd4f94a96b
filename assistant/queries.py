"""Reads about questions and answers: frozen rows, the actor first.

People see the questions they asked themselves; programs (API keys, the command line) those that programs asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from assistant.models import Citation, Turn
from council.access import Actor
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts.queries import get_recording

QUOTES: Final = "quotes"
MODEL: Final = "model"
GONE: Final = "Nagranie, na którym opierała się ta odpowiedź, nie jest już dostępne. Zadaj pytanie ponownie."


@dataclass(frozen=True, slots=True)
class CitationRow:
    """`url` is the path of the recording's page at the quote's second."""

    recording_id: UUID
    recording_title: str
    held_on: date | None
    start_ms: int
    end_ms: int
    speaker: str
    quote: str
    url: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its answer. `mode` is "quotes" (tryb cytatów) or "model"; `notes` are Polish sentences."""

    turn_id: UUID
    question: str
    answer: str
    refused: bool
    mode: str
    model: str
    citations: tuple[CitationRow, ...]
    notes: tuple[str, ...]
    asked_at: datetime

    @property
    def text_to_read(self) -> str:
        """The answer as it is read aloud: quotes with who said them, without titles and clock times."""
        if self.mode != QUOTES or not self.citations:
            return self.answer
        return "\n".join(f"{c.speaker or 'Głos z nagrania'}: „{c.quote}”" for c in self.citations)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One line of the list of questions."""

    turn_id: UUID
    question: str
    refused: bool
    mode: str
    asked_at: datetime


def get_turn(actor: Actor, turn_id: UUID) -> AnswerRow:
    """Raises CouncilError("not_found") for a question of somebody else.

    A recording that the actor may no longer see (deleted, no longer published) takes the answers that quote it along.
    """
    with tenant_scope(actor.council_id):
        turn = _own(actor).filter(pk=turn_id).first()
        if turn is None:
            raise CouncilError("not_found")
        row = answer_row(actor, turn, list(turn.citations.all()))
    if all(_visible(actor, recording_id) for recording_id in {c.recording_id for c in row.citations}):
        return row
    return AnswerRow(row.turn_id, row.question, GONE, True, row.mode, row.model, (), (), row.asked_at)


def list_turns(actor: Actor, *, limit: int = 20, offset: int = 0) -> tuple[list[TurnRow], int]:
    """The actor's own questions, newest first, and how many there are in all."""
    with tenant_scope(actor.council_id):
        turns = _own(actor)
        page = [
            TurnRow(turn.pk, turn.question, turn.refused, turn.mode, turn.asked_at)
            for turn in turns.order_by("-asked_at")[offset : offset + limit]
        ]
        return page, turns.count()


def answer_row(actor: Actor, turn: Turn, citations: Sequence[Citation]) -> AnswerRow:
    """The row of a turn and its citations, whatever the actor; callers have checked the door."""
    return AnswerRow(
        turn_id=turn.pk,
        question=turn.question,
        answer=turn.answer,
        refused=turn.refused,
        mode=turn.mode,
        model=turn.model,
        citations=tuple(_citation_row(actor, citation) for citation in citations),
        notes=tuple(turn.notes),
        asked_at=turn.asked_at,
    )


def _citation_row(actor: Actor, citation: Citation) -> CitationRow:
    return CitationRow(
        citation.recording_id, citation.recording_title, citation.held_on, citation.start_ms, citation.end_ms,
        citation.speaker, citation.quote,
        f"/{actor.council_slug}/nagrania/{citation.recording_id}/#t={citation.start_ms}",
    )  # fmt: skip


def _own(actor: Actor) -> QuerySet[Turn]:
    turns = Turn.objects.filter(council_id=actor.council_id)
    if actor.user_id is None:
        return turns.filter(by_program=True)
    return turns.filter(asked_by_id=actor.user_id)


def _visible(actor: Actor, recording_id: UUID) -> bool:
    try:
        get_recording(actor, recording_id)
    except CouncilError as error:
        if error.code != "not_found":
            raise
        return False
    return True
