"""POST /v1/audio/transcriptions: what a client may send, and what it gets when it sends something else."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pytest_django import Settings

from speech.engine.recognizers.fake import FakeRecognizer
from speech.server import recognition
from speech.tests.speech_server import wav

SOUND = wav(4)
WORDS = "s2 s3 s4 s5"


def post(url: str, data: dict[str, Any] | None = None, file: bytes = SOUND, name: str = "upload") -> httpx2.Response:
    form = {"model": "whisper-1", **(data or {})}
    return httpx2.post(f"{url}/v1/audio/transcriptions", data=form, files={"file": (name, file)}, timeout=30)


def test_bytes_without_a_name_or_type_are_recognised_by_content(
    server_url: str, fake_recognizer: FakeRecognizer
) -> None:
    answer = post(server_url)
    assert answer.status_code == 200
    assert answer.json()["text"] == WORDS
    assert answer.json()["usage"] == {"type": "duration", "seconds": 4}
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("name", ["a.txt", "../../etc/passwd", "a." + "x" * 300])
def test_the_name_of_a_file_says_nothing(server_url: str, fake_recognizer: FakeRecognizer, name: str) -> None:
    assert post(server_url, name=name).json()["text"] == WORDS


@pytest.mark.parametrize(
    ("response_format", "media_type", "body"),
    [
        ("text", "text/plain", WORDS),
        ("srt", "text/plain", f"1\n00:00:01,000 --> 00:00:03,000\n{WORDS}\n\n"),
        ("vtt", "text/vtt", f"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n{WORDS}\n\n"),
    ],
)
def test_text_formats(
    server_url: str, fake_recognizer: FakeRecognizer, response_format: str, media_type: str, body: str
) -> None:
    answer = post(server_url, {"response_format": response_format})
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.text == body


@pytest.mark.parametrize("field", ["timestamp_granularities[]", "timestamp_granularities"])
def test_times_of_words_are_given_where_asked_for(server_url: str, fake_recognizer: FakeRecognizer, field: str) -> None:
    answer = post(server_url, {"response_format": "verbose_json", field: ["word", "segment"]}).json()
    assert (answer["language"], answer["duration"]) == ("pl", 4.0)
    assert [(s["id"], s["start"], s["end"], s["text"]) for s in answer["segments"]] == [(0, 1.0, 3.0, WORDS)]
    assert answer["words"][1] == {"word": "s3", "start": 1.5, "end": 2.0}
    assert post(server_url, {"response_format": "verbose_json"}).json()["words"] is None


def test_a_long_recording_is_streamed_as_it_is_decoded(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    answer = post(server_url, {"stream": "true"}, wav(200, 0.01))
    assert answer.headers["content-type"] == "text/event-stream"
    events = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]
    deltas = [event["delta"] for event in events[:-1]]
    assert len(deltas) > 2
    assert events[-1]["type"] == "transcript.text.done"
    assert events[-1]["text"] == "".join(deltas) == post(server_url, {}, wav(200, 0.01)).json()["text"]


def test_silence_is_an_empty_text(server_url: str) -> None:
    for response_format, body in (("text", ""), ("srt", ""), ("vtt", "WEBVTT\n\n")):
        answer = post(server_url, {"response_format": response_format}, wav(3, 0))
        assert (answer.status_code, answer.text) == (200, body)
    assert post(server_url, {}, wav(3, 0)).json()["text"] == ""
    streamed = post(server_url, {"stream": "true"}, wav(3, 0)).text
    assert json.loads(streamed.removeprefix("data: "))["text"] == ""


def test_what_means_nothing_here_is_ignored(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    extra = {
        "vad_filter": "true", "without_timestamps": "1", "include[]": "logprobs", "chunking_strategy": "auto",
        "user": "x", "prompt": "", "language": "", "temperature": "", "stream": "false",
    }  # fmt: skip
    assert post(server_url, extra).json()["text"] == WORDS


@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [
        ("model", "", 400, "missing_required_parameter"),
        ("model", "whisper-99", 404, "model_not_found"),
        ("model", "tts-1", 404, "model_not_found"),
        ("response_format", "diarized_json", 400, "unsupported_value"),
        ("temperature", "1.5", 400, "invalid_value"),
        ("temperature", "nan", 400, "invalid_value"),
        ("temperature", "hot", 400, "invalid_value"),
        ("language", "klingon", 400, "invalid_value"),
        ("language", "uk", 400, "invalid_value"),
        ("timestamp_granularities[]", "letter", 400, "invalid_value"),
        ("stream", "maybe", 400, "invalid_value"),
        ("chunking_strategy", "random", 400, "invalid_value"),
    ],
)
def test_a_wrong_field_is_named(server_url: str, field: str, value: str, status: int, code: str) -> None:
    answer = post(server_url, {field: value})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], error["param"]) == (code, field.removesuffix("[]"))
    assert error["message"] == answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "media_empty"),
        (b"not a sound at all" * 100, 415, "media_unreadable"),
        (SOUND[:44], 415, "media_unreadable"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", 415, "media_unreadable"),
    ],
)
def test_a_bad_file_is_refused(server_url: str, content: bytes, status: int, code: str) -> None:
    for stream in ("false", "true"):
        answer = post(server_url, {"stream": stream}, content, "recording.wav")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert answer.json()["error"]["param"] == "file"


def test_a_missing_file_is_named(server_url: str) -> None:
    url = f"{server_url}/v1/audio/transcriptions"
    for answer in (
        httpx2.post(url, data={"model": "whisper-1", "file": "a field, not a file"}),
        httpx2.post(url, files={"model": (None, "whisper-1")}),
    ):
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")


def test_a_broken_form_is_a_bad_request(server_url: str) -> None:
    url = f"{server_url}/v1/audio/transcriptions"
    answer = httpx2.post(url, content=b"--x", headers={"content-type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_a_failed_recognition_is_not_to_be_repeated(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "recognizer", lambda: FakeRecognizer("fail_at_ms=0"))
    answer = post(server_url)
    assert (answer.status_code, answer.headers["x-should-retry"]) == (500, "false")
    assert answer.json()["error"]["code"] == "recognition_failed"
    streamed = post(server_url, {"stream": "true"})
    assert json.loads(streamed.text.removeprefix("data: "))["error"]["code"] == "recognition_failed"


@pytest.mark.parametrize("says_its_length", [True, False])
def test_too_large_an_upload_is_refused(server_url: str, settings: Settings, says_its_length: bool) -> None:
    settings.SPEECH_MAX_UPLOAD_MB = 1
    body = b"x" * 1_000_000
    content = body * 5 if says_its_length else (body for _ in range(5))
    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = httpx2.post(f"{server_url}/v1/audio/transcriptions", content=content, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


def test_nothing_is_left_on_the_disk(server_url: str, fake_recognizer: FakeRecognizer, settings: Settings) -> None:
    post(server_url)
    post(server_url, {"stream": "true"})
    post(server_url, {}, b"no sound")
    deadline = time.monotonic() + 10  # the last upload is closed just after its answer
    while (left := list(Path(settings.WORK_DIR).iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
