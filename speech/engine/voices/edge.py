"""Microsoft Edge's read-aloud service through edge-tts (async API only; its sync API hangs on any error).

The service is unofficial and far away: the text leaves this machine, and it may answer with nothing, with 403, or with
half of the sound and no error at all. Every sentence is therefore collected whole and checked before it is handed on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import edge_tts
from edge_tts.exceptions import EdgeTTSException, NoAudioReceived

from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences
from speech.engine.voices.base import MP3, checked_text, mp3_duration_ms

DEFAULT_VOICE: Final = "pl-PL-ZofiaNeural"
POLISH_VOICES: Final = {"pl-PL-ZofiaNeural": "Zofia", "pl-PL-MarekNeural": "Marek"}
"""The service's Polish speakers (its voice list, 2026)."""

FIRST_ANSWER_TIMEOUT_S: Final = 1.8
"""From the start of connecting to the first message: leaves an offline voice time to speak within 2 s."""
NEXT_ANSWER_TIMEOUT_S: Final = 1.8
SENTENCE_TIMEOUT_S: Final = 12.0
"""For a whole sentence (25 s of sound at most), however often a dripping service says something in between."""
SENTENCE_MAX_BYTES: Final = 4 * 1024 * 1024
"""Over ten minutes of sound: no sentence, at no speed."""
_TICKS_PER_MS: Final = 10_000
_SLACK_MS: Final = 250
"""How much earlier than its own boundary the sound may end: the service rounds boundaries to 50-100 ms."""
_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, RuntimeError)
"""What edge-tts lets through when an answer is not what it expects: broken JSON, other shapes, a closed session."""
_LOST_LETTERS_ALLOWED: Final = 12
"""Letters after the last reported word: figures and signs are reported in other words than were sent."""


class EdgeVoice:
    """One speaker of the service.

    Args:
        voice: the service's short name, xx-XX-NameNeural.
        connector_factory: makes the connector of each request; None means edge-tts's own (TLS to the internet).
        first_answer_timeout_s: resolving, connecting and waiting for the first message together.

    Raises:
        EngineError: voice_unknown when the name cannot be one of the service's.
    """

    media_type = MP3
    needs_network = True

    def __init__(
        self,
        voice: str = DEFAULT_VOICE,
        *,
        connector_factory: Callable[[], aiohttp.BaseConnector] | None = None,
        first_answer_timeout_s: float = FIRST_ANSWER_TIMEOUT_S,
    ) -> None:
        match = re.fullmatch(r"[a-z]{2,3}-[A-Z]{2,4}-(?:\w+-)?(\w+)Neural", voice)
        if match is None:
            raise EngineError("voice_unknown", f"not a voice of Microsoft Edge: {voice}")
        self.name = self.fingerprint = f"edge:{voice}"
        self.label_pl = f"{POLISH_VOICES.get(voice, match[1])} (Microsoft Edge)"
        self._voice = voice
        self._connector_factory = connector_factory
        self._first_answer_timeout_s = first_answer_timeout_s

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream; one connection per sentence."""
        for sentence in split_sentences(checked_text(text, speed)):
            yield await self._sentence(sentence, speed)

    async def _sentence(self, sentence: str, speed: float) -> bytes:
        communicate = edge_tts.Communicate(
            sentence,
            self._voice,
            rate=f"{round((speed - 1) * 100):+d}%",
            boundary="WordBoundary",
            connector=self._connector_factory() if self._connector_factory is not None else None,
        )
        try:
            answer = await self._collect(communicate)
        except TimeoutError as error:
            raise EngineError("voice_unavailable", "the service fell silent", retryable=True) from error
        except NoAudioReceived as error:
            # The service says the same for a voice it does not know, a blocked address and overload.
            if self._voice not in POLISH_VOICES:
                raise EngineError("voice_unknown", f"no sound for the voice {self._voice}") from error
            raise EngineError("voice_unavailable", "the service sent no sound", retryable=True) from error
        except (EdgeTTSException, aiohttp.ClientError, OSError, *_UNREADABLE) as error:
            raise EngineError("voice_unavailable", f"{type(error).__name__}: {error}", retryable=True) from error
        answer.check(sentence)
        return bytes(answer.audio)

    async def _collect(self, communicate: edge_tts.Communicate) -> _Answer:
        answer = _Answer()
        loop = asyncio.get_running_loop()
        last_end = loop.time() + SENTENCE_TIMEOUT_S
        async with asyncio.timeout(self._first_answer_timeout_s) as limit, aclosing(communicate.stream()) as messages:
            async for message in messages:
                limit.reschedule(min(loop.time() + NEXT_ANSWER_TIMEOUT_S, last_end))
                if message["type"] == "audio":
                    answer.audio += message["data"]
                    if len(answer.audio) > SENTENCE_MAX_BYTES:
                        raise EngineError("voice_incomplete", "the service does not stop", retryable=True)
                else:
                    answer.words.append(message["text"])
                    answer.last_word_end_ms = round((message["offset"] + message["duration"]) / _TICKS_PER_MS)
        # edge-tts counts a turn's bytes only at the service's turn.end; a cut connection ends the loop silently.
        answer.turn_ended = communicate.state["cumulative_audio_bytes"] == len(answer.audio)
        return answer


@dataclass
class _Answer:
    """What the service sent for one sentence."""

    audio: bytearray = field(default_factory=bytearray)
    words: list[str] = field(default_factory=list)
    last_word_end_ms: int = 0
    turn_ended: bool = False

    def check(self, sentence: str) -> None:
        """Raise EngineError voice_incomplete (retryable) when a part of the sentence has no sound."""
        audio_ms = mp3_duration_ms(bytes(self.audio))
        if not self.audio:
            problem = "no sound"
        elif not self.turn_ended:
            problem = f"the connection was cut after {audio_ms} ms of sound"
        elif audio_ms + _SLACK_MS < self.last_word_end_ms:
            problem = f"{audio_ms} ms of sound, but the last word ends at {self.last_word_end_ms} ms"
        elif self.words and (lost := _letters_after(self.words, sentence)) > _LOST_LETTERS_ALLOWED:
            problem = f"{lost} letters after the last spoken word"
        else:
            return
        raise EngineError("voice_incomplete", problem, retryable=True)


def _letters_after(words: list[str], sentence: str) -> int:
    """How many letters and digits of `sentence` follow the last of `words`; words it does not hold are passed over."""
    end = 0
    for word in words:
        found = sentence.find(word, end)
        if found >= 0:
            end = found + len(word)
    return sum(char.isalnum() for char in sentence[end:])
