"""The configured voice first, the offline voice when it fails: always a whole text, never a sentence in two voices.

The rule: the unit is a sentence. A unit is spoken whole by one voice. When the first voice fails at a unit, the second
voice speaks that unit from its beginning and all the rest of the text; the first voice is asked again only by a later
text, and not before the circuit breaker lets it. Both voices must make streams of the same kind.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences, to_spoken
from speech.engine.voices.base import SpokenSentence, Voice, checked_text

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
    """Two voices as one (itself a Voice).

    Args:
        first: the configured voice; responsible for failing within 2 s when nobody answers it.
        second: the offline voice.

    Raises:
        ValueError: the voices make different kinds of sound.
    """

    def __init__(self, first: Voice, second: Voice, *, breaker: CircuitBreaker | None = None) -> None:
        if first.media_type != second.media_type:
            raise ValueError(f"{first.name} makes {first.media_type}, {second.name} makes {second.media_type}")
        self.name = f"{first.name}|{second.name}"
        self.label_pl = first.label_pl
        self.media_type = first.media_type
        self.needs_network = first.needs_network
        self._first = first
        self._second = second
        self._breaker = breaker or CircuitBreaker()

    async def open(self, text: str, *, speed: float = 1.0) -> Speech:
        """Start reading `text` (as people see it; it is made readable here) and return once the first sentence sounds.

        Raises:
            EngineError: text_empty, speed_invalid, or what the second voice failed with. The same may be raised
                later by `Speech.sentences`.
        """
        pairs = [(sentence, to_spoken(sentence)) for sentence in split_sentences(checked_text(text, speed))]
        # A footnote mark or a ruler has nothing to say once it is made readable.
        audible = [(sentence, spoken) for sentence, spoken in pairs if any(char.isalnum() for char in spoken)]
        if not audible:
            raise EngineError("text_empty", "nothing in the text can be spoken")
        sentences = self._speak(audible, speed)
        opening = await anext(sentences)
        return Speech(opening.voice_name, opening.voice_label, self.media_type, _with_opening(opening, sentences))

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream."""
        pairs = [(sentence, sentence) for sentence in split_sentences(checked_text(text, speed))]
        async for sentence in self._speak(pairs, speed):
            yield sentence.audio

    async def _speak(self, pairs: list[tuple[str, str]], speed: float) -> AsyncGenerator[SpokenSentence, None]:
        use_first = self._breaker.lets_through()
        for sentence, spoken in pairs:
            if use_first:
                try:
                    unit = await _unit(self._first, sentence, spoken, speed)
                except EngineError as error:
                    if error.code in _CALLERS_FAULT:
                        raise
                    logger.warning("voice %s failed (%s), going on with %s", self._first.name, error, self._second.name)
                    self._breaker.failed()
                    use_first = False
                else:
                    self._breaker.succeeded()
                    yield unit
                    continue
            yield await _unit(self._second, sentence, spoken, speed)


async def _unit(voice: Voice, sentence: str, spoken: str, speed: float) -> SpokenSentence:
    audio = b"".join([part async for part in voice.stream(spoken, speed=speed)])
    return SpokenSentence(sentence, audio, voice.media_type, voice.name, voice.label_pl)


async def _with_opening(
    opening: SpokenSentence, rest: AsyncGenerator[SpokenSentence, None]
) -> AsyncGenerator[SpokenSentence, None]:
    async with aclosing(rest):
        yield opening
        async for sentence in rest:
            yield sentence
