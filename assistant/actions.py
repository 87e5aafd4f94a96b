"""What people do with the assistant: ask."""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from assistant.answer import Draft, draft_answer
from assistant.llm import ChatModel, configured_model
from assistant.models import Citation, Turn
from assistant.queries import QUOTES, AnswerRow, answer_row
from assistant.retrieval import gather
from council.access import Actor, Can
from council.errors import CouncilError, message_for
from council.tenancy import tenant_scope
from transcripts.queries import get_recording

logger = logging.getLogger(__name__)

MAX_QUESTION_CHARS: Final = 1_000


def ask(actor: Actor, question: str, *, recording_id: UUID | None = None) -> AnswerRow:
    """Answer a question from what the actor may see, and keep question and answer.

    Args:
        recording_id: look in this recording only.

    Raises:
        CouncilError: question_empty, question_too_long, not_found (no such recording), or what the search raises. A
            language model that fails is no error: the answer is then made of quotes and a note says so.
    """
    actor.require(Can.READ_PUBLISHED)
    question = " ".join(question.replace("\0", " ").split())
    if not any(char.isalnum() for char in question):
        raise CouncilError("question_empty")
    if len(question) > MAX_QUESTION_CHARS:
        raise CouncilError("question_too_long", limit=MAX_QUESTION_CHARS)
    if recording_id is not None:
        get_recording(actor, recording_id)
    evidence = gather(actor, question, recording_id=recording_id)
    model, notes = _model_or_reason(actor)
    return _keep(actor, question, recording_id, draft_answer(question, evidence, model), notes)


def _model_or_reason(actor: Actor) -> tuple[ChatModel | None, tuple[str, ...]]:
    try:
        return configured_model(actor), ()
    except CouncilError as error:
        return None, (message_for(error.code, **error.context),)


def _keep(actor: Actor, question: str, recording_id: UUID | None, draft: Draft, notes: tuple[str, ...]) -> AnswerRow:
    with tenant_scope(actor.council_id):
        turn = Turn.objects.create(
            council_id=actor.council_id,
            asked_by_id=actor.user_id,
            by_program=actor.user_id is None,
            recording_id=recording_id,
            question=question,
            answer=draft.text,
            refused=draft.refused,
            mode=draft.mode,
            model="" if draft.mode == QUOTES else draft.model_name[:100],
            notes=[*notes, *draft.notes],
        )
        citations = Citation.objects.bulk_create(
            Citation(
                council_id=actor.council_id,
                turn=turn,
                position=position,
                recording_id=quoted.recording_id,
                recording_title=quoted.recording_title[:300],
                held_on=quoted.held_on,
                start_ms=quoted.start_ms,
                end_ms=quoted.end_ms,
                speaker=quoted.speaker[:200],
                quote=quoted.quote,
            )
            for position, quoted in enumerate(draft.quoted)
        )
    return answer_row(actor, turn, citations)
