"""Answers over a websocket, sentence by sentence.

`ws/<slug>/ask/` takes {"type": "ask", "question", "recording"?, "conversation"?}, {"type": "stop"} and {"type":
"resume", "turn", "after"?}; it sends the events of assistant/running.py: begun, stage, evidence, sentence (each with a
checked quote), finished, stopped, error. A broken line stops nothing: whoever comes back resumes the turn.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Final
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from assistant.actions import Asked, group_of
from assistant.off_loop import in_database
from assistant.queries import get_turn
from assistant.running import LiveAnswer, Shape, answer_shape, failure, live_answer
from council.access import Actor, access_council
from council.errors import CouncilError
from council.sign_in import check_calls

logger = logging.getLogger(__name__)

CLOSED_DOOR: Final = 4404
_MOST_CHARS: Final = 20_000


class AskConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One person asking; one answer at a time."""

    async def connect(self) -> None:
        self.answer: LiveAnswer | None = None
        self.telling: asyncio.Task[None] | None = None
        self.waiting_for: UUID | None = None
        await self.accept()
        try:
            await self._actor()
        except CouncilError:
            await self.close(CLOSED_DOOR)

    async def disconnect(self, code: int) -> None:
        if self.telling is not None:
            self.telling.cancel()  # the answer itself goes on
        await self._wait_no_more()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            wish = _read(text_data)
            actor = await self._actor()
            if wish["type"] == "stop":
                self._stop()
            elif wish["type"] == "resume":
                await self._resume(actor, wish)
            else:
                await self._ask(actor, wish)
        except CouncilError as error:
            await self._tell(failure(error))
        except Exception:  # one of the edges; the traceback is logged, the person hears of it
            logger.exception("websocket of questions")
            await self._tell(failure(CouncilError("answer_failed")))

    async def look(self, bell: dict[str, Any]) -> None:
        """The bell rang: the answer that another process wrote is there."""
        if self.waiting_for is None:
            return
        try:
            row = await in_database(get_turn, await self._actor(), self.waiting_for)
        except CouncilError as error:
            await self._tell(failure(error))
            return
        if row.state != "writing":
            await self._wait_no_more()
            await self._tell(answer_shape(row))

    async def _ask(self, actor: Actor, wish: Shape) -> None:
        if self.telling is not None and not self.telling.done():
            raise CouncilError("answer_under_way")
        await in_database(check_calls, f"questions:person:{actor.user_id}", settings.QUESTIONS_PER_MINUTE)
        await self._wait_no_more()
        asked = Asked(
            question=str(wish.get("question") or ""),
            recording_id=_uuid(wish.get("recording")),
            conversation_id=_uuid(wish.get("conversation")),
            in_conversation=True,
        )
        self._follow(LiveAnswer(actor, asked), 0)

    async def _resume(self, actor: Actor, wish: Shape) -> None:
        turn_id = _uuid(wish.get("turn"))
        if turn_id is None:
            raise CouncilError("not_found")
        after = wish.get("after")
        live = live_answer(actor, turn_id)
        if live is not None:
            self._follow(live, after if isinstance(after, int) and 0 <= after < 10_000 else 0)
            return
        await self._wait_no_more()
        await self.channel_layer.group_add(group_of(turn_id), self.channel_name)
        self.waiting_for = turn_id
        await self.look({})

    def _stop(self) -> None:
        if self.answer is not None:
            self.answer.stop()

    def _follow(self, answer: LiveAnswer, after: int) -> None:
        if self.telling is not None:
            self.telling.cancel()
        self.answer = answer
        self.telling = asyncio.create_task(self._tell_all(answer, after))

    async def _tell_all(self, answer: LiveAnswer, after: int) -> None:
        async for shape in answer.follow(after):
            await self._tell(shape)

    async def _tell(self, shape: Shape) -> None:
        await self.send(text_data=json.dumps(shape, ensure_ascii=False))

    async def _wait_no_more(self) -> None:
        if self.waiting_for is not None:
            await self.channel_layer.group_discard(group_of(self.waiting_for), self.channel_name)
            self.waiting_for = None

    async def _actor(self) -> Actor:
        """The door, asked at every message: a role may be taken away meanwhile."""
        return await in_database(access_council, self.scope["user"], self.scope["url_route"]["kwargs"]["slug"])


def _read(text: str | None) -> Shape:
    """Raises CouncilError("request_invalid")."""
    try:
        wish = json.loads(text) if text and len(text) <= _MOST_CHARS else None
    except (ValueError, RecursionError) as error:
        raise CouncilError("request_invalid") from error
    if not isinstance(wish, dict) or wish.get("type") not in ("ask", "stop", "resume"):
        raise CouncilError("request_invalid")
    return wish


def _uuid(value: object) -> UUID | None:
    """Raises CouncilError("not_found") for what cannot be an id."""
    if value in (None, ""):
        return None
    try:
        return UUID(str(value))
    except ValueError as error:
        raise CouncilError("not_found") from error
