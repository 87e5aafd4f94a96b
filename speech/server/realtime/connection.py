"""One websocket connection: events in, each to its handler; limits; everything ends with the connection."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.conf import settings as django_settings

from speech.server.errors import ApiError, internal_failure
from speech.server.realtime import shapes
from speech.server.realtime.answering import VOICES_MODEL, Response, Wishes
from speech.server.realtime.conversation import Conversation, Item, truncate
from speech.server.realtime.dictation import Dictation
from speech.server.realtime.items import decoded_audio, read_item
from speech.server.realtime.settings import Reader, SessionSettings, read_modality, read_tokens, updated
from speech.server.realtime.wire import ClientGone, Event, Outbox, Receive, Refusal, new_id, shown
from speech.server.speaking.choosing import choose_voice

logger = logging.getLogger(__name__)

_EVENT_CHARS: Final = 21 * 1024 * 1024
"""15 MiB of sound in base64 and some room."""
_EVENT_VALUES: Final = 200_000
"""Millions of small values would stop everybody's connections while they are read, and take gigabytes."""
_EVENT_ID_CHARS: Final = 512
_LAST_WORDS_S: Final = 60.0
_CLOSE_LIMIT: Final = 1001
_DAY_MS: Final = 24 * 3600 * 1000


class Connection:
    """A client's session. `run` returns when the client has left or a limit was reached."""

    def __init__(self, settings: SessionSettings, outbox: Outbox, *, beta: bool) -> None:
        self._settings = settings
        self._outbox = outbox
        self._beta = beta
        self._id, self._conversation_id = new_id("sess"), new_id("conv")
        self._conversation = Conversation()
        self._response: tuple[Response, asyncio.Task[None]] | None = None
        self._handlers: dict[str, Callable[[Event], Awaitable[None]]] = {
            "session.update": self._update_session,
            "transcription_session.update": self._update_session,
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.commit": self._commit,
            "input_audio_buffer.clear": self._clear,
            "conversation.item.create": self._create_item,
            "conversation.item.retrieve": self._retrieve_item,
            "conversation.item.delete": self._delete_item,
            "conversation.item.truncate": self._truncate_item,
            "response.create": self._create_response,
            "response.cancel": self._cancel_response,
        }

    async def run(self, receive: Receive, complaints: list[Refusal]) -> None:
        """Serve the client; `complaints` are told after session.created.

        Raises:
            ExceptionGroup: with ClientGone, when it left in the middle of an answer.
        """
        limit_s = django_settings.SPEECH_REALTIME_SESSION.total_seconds()
        self._expires_at_s = int(time.time() + limit_s)
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._dictation = Dictation(
                self._settings, self._conversation, self._outbox, tasks,
                announce=self._announce, on_speech=self._barge_in, on_words=self._answer_turn,
            )  # fmt: skip
            transcriber = tasks.create_task(self._dictation.transcribe_all())
            await self._outbox.emit("session.created", session=self._session())
            for complaint in complaints:
                await self._outbox.refuse(complaint)
            reached = await self._read(receive, asyncio.get_running_loop().time() + limit_s)
            if reached is not None:
                await self._end(reached)
            transcriber.cancel()
            await self._dictation.clear()
            if self._response is not None:
                self._response[1].cancel()

    def forget(self) -> None:
        """After `run`, however it ended."""
        self._dictation.forget()
        self._response = None
        self._handlers.clear()

    async def _read(self, receive: Receive, ends_at: float) -> Refusal | None:
        """Events until the client leaves (None), or the limit that was reached."""
        loop = asyncio.get_running_loop()
        idle_s = django_settings.SPEECH_REALTIME_IDLE.total_seconds()
        while True:
            wait_s = min(idle_s, ends_at - loop.time())
            try:
                async with asyncio.timeout(wait_s):
                    message = await receive()
            except TimeoutError:
                if loop.time() >= ends_at:
                    return Refusal("The session reached its longest duration.", code="session_expired")
                return Refusal(f"No event came for {idle_s:.0f} s.", code="idle_timeout")
            if message["type"] == "websocket.disconnect":
                return None
            await self._take(message)

    async def _end(self, reached: Refusal) -> None:
        """Nothing that was said is lost: the running turn is committed and recognised before the goodbye."""
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._dictation.finish()
        except TimeoutError:
            await self._outbox.refuse(Refusal("Not everything could be transcribed in time.", code="transcript_lost"))
        await self._outbox.refuse(reached)
        await self._outbox.close(_CLOSE_LIMIT, reached.code)

    async def _take(self, message: Mapping[str, Any]) -> None:
        event_id = None
        try:
            event = _parsed(message)
            given = event.get("event_id")
            event_id = given if isinstance(given, str) and len(given) <= _EVENT_ID_CHARS else None
            kind = event.get("type")
            handler = self._handlers.get(kind) if isinstance(kind, str) else None
            if handler is None:
                known = ", ".join(self._handlers)
                raise Refusal(f"There is no event type {shown(kind)}. There are: {known}.", param="type")
            await handler(event)
        except Refusal as refusal:
            await self._outbox.refuse(refusal, event_id)
        except ClientGone:
            raise
        except Exception:  # one event fails, not the connection
            logger.exception("a realtime event failed")
            await self._outbox.refuse(Refusal.of(internal_failure()), event_id)

    # --- session

    async def _update_session(self, event: Event) -> None:
        update = event.get("session")
        if not isinstance(update, dict):
            raise Refusal("'session' must be an object.", param="session", code="invalid_type")
        old_name = event["type"] == "transcription_session.update"
        told = shapes.is_flat(update)
        beta = told if told is not None else old_name or self._beta
        try:
            settings = updated(self._settings, shapes.nested(update) if beta else update)
            if settings.voice != self._settings.voice:
                await _check_voice(settings.voice)
        except Refusal as refusal:
            refusal.param = shapes.flat_param(refusal.param) if beta else refusal.param
            raise
        self._settings, self._beta = settings, beta
        await self._dictation.change(self._settings)
        kind = "transcription_session.updated" if old_name else "session.updated"
        await self._outbox.emit(kind, session=self._session())

    def _session(self) -> Event:
        return shapes.session_object(self._settings, self._id, self._expires_at_s, beta=self._beta)

    # --- sound

    async def _append(self, event: Event) -> None:
        await self._dictation.append(await decoded_audio(event.get("audio"), "audio"))

    async def _commit(self, event: Event) -> None:
        await self._dictation.commit()

    async def _clear(self, event: Event) -> None:
        await self._dictation.clear()
        await self._outbox.emit("input_audio_buffer.cleared")

    # --- items

    async def _create_item(self, event: Event) -> None:
        item, sound = await read_item(event.get("item"))
        if self._conversation.has(item.id):
            raise Refusal("There is already an item of this id.", param="item.id")
        before = self._conversation.add(item, event.get("previous_item_id"))
        await self._announce(item, before)
        if sound is not None:
            await self._dictation.hear_item(item, sound)

    async def _announce(self, item: Item, before: str | None) -> None:
        row = item.row(beta=self._beta)
        if self._beta:
            await self._outbox.emit("conversation.item.created", previous_item_id=before, item=row)
            return
        await self._outbox.emit("conversation.item.added", previous_item_id=before, item=row)
        await self._outbox.emit("conversation.item.done", previous_item_id=before, item=row)

    async def _retrieve_item(self, event: Event) -> None:
        item = self._conversation.get(event.get("item_id"))
        await self._outbox.emit("conversation.item.retrieved", item=item.row(beta=self._beta))

    async def _delete_item(self, event: Event) -> None:
        item_id = self._conversation.delete(event.get("item_id"))
        await self._outbox.emit("conversation.item.deleted", item_id=item_id)

    async def _truncate_item(self, event: Event) -> None:
        item = self._conversation.get(event.get("item_id"))
        end_ms = Reader(event, "event").whole("audio_end_ms", 0, 0, _DAY_MS)
        truncate(item, end_ms)
        await self._outbox.emit("conversation.item.truncated", item_id=item.id, content_index=0, audio_end_ms=end_ms)

    # --- answers

    async def _create_response(self, event: Event) -> None:
        if not self._settings.answers:
            raise Refusal("A transcription session does not answer.", param="type")
        if self._answering is not None:
            text = f"The response {self._answering.id} is under way."
            raise Refusal(text, code="conversation_already_has_active_response")
        self._start_response(self._wishes(event.get("response")), self._dictation.all_heard)

    def _wishes(self, given: object) -> Wishes:
        reader = Reader({} if given is None else given, "response")
        now = self._settings
        modality = read_modality(reader, "modalities", now.modality)
        tokens = read_tokens(reader, "max_response_output_tokens", now.max_output_tokens)
        settings = replace(
            now,
            modality=read_modality(reader, "output_modalities", modality),
            instructions=reader.text("instructions", now.instructions),
            max_output_tokens=read_tokens(reader, "max_output_tokens", tokens),
        )
        kept = reader.choice("conversation", "auto", ("auto", "none")) == "auto"
        return Wishes(settings, kept=kept)

    async def _cancel_response(self, event: Event) -> None:
        asked = event.get("response_id")
        if self._answering is None or asked not in (None, self._answering.id):
            raise Refusal("No such response is under way.", code="response_cancel_not_active")
        self._stop_response("client_cancelled")

    async def _barge_in(self) -> None:
        """Somebody begins to speak: the answer they interrupt ends."""
        detection = self._settings.detection
        if self._answering is not None and detection is not None and detection.interrupt_response:
            self._stop_response("turn_detected")

    async def _answer_turn(self) -> None:
        if self._answering is None:
            self._start_response(Wishes(self._settings), _nothing_to_wait_for)

    @property
    def _answering(self) -> Response | None:
        return self._response[0] if self._response is not None and not self._response[1].done() else None

    def _start_response(self, wishes: Wishes, ready: Callable[[], Awaitable[None]]) -> None:
        response = Response(
            wishes, self._conversation, self._conversation_id, self._outbox,
            ready=ready, beta=lambda: self._beta,
        )  # fmt: skip
        self._response = response, self._tasks.create_task(response.run())

    def _stop_response(self, reason: str) -> None:
        if self._response is not None:
            response, task = self._response
            response.cancel_reason = reason
            task.cancel()


async def _nothing_to_wait_for() -> None:
    return


async def _check_voice(voice: str) -> None:
    """Raises Refusal for a voice that is not here; looking for voices may read the disk."""
    try:
        await asyncio.to_thread(choose_voice, VOICES_MODEL, voice)
    except ApiError as error:
        raise Refusal.of(error, "session.audio.output.voice") from error


def _parsed(message: Mapping[str, Any]) -> Event:
    text = message.get("text")
    if not isinstance(text, str):
        raise Refusal("Events are JSON in text frames, not binary frames.", code="invalid_event")
    if len(text) > _EVENT_CHARS:
        raise Refusal("The event is too large: sound may have 15 MiB.", code="event_too_large")
    if sum(map(text.count, ",[{")) > _EVENT_VALUES:
        raise Refusal("The event holds too many values.", code="event_too_large")
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("The event is not JSON.", code="invalid_json") from error
    if not isinstance(event, dict):
        raise Refusal("An event must be a JSON object.", code="invalid_event")
    return event
