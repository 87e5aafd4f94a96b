"""Transcriptions with speakers: letters, known names, streams, and what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx2
import pytest

from speech.engine import diarization
from speech.engine.recognizers.fake import FakeRecognizer
from speech.server.transcription import speakers
from speech.tests import patient_client
from speech.tests.speech_server import wav

SOUND = wav(121, 0.01)
"""Words from 1 to 3, 59 to 60 and 119 to 120 s; the fake's voices take turns every five seconds, beginning with A."""


def post(url: str, file: bytes = SOUND, /, **fields: Any) -> httpx2.Response:
    form = {"model": "whisper-1", "response_format": "diarized_json", **fields}
    return patient_client.post(f"{url}/v1/audio/transcriptions", data=form, files={"file": ("a", file)})


def sample(seconds: float, media_type: str = "audio/wav") -> str:
    return f"data:{media_type};base64,{base64.b64encode(wav(seconds)).decode()}"


def known(names: list[str], references: list[str]) -> dict[str, list[str]]:
    return {"known_speaker_names[]": names, "known_speaker_references[]": references}


def test_segments_bear_letters(server_url: str, fake_recognizer: FakeRecognizer, fake_diarizer: None) -> None:
    row = post(server_url).json()
    assert (row["task"], row["duration"]) == ("transcribe", 121.0)
    assert row["text"] == " ".join(segment["text"] for segment in row["segments"])
    said = {"start": 1.0, "end": 3.0, "text": "s2 s3 s4 s5", "speaker": "A"}
    assert row["segments"][0] == {"type": "transcript.text.segment", "id": "seg_0", **said}
    assert [segment["speaker"] for segment in row["segments"]] == ["A", "B", "B"]
    assert row["usage"] == {"type": "duration", "seconds": 121}


def test_a_stream_tells_the_same(server_url: str, fake_recognizer: FakeRecognizer, fake_diarizer: None) -> None:
    whole = post(server_url).json()
    lines = post(server_url, stream="true").text.splitlines()
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [event for event in events if event["type"] == "transcript.text.segment"] == whole["segments"]
    deltas = [event for event in events if event["type"] == "transcript.text.delta"]
    assert [delta["segment_id"] for delta in deltas] == [segment["id"] for segment in whole["segments"]]
    assert "".join(delta["delta"] for delta in deltas) == events[-1]["text"] == whole["text"]


def test_a_known_voice_bears_its_name(
    server_url: str, fake_recognizer: FakeRecognizer, fake_diarizer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def match(voices: dict[str, Any], known: dict[str, Any]) -> dict[str, str]:
        assert sorted(voices) == ["SPEAKER_00", "SPEAKER_01"]
        return {"SPEAKER_01": next(iter(known))}

    monkeypatch.setattr(diarization, "match_known", match)
    row = post(server_url, **known(["Anna Kowalska", "Jan"], [sample(2), sample(10)])).json()
    assert [segment["speaker"] for segment in row["segments"]] == ["A", "Anna Kowalska", "Anna Kowalska"]


def test_a_letter_that_is_a_name_is_not_given_twice() -> None:
    turns = [diarization.Turn(at, at + 1, f"SPEAKER_{at:02d}") for at in range(30)]
    letters = [turn.speaker for turn in speakers.lettered(turns, ["B"])]
    assert letters[:3] == ["A", "C", "D"]
    assert letters[25:28] == ["A1", "B1", "C1"]


def test_silence_has_no_speakers(server_url: str, fake_diarizer: None) -> None:
    row = post(server_url, wav(3, 0)).json()
    assert (row["text"], row["segments"]) == ("", [])


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        (known(["Anna"], []), "known_speaker_references"),
        (known(["Anna"] * 2, [sample(2)] * 2), "known_speaker_names"),
        (known(["Anna", " "], [sample(2)] * 2), "known_speaker_names"),
        (known([str(i) for i in range(5)], [sample(2)] * 5), "known_speaker_names"),
        (known(["Anna"], ["https://example.com/anna.wav"]), "known_speaker_references"),
        (known(["Anna"], ["data:audio/wav;base64,%%%"]), "known_speaker_references"),
        (known(["Anna"], ["data:audio/wav;base64,"]), "known_speaker_references"),
        (known(["Anna"], ["data:audio/wav;base64,zażółć"]), "known_speaker_references"),
        (known(["Anna"], [sample(1.5)]), "known_speaker_references"),
        (known(["Anna"], [sample(10.5)]), "known_speaker_references"),
    ],
)
def test_wrong_samples_are_refused(
    server_url: str, fake_recognizer: FakeRecognizer, fake_diarizer: None, fields: dict[str, Any], param: str
) -> None:
    for stream in ("false", "true"):
        answer = post(server_url, wav(4), stream=stream, **fields)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_known_speakers_mean_nothing_without_speakers(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    assert post(server_url, wav(4), response_format="json", **known(["Anna"], ["nonsense"])).status_code == 200


def test_without_an_engine_the_format_is_refused(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diarization, "available", lambda: False)
    answer = post(server_url, wav(4))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, "unsupported_value", "response_format")
    assert "setup-diarization" in error["message"]
