"""Answers under way in this process: heard by whoever comes back after a broken line, stopped by who asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final
from uuid import UUID

from assistant.actions import Asked, Begun, Event, EvidenceFound, Searching, SentenceShown, ask_events
from assistant.queries import AnswerRow, CitationRow
from council.access import Actor
from council.errors import CouncilError, message_for

logger = logging.getLogger(__name__)

Shape = dict[str, Any]

MOST_AT_ONCE: Final = 3
"""Answers of one person in this process: a few pages side by side, not a thousand that everybody else waits behind."""


class LiveAnswer:
    """One answer being written; goes on when nobody listens. `log` is everything that was told so far.

    Raises:
        CouncilError: answer_under_way, when the person has MOST_AT_ONCE of them already.
    """

    def __init__(self, actor: Actor, asked: Asked) -> None:
        self.owner = (actor.council_id, actor.user_id)
        if sum(live.owner == self.owner for live in _live.values()) >= MOST_AT_ONCE:
            raise CouncilError("answer_under_way")
        self.log: list[Shape] = []
        self._grown = asyncio.Event()
        self._ended = False
        self._turn_id = asked.turn_id
        _live[asked.turn_id] = self
        self._task = asyncio.create_task(self._run(actor, asked), name=f"answer {asked.turn_id}")
        self._task.add_done_callback(self._end)  # also of a task that was stopped before it began

    def stop(self) -> None:
        self._task.cancel()

    async def follow(self, after: int = 0) -> AsyncGenerator[Shape, None]:
        """Every event from number `after` on, until the last; each carries its `number`."""
        while True:
            while after < len(self.log):
                yield self.log[after]
                after += 1
            if self._ended:
                return
            self._grown.clear()
            await self._grown.wait()

    def _tell(self, shape: Shape) -> None:
        self.log.append({**shape, "number": len(self.log)})
        self._grown.set()

    def _end(self, task: asyncio.Task[None]) -> None:
        _live.pop(self._turn_id, None)
        self._ended = True
        self._grown.set()

    async def _run(self, actor: Actor, asked: Asked) -> None:
        try:
            async with aclosing(ask_events(actor, asked)) as events:
                async for event in events:
                    self._tell(shape_of(event))
        except CouncilError as error:
            self._tell(failure(error))
        except asyncio.CancelledError:
            self._tell({"type": "stopped", "turn": str(asked.turn_id)})
        except Exception:  # the edge of a task of its own; the traceback is logged, the person hears of it
            logger.exception("answer %s", asked.turn_id)
            self._tell(failure(CouncilError("answer_failed")))


_live: Final[dict[UUID, LiveAnswer]] = {}


def live_answer(actor: Actor, turn_id: UUID) -> LiveAnswer | None:
    """The person's own answer, if it is being written in this process."""
    found = _live.get(turn_id)
    return found if found is not None and found.owner == (actor.council_id, actor.user_id) else None


def shape_of(event: Event) -> Shape:
    """An event as JSON; see docs of the websocket in assistant/consumers.py."""
    if isinstance(event, Begun):
        conversation = str(event.conversation_id) if event.conversation_id else None
        return {"type": "begun", "turn": str(event.turn_id), "conversation": conversation, "question": event.question}
    if isinstance(event, Searching):
        return {"type": "stage", "stage": "searching", "label": "Szukam…", "understood_as": event.understood_as}
    if isinstance(event, EvidenceFound):
        places = [{"title": title, "url": url} for title, url in event.places]
        return {"type": "evidence", "label": "Piszę odpowiedź…", "places": places}
    if isinstance(event, SentenceShown):
        return {"type": "sentence", "text": event.text, "citation": citation_shape(event.citation)}
    return answer_shape(event.answer)


def answer_shape(answer: AnswerRow) -> Shape:
    """The last event."""
    return {
        "type": "finished",
        "turn": str(answer.turn_id),
        "conversation": str(answer.conversation_id) if answer.conversation_id else None,
        "state": answer.state,
        "answer": answer.answer,
        "refused": answer.refused,
        "mode": answer.mode,
        "model": answer.model,
        "citations": [citation_shape(citation) for citation in answer.citations],
        "nearest": [citation_shape(citation) for citation in answer.nearest],
        "notes": list(answer.notes),
    }


def citation_shape(c: CitationRow) -> Shape:
    return {
        "recording": str(c.recording_id),
        "recording_title": c.recording_title,
        "held_on": c.held_on.isoformat() if c.held_on else None,
        "start_ms": c.start_ms,
        "end_ms": c.end_ms,
        "speaker": c.speaker,
        "quote": c.quote,
        "url": c.url,
        "document": str(c.document_id) if c.document_id else None,
        "page": c.page,
    }


def failure(error: CouncilError) -> Shape:
    return {"type": "error", "code": error.code, "message": message_for(error.code, **error.context)}
