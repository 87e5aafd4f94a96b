"""A server that speaks the protocol of Microsoft Edge's read-aloud service, on a unix socket."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import unescape

import aiohttp
from aiohttp import web

from speech.engine.voices.edge import DEFAULT_VOICE, EdgeVoice

KNOWN_VOICES = ("pl-PL, ZofiaNeural", "pl-PL, MarekNeural")
FRAME = bytes.fromhex("fff364c4") + bytes(140)
FRAME_TICKS = 240_000
FRAMES_PER_WORD = 15


class KeepOpenUnixConnector(aiohttp.UnixConnector):
    """Survives the session it was given to: edge-tts uses the same connector again after a 403."""

    async def close(self, *, abort_ssl: bool = False) -> None:
        """Do nothing; edge_server closes it at its end."""

    async def close_for_good(self) -> None:
        """Close the sockets."""
        await super().close()


@dataclass
class EdgeServer:
    """Set `mode` to misbehave: cut, cut_late, short_turn, refuse (403), busy (503), silent, stall (in the
    middle of a sentence), nothing, garbage.
    """

    socket: Path
    mode: str = "good"
    cut_from_request: int = 0
    requests: list[str] = field(default_factory=list)
    rates: list[str] = field(default_factory=list)
    connectors: list[KeepOpenUnixConnector] = field(default_factory=list)

    def voice(self, name: str = DEFAULT_VOICE) -> EdgeVoice:
        """A voice that is spoken here, with more patience for its first word than people have."""
        return EdgeVoice(name, connector_factory=self.connector, first_answer_timeout_s=60)

    def connector(self) -> aiohttp.BaseConnector:
        """A connector that leads every address to this server."""
        self.connectors.append(KeepOpenUnixConnector(path=str(self.socket)))
        return self.connectors[-1]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One websocket conversation."""
        if self.mode == "refuse":
            return web.Response(status=403)
        if self.mode == "busy":
            return web.Response(status=503)
        assert re.fullmatch(r"[0-9A-F]{64}|[0-9a-fA-F]{16}-[0-9a-fA-F]{64}", request.query["Sec-MS-GEC"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        config = await socket.receive_str()
        assert '"wordBoundaryEnabled":"true"' in config
        ssml = await socket.receive_str()
        voice = re.search(r"<voice name='[^(]*\((.*?)\)'", ssml)
        text = unescape(re.sub(r"<[^>]+>", "", ssml.split("\r\n\r\n", 1)[1]))
        rate = re.search(r"rate='([^']*)'", ssml)
        assert voice is not None
        assert rate is not None
        self.requests.append(text)
        self.rates.append(rate[1])
        if self.mode == "garbage":
            await socket.send_str("X-RequestId:1\r\nPath:audio.metadata\r\n\r\n[{")
        if self.mode in {"silent", "garbage"}:
            async for _message in socket:
                pass
            return socket
        misbehave = self.mode if len(self.requests) > self.cut_from_request else "good"
        await self._answer(socket, text if voice[1] in KNOWN_VOICES else "", misbehave)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, text: str, mode: str) -> None:
        await socket.send_str("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        await socket.send_str("X-RequestId:1\r\nPath:response\r\n\r\n{}")
        words = [] if mode == "nothing" else re.findall(r"\w+", text)
        spoken = words[: len(words) // 2] if mode in {"cut", "short_turn", "stall"} else words
        for number, word in enumerate(spoken):
            boundary = {
                "Type": "WordBoundary",
                "Data": {
                    "Offset": number * FRAMES_PER_WORD * FRAME_TICKS,
                    "Duration": FRAMES_PER_WORD * FRAME_TICKS,
                    "text": {"Text": word, "Length": len(word), "BoundaryType": "WordBoundary"},
                },
            }
            body = json.dumps({"Metadata": [boundary]})
            await socket.send_str(f"X-RequestId:1\r\nPath:audio.metadata\r\n\r\n{body}")
            if not (mode == "cut_late" and word is spoken[-1]):
                await socket.send_bytes(_audio_message(FRAME * FRAMES_PER_WORD))
        if mode == "stall":
            await socket.receive()
            return
        if mode in {"cut", "cut_late"}:
            assert socket._req is not None
            assert socket._req.transport is not None
            socket._req.transport.close()
            return
        if words:
            await socket.send_bytes(_message(b"X-RequestId:1\r\nPath:audio\r\n", b""))
        await socket.send_str("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")
        await socket.close()


def _audio_message(mp3: bytes) -> bytes:
    return _message(b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n", mp3)


def _message(header: bytes, data: bytes) -> bytes:
    # The announced length holds the header's last line end; the client drops two bytes more than it announces.
    return len(header).to_bytes(2, "big") + header + data


@asynccontextmanager
async def edge_server(folder: Path) -> AsyncIterator[EdgeServer]:
    """Serve on a socket inside `folder` for the length of the block."""
    server = EdgeServer(folder / "edge.sock")
    app = web.Application()
    app.router.add_get("/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.UnixSite(runner, str(server.socket)).start()
    try:
        yield server
    finally:
        for connector in server.connectors:
            await connector.close_for_good()
        await runner.cleanup()
