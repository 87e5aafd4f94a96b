"""The listening half of a connection: sound in, turns and their transcripts out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from django.conf import settings as django_settings

from speech.engine.types import SAMPLE_RATE_HZ
from speech.server.realtime.conversation import Conversation, Item
from speech.server.realtime.input_buffer import Change, InputBuffer
from speech.server.realtime.settings import SessionSettings
from speech.server.realtime.sound import Decoder, Format, Pcm, duration_ms
from speech.server.realtime.transcribing import PartialWords, Turn, Utterance, transcribe
from speech.server.realtime.wire import Outbox, Refusal, new_id

_BLOCK: Final = SAMPLE_RATE_HZ
"""One second at a time goes through speech detection, however much a client sends at once."""
_COMMIT_MIN_MS: Final = 100
_WAITING_MAX: Final = 256
"""Utterances; above it the client is not read until some have been recognised."""


class Dictation:
    """Hears one client. Nothing is read from the client while it is ahead of the recogniser by more than the limit.

    Args:
        announce: tells the client of a new item; called with the item and the id before it.
        on_speech: somebody has begun to speak.
        on_words: a turn that wants an answer has words.
    """

    def __init__(
        self,
        settings: SessionSettings,
        conversation: Conversation,
        outbox: Outbox,
        tasks: asyncio.TaskGroup,
        *,
        announce: Callable[[Item, str | None], Awaitable[None]],
        on_speech: Callable[[], Awaitable[None]],
        on_words: Callable[[], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._conversation = conversation
        self._outbox = outbox
        self._announce, self._on_speech, self._on_words = announce, on_speech, on_words
        self._buffer = InputBuffer()
        self._decoder = Decoder(settings.input_format)
        self._partial = PartialWords(outbox, tasks)
        self._turn = Turn("")
        self._queue: asyncio.Queue[Utterance] = asyncio.Queue()
        self._moved = asyncio.Condition()
        self._committed = self._finished = self._waiting_ms = 0
        self._detect()

    async def change(self, settings: SessionSettings) -> None:
        """New settings from here on; a turn under way ends where its detection changes."""
        before, self._settings = self._settings, settings
        if settings.input_format != before.input_format:
            self._decoder = Decoder(settings.input_format)
        if settings.detection != before.detection:
            if self._buffer.in_turn:
                await self._commit(self._buffer.take(), self._turn)
            self._detect()

    async def append(self, data: bytes) -> None:
        """Take in bytes of the declared format.

        Raises:
            Refusal: `input_audio_buffer_full`; nothing of `data` was taken in.
        """
        new_ms = duration_ms(data, self._settings.input_format)
        await self._wait_for_room(new_ms)
        pcm = await asyncio.to_thread(self._decoder.feed, data)
        for at in range(0, len(pcm), _BLOCK):
            block = pcm[at : at + _BLOCK]
            if self._settings.detection is None:
                self._buffer.add(block)
                continue
            for change in await asyncio.to_thread(self._buffer.add, block):
                await self._follow(change)
            if self._buffer.in_turn and self._finished == self._committed:  # whole turns come first
                self._partial.offer(self._turn, self._buffer.turn_sound, self._settings)

    async def commit(self) -> None:
        """What the client asks for by input_audio_buffer.commit.

        Raises:
            Refusal: less than 100 ms were sent.
        """
        held_ms = self._buffer.uncommitted_ms
        if held_ms < _COMMIT_MIN_MS:
            text = f"Expected at least {_COMMIT_MIN_MS}ms of audio, but buffer only has {held_ms}.00ms of audio."
            raise Refusal(
                f"Error committing input audio buffer: buffer too small. {text}",
                code="input_audio_buffer_commit_empty",
            )
        turn = self._turn if self._buffer.in_turn else Turn(new_id("item"))
        await self._commit(self._buffer.take(), turn)

    async def clear(self) -> None:
        await self._partial.stop()
        self._buffer.clear()

    def forget(self) -> None:
        """Let all sound go at once: what is left of a connection is a ring of objects, which may lie about for long."""
        self._buffer, self._queue = InputBuffer(), asyncio.Queue()
        self._decoder = Decoder(Format(rate_hz=SAMPLE_RATE_HZ))

    async def hear_item(self, item: Item, data: bytes) -> None:
        """Recognise sound that came inside an item."""
        await self._wait_for_room(duration_ms(data, self._settings.input_format))
        pcm = await asyncio.to_thread(Decoder(self._settings.input_format).feed, data)
        self._wait_for_words(Utterance(Turn(item.id), item, pcm, self._settings, answer=False))

    async def finish(self) -> None:
        """Commit the turn under way and wait until everything has its transcript."""
        if self._buffer.in_turn:
            await self._commit(self._buffer.take(), self._turn)
        await self.all_heard()

    async def all_heard(self) -> None:
        """Wait until what is committed by now has its transcript."""
        target = self._committed
        async with self._moved:
            await self._moved.wait_for(lambda: self._finished >= target)

    async def transcribe_all(self) -> None:
        """Utterance after utterance, for as long as the connection lives."""
        while True:
            utterance = await self._queue.get()
            transcript = await transcribe(utterance, self._outbox)
            async with self._moved:
                self._finished += 1
                self._waiting_ms -= utterance.duration_ms
                self._moved.notify_all()
            if transcript and utterance.answer:
                await self._on_words()

    async def _follow(self, change: Change) -> None:
        if change.kind == "started":
            self._turn = Turn(new_id("item"))
            self._partial.begin()
            item_id = self._turn.item_id
            await self._outbox.emit("input_audio_buffer.speech_started", audio_start_ms=change.at_ms, item_id=item_id)
            await self._on_speech()
            return
        turn, detection = self._turn, self._settings.detection
        await self._outbox.emit("input_audio_buffer.speech_stopped", audio_end_ms=change.at_ms, item_id=turn.item_id)
        answer = self._settings.answers and detection is not None and detection.create_response and not change.cut
        await self._commit(change.sound, turn, answer=answer)

    async def _commit(self, sound: Pcm, turn: Turn, *, answer: bool = False) -> None:
        await self._partial.stop()
        item = Item(turn.item_id, "user", "input_audio", heard=False)
        before = self._conversation.add(item)
        await self._outbox.emit("input_audio_buffer.committed", item_id=item.id, previous_item_id=before)
        await self._announce(item, before)
        self._wait_for_words(Utterance(turn, item, sound, self._settings, answer))

    def _wait_for_words(self, utterance: Utterance) -> None:
        self._committed += 1
        self._waiting_ms += utterance.duration_ms
        self._queue.put_nowait(utterance)

    async def _wait_for_room(self, new_ms: int) -> None:
        limit_ms = round(django_settings.SPEECH_REALTIME_BUFFER.total_seconds() * 1000)
        if self._buffer.held_ms + new_ms > limit_ms:
            text = f"At most {limit_ms // 1000} s of audio are held; commit or clear the buffer first."
            raise Refusal(text, code="input_audio_buffer_full", param="audio")

        def room() -> bool:
            waiting_ms = self._waiting_ms if self._queue.qsize() < _WAITING_MAX else limit_ms
            return self._buffer.held_ms + new_ms + waiting_ms <= limit_ms or self._finished == self._committed

        async with self._moved:
            await self._moved.wait_for(room)

    def _detect(self) -> None:
        detection = self._settings.detection
        if detection is None:
            self._buffer.stop_detecting()
            return
        self._buffer.detect(
            threshold=detection.threshold,
            silence_ms=detection.silence_duration_ms,
            prefix_ms=detection.prefix_padding_ms,
        )
