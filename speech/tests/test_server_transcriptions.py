"""POST /v1/audio/transcriptions: what a client may send, and what it gets when it sends something else."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pytest_django import Settings

from speech.engine import audio, vad
from speech.engine.audio import find_ffmpeg
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Progress, Segment, Span
from speech.server import http, recognition
from speech.server.transcription import fields
from speech.tests import patient_client
from speech.tests.speech_server import wav

SOUND = wav(4)
WORDS = "s2 s3 s4 s5"


class ListeningRecognizer(FakeRecognizer):
    """Keeps what it was asked for; does not know how sure it is of its words."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[RecognitionOptions] = []

    def recognize(
        self, audio: Audio, speech: Sequence[Span], options: RecognitionOptions, on_progress: Progress | None = None
    ) -> Recognition:
        self.asked.append(options)
        said = super().recognize(audio, speech, options, on_progress)
        plain = tuple(Segment(segment.start_ms, segment.end_ms, segment.text) for segment in said.segments)
        return Recognition(plain, (), options.language, self.model_id)


@pytest.fixture
def listening(fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch) -> ListeningRecognizer:
    """Instead of `fake_recognizer`, to see what it was asked."""
    listening = ListeningRecognizer()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": listening)
    return listening


def post(url: str, data: dict[str, Any] | None = None, file: bytes = SOUND, name: str = "upload") -> httpx2.Response:
    form = {"model": "whisper-1", **(data or {})}
    return patient_client.post(f"{url}/v1/audio/transcriptions", data=form, files={"file": (name, file)})


def test_bytes_without_a_name_or_type_are_recognised_by_content(
    server_url: str, fake_recognizer: FakeRecognizer
) -> None:
    answer = post(server_url)
    assert answer.status_code == 200
    assert answer.json()["text"] == WORDS
    assert answer.json()["usage"] == {"type": "duration", "seconds": 4}
    assert answer.headers["x-request-id"].startswith("req_")


def streamed(url: str, data: dict[str, Any], file: bytes = SOUND) -> list[dict[str, Any]]:
    text = post(url, {"stream": "true", **data}, file).text
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


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
    assert [event["text"] for event in streamed(server_url, {}, wav(3, 0))] == [""]
    assert post(server_url, {"vad_filter": "false", "language": "auto"}, wav(35, 0)).json()["text"] == ""


def test_what_means_nothing_here_is_ignored(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    extra = {
        "vad_filter": "true", "without_timestamps": "1", "include[]": "logprobs", "chunking_strategy": "auto",
        "user": "x", "prompt": "", "language": "", "temperature": "", "stream": "false",
    }  # fmt: skip
    assert post(server_url, extra).json()["text"] == WORDS


@pytest.mark.parametrize(
    ("named", "code"), [("uk", "uk"), ("PL", "pl"), ("pl-PL", "pl"), ("en_GB", "en"), ("Ukrainian", "uk"), (" ", "pl")]
)
def test_a_language_is_known_by_code_region_or_name(
    server_url: str, fake_recognizer: FakeRecognizer, named: str, code: str
) -> None:
    answer = post(server_url, {"language": named, "response_format": "verbose_json"})
    assert (answer.status_code, answer.json().get("language")) == (200, code)


@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [
        ("model", "", 400, "missing_required_parameter"),
        ("model", "whisper-99", 404, "model_not_found"),
        ("model", "tts-1", 404, "model_not_found"),
        ("response_format", "xml", 400, "unsupported_value"),
        ("temperature", "1.5", 400, "invalid_value"),
        ("temperature", "nan", 400, "invalid_value"),
        ("temperature", "hot", 400, "invalid_value"),
        ("language", "klingon", 400, "invalid_value"),
        ("language", "ja", 400, "invalid_value"),
        ("language", "-", 400, "invalid_value"),
        ("languages[]", ["pl", "klingon"], 400, "invalid_value"),
        ("vad_filter", "perhaps", 400, "invalid_value"),
        ("chunking_strategy[type]", "semantic", 400, "invalid_value"),
        ("chunking_strategy[threshold]", "2", 400, "invalid_value"),
        ("chunking_strategy[threshold]", "nan", 400, "invalid_value"),
        ("chunking_strategy[prefix_padding_ms]", "-1", 400, "invalid_value"),
        ("chunking_strategy[silence_duration_ms]", "inf", 400, "invalid_value"),
        ("timestamp_granularities[]", "letter", 400, "invalid_value"),
        ("stream", "maybe", 400, "invalid_value"),
        ("chunking_strategy", "random", 400, "invalid_value"),
    ],
)
def test_a_wrong_field_is_named(server_url: str, field: str, value: Any, status: int, code: str) -> None:
    answer = post(server_url, {field: value})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["param"] in (field.removesuffix("[]"), field.partition("[")[0])
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
        patient_client.post(url, data={"model": "whisper-1", "file": "a field, not a file"}),
        patient_client.post(url, files={"model": (None, "whisper-1")}),
    ):
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")


def test_a_broken_form_is_a_bad_request(server_url: str) -> None:
    url = f"{server_url}/v1/audio/transcriptions"
    answer = patient_client.post(url, content=b"--x", headers={"content-type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_a_failed_recognition_is_not_to_be_repeated(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "recognizer", lambda model="": FakeRecognizer("fail_at_ms=0"))
    answer = post(server_url)
    assert (answer.status_code, answer.headers["x-should-retry"]) == (500, "false")
    assert answer.json()["error"]["code"] == "recognition_failed"
    assert [event["error"]["code"] for event in streamed(server_url, {})] == ["recognition_failed"]


@pytest.mark.parametrize("says_its_length", [True, False])
def test_too_large_an_upload_is_refused(server_url: str, settings: Settings, says_its_length: bool) -> None:
    settings.SPEECH_MAX_UPLOAD_MB = 1
    body = b"x" * 1_000_000
    content = body * 5 if says_its_length else (body for _ in range(5))
    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = patient_client.post(f"{server_url}/v1/audio/transcriptions", content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


def test_nothing_is_left_on_the_disk(server_url: str, fake_recognizer: FakeRecognizer, settings: Settings) -> None:
    post(server_url)
    post(server_url, {"stream": "true"})
    post(server_url, {}, b"no sound")
    deadline = time.monotonic() + 120  # the last upload is closed just after its answer
    while (left := list(Path(settings.WORK_DIR).iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def test_earlier_text_and_names_are_told_apart(server_url: str, listening: ListeningRecognizer) -> None:
    names = {"hotwords": "Lipowa", "keywords[]": ["Kowalczewska", "XXIII/145/2026"], "keywords": "<|en|>absolutorium"}
    post(server_url, {"prompt": "Otwieram sesję. <|endoftext|>", **names})
    assert listening.asked[0].prompt == "Otwieram sesję."
    assert listening.asked[0].hotwords == "Lipowa, Kowalczewska, XXIII/145/2026, absolutorium"


def test_a_book_as_prompt_is_no_trouble(server_url: str, listening: ListeningRecognizer) -> None:
    assert post(server_url, {"prompt": "uchwała " * 200_000 + "koniec"}).status_code == 200
    assert listening.asked[0].prompt.endswith("koniec")
    assert len(listening.asked[0].prompt) < 5_000


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({}, "pl"),
        ({"language": "de"}, "de"),
        ({"languages[]": "de"}, "de"),
        ({"language": "auto"}, "pl"),
        ({"languages[]": ["en", "cs"]}, "cs"),  # the fake hears Polish before Czech before English
        ({"languages": ["en", "pl"], "language": ""}, "pl"),
        ({"languages[]": ["de", "fr"]}, "de"),  # nothing known of either
        ({"languages[]": ["en", "cs"], "language": "pl"}, "pl"),
    ],
)
def test_the_language_is_named_or_detected(
    server_url: str, fake_recognizer: FakeRecognizer, fields: dict[str, Any], language: str
) -> None:
    answer = post(server_url, {"response_format": "verbose_json", **fields}).json()
    assert answer["language"] == language
    assert post(server_url, fields).json()["languages"] == [{"code": language}]
    assert streamed(server_url, fields)[-1]["languages"] == [{"code": language}]


def test_probabilities_are_given_where_asked_for_and_known(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"token": "s2", "logprob": 0.0, "bytes": [115, 50]}
    asked = {"include[]": "logprobs"}
    assert post(server_url, asked).json()["logprobs"][0] == row
    assert post(server_url).json()["logprobs"] is None
    events = streamed(server_url, asked)
    assert events[0]["logprobs"][0] == row
    assert len(events[-1]["logprobs"]) == 4
    assert not math.isnan(events[-1]["logprobs"][-1]["logprob"])
    monkeypatch.setattr(recognition, "recognizer", lambda model="": ListeningRecognizer())
    assert post(server_url, asked).json()["logprobs"] is None
    assert [event["logprobs"] for event in streamed(server_url, asked)] == [None, None]


def test_the_numbers_of_server_vad_are_used(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[vad.VadOptions | None] = []

    def find_speech(blocks: Iterable[Audio], options: vad.VadOptions | None = None) -> list[Span]:
        seen.append(options)
        return []

    monkeypatch.setattr(vad, "find_speech", find_speech)
    numbers = {"threshold": "0.6", "silence_duration_ms": "700", "prefix_padding_ms": "50"}
    form = {f"chunking_strategy[{name}]": value for name, value in {"type": "server_vad", **numbers}.items()}
    assert post(server_url, form).status_code == 200
    assert post(server_url, {"chunking_strategy": "auto"}).status_code == 200
    assert seen == [vad.VadOptions(threshold=0.6, min_silence_ms=700, pad_before_ms=50), None]


@pytest.mark.parametrize("media_type", ["audio/pcm", "audio/raw"])
def test_bare_samples_are_taken_by_their_type(
    server_url: str, fake_recognizer: FakeRecognizer, media_type: str
) -> None:
    files = {"file": ("a", SOUND[44:] + b"x", media_type)}
    url = f"{server_url}/v1/audio/transcriptions"
    answer = patient_client.post(url, data={"model": "whisper-1"}, files=files).json()
    assert (answer["text"], answer["usage"]["seconds"]) == (WORDS, 4)
    empty = patient_client.post(url, data={"model": "whisper-1"}, files={"file": ("a", b"x", media_type)})
    assert (empty.status_code, empty.json()["error"]["code"]) == (400, "media_empty")


def test_a_twentieth_of_a_second_is_no_trouble(server_url: str) -> None:
    for response_format in ("json", "verbose_json"):
        answer = post(server_url, {"response_format": response_format, "language": "auto"}, wav(0.05))
        assert (answer.status_code, answer.json()["text"]) == (200, "")


def test_a_film_with_several_sound_tracks_is_heard(
    server_url: str, fake_recognizer: FakeRecognizer, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    tones = [part for hertz in (300, 500) for part in ("-f", "lavfi", "-i", f"sine=frequency={hertz}:duration=4")]
    picture = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=4"]
    maps = [part for index in range(3) for part in ("-map", str(index))]
    command = [str(find_ffmpeg()), "-v", "error", *tones, *picture, *maps, "-c:a", "aac", str(film)]
    subprocess.run(command, check=True)
    assert post(server_url, {}, film.read_bytes(), "nagranie.mp3").json()["text"] == WORDS


def test_a_silent_stream_says_that_it_lives(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "recognizer", lambda model="": FakeRecognizer("delay_ms=1500"))
    monkeypatch.setattr(http, "KEEP_ALIVE_S", 0.1)
    text = post(server_url, {"stream": "true"}).text
    assert text.startswith(": working\n\n")
    assert text.count("data: ") == 2


def test_the_model_asked_for_is_used(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def recognizer(model: str) -> FakeRecognizer:
        asked.append(model)
        return fake_recognizer

    monkeypatch.setattr(recognition, "recognizer", recognizer)
    monkeypatch.setattr(fields, "find_model", lambda name, task: object())
    monkeypatch.setattr(fields, "chosen_recogniser", lambda name: "" if name == "whisper-1" else f"hub/{name}")
    post(server_url)
    post(server_url, {"model": "small", "language": "auto"})
    streamed(server_url, {"model": "small"})
    assert asked == ["", "hub/small", "hub/small", "hub/small"]


@pytest.mark.parametrize(("wanted", "cleaned"), [("always", True), ("never", False)])
def test_noise_is_cleaned_away_as_configured(
    server_url: str, fake_recognizer: FakeRecognizer, settings: Settings, monkeypatch: pytest.MonkeyPatch,
    wanted: str, cleaned: bool,
) -> None:  # fmt: skip
    seen: list[Path] = []

    def clean_audio(source: Path, target: Path, progress: Progress) -> None:
        seen.append(target)
        shutil.copyfile(source, target)

    monkeypatch.setattr(audio, "clean_audio", clean_audio)
    settings.SOUND_CLEANING = wanted
    form = {"model": "whisper-1"}
    answer = patient_client.post(f"{server_url}/v1/audio/transcriptions", data=form, files={"file": ("a", wav(4))})
    assert (answer.status_code, bool(answer.json()["text"])) == (200, True)
    assert bool(seen) is cleaned
