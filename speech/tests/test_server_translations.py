"""POST /v1/audio/translations: English from any language, in the forms of transcriptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx2
import numpy as np
import pytest

from speech.engine.errors import EngineError
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.types import Audio, Progress, Segment, Span
from speech.server import recognition
from speech.tests import patient_client
from speech.tests.speech_server import wav

ENGLISH = "I open the session."


class Interpreter(FakeRecognizer):
    """Says one English sentence when it is to translate; keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[RecognitionOptions] = []

    def recognize(
        self, audio: Audio, speech: Sequence[Span], options: RecognitionOptions, on_progress: Progress | None = None
    ) -> Recognition:
        self.asked.append(options)
        if options.task != "translate":
            return super().recognize(audio, speech, options, on_progress)
        said = (Segment(speech[0].start_ms, speech[0].end_ms, ENGLISH),)
        return Recognition(said, (), options.language, self.model_id)


class Silent:
    """A recogniser that cannot tell languages apart."""

    name = "silent"
    model_id = "silent"

    def __init__(self, interpreter: Interpreter) -> None:
        self.recognize = interpreter.recognize


@pytest.fixture
def interpreter(fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch) -> Interpreter:
    interpreter = Interpreter()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": interpreter)
    return interpreter


def post(url: str, fields: dict[str, Any] | None = None) -> httpx2.Response:
    form = {"model": "whisper-1", **(fields or {})}
    return patient_client.post(f"{url}/v1/audio/translations", data=form, files={"file": ("a", wav(4))})


def test_english_in_every_form(server_url: str, interpreter: Interpreter) -> None:
    assert post(server_url).json()["text"] == ENGLISH
    assert post(server_url, {"response_format": "text"}).text == ENGLISH
    assert ENGLISH in post(server_url, {"response_format": "srt"}).text
    assert post(server_url, {"response_format": "vtt"}).text.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nI op")
    verbose = post(server_url, {"response_format": "verbose_json"}).json()
    assert (verbose["task"], verbose["language"], verbose["segments"][0]["text"]) == ("translate", "en", ENGLISH)


def test_the_language_spoken_is_detected_in_any_script(server_url: str, interpreter: Interpreter) -> None:
    interpreter.detect_language = lambda audio, speech: [("uk", 0.9), ("pl", 0.1)]  # type: ignore[method-assign]
    post(server_url)
    post(server_url, {"language": "be", "prompt": "Session."})
    assert [(options.language, options.prompt) for options in interpreter.asked] == [("uk", ""), ("be", "Session.")]


def test_an_engine_that_cannot_tell_languages_apart_translates_from_polish(
    server_url: str, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "recognizer", lambda model="": Silent(interpreter))
    assert post(server_url).json()["text"] == ENGLISH
    assert interpreter.asked[0].language == "pl"
    form = {"model": "whisper-1", "language": "auto"}
    answer = patient_client.post(f"{server_url}/v1/audio/transcriptions", data=form, files={"file": ("a", wav(4))})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "language_unknown")


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"model": ""}, 400, "model"),
        ({"model": "tts-1"}, 404, "model"),
        ({"response_format": "diarized_json"}, 400, "response_format"),
        ({"temperature": "-1"}, 400, "temperature"),
        ({"language": "klingon"}, 400, "language"),
        ({"stream": "true"}, 400, "stream"),
    ],
)
def test_a_wrong_field_is_named(server_url: str, fields: dict[str, str], status: int, param: str) -> None:
    answer = post(server_url, fields)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)


@pytest.mark.parametrize("model", ["large-v3-turbo", "deepdml/faster-whisper-large-v3-turbo-ct2", "small.en"])
def test_a_model_that_cannot_translate_is_refused(
    server_url: str, fake_recognizer: FakeRecognizer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, model: str
) -> None:
    engine = FasterWhisperRecognizer(model, cache_dir=tmp_path)
    monkeypatch.setattr(recognition, "recognizer", lambda model="": engine)
    answer = post(server_url, {"language": "en"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "model_cannot_translate")
    with pytest.raises(EngineError):
        engine.recognize(Audio(np.zeros(16_000, np.float32)), [], RecognitionOptions("en", task="translate"))
