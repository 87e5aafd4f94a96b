"""The server for tests of its routes: nothing in it may touch the database, which pytest-django forbids anyway."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import pytest
from pytest_django import Settings

from speech.engine import diarization, vad
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Span
from speech.engine.voices import build
from speech.engine.voices.fake import FakeVoice
from speech.server import recognition
from speech.server.realtime import app
from speech.tests.speech_server import running_server


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    vad.load()  # or the first sound would wait for it: too long on a busy machine for tests of short limits of time
    with running_server() as url:
        yield url


@pytest.fixture(autouse=True)
def _no_connections_of_earlier_tests() -> None:
    """The server sees a moment later that a client has left; until then it counts as one that is connected."""
    until = time.monotonic() + 120
    while app._open_connections and time.monotonic() < until:
        time.sleep(0.02)


@pytest.fixture
def fake_recognizer(monkeypatch: pytest.MonkeyPatch) -> FakeRecognizer:
    """Words from positions; speech lies from second 1 to 3 and, in longer sound, in the last second of each minute."""
    fake = FakeRecognizer()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": fake)

    def find_speech(blocks: Iterable[Audio], options: vad.VadOptions | None = None) -> list[Span]:
        duration_ms = sum(block.duration_ms for block in blocks)
        minutes = [Span(end_ms - 1_000, end_ms) for end_ms in range(60_000, duration_ms + 1, 60_000)]
        return [Span(1_000, min(3_000, duration_ms)), *minutes]

    monkeypatch.setattr(vad, "find_speech", find_speech)
    return fake


@pytest.fixture
def fake_voice(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakeVoice:
    """Speaks whatever voice is asked for; nothing is kept."""
    voice = FakeVoice()
    settings.TTS_CACHE_BYTES = 0
    monkeypatch.setattr(build, "make_voice", lambda voice_id, config: voice)
    monkeypatch.setattr(build, "stand_ins", lambda first, config: [])
    return voice


@pytest.fixture
def fake_diarizer() -> Iterator[None]:
    """Two speakers who take turns of five seconds."""
    diarization.configure("fake")
    yield
    diarization.configure()
