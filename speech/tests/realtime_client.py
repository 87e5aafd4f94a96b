"""Sound and connections for the tests of /v1/realtime."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import numpy as np
import websockets

from speech.engine.voices.espeak import available, synthesize_wav
from speech.server.realtime.sound import Pcm, Resampler

SENTENCE = "Przechodzimy do punktu drugiego, czyli przyjęcia porządku obrad."
WAIT_S = 120.0  # a busy machine may take long, and the first connection imports an engine
PATIENT: dict[str, Any] = {"websocket_connection_options": {"open_timeout": WAIT_S}}
"""For `connect` of OpenAI's client, which waits ten seconds by itself."""


@cache
def spoken(sentence: str = SENTENCE, rate_hz: int = 24_000) -> Pcm:
    """The sentence between a second of silence before and a second and a half after it."""
    with wave.open(io.BytesIO(synthesize_wav(sentence))) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        resampler = Resampler(file.getframerate(), rate_hz)
    silence = np.zeros(rate_hz, dtype=np.int16)
    return np.concatenate([silence, resampler.feed(samples), resampler.flush(), silence, silence[: rate_hz // 2]])


def noise(seconds: float, level: float = 0.05, rate_hz: int = 24_000) -> Pcm:
    made = np.random.default_rng(1).standard_normal(int(seconds * rate_hz)) * level * 32_767
    return np.clip(made, -32_768, 32_767).astype(np.int16)


def in_base64(pcm: Pcm | bytes) -> str:
    return base64.b64encode(pcm if isinstance(pcm, bytes) else pcm.astype("<i2").tobytes()).decode()


class RawClient:
    """A client that sends what it likes and reads events in order."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def append(self, pcm: Pcm | bytes, block_bytes: int = 48_000) -> None:
        data = pcm if isinstance(pcm, bytes) else pcm.astype("<i2").tobytes()
        for at in range(0, len(data), block_bytes):
            await self.send("input_audio_buffer.append", audio=in_base64(data[at : at + block_bytes]))

    async def event(self) -> dict[str, Any]:
        async with asyncio.timeout(WAIT_S):
            event: dict[str, Any] = json.loads(await self.socket.recv())
        self.seen.append(event)
        return event

    async def until(self, ending: str) -> dict[str, Any]:
        """The next event whose type ends so."""
        while True:
            event = await self.event()
            if event["type"].endswith(ending):
                return event

    async def completed(self) -> str:
        return str((await self.until("input_audio_transcription.completed"))["transcript"])

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.seen]


@asynccontextmanager
async def connected(server_url: str, query: str = "intent=transcription", **options: Any) -> AsyncIterator[RawClient]:
    if available():
        spoken()  # made once, and not while the connection's time runs
    address = f"{server_url.replace('http', 'ws', 1)}/v1/realtime?{query}"
    async with websockets.connect(address, max_size=None, open_timeout=WAIT_S, **options) as socket:
        yield RawClient(socket)
