"""Reads about questions and answers: frozen rows, the actor first.

People see the questions they asked themselves; programs (API keys, the command line) those that programs asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from assistant.models import Citation, Conversation, Turn, TurnState
from council.access import Actor
from council.errors import CouncilError, message_for
from council.tenancy import tenant_scope
from transcripts.documents_queries import access_document
from transcripts.queries import get_recording

QUOTES: Final = "quotes"
MODEL: Final = "model"
LOST_AFTER: Final = timedelta(minutes=15)
"""An answer still under way after this long lost its process."""
GONE: Final = "Nagranie, na którym opierała się ta odpowiedź, nie jest już dostępne. Zadaj pytanie ponownie."


NEAREST: Final = "Najbliżej tego pytania powiedziano (to nie jest odpowiedź):"

HISTORY: Final = 4
"""Earlier questions that a follow-up may lean on."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question asked before, as it was understood; `recording_id` when its answer came from one recording."""

    question: str
    recording_id: UUID | None = None


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
    document_id: UUID | None = None
    page: int = 0  # of the document; 0: said in the recording

    @property
    def source(self) -> str:
        """Where the quote stands: "XII sesja, 26.03.2026, 0:12:05"; in a document: "Uchwała XII/5, s. 3"."""
        day = f"{self.held_on:%d.%m.%Y}" if self.held_on else ""
        return ", ".join(part for part in (self.recording_title, day, place_words(self.start_ms, self.page)) if part)

    @property
    def said_by(self) -> str:
        """Empty for a document."""
        return "" if self.page else self.speaker or "Głos z nagrania"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its answer. `mode` is "quotes" (tryb cytatów) or "model"; `notes` are Polish sentences.

    `nearest`: where no answer was found, what was said nearest to the question.
    """

    turn_id: UUID
    question: str
    answer: str
    refused: bool
    mode: str
    model: str
    citations: tuple[CitationRow, ...]
    notes: tuple[str, ...]
    asked_at: datetime
    state: str = TurnState.DONE.value
    understood_as: str = ""
    conversation_id: UUID | None = None
    rating: int | None = None
    nearest: tuple[CitationRow, ...] = ()

    @property
    def text_with_sources(self) -> str:
        """Question, answer and quotes with links to their seconds, as plain text for a letter or minutes."""
        lines = [self.question]
        lines += [] if self.mode == QUOTES and self.citations else [self.answer]
        lines += [NEAREST] if self.nearest else []
        for number, c in enumerate(self.citations or self.nearest, start=1):
            said = f"{c.said_by} ({c.source})" if c.said_by else c.source
            lines += [f"[{number}] {said}: „{c.quote}”", f"{settings.PUBLIC_URL}{c.url}"]
        return "\n".join(lines)

    @property
    def text_to_read(self) -> str:
        """The answer as it is read aloud: quotes with who said them, without titles and clock times."""
        if self.mode != QUOTES or not self.citations:
            return self.answer
        return "\n".join(f"{c.said_by or c.recording_title}: „{c.quote}”" for c in self.citations)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One line of the list of questions."""

    turn_id: UUID
    question: str
    refused: bool
    mode: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRow:
    conversation_id: UUID
    title: str
    recording_id: UUID | None
    asked_at: datetime


def get_turn(actor: Actor, turn_id: UUID) -> AnswerRow:
    """Raises CouncilError("not_found") for a question of somebody else.

    A recording or document that the actor may no longer see (deleted, no longer published) takes the answers that quote
    it along.
    """
    with tenant_scope(actor.council_id):
        turn = own_turns(actor).filter(pk=turn_id).first()
        if turn is None:
            raise CouncilError("not_found")
        row = answer_row(actor, turn, list(turn.citations.all()))
    return _if_still_visible(actor, row)


def list_conversations(actor: Actor, *, limit: int = 20) -> list[ConversationRow]:
    """The actor's own conversations, newest first."""
    with tenant_scope(actor.council_id):
        rows = own_conversations(actor).order_by("-asked_at")[:limit]
        return [ConversationRow(c.pk, c.title, c.recording_id, c.asked_at) for c in rows]


def conversation_recording(actor: Actor, conversation_id: UUID) -> UUID | None:
    """The one recording that the conversation is about; None: about all, or it is no longer to be seen.

    Raises:
        CouncilError: "not_found" for a conversation of somebody else.
    """
    with tenant_scope(actor.council_id):
        conversation = own_conversations(actor).filter(pk=conversation_id).first()
        if conversation is None:
            raise CouncilError("not_found")
        recording_id: UUID | None = conversation.recording_id
    return recording_id if recording_id and _visible(actor, recording_id) else None


def conversation_turns(actor: Actor, conversation_id: UUID) -> list[AnswerRow]:
    """Its questions with their answers, oldest first. Raises CouncilError("not_found")."""
    with tenant_scope(actor.council_id):
        conversation = own_conversations(actor).filter(pk=conversation_id).first()
        if conversation is None:
            raise CouncilError("not_found")
        turns = conversation.turns.order_by("asked_at").prefetch_related("citations")
        rows = [answer_row(actor, turn, list(turn.citations.all())) for turn in turns]
    return [_if_still_visible(actor, row) for row in rows]


def earlier_turns(actor: Actor, conversation: Conversation) -> tuple[Earlier, ...]:
    """What was asked in it so far, oldest first; inside the council's scope."""
    turns = conversation.turns.exclude(state=TurnState.FAILED).order_by("-asked_at").prefetch_related("citations")
    earlier = []
    for turn in turns[:HISTORY]:
        sources = {citation.recording_id for citation in turn.citations.all() if not citation.nearest}
        only = next(iter(sources)) if len(sources) == 1 else None
        earlier.append(Earlier(turn.understood_as or turn.question, only if only and _visible(actor, only) else None))
    return tuple(reversed(earlier))


def list_turns(actor: Actor, *, limit: int = 20, offset: int = 0) -> tuple[list[TurnRow], int]:
    """The actor's own questions, newest first, and how many there are in all."""
    with tenant_scope(actor.council_id):
        turns = own_turns(actor)
        page = [
            TurnRow(turn.pk, turn.question, turn.refused, turn.mode, turn.asked_at)
            for turn in turns.order_by("-asked_at")[offset : offset + limit]
        ]
        return page, turns.count()


def answer_row(actor: Actor, turn: Turn, citations: Sequence[Citation]) -> AnswerRow:
    """The row of a turn and its citations, whatever the actor; callers have checked the door."""
    lost = turn.state == TurnState.WRITING and turn.asked_at < timezone.now() - LOST_AFTER
    return AnswerRow(
        turn_id=turn.pk,
        question=turn.question,
        answer=message_for("answer_failed") if lost or turn.state == TurnState.FAILED else turn.answer,
        refused=turn.refused,
        mode=turn.mode,
        model=turn.model,
        citations=tuple(_citation_row(actor, citation) for citation in citations if not citation.nearest),
        notes=tuple(turn.notes),
        asked_at=turn.asked_at,
        state=TurnState.FAILED.value if lost else turn.state,
        understood_as=turn.understood_as,
        conversation_id=turn.conversation_id,
        rating=turn.rating,
        nearest=tuple(_citation_row(actor, citation) for citation in citations if citation.nearest),
    )


def place_url(actor: Actor, recording_id: UUID, start_ms: int, document_id: UUID | None = None, page: int = 0) -> str:
    """Path of the recording's page at a second, or of a document's at a page."""
    if document_id is not None:
        return f"/{actor.council_slug}/nagrania/{recording_id}/dokumenty/{document_id}/#strona-{page}"
    return f"/{actor.council_slug}/nagrania/{recording_id}/#t={start_ms}"


def clock(ms: int) -> str:
    """Place in a recording: 725000 -> 0:12:05."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def place_words(start_ms: int, page: int = 0) -> str:
    """ "0:12:05" in a recording, "s. 3" in a document."""
    return f"s. {page}" if page else clock(start_ms)


def own_turns(actor: Actor) -> QuerySet[Turn]:
    """The actor's own, inside the council's scope."""
    turns = Turn.objects.filter(council_id=actor.council_id)
    if actor.user_id is None:
        return turns.filter(by_program=True)
    return turns.filter(asked_by_id=actor.user_id)


def own_conversations(actor: Actor) -> QuerySet[Conversation]:
    """The actor's own, inside the council's scope."""
    conversations = Conversation.objects.filter(council_id=actor.council_id)
    if actor.user_id is None:
        return conversations.filter(by_program=True)
    return conversations.filter(started_by_id=actor.user_id)


def _citation_row(actor: Actor, citation: Citation) -> CitationRow:
    return CitationRow(
        citation.recording_id, citation.recording_title, citation.held_on, citation.start_ms, citation.end_ms,
        citation.speaker, citation.quote,
        place_url(actor, citation.recording_id, citation.start_ms, citation.document_id, citation.page),
        citation.document_id, citation.page,
    )  # fmt: skip


def _if_still_visible(actor: Actor, row: AnswerRow) -> AnswerRow:
    sources = {(c.recording_id, c.document_id) for c in (*row.citations, *row.nearest)}
    hidden = {source for source in sources if not _visible(actor, *source)}
    if any((c.recording_id, c.document_id) in hidden for c in row.citations):
        return replace(row, answer=GONE, refused=True, citations=(), notes=(), understood_as="", nearest=())
    return replace(row, nearest=tuple(c for c in row.nearest if (c.recording_id, c.document_id) not in hidden))


def _visible(actor: Actor, recording_id: UUID, document_id: UUID | None = None) -> bool:
    try:
        if document_id is None:
            get_recording(actor, recording_id)
        else:
            with access_document(actor, recording_id, document_id):
                pass
    except CouncilError as error:
        if error.code != "not_found":
            raise
        return False
    return True
