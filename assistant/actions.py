"""What people do with the assistant: ask, and say what they think of the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone

from assistant.answer import Draft, Shown, stopped_draft, write_answer
from assistant.conversation import understand
from assistant.llm import StreamingModel, configured_model
from assistant.models import Citation, Conversation, Turn, TurnState
from assistant.off_loop import in_database
from assistant.queries import (
    AnswerRow,
    CitationRow,
    Earlier,
    answer_row,
    earlier_turns,
    own_conversations,
    own_turns,
    place_url,
)
from assistant.retrieval import Evidence, gather
from council.access import Actor, Can
from council.errors import CouncilError, message_for
from council.live import ring
from council.tenancy import tenant_scope
from transcripts.queries import get_recording

logger = logging.getLogger(__name__)

MAX_QUESTION_CHARS: Final = 1_000
MAX_COMMENT_CHARS: Final = 2_000
_MOST_EVIDENCE_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be answered. `conversation_id`: goes on with it; `earlier`: what was asked before, when nobody kept
    it; `in_conversation`: begin a conversation when there is none."""

    question: str
    recording_id: UUID | None = None
    conversation_id: UUID | None = None
    in_conversation: bool = False
    earlier: tuple[Earlier, ...] = ()
    turn_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Begun:
    """The question is kept from here on, whatever happens."""

    turn_id: UUID
    conversation_id: UUID | None
    question: str


@dataclass(frozen=True, slots=True)
class Searching:
    """`understood_as`: the question in full, when it leaned on the one before; else ""."""

    understood_as: str


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """Where the answer is looked for: (title, path of the page at the second), best first."""

    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """A verified sentence and its quote."""

    text: str
    citation: CitationRow


@dataclass(frozen=True, slots=True)
class Finished:
    answer: AnswerRow


Event = Begun | Searching | EvidenceFound | SentenceShown | Finished


def ask(actor: Actor, question: str, *, recording_id: UUID | None = None, earlier: Sequence[Earlier] = ()) -> AnswerRow:
    """Answer a question from what the actor may see, and keep question and answer. Blocks.

    Args:
        recording_id: look in this recording only.

    Raises:
        CouncilError: question_empty, question_too_long, not_found (no such recording), or what the search raises. A
            language model that fails is no error: the answer is then made of quotes and a note says so.
    """
    return answer_whole(actor, Asked(question, recording_id, earlier=tuple(earlier)))


def answer_whole(actor: Actor, asked: Asked) -> AnswerRow:
    """As ask_events, all at once. Blocks."""
    return async_to_sync(_whole)(actor, asked)


async def _whole(actor: Actor, asked: Asked) -> AnswerRow:
    async with aclosing(ask_events(actor, asked)) as events:
        async for event in events:
            if isinstance(event, Finished):
                return event.answer
    raise AssertionError("an answer ends with Finished")


async def ask_events(actor: Actor, asked: Asked) -> AsyncGenerator[Event, None]:
    """The same step by step: sentences come one by one, each verified. Closing it, or cancelling the task that reads
    it, stops the answer; the sentences shown so far are kept.

    Raises:
        CouncilError: as ask; from Begun on the question is kept as failed.
    """
    begun = await in_database(_begin, actor, asked)
    run = _Run(actor, begun.turn_id)
    try:
        yield Begun(begun.turn_id, begun.conversation_id, begun.question)
        model, notes = await in_database(_model_or_reason, actor)
        run.model_name, run.notes = model.name if model else "", notes
        meant = await understand(begun.question, begun.earlier, model)
        run.understood_as = "" if meant.question == begun.question else meant.question
        yield Searching(run.understood_as)
        recording_id = begun.recording_id or meant.recording_id
        evidence: Evidence = await in_database(gather, actor, meant.question, recording_id=recording_id)
        yield EvidenceFound(_places(actor, evidence))
        async with aclosing(write_answer(meant.question, evidence, model)) as parts:
            async for part in parts:
                if isinstance(part, Shown):
                    run.shown.append(part)
                    yield SentenceShown(part.text, _citation(actor, part))
                else:
                    run.draft = part
        row = await in_database(run.keep, TurnState.DONE)
        run.settled = True
        yield Finished(row)
    except (asyncio.CancelledError, GeneratorExit):
        if not run.settled:
            await in_database(run.keep_stopped)
        raise
    except Exception:
        if not run.settled:
            await in_database(run.keep_failed)
        raise


def group_of(turn_id: UUID) -> str:
    """Where it rings once a turn's answer is there."""
    return f"turn.{turn_id.hex}"


def rate_turn(actor: Actor, turn_id: UUID, *, rating: int | None, comment: str = "") -> None:
    """Keep what the person who asked thinks: 1 good, -1 bad, None takes it back. Raises CouncilError("not_found")."""
    actor.require(Can.READ_PUBLISHED)
    comment = comment.replace("\0", " ").strip()[:MAX_COMMENT_CHARS]
    with tenant_scope(actor.council_id):
        changed = own_turns(actor).filter(pk=turn_id).update(rating=rating, comment=comment)
    if not changed or rating not in (1, -1, None):
        raise CouncilError("not_found")


def delete_conversation(actor: Actor, conversation_id: UUID) -> None:
    """Delete one's own conversation with its questions and answers. Raises CouncilError("not_found")."""
    actor.require(Can.READ_PUBLISHED)
    with tenant_scope(actor.council_id):
        _, deleted = own_conversations(actor).filter(pk=conversation_id).delete()
    if not deleted:
        raise CouncilError("not_found")


def forget_old(actor: Actor) -> int:
    """Delete questions (and conversations) older than the deployment keeps them; how many questions went."""
    actor.require(Can.MANAGE)
    if not settings.CONVERSATION_RETENTION:
        return 0
    before = timezone.now() - settings.CONVERSATION_RETENTION
    with tenant_scope(actor.council_id):
        conversations = Conversation.objects.filter(council_id=actor.council_id, asked_at__lt=before)
        _, of_conversations = conversations.delete()
        single = Turn.objects.filter(council_id=actor.council_id, conversation=None, asked_at__lt=before)
        _, singles = single.delete()
    return sum(rows.get("assistant.Turn", 0) for rows in (of_conversations, singles))


@dataclass(frozen=True, slots=True)
class _Begun:
    turn_id: UUID
    conversation_id: UUID | None
    question: str
    recording_id: UUID | None
    earlier: tuple[Earlier, ...]


def _begin(actor: Actor, asked: Asked) -> _Begun:
    actor.require(Can.READ_PUBLISHED)
    question = " ".join("".join(c if c.isprintable() else " " for c in asked.question).split())
    if not any(char.isalnum() for char in question):
        raise CouncilError("question_empty")
    if len(question) > MAX_QUESTION_CHARS:
        raise CouncilError("question_too_long", limit=MAX_QUESTION_CHARS)
    if asked.recording_id is not None:
        get_recording(actor, asked.recording_id)
    earlier = asked.earlier
    recording_id = asked.recording_id
    with tenant_scope(actor.council_id):
        conversation = _conversation(actor, asked, question)
        if conversation is not None:
            earlier = earlier or earlier_turns(actor, conversation)
            recording_id = recording_id or conversation.recording_id
        Turn.objects.create(
            pk=asked.turn_id,
            council_id=actor.council_id,
            conversation=conversation,
            state=TurnState.WRITING,
            asked_by_id=actor.user_id,
            by_program=actor.user_id is None,
            recording_id=recording_id,
            question=question,
            refused=True,
            mode="",
        )
    return _Begun(asked.turn_id, conversation.pk if conversation else None, question, recording_id, earlier)


def _conversation(actor: Actor, asked: Asked, question: str) -> Conversation | None:
    now = timezone.now()
    if asked.conversation_id is not None:
        conversation = own_conversations(actor).filter(pk=asked.conversation_id).first()
        if conversation is None:
            raise CouncilError("not_found")
        own_conversations(actor).filter(pk=conversation.pk).update(asked_at=now)
        return conversation
    if not asked.in_conversation:
        return None
    return Conversation.objects.create(
        council_id=actor.council_id,
        started_by_id=actor.user_id,
        by_program=actor.user_id is None,
        recording_id=asked.recording_id,
        title=question[:200],
        asked_at=now,
    )


class _Run:
    """An answer under way, and how it is kept however it ends."""

    def __init__(self, actor: Actor, turn_id: UUID) -> None:
        self.shown: list[Shown] = []
        self.draft: Draft | None = None
        self.model_name = ""
        self.notes: tuple[str, ...] = ()
        self.understood_as = ""
        self.settled = False
        self._actor = actor
        self._turn_id = turn_id

    def keep_stopped(self) -> None:
        if self.draft is None:
            self.draft = stopped_draft(self.shown, self.model_name, ())
        self.keep(TurnState.STOPPED)

    def keep_failed(self) -> None:
        self.draft = Draft("", True, "", self.model_name, (), ())
        self.keep(TurnState.FAILED)

    def keep(self, state: TurnState) -> AnswerRow:
        assert self.draft is not None  # noqa: S101  # write_answer ends with it
        draft, actor = self.draft, self._actor
        with tenant_scope(actor.council_id):
            Turn.objects.filter(council_id=actor.council_id, pk=self._turn_id).update(
                state=state,
                understood_as=self.understood_as,
                answer=draft.text,
                refused=draft.refused,
                mode=draft.mode,
                model=draft.model_name[:100] if draft.mode == "model" else "",
                notes=[*self.notes, *draft.notes],
            )
            turn = Turn.objects.get(council_id=actor.council_id, pk=self._turn_id)
            citations = Citation.objects.bulk_create(_rows(turn, draft))
            ring(group_of(self._turn_id))
        return answer_row(actor, turn, citations)


def _rows(turn: Turn, draft: Draft) -> list[Citation]:
    return [
        Citation(
            council_id=turn.council_id,
            turn=turn,
            position=position,
            recording_id=quoted.recording_id,
            recording_title=quoted.recording_title[:300],
            held_on=quoted.held_on,
            start_ms=quoted.start_ms,
            end_ms=quoted.end_ms,
            speaker=quoted.speaker[:200],
            quote=quoted.quote,
            document_id=quoted.document_id,
            page=quoted.page,
            nearest=position >= len(draft.quoted),
        )
        for position, quoted in enumerate((*draft.quoted, *draft.nearest))
    ]


def _model_or_reason(actor: Actor) -> tuple[StreamingModel | None, tuple[str, ...]]:
    try:
        return configured_model(actor), ()
    except CouncilError as error:
        return None, (message_for(error.code, **error.context),)


def _places(actor: Actor, evidence: Evidence) -> tuple[tuple[str, str], ...]:
    pieces = evidence.pieces[:_MOST_EVIDENCE_SHOWN]
    return tuple(
        (
            piece.recording_title,
            place_url(actor, piece.recording_id, piece.segments[0].start_ms, piece.document_id, piece.page),
        )
        for piece in pieces
    )


def _citation(actor: Actor, shown: Shown) -> CitationRow:
    q = shown.quoted
    return CitationRow(
        q.recording_id, q.recording_title, q.held_on, q.start_ms, q.end_ms, q.speaker, q.quote,
        place_url(actor, q.recording_id, q.start_ms, q.document_id, q.page), q.document_id, q.page,
    )  # fmt: skip
