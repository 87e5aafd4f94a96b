"""POST /v1/audio/diarization and /v1/audio/speech/embedding, as clients meet them."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import numpy as np
import pytest

from speech.engine import diarization, vad
from speech.engine.diarization import senko
from speech.engine.types import Span
from speech.tests import patient_client
from speech.tests.speech_server import wav

Form = dict[str, Any]


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speech everywhere, two speakers who take turns of five seconds."""
    diarization.configure("fake")

    def find_speech(blocks: Any, options: object = None) -> list[Span]:
        duration_ms = sum(block.duration_ms for block in blocks)
        return [Span(0, duration_ms)] if duration_ms else []

    monkeypatch.setattr(vad, "find_speech", find_speech)
    yield
    diarization.configure()


def post(url: str, path: str, sound: bytes | None, form: Form | None = None) -> httpx2.Response:
    files = {} if sound is None else {"file": ("x.wav", sound)}
    return patient_client.post(f"{url}/v1/audio/{path}", files=files or {"other": ("x", b"x")}, data=form or {})


def tone(hz: float, seconds: float, rate_hz: int = 16_000) -> bytes:
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes((np.sin(2 * np.pi * hz * time_s) * 9_000).astype("<i2").tobytes())
    return target.getvalue()


def joined(*sounds: bytes) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        for sound in sounds:
            with wave.open(io.BytesIO(sound)) as part:
                file.writeframes(part.readframes(part.getnframes()))
    return target.getvalue()


def data_url(sound: bytes) -> str:
    return "data:audio/wav;base64," + base64.b64encode(sound).decode()


@pytest.mark.parametrize("path", ["diarization", "diarization/"])
def test_turns_as_json(server_url: str, path: str) -> None:
    response = post(server_url, path, wav(12))
    assert response.status_code == 200
    assert response.json() == {
        "duration": 12.0,
        "segments": [
            {"start": 0.0, "end": 5.0, "speaker": "SPEAKER_00"},
            {"start": 5.0, "end": 10.0, "speaker": "SPEAKER_01"},
            {"start": 10.0, "end": 12.0, "speaker": "SPEAKER_00"},
        ],
    }


def test_turns_as_rttm(server_url: str) -> None:
    response = post(server_url, "diarization", wav(7), {"response_format": "rttm", "model": "speaker-diarization"})
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "SPEAKER audio 1 0.000 5.000 <NA> <NA> SPEAKER_00 <NA> <NA>",
        "SPEAKER audio 1 5.000 2.000 <NA> <NA> SPEAKER_01 <NA> <NA>",
    ]


def test_number_of_speakers_is_heard(server_url: str) -> None:
    response = post(server_url, "diarization", wav(21), {"num_speakers": "3"})
    assert {row["speaker"] for row in response.json()["segments"]} == {"SPEAKER_00", "SPEAKER_01", "SPEAKER_02"}


def test_known_voice_gets_its_name_at_any_rate_and_a_stranger_does_not(server_url: str) -> None:
    sound = joined(tone(300, 5), tone(4_000, 5))
    form = {
        "known_speaker_names[]": ["Anna Wójcik", "Jan Maj"],
        "known_speaker_references[]": [
            data_url(tone(300, 3, rate_hz=44_100)),
            data_url(tone(7_000, 3, rate_hz=24_000)),
        ],
    }
    response = post(server_url, "diarization", sound, form)
    assert response.status_code == 200, response.text
    assert [row["speaker"] for row in response.json()["segments"]] == ["Anna Wójcik", "SPEAKER_01"]


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ({"response_format": "srt"}, "response_format"),
        ({"num_speakers": "0"}, "num_speakers"),
        ({"min_speakers": "46"}, "min_speakers"),
        ({"max_speakers": "NaN"}, "max_speakers"),
        ({"max_speakers": "٣"}, "max_speakers"),
        ({"min_speakers": "5", "max_speakers": "2"}, "min_speakers"),
        ({"known_speaker_names[]": ["A"]}, "known_speaker_references"),
        ({"known_speaker_names[]": ["A"], "known_speaker_references[]": ["http://x"]}, "known_speaker_references"),
        (
            {"known_speaker_names[]": ["A"], "known_speaker_references[]": [data_url(b"no sound")]},
            "known_speaker_references",
        ),
        (
            {"known_speaker_names[]": ["A"], "known_speaker_references[]": [data_url(tone(300, 1))]},
            "known_speaker_references",
        ),
    ],
)
def test_bad_fields_are_named(server_url: str, form: Form, param: str) -> None:
    response = post(server_url, "diarization", wav(3), form)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize("path", ["diarization", "speech/embedding"])
@pytest.mark.parametrize(("sound", "status"), [(None, 400), (b"", 400), (b"\x00\xff" * 5_000, 415), (wav(3)[:60], 400)])
def test_what_is_no_sound_is_refused(server_url: str, path: str, sound: bytes | None, status: int) -> None:
    response = post(server_url, path, sound)
    assert (response.status_code, response.json()["error"]["param"]) in {(status, "file"), (415, "file")}


@pytest.mark.parametrize("path", ["diarization", "speech/embedding"])
def test_unknown_model_and_other_methods(server_url: str, path: str) -> None:
    assert post(server_url, path, wav(3), {"model": "gpt-4"}).status_code == 404
    assert patient_client.get(f"{server_url}/v1/audio/{path}").status_code == 405


@pytest.mark.parametrize("path", ["diarization", "speech/embedding"])
def test_not_installed_is_501_that_says_what_to_install(
    server_url: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(senko, "installed", lambda: False)
    diarization.configure("senko")
    response = post(server_url, path, wav(3))
    assert response.status_code == 501
    assert response.json()["error"]["code"] == "diarization_unavailable"
    assert "make setup-diarization" in response.json()["error"]["message"]
    assert response.headers["x-should-retry"] == "false"


def test_voice_as_a_vector(server_url: str) -> None:
    response = post(server_url, "speech/embedding", tone(300, 4), {"model": "speaker-diarization"})
    body = response.json()
    assert (body["object"], body["model"]) == ("list", "speaker-diarization")
    (row,) = body["data"]
    assert (row["object"], row["index"]) == ("embedding", 0)
    assert sum(value * value for value in row["embedding"]) == pytest.approx(1, abs=1e-4)
    assert body["usage"] == {"prompt_tokens": 64_000, "total_tokens": 64_000}


def test_too_little_speech_has_no_vector(server_url: str) -> None:
    response = post(server_url, "speech/embedding", tone(300, 0.2))
    assert (response.status_code, response.json()["error"]["code"]) == (400, "voice_too_short")


def test_many_at_once_are_all_answered(server_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda path: post(server_url, path, wav(6)), ["diarization", "speech/embedding"] * 8))
    assert {answer.status_code for answer in answers} == {200}


def test_models_are_listed_where_they_can_be_used(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def listed() -> list[str]:
        rows = patient_client.get(f"{server_url}/v1/models?task=speaker-diarization").json()["data"]
        return [row["id"] for row in rows]

    assert listed() == ["speaker-diarization"]
    monkeypatch.setattr(senko, "installed", lambda: False)
    diarization.configure("senko")
    assert listed() == []
