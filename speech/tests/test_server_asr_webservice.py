"""POST /asr and /detect-language: what clients of whisper-asr-webservice send and get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx2
import pytest

from speech.engine import diarization
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Progress, Span
from speech.server import recognition
from speech.tests import patient_client
from speech.tests.speech_server import wav

SOUND = wav(4)
WORDS = "s2 s3 s4 s5"


def post(
    url: str, file: bytes = SOUND, /, *, name: str = "sesja.wav", path: str = "asr", **query: Any
) -> httpx2.Response:
    return patient_client.post(f"{url}/{path}", params=query, files={"audio_file": (name, file)})


@pytest.mark.parametrize(
    ("output", "body"),
    [
        ("txt", f"{WORDS}\n"),
        ("text", f"{WORDS}\n"),  # unknown: txt, as upstream
        ("srt", f"1\n00:00:01,000 --> 00:00:03,000\n{WORDS}\n\n"),
        ("vtt", f"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n{WORDS}\n\n"),
        ("tsv", f"start\tend\ttext\n1000\t3000\t{WORDS}\n"),
    ],
)
def test_texts(server_url: str, fake_recognizer: FakeRecognizer, output: str, body: str) -> None:
    answer = post(server_url, output=output)
    assert (answer.status_code, answer.text) == (200, body)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["asr-engine"] == "fake"


def test_json_is_plain_text_by_its_type(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    answer = post(server_url, output="json", word_timestamps="true")
    assert answer.headers["content-type"].startswith("text/plain")
    row = answer.json()
    assert (row["language"], row["text"]) == ("pl", WORDS)
    segment = row["segments"][0]
    assert (segment["id"], segment["start"], segment["end"], segment["text"]) == (0, 1.0, 3.0, f" {WORDS}")
    assert segment["words"][1] == {"word": " s3", "start": 1.5, "end": 2.0, "probability": 1.0}
    assert "speaker" not in segment
    assert post(server_url, output="json").json()["segments"][0]["words"] is None


@pytest.mark.parametrize("name", ["Sesja nr 5; „zwykła”.mp4", 'a".wav', "x" * 500, "../../etc/passwd"])
def test_the_name_of_the_answer_is_quoted(server_url: str, fake_recognizer: FakeRecognizer, name: str) -> None:
    head = post(server_url, name=name, output="srt").headers["content-disposition"]
    assert head.startswith('attachment; filename="')
    assert head.endswith('.srt"')
    assert head.count('"') == 2
    assert "/" not in head
    assert len(head) < 2_000


def test_bare_samples(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    assert post(server_url, SOUND[44:], encode="false").text == f"{WORDS}\n"
    assert post(server_url, b"", encode="false").json()["error"]["code"] == "media_empty"
    assert post(server_url, SOUND[44:]).status_code == 415


def test_wishes_reach_the_recogniser(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RecognitionOptions] = []

    class Listening(FakeRecognizer):
        def recognize(
            self, audio: Audio, speech: Sequence[Span], options: RecognitionOptions, on_progress: Progress | None = None
        ) -> Recognition:
            asked.append(options)
            return super().recognize(audio, speech, options, on_progress)

    monkeypatch.setattr(recognition, "recognizer", lambda model="": Listening())
    post(server_url, task="translate", language="uk", initial_prompt="Session.", hotwords="Lipowa", vad_filter="True")
    post(server_url, language="auto")
    assert asked[0] == RecognitionOptions("uk", hotwords="Lipowa", prompt="Session.", task="translate")
    assert (asked[1].language, asked[1].task) == ("pl", "transcribe")


@pytest.mark.parametrize(
    ("query", "status", "param"),
    [
        ({"task": "summarise"}, 400, "task"),
        ({"language": "zh"}, 400, "language"),
        ({"language": "polski"}, 400, "language"),
        ({"model": "gpt-9"}, 404, "model"),
        ({"encode": "perhaps"}, 400, "encode"),
        ({"word_timestamps": "2"}, 400, "word_timestamps"),
        ({"min_speakers": "0"}, 400, "min_speakers"),
        ({"max_speakers": "1e3"}, 400, "max_speakers"),
        ({"num_speakers": "99999999999"}, 400, "num_speakers"),
        ({"num_speakers": "²"}, 400, "num_speakers"),
        ({"min_speakers": "3", "max_speakers": "2"}, 400, "min_speakers"),
    ],
)
def test_a_wrong_parameter_is_named(server_url: str, query: dict[str, str], status: int, param: str) -> None:
    answer = post(server_url, **query)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)


def test_files_that_are_none(server_url: str) -> None:
    missing = patient_client.post(f"{server_url}/asr", files={"file": ("a", SOUND)})
    assert (missing.status_code, missing.json()["error"]["param"]) == (400, "audio_file")
    for path in ("asr", "detect-language"):
        assert post(server_url, b"no sound", path=path).status_code == 415
        assert post(server_url, b"", path=path).json()["error"]["code"] == "media_empty"
        assert patient_client.get(f"{server_url}/{path}").status_code == 405


def test_silence_is_an_empty_text(server_url: str) -> None:
    assert post(server_url, wav(3, 0)).text == ""
    assert post(server_url, wav(3, 0), output="json").json() == {"language": "pl", "segments": [], "text": ""}


def test_speakers_are_refused_without_their_engine(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diarization, "available", lambda: False)
    for name in ("diarize", "enable_diarization"):
        error = post(server_url, **{name: "true"}).json()["error"]
        assert (error["code"], error["param"]) == ("diarization_unavailable", "diarize")


def test_speakers(server_url: str, fake_recognizer: FakeRecognizer, fake_diarizer: None) -> None:
    sound = wav(121, 0.01)  # the fake's turns are five seconds long: 1-3 s are A's, 119-120 s B's
    row = post(server_url, sound, output="json", diarize="true", word_timestamps="true").json()
    assert [segment["speaker"] for segment in row["segments"]] == ["SPEAKER_00", "SPEAKER_01", "SPEAKER_01"]
    assert row["segments"][0]["words"][0]["speaker"] == "SPEAKER_00"
    text = post(server_url, sound, diarize="true").text
    assert text.startswith(f"[SPEAKER_00]: {WORDS}\n")


def test_the_language_is_told(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    told = {"detected_language": "polish", "language_code": "pl", "confidence": 0.9}
    assert post(server_url, path="detect-language").json() == told
    assert post(server_url, SOUND[44:], path="detect-language", encode="false").json() == told
    assert post(server_url, path="detect-language/").json() == told


def test_silence_has_no_language(server_url: str) -> None:
    nothing = {"detected_language": None, "language_code": None, "confidence": 0.0}
    assert post(server_url, wav(3, 0), path="detect-language").json() == nothing
