"""Turns to words: partial words while somebody speaks, the whole transcript when they stop."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field
from typing import Final

from speech.engine.errors import EngineError
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.types import SAMPLE_RATE_HZ, Segment
from speech.server import recognition
from speech.server.catalogue.models import chosen_recogniser
from speech.server.errors import engine_failure, internal_failure
from speech.server.realtime.conversation import Item
from speech.server.realtime.input_buffer import as_floats
from speech.server.realtime.settings import SessionSettings, Transcription
from speech.server.realtime.sound import Pcm
from speech.server.realtime.wire import Event, Outbox
from speech.server.transcription import fields

logger = logging.getLogger(__name__)

_KIND: Final = "conversation.item.input_audio_transcription"
_PARTIAL_EVERY_MS: Final = 1_000
_UNSURE_END_MS: Final = 300
"""Words that end this close to the present may be halves of longer ones."""


@dataclass(slots=True)
class Turn:
    """What a client was told of one item's words. `sent` are the words of its deltas, `guess` those heard last."""

    item_id: str
    sent: list[str] = field(default_factory=list)
    guess: list[str] = field(default_factory=list)

    def stable(self, words: list[str]) -> str:
        """The delta of what two hearings in a row agree on; empty when that is nothing new.

        A hearing that contradicts what was sent adds nothing: the completed event will tell.
        """
        agreed = [word for word, _ in _common(words, self.guess)]
        self.guess = words
        if len(agreed) <= len(self.sent) or agreed[: len(self.sent)] != self.sent:
            return ""
        delta = _text_after(self.sent, agreed)
        self.sent = agreed
        return delta

    def rest(self, transcript: str) -> str:
        """What is missing of the transcript after the deltas; empty where they cannot be continued to it."""
        sent = " ".join(self.sent)
        if not sent:
            return transcript
        return transcript[len(sent) :] if transcript.startswith(f"{sent} ") else ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A committed piece of sound that waits for its transcript; `answer` asks for a response to it."""

    turn: Turn
    item: Item
    sound: Pcm
    settings: SessionSettings
    answer: bool

    @property
    def duration_ms(self) -> int:
        return len(self.sound) * 1000 // SAMPLE_RATE_HZ


class PartialWords:
    """Hears the running turn again and again, at most every second and with two thirds of one decoder's time."""

    def __init__(self, outbox: Outbox, tasks: asyncio.TaskGroup) -> None:
        self._outbox = outbox
        self._tasks = tasks
        self._task: asyncio.Task[None] | None = None
        self._telling = False
        self._took_ms = self._next_ms = 0

    def begin(self) -> None:
        """A new turn. Where the last hearing was slow the first one waits too: whole turns matter more."""
        self._next_ms = self._pause_ms

    def offer(self, turn: Turn, sound: Pcm, settings: SessionSettings) -> None:
        """Hear `sound`, the turn so far, if it is time to."""
        duration_ms = len(sound) * 1000 // SAMPLE_RATE_HZ
        if settings.transcription is None or duration_ms < self._next_ms:
            return
        if self._task is None or self._task.done():
            self._task = self._tasks.create_task(self._hear(turn, sound.copy(), settings))

    @property
    def _pause_ms(self) -> int:
        return max(_PARTIAL_EVERY_MS, self._took_ms * 3 // 2)

    async def stop(self) -> None:
        """No delta is sent once this returns."""
        if self._task is not None:
            if not self._telling:  # a delta that counts as sent must also arrive
                self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def _hear(self, turn: Turn, sound: Pcm, settings: SessionSettings) -> None:
        started_s = time.monotonic()
        try:
            segments = await _recognised(sound, settings)
        except EngineError as error:  # the whole turn will be tried too, and its failure told
            logger.info("partial words failed: %s", error)
            return
        except Exception:  # nor may the server's own fault end the connection
            logger.exception("partial words failed")
            return
        self._took_ms = round((time.monotonic() - started_s) * 1000)
        sound_ms = len(sound) * 1000 // SAMPLE_RATE_HZ
        self._next_ms = sound_ms + self._pause_ms
        until_ms = sound_ms - _UNSURE_END_MS
        words = [word.text for segment in segments for word in segment.words if word.end_ms <= until_ms]
        delta = turn.stable(words)
        if delta:
            self._telling = True
            try:
                await self._outbox.emit(f"{_KIND}.delta", item_id=turn.item_id, content_index=0, delta=delta)
            finally:
                self._telling = False


async def transcribe(utterance: Utterance, outbox: Outbox) -> str | None:
    """The words of a whole turn, put into its item and told to the client; None when recognition failed."""
    item = {"item_id": utterance.turn.item_id, "content_index": 0}
    wanted = utterance.settings.transcription is not None
    try:
        segments = await _recognised(utterance.sound, utterance.settings)
    except Exception as error:  # whatever it is: the client is told, and the next turn is heard
        if isinstance(error, EngineError):
            logger.warning("realtime transcription failed: %s", error)
            failure = engine_failure(error, "audio")
        else:
            logger.exception("realtime transcription failed")
            failure = internal_failure()
        if wanted:
            await outbox.emit(f"{_KIND}.failed", **item, error=failure.body["error"])
        return None
    transcript = " ".join(segment.text for segment in segments)
    utterance.item.text, utterance.item.heard = transcript, True
    if wanted:
        rest = utterance.turn.rest(transcript)
        if rest:
            await outbox.emit(f"{_KIND}.delta", **item, delta=rest)
        usage = {"type": "duration", "seconds": round(utterance.duration_ms / 1000, 3)}
        logprobs = _logprobs(segments) if utterance.settings.logprobs else None
        await outbox.emit(f"{_KIND}.completed", **item, transcript=transcript, logprobs=logprobs, usage=usage)
    return transcript


async def _recognised(sound: Pcm, settings: SessionSettings) -> list[Segment]:
    wishes = settings.transcription or Transcription()
    options = RecognitionOptions(
        language="" if wishes.language == fields.DETECT else wishes.language,
        hotwords=wishes.hotwords,
        prompt=fields.earlier_text(wishes.prompt),
    )
    model = chosen_recogniser(wishes.model)
    return await recognition.recognise_samples(as_floats(sound), options, settings.vad, model)


def _logprobs(segments: list[Segment]) -> list[Event]:
    words = [word for segment in segments for word in segment.words if word.probability is not None]
    tokens = [word.text if index == 0 else f" {word.text}" for index, word in enumerate(words)]
    return [
        {"token": token, "logprob": math.log(max(word.probability or 0.0, 1e-6)), "bytes": list(token.encode())}
        for token, word in zip(tokens, words, strict=True)
    ]


def _common(words: list[str], others: list[str]) -> list[tuple[str, str]]:
    """Pairs of equal words from the beginning on."""
    pairs = list(zip(words, others, strict=False))
    different = next((index for index, (one, other) in enumerate(pairs) if one != other), len(pairs))
    return pairs[:different]


def _text_after(sent: list[str], words: list[str]) -> str:
    text = " ".join(words[len(sent) :])
    return f" {text}" if sent else text
