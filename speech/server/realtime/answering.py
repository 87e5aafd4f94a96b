"""Conversation mode: a chat model's answer, spoken sentence by sentence while the model still writes."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences
from speech.engine.voices.base import SPEED_MAX, SPEED_MIN
from speech.server.caller import current_caller
from speech.server.errors import ApiError, engine_failure, internal_failure
from speech.server.realtime import chat_model, shapes
from speech.server.realtime.chat_model import ChatFailed
from speech.server.realtime.conversation import Conversation, Item
from speech.server.realtime.settings import SessionSettings
from speech.server.realtime.sound import duration_ms, encoded
from speech.server.realtime.wire import ClientGone, Event, Outbox, new_id
from speech.server.speaking.choosing import choose_voice

logger = logging.getLogger(__name__)

_DELTA_BYTES: Final = 32 * 1024
"""Of sound in one event: two thirds of a second."""
_ANSWER_MAX_CHARS: Final = 20_000
VOICES_MODEL: Final = "tts-1"
"""Any voice that is here."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The session's settings with what `response.create` changed; `kept` puts the answer into the conversation."""

    settings: SessionSettings
    kept: bool = True
    metadata: Event | None = None


class Response:
    """One answer under way. `run` tells everything from response.created to response.done, whatever happens.

    `ready` waits for what the answer must know; `beta` says which shape the client uses now.
    """

    def __init__(
        self,
        wishes: Wishes,
        conversation: Conversation,
        conversation_id: str,
        outbox: Outbox,
        *,
        ready: Callable[[], Awaitable[None]],
        beta: Callable[[], bool],
    ) -> None:
        self.id = new_id("resp")
        self.cancel_reason = "client_cancelled"
        self._wishes = wishes
        self._conversation = conversation
        self._conversation_id = conversation_id if wishes.kept else None
        self._outbox = outbox
        self._ready = ready
        self._beta = beta
        self._spoken = wishes.settings.modality == "audio"
        self._item: Item | None = None

    async def run(self) -> None:
        """Answer. Cancelling the task ends it with a response.done of status cancelled."""
        await self._outbox.emit("response.created", response=self._row("in_progress"))
        status, details = "completed", None
        try:
            await self._answer()
        except asyncio.CancelledError:
            status, details = "cancelled", {"type": "cancelled", "reason": self.cancel_reason}
        except ChatFailed as error:
            logger.warning("conversation: no answer: %s", error)
            status, details = "failed", _failure("server_error", error.code, error.message)
        except (EngineError, ApiError) as error:
            failure = engine_failure(error, "audio") if isinstance(error, EngineError) else error
            logger.warning("conversation: the answer could not be spoken: %s", error)
            status, details = "failed", _failure("server_error", failure.code, failure.message)
        except ClientGone:
            raise
        except Exception:  # the answer fails, not the connection
            logger.exception("conversation: the answer failed")
            failure = internal_failure()
            status, details = "failed", _failure("server_error", failure.code, failure.message)
        await self._end_item("completed" if status == "completed" else "incomplete")
        await self._outbox.emit("response.done", response=self._row(status, details))

    async def _answer(self) -> None:
        settings = self._wishes.settings
        model = chat_model.configured(settings.model, may_leave=current_caller.get().may_leave)
        if model is None:
            raise ChatFailed("no_chat_model", "No chat model is configured here: LLM_BASE_URL and LLM_MODEL name one.")
        await self._ready()
        messages = self._conversation.messages(settings.instructions)
        pieces = model.stream(messages, max_tokens=settings.max_output_tokens, temperature=settings.temperature)
        async with aclosing(pieces):
            if self._spoken:
                await self._speak(pieces)
            else:
                await self._write(pieces)
        if self._item is None:
            raise ChatFailed("model_unavailable", "The chat model's answer is empty.")

    async def _write(self, pieces: AsyncGenerator[str, None]) -> None:
        async for piece in pieces:
            item = self._item or await self._begin_item()
            item.text += piece
            await self._emit("response.output_text.delta", delta=piece)
            if len(item.text) > _ANSWER_MAX_CHARS:
                raise ChatFailed("answer_too_long", f"The answer has more than {_ANSWER_MAX_CHARS} characters.")

    async def _speak(self, pieces: AsyncGenerator[str, None]) -> None:
        """Each sentence as soon as the next one begins: only then its end is certain."""
        waiting, total = "", 0
        async for piece in pieces:
            waiting, total = waiting + piece, total + len(piece)
            *whole, last = split_sentences(waiting) or [""]
            for sentence in whole:
                await self._say(sentence)
            if whole:
                waiting = last + waiting[len(waiting.rstrip()) :]
            if total > _ANSWER_MAX_CHARS:
                raise ChatFailed("answer_too_long", f"The answer has more than {_ANSWER_MAX_CHARS} characters.")
        if waiting.strip():
            await self._say(waiting.strip())

    async def _say(self, sentence: str) -> None:
        item = self._item or await self._begin_item()
        sound = await self._sound(sentence)
        delta = f" {sentence}" if item.text else sentence
        item.text += delta
        item.spoken.append((sentence, duration_ms(sound, self._wishes.settings.output_format)))
        await self._emit("response.output_audio_transcript.delta", delta=delta)
        for at in range(0, len(sound), _DELTA_BYTES):
            block = base64.b64encode(sound[at : at + _DELTA_BYTES]).decode()
            await self._emit("response.output_audio.delta", delta=block)

    async def _sound(self, sentence: str) -> bytes:
        """The sentence as the speech route would say it; one without anything to say has no sound."""
        if not any(map(str.isalnum, sentence)):
            return b""
        settings = self._wishes.settings
        voice = await asyncio.to_thread(choose_voice, VOICES_MODEL, settings.voice)  # it may import an engine
        speech = await voice.open(sentence, speed=min(max(settings.speed, SPEED_MIN), SPEED_MAX))
        async with aclosing(speech.sentences) as sentences:
            parts = [part.audio async for part in sentences]
        return await asyncio.to_thread(encoded, b"".join(parts), settings.output_format)

    async def _begin_item(self) -> Item:
        part = "output_audio" if self._spoken else "output_text"
        item = self._item = Item(new_id("item"), "assistant", part, status="in_progress")
        before = self._conversation.add(item) if self._wishes.kept else None
        row = {**item.row(beta=self._beta()), "content": []}
        await self._outbox.emit("response.output_item.added", response_id=self.id, output_index=0, item=row)
        if self._wishes.kept:
            kind = "conversation.item.created" if self._beta() else "conversation.item.added"
            await self._outbox.emit(kind, previous_item_id=before, item=row)
        await self._emit("response.content_part.added", part=self._part(item))
        return item

    async def _end_item(self, status: str) -> None:
        item = self._item
        if item is None:
            return
        item.status = status
        if self._spoken:
            await self._emit("response.output_audio.done")
            await self._emit("response.output_audio_transcript.done", transcript=item.text)
        else:
            await self._emit("response.output_text.done", text=item.text)
        await self._emit("response.content_part.done", part=self._part(item))
        row = item.row(beta=self._beta())
        await self._outbox.emit("response.output_item.done", response_id=self.id, output_index=0, item=row)
        if self._wishes.kept and not self._beta():
            await self._outbox.emit("conversation.item.done", previous_item_id=None, item=row)

    def _part(self, item: Item) -> Event:
        """Parts of an answer are named audio and text in both shapes' part events."""
        return {"type": "audio", "transcript": item.text} if self._spoken else {"type": "text", "text": item.text}

    async def _emit(self, kind: str, **fields: Any) -> None:
        item_id = self._item.id if self._item else ""
        place = {"response_id": self.id, "item_id": item_id, "output_index": 0, "content_index": 0}
        await self._outbox.emit(shapes.event_name(kind, beta=self._beta()), **place, **fields)

    def _row(self, status: str, details: Event | None = None) -> Event:
        settings, beta = self._wishes.settings, self._beta()
        modalities = [settings.modality] if not beta or not self._spoken else ["audio", "text"]
        return {
            "id": self.id,
            "object": "realtime.response",
            "status": status,
            "status_details": details,
            "output": [self._item.row(beta=beta)] if self._item else [],
            "conversation_id": self._conversation_id,
            "modalities" if beta else "output_modalities": modalities,
            "max_output_tokens": settings.max_output_tokens or "inf",
            "metadata": self._wishes.metadata,
            "usage": None,
        }


def _failure(kind: str, code: str, message: str) -> Event:
    return {"type": "failed", "error": {"type": kind, "code": code, "message": message}}
