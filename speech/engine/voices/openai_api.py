"""Any server of OpenAI's /audio/speech: OpenAI itself, Speaches, LocalAI, Kokoro-FastAPI and the like.

Servers differ in what they make of `speed` (several ignore it) and in the rate of their raw PCM, so the sound is asked
for at speed 1 in a format that says its own rate, and paced here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import httpx2
import openai

from speech.engine.addresses import is_this_machine
from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences
from speech.engine.voices.base import MP3, checked_text
from speech.engine.voices.mp3 import decode_pcm, encode_mp3
from speech.engine.voices.names import VoiceId

CONNECT_TIMEOUT_S: Final = 1.5
"""Longer than any server of one's own needs; leaves an offline voice time to speak within 2 s when nobody is there."""
SENTENCE_TIMEOUT_S: Final = 20.0
"""A neural voice on a slow CPU needs about as long as the sentence is to be heard."""
SOUND_MAX_BYTES: Final = 32 * 1024 * 1024
"""A minute of 48 kHz stereo WAV is 12 MB."""
_LETTERS_PER_SECOND_MAX: Final = 45
"""Three times the usual pace of reading: sound shorter than that lacks a part of the sentence."""
_FORMATS: Final[tuple[Literal["wav", "mp3"], ...]] = ("wav", "mp3")


class OpenAiVoice:
    """One voice of one model of one server.

    Args:
        base_url: up to and with /v1.
        api_key: may be empty.
        voice: as the server names it.
    """

    media_type = MP3

    def __init__(self, base_url: str, api_key: str, model: str, voice: str) -> None:
        self.name = str(VoiceId("openai", voice))
        self.fingerprint = f"{self.name} {model} {base_url}"
        self.label_pl = f"{voice} ({urlsplit(base_url).hostname})"
        self.needs_network = not is_this_machine(base_url)
        self._base_url = base_url
        self._api_key = api_key or "none"  # servers of one's own want some key, any key
        self._model = model
        self._voice = voice
        self._formats = list(_FORMATS)  # those the server has not refused

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream; one request per sentence."""
        for sentence in split_sentences(checked_text(text, speed)):
            sound = await self._fetched(sentence)
            yield await asyncio.to_thread(_as_mp3, sound, sentence, speed)

    async def _fetched(self, sentence: str) -> bytes:
        try:
            async with asyncio.timeout(SENTENCE_TIMEOUT_S):
                return await self._in_a_known_format(sentence)
        except (openai.APITimeoutError, TimeoutError) as error:
            raise EngineError("voice_unavailable", "the voice server fell silent", retryable=True) from error
        except openai.APIStatusError as error:
            passing = error.status_code == 429 or error.status_code >= 500
            raise EngineError("voice_unavailable", str(error)[:500], retryable=passing) from error
        except (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError) as error:
            raise EngineError("voice_unavailable", f"{type(error).__name__}: {error}", retryable=True) from error

    async def _in_a_known_format(self, sentence: str) -> bytes:
        *others, last = self._formats
        for kind in others:
            try:
                return await self._ask(sentence, kind)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                sound = await self._ask(sentence, last)
                self._formats = [last]  # it was the format that was refused, not the text or the voice
                return sound
        return await self._ask(sentence, last)

    async def _ask(self, sentence: str, kind: Literal["wav", "mp3"]) -> bytes:
        sound = bytearray()
        # A client of its own for each sentence: connections belong to an event loop, and callers come from many.
        async with openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key,
            timeout=openai.Timeout(SENTENCE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            max_retries=0,
            http_client=self._stay_at_home_client(),
        ) as client:
            request = client.audio.speech.with_streaming_response.create(
                model=self._model, voice=self._voice, input=sentence, response_format=kind
            )
            async with request as answer:
                async for block in answer.iter_bytes():
                    sound += block
                    if len(sound) > SOUND_MAX_BYTES:
                        raise EngineError("voice_incomplete", "the voice server does not stop", retryable=True)
        return bytes(sound)

    def _stay_at_home_client(self) -> Any:
        """For a server on this machine: no proxy and no redirect may carry the text to another one."""
        return None if self.needs_network else openai.DefaultAsyncHttpx2Client(trust_env=False, follow_redirects=False)


def _as_mp3(sound: bytes, sentence: str, speed: float) -> bytes:
    pcm, rate_hz = decode_pcm(sound)
    length_s = len(pcm) / 2 / rate_hz
    if sum(map(str.isalnum, sentence)) > length_s * _LETTERS_PER_SECOND_MAX:
        raise EngineError("voice_incomplete", f"{length_s:.2f} s of sound for {len(sentence)} signs", retryable=True)
    return encode_mp3(pcm, rate_hz, tempo=speed)
