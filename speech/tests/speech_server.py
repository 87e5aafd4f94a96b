"""The real server on a free port, in a thread, with a recogniser and voices that need no model."""

from __future__ import annotations

import io
import random
import socket
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import uvicorn

from speech.server.asgi import WS_MAX_BYTES, SpeechHandler

RATE_HZ = 16_000


@contextmanager
def running_server(urlconf: str = "speech.server.urls") -> Iterator[str]:
    """The server's address, without a last slash."""
    config = uvicorn.Config(
        SpeechHandler(urlconf=urlconf),
        port=0,
        lifespan="off",
        ws_max_size=WS_MAX_BYTES,
        ws_per_message_deflate=False,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=60)


def free_port() -> int:
    """For a program that is started later: no port that the system gives away by itself, while other tests run."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = random.SystemRandom().randrange(20_000, 32_000)
            probe.bind(("127.0.0.1", port))
            return port


def wav(seconds: float, level: float = 0.1) -> bytes:
    """A WAV file of noise; `level` 0 is silence."""
    noise = np.random.default_rng(1).standard_normal(int(seconds * RATE_HZ)) * level * 32_767
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(np.clip(noise, -32_768, 32_767).astype("<i2").tobytes())
    return target.getvalue()
