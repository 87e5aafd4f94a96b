"""A server of OpenAI's /audio/speech on a free port, which can misbehave."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiohttp import web

from speech.engine.voices.mp3 import encode_mp3
from speech.engine.voices.openai_api import OpenAiVoice

RATE_HZ = 22_050
_SAMPLES_PER_SIGN = RATE_HZ // 15


@dataclass
class OpenAiVoiceServer:
    """Set `mode`: status codes ("401", "429", "500"), no_wav (400 for wav), cut, half, garbage, empty, silent."""

    port: int = 0
    mode: str = "good"
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def voice(self, key: str = "tajne") -> OpenAiVoice:
        return OpenAiVoice(f"http://127.0.0.1:{self.port}/v1", key, "kokoro-pl", "gosia")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One POST /v1/audio/speech."""
        wanted = await request.json()
        self.requests.append(wanted)
        self.keys.append(request.headers["authorization"])
        if self.mode.isdigit():
            return web.json_response({"error": {"message": "nie"}}, status=int(self.mode))
        if self.mode == "no_wav" and wanted["response_format"] == "wav":
            return web.json_response({"error": {"message": "mp3 only"}}, status=400)
        pcm = tone(len(wanted["input"]) * _SAMPLES_PER_SIGN)
        sound = streamed_wav(pcm) if wanted["response_format"] == "wav" else encode_mp3(pcm, RATE_HZ)
        match self.mode:
            case "garbage":
                sound = b"<html>" * 100
            case "empty":
                sound = b""
            case "half":
                sound = streamed_wav(pcm[: len(pcm) // 8])
            case "silent":
                await request.content.read()
                request.protocol.force_close()
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        if self.mode == "cut":
            await answer.write(sound[: len(sound) // 2])
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(sound)
        return answer


def tone(samples: int) -> bytes:
    samples_s16 = np.sin(np.arange(samples) * 0.06) * 8_000
    return bytes(samples_s16.astype("<i2").tobytes())


def streamed_wav(pcm: bytes) -> bytes:
    """As servers write it to a pipe: its sizes are not yet known."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(pcm)
    content = bytearray(target.getvalue())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    return bytes(content)


@asynccontextmanager
async def openai_voice_server() -> AsyncIterator[OpenAiVoiceServer]:
    """Serve on 127.0.0.1 for the length of the block."""
    server = OpenAiVoiceServer()
    app = web.Application()
    app.router.add_post("/v1/audio/speech", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()
