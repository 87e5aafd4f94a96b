"""Many clients at a time: a short request is not kept waiting by long ones, and a client that goes leaves nothing."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from pytest_django import Settings

from speech.engine import audio, diarization
from speech.engine.errors import EngineError
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Progress, Span
from speech.server import recognition
from speech.tests import patient_client
from speech.tests.patient_client import PATIENCE_S
from speech.tests.speech_server import wav


class WatchedRecognizer(FakeRecognizer):
    """Notes the length of the sound of each piece of work, in order."""

    def __init__(self, spec: str) -> None:
        super().__init__(spec)
        self.worked_on_ms: list[int] = []
        self.begun = threading.Event()
        self.given_up = threading.Event()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        self.worked_on_ms.append(audio.duration_ms)
        self.begun.set()
        assert self.goes_on.wait(PATIENCE_S)
        try:
            return super().recognize(audio, speech, options, on_progress)
        except Exception:
            self.given_up.set()
            raise


@pytest.fixture
def slow(fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], WatchedRecognizer]:
    def use(delay_ms: int) -> WatchedRecognizer:
        watched = WatchedRecognizer(f"delay_ms={delay_ms}")
        monkeypatch.setattr(recognition, "recognizer", lambda model="": watched)
        return watched

    return use


STREAM = {"model": "whisper-1", "stream": "true"}


def post(url: str, sound: bytes) -> httpx2.Response:
    return patient_client.post(f"{url}/v1/audio/transcriptions", data=STREAM, files={"file": ("a", sound)})


def ask_and_leave(url: str, form: dict[str, str], begun: threading.Event) -> None:
    """A client that hangs up once the work for it has begun."""
    request = httpx2.Request("POST", f"{url}/v1/audio/transcriptions", data=form, files={"file": ("a", wav(4))})
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("POST", request.url.path, body=request.read(), headers=dict(request.headers))
    assert begun.wait(PATIENCE_S)
    connection.close()


def until(condition: Callable[[], bool]) -> bool:
    """Whether it comes true before patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_a_short_request_overtakes_long_ones(server_url: str, slow: Callable[[int], WatchedRecognizer]) -> None:
    watched = slow(400)
    watched.goes_on.clear()
    long, short = wav(400, 0.01), wav(4)
    with ThreadPoolExecutor(4) as clients:
        waiting = [clients.submit(post, server_url, long) for _ in range(3)]
        overtaking = clients.submit(post, server_url, short)
        # two long ones are at work, the third and the short one wait for their turn
        assert until(lambda: len(watched.worked_on_ms) == recognition._recognising._work_queue.qsize() == 2)
        watched.goes_on.set()
        assert overtaking.result().status_code == 200
        assert not all(client.done() for client in waiting)
        assert all(client.result().status_code == 200 for client in waiting)
    assert watched.worked_on_ms.index(4_000) < len(watched.worked_on_ms) - 3


def test_a_client_that_goes_stops_the_work_and_leaves_no_file(
    server_url: str, slow: Callable[[int], WatchedRecognizer], settings: Settings
) -> None:
    watched = slow(8_000)
    ask_and_leave(server_url, STREAM, watched.begun)
    assert watched.given_up.wait(PATIENCE_S)
    assert nothing_left(Path(settings.WORK_DIR))


@pytest.mark.parametrize("stage", ["decoding", "diarization"])
def test_a_client_that_goes_stops_what_comes_before_and_after_recognition(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch, stage: str, settings: Settings
) -> None:
    begun, given_up = threading.Event(), threading.Event()

    def endless(*_: object, on_progress: Progress, **__: object) -> int:
        begun.set()
        try:
            while True:
                time.sleep(0.01)
                on_progress(0, 1)
        except EngineError:
            given_up.set()
            raise

    monkeypatch.setattr(diarization, "available", lambda: True)
    if stage == "decoding":
        monkeypatch.setattr(
            audio, "extract_speech_audio", lambda source, target, progress, max_ms: endless(on_progress=progress)
        )
    else:
        monkeypatch.setattr(diarization, "diarize", endless)
    ask_and_leave(server_url, {"model": "whisper-1", "response_format": "diarized_json"}, begun)
    assert given_up.wait(PATIENCE_S)
    assert nothing_left(Path(settings.WORK_DIR))


def nothing_left(folder: Path) -> bool:
    """Whether `folder` gets empty."""
    return until(lambda: not any(folder.iterdir()))
