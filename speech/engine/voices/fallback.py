"""The configured voice first, offline voices when it fails: always a whole text, never a sentence in two voices.

The rule: the unit is a sentence. A unit is spoken whole by one voice. When a voice fails at a unit, the next voice
speaks that unit from its beginning and all the rest of the text; the first voice is asked again only by a later text,
and not before the circuit breaker lets it. All voices must make streams of the same kind. What a voice has said before
is taken from the cache, the first voice's even while the breaker keeps it from being asked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from speech.engine.errors import EngineError
from speech.engine.reading import to_spoken
from speech.engine.voices.base import SpokenSentence, Voice, checked_text
from speech.engine.voices.pieces import pieces
from speech.engine.voices.sound_cache import SoundCache

logger = logging.getLogger(__name__)

_CALLERS_FAULT = frozenset({"text_empty", "speed_invalid"})


class CircuitBreaker:
    """Remembers a failing voice so that nobody waits for it again and again.

    After `failures_to_open` failures in a row the voice is skipped for `skip_s` seconds; then one failure more is
    enough to skip it again. Share one breaker among all users of the same voice in a process.
    """

    def __init__(
        self, *, failures_to_open: int = 2, skip_s: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures_to_open = failures_to_open
        self._skip_s = skip_s
        self._clock = clock
        self._failures = 0
        self._closed_again_at = 0.0

    def lets_through(self) -> bool:
        """Whether the voice may be asked now."""
        return self._failures < self._failures_to_open or self._clock() >= self._closed_again_at

    def failed(self) -> None:
        """Count a failure."""
        self._failures += 1
        self._closed_again_at = self._clock() + self._skip_s

    def succeeded(self) -> None:
        """Forget all failures."""
        self._failures = 0


@dataclass(frozen=True, slots=True)
class Speech:
    """A text being read aloud. The voice named here speaks the first sentence; each sentence names its own."""

    voice_name: str
    voice_label: str
    media_type: str
    sentences: AsyncGenerator[SpokenSentence, None]


class FallbackVoice:
    """Several voices as one (itself a Voice).

    Args:
        first: the configured voice; responsible for failing within 2 s when nobody answers it.
        others: who goes on, in this order; the last one's failure is the caller's.
        breaker: of the first voice.
        cache: where whole sentences are kept; None keeps nothing.
        scope: whose sentences they are.

    Raises:
        ValueError: the voices make different kinds of sound.
    """

    def __init__(
        self,
        first: Voice,
        *others: Voice,
        breaker: CircuitBreaker | None = None,
        cache: SoundCache | None = None,
        scope: str = "",
    ) -> None:
        self._voices = (first, *others)
        for other in others:
            if first.media_type != other.media_type:
                raise ValueError(f"{first.name} makes {first.media_type}, {other.name} makes {other.media_type}")
        self.name = "|".join(voice.name for voice in self._voices)
        self.fingerprint = "|".join(voice.fingerprint for voice in self._voices)
        self.label_pl = first.label_pl
        self.media_type = first.media_type
        self.needs_network = first.needs_network
        self._breaker = breaker or CircuitBreaker()
        self._cache = cache
        self._scope = scope

    async def open(self, text: str, *, speed: float = 1.0, short_opening: bool = False) -> Speech:
        """Start reading `text` (as people see it; it is made readable here) and return once the first sentence sounds.

        Args:
            short_opening: cut a long first sentence at a comma, to be heard sooner.

        Raises:
            EngineError: text_empty, speed_invalid, or what the last voice failed with. The same may be raised
                later by `Speech.sentences`.
        """
        parts = pieces(checked_text(text, speed), short_opening=short_opening)
        sentences = self._speak(_audible(parts), speed)
        try:
            opening = await anext(sentences)
        except StopAsyncIteration:
            raise EngineError("text_empty", "nothing in the text can be spoken") from None
        return Speech(opening.voice_name, opening.voice_label, self.media_type, _with_opening(opening, sentences))

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream."""
        pairs = ((sentence, sentence) for sentence in pieces(checked_text(text, speed)))
        async for sentence in self._speak(pairs, speed):
            yield sentence.audio

    async def _speak(self, pairs: Iterable[tuple[str, str]], speed: float) -> AsyncGenerator[SpokenSentence, None]:
        voices = self._voices
        for sentence, spoken in pairs:
            audio = None
            while audio is None:
                voice, *others = voices
                audio = await self._kept(voice, spoken, speed) or await self._tried(voice, spoken, speed, bool(others))
                if audio is None:
                    voices = tuple(others)
            yield SpokenSentence(sentence, audio, voice.media_type, voice.name, voice.label_pl)

    async def _tried(self, voice: Voice, spoken: str, speed: float, others: bool) -> bytes | None:
        """None when this voice cannot speak now and others can be asked."""
        breaker = self._breaker if others and voice is self._voices[0] else None
        if breaker is not None and not breaker.lets_through():
            return None
        try:
            audio = await self._made(voice, spoken, speed)
        except EngineError as error:
            if error.code in _CALLERS_FAULT or not others:
                raise
            logger.warning("voice %s failed (%s), another goes on", voice.name, error)
            if breaker is not None:
                breaker.failed()
            return None
        if breaker is not None:
            breaker.succeeded()
        return audio

    async def _kept(self, voice: Voice, spoken: str, speed: float) -> bytes | None:
        if self._cache is None:
            return None
        return await asyncio.to_thread(self._cache.read, self._scope, voice.fingerprint, speed, spoken)

    async def _made(self, voice: Voice, spoken: str, speed: float) -> bytes:
        audio = b"".join([part async for part in voice.stream(spoken, speed=speed)])
        if self._cache is not None:
            await asyncio.to_thread(self._cache.keep, self._scope, voice.fingerprint, speed, spoken, audio)
        return audio


def _audible(sentences: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each sentence with its spoken form, made when its turn comes: the first is not to wait for the last.

    A footnote mark or a ruler has nothing to say once it is made readable.
    """
    for sentence in sentences:
        spoken = to_spoken(sentence)
        if any(map(str.isalnum, spoken)):
            yield sentence, spoken


async def _with_opening(
    opening: SpokenSentence, rest: AsyncGenerator[SpokenSentence, None]
) -> AsyncGenerator[SpokenSentence, None]:
    async with aclosing(rest):
        yield opening
        async for sentence in rest:
            yield sentence
