"""Whatever is sent to the routes, nobody else waits for it and the answer is never the server's own failure."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import threading
from datetime import timedelta
from typing import IO, Any

import httpx2
import pytest
from pytest_django import Settings

from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.voices import build
from speech.engine.voices.fake import FakeVoice
from speech.server import asgi, http, recognition
from speech.server.errors import ApiError
from speech.server.gate import KeyGate
from speech.server.transcription import fields
from speech.tests import patient_client
from speech.tests.speech_server import wav

MEDIA = "v1/audio/transcriptions"


def sent(url: str, data: dict[str, Any] | None = None, **options: Any) -> httpx2.Response:
    fields_sent = {"model": "whisper-1", **(data or {})}
    return patient_client.post(f"{url}/{MEDIA}", data=fields_sent, files={"file": ("a.wav", wav(3))}, **options)


def code(answer: httpx2.Response) -> str:
    return str(answer.json()["error"]["code"])


# --- headers that name encodings that are none -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary*=foo''x",
        "multipart/form-data; boundary=XX; charset*=foo''x",
        "application/json; charset*=foo''x",
    ],
)
def test_a_content_type_in_an_unknown_encoding(server_url: str, kind: str) -> None:
    for route in (MEDIA, "v1/audio/speech", "playground"):
        answer = patient_client.post(f"{server_url}/{route}", content=b"x", headers={"content-type": kind})
        assert (answer.status_code, code(answer)) == (400, "invalid_request")


@pytest.mark.parametrize("charset", ["rot13", "idna", "utf-16", "unbekannt"])
def test_a_form_is_utf_8_whatever_it_says(server_url: str, fake_recognizer: FakeRecognizer, charset: str) -> None:
    parts = b'--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
    parts += b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + wav(3) + b"\r\n--XX--\r\n"
    kind = f"multipart/form-data; boundary=XX; charset={charset}"
    answer = patient_client.post(f"{server_url}/{MEDIA}", content=parts, headers={"content-type": kind})
    assert (answer.status_code, bool(answer.json()["text"])) == (200, True)


def test_more_questions_than_an_address_may_ask(server_url: str) -> None:
    answer = patient_client.get(f"{server_url}/v1/models?{'&'.join(['a=1'] * 3000)}")
    assert (answer.status_code, code(answer)) == (400, "invalid_request")


def test_a_part_named_in_an_unknown_encoding(server_url: str) -> None:
    part = b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename*=foo''abc\r\n\r\nx\r\n--XX--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=XX"}
    answer = patient_client.post(f"{server_url}/{MEDIA}", content=part, headers=headers)
    assert answer.status_code == 400


def test_a_long_name_of_a_model_is_not_sent_back_whole(server_url: str) -> None:
    answer = sent(server_url, {"model": "x" * 100_000})
    assert answer.status_code == 404
    assert len(answer.content) < 2_000


def events(answer: httpx2.Response) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]


def test_a_fault_of_the_server_in_the_middle_of_events_is_an_event(
    server_url: str, fake_recognizer: FakeRecognizer, fake_voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(FakeRecognizer, "recognize", broken)
    told = events(sent(server_url, {"stream": "true"}))
    assert [row["error"]["code"] for row in told] == ["internal_error"]
    monkeypatch.setattr("speech.server.speaking.views.MP3_FRAME_BYTES", 0)
    body = {"model": "tts-1", "input": "Tak.", "voice": "alloy", "stream_format": "sse"}
    told = events(patient_client.post(f"{server_url}/v1/audio/speech", json=body))
    assert told[0]["type"] == "speech.audio.delta"
    assert told[-1]["error"]["code"] == "internal_error"


# --- time and room ---------------------------------------------------------------------------------------------------


def test_a_hint_of_half_control_words_is_read_once() -> None:
    """Searched to its end from each "<|", this took minutes."""
    assert len(fields.earlier_text("<|" * 400_000)) == 4_000
    assert fields.earlier_text("tak <|startoftranscript|><|pl|> i nie") == "tak    i nie"
    assert fields.names(["<|" * 400_000])


def test_a_small_file_does_not_wait_for_large_ones(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, enough = threading.Barrier(3), threading.Event()

    def long_work() -> None:
        at_work.wait(timeout=120)
        enough.wait(timeout=300)

    for _ in range(2):
        recognition._preparing.submit(long_work)
    at_work.wait(timeout=120)
    try:
        assert sent(server_url).status_code == 200
    finally:
        enough.set()
    monkeypatch.setattr(recognition, "_SMALL_BYTES", 100)
    assert sent(server_url).status_code == 200  # a large one: in its own line


def test_more_sound_than_a_recording_may_have(
    server_url: str, fake_recognizer: FakeRecognizer, settings: Settings
) -> None:
    settings.MAX_SOURCE_DURATION = timedelta(seconds=2)
    answer = sent(server_url)
    assert (answer.status_code, code(answer)) == (413, "source_too_long")
    settings.MAX_SOURCE_DURATION = timedelta(seconds=4)
    assert sent(server_url).status_code == 200


class _FullDisk(io.BytesIO):
    def write(self, block: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_while_the_body_comes(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("speech.server.asgi.tempfile.SpooledTemporaryFile", lambda **options: _FullDisk())
    answer = sent(server_url)
    assert (answer.status_code, code(answer)) == (503, "disk_full")
    assert answer.headers["x-should-retry"] == "false"


def test_a_full_disk_is_told_while_the_form_is_read(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(http.Upload, "__init__", full)
    answer = sent(server_url)
    assert (answer.status_code, code(answer)) == (503, "disk_full")


def test_uploads_leave_the_disk_some_room(monkeypatch: pytest.MonkeyPatch) -> None:
    body: IO[bytes] = io.BytesIO()
    asgi._take_in(body, bytes(17 * 1024 * 1024))
    monkeypatch.setattr(asgi, "_KEPT_FREE_BYTES", 1 << 60)
    with pytest.raises(ApiError) as refusal:
        asgi._take_in(body, bytes(17 * 1024 * 1024))
    assert refusal.value.code == "disk_full"


@pytest.fixture
def choosing_threads(monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice) -> list[bool]:
    """Whether each voice was made where an event loop runs."""
    seen: list[bool] = []

    def made(voice_id: object, config: object) -> FakeVoice:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            seen.append(False)
        else:
            seen.append(True)
        return fake_voice

    monkeypatch.setattr(build, "make_voice", made)
    return seen


def test_an_engine_is_not_imported_where_everybody_waits(server_url: str, choosing_threads: list[bool]) -> None:
    body = {"model": "tts-1", "input": "Tak.", "voice": "espeak:pl"}
    assert patient_client.post(f"{server_url}/v1/audio/speech", json=body).status_code == 200
    for route, wishes in (("synthesize", {"text": "Tak.", "voice": "espeak:pl"}), ("test", {"voice": "espeak:pl"})):
        answer = patient_client.post(f"{server_url}/api/edge-tts/{route}", json=wishes)
        assert answer.status_code == 200
    assert choosing_threads
    assert not any(choosing_threads)


# --- pages of other sites where no key is asked for ------------------------------------------------------------------

HOST = "127.0.0.1:8001"


def admitted(method: str, origin: str = "", host: str = HOST) -> int:
    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    scope = {"type": "http", "method": method, "path": "/v1/models/small", "headers": headers, "client": ("1.1.1.1", 5)}
    try:
        asyncio.run(KeyGate().admit(scope))
    except ApiError as error:
        return error.status
    return 0


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_page_of_another_site_changes_nothing(settings: Settings, method: str) -> None:
    settings.SPEECH_API_KEY = ""
    assert admitted(method) == 0  # a program
    assert admitted(method, f"http://{HOST}") == 0
    assert admitted(method, "https://zla.example") == 403
    assert admitted(method, "null") == 403
    settings.SPEECH_ALLOW_ORIGINS = ["https://zla.example"]
    assert admitted(method, "https://zla.example") == 0
    settings.SPEECH_ALLOW_ORIGINS, settings.SPEECH_API_KEY = [], "klucz"
    assert admitted(method, "https://zla.example") == 401


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("[::1]:8001", 0), ("localhost:8001", 0), ("mowa:8001", 0), ("mowa.local", 0), ("192.168.1.5:80", 0),
        ("mowa.urzad.example", 0), ("zla.example:8001", 403), ("zla.local.example", 403),
    ],
)  # fmt: skip
def test_a_name_that_a_stranger_made_mean_this_machine(settings: Settings, host: str, status: int) -> None:
    settings.SPEECH_API_KEY = ""
    settings.ALLOWED_HOSTS = ["mowa.urzad.example"]
    assert admitted("POST", f"http://{host}", host) == status
