"""The unmodified `openai` client against the live server: what it sends is understood, what it gets it can parse."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from pytest_django import Settings

from speech.engine import diarization
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.voices import espeak
from speech.engine.voices.fake import FakeVoice
from speech.tests.speech_server import wav

SOUND = ("posiedzenie.wav", wav(4))
WORDS = "s2 s3 s4 s5"


@pytest.fixture
def client(server_url: str, settings: Settings) -> Iterator[openai.OpenAI]:
    settings.SPEECH_API_KEY = "tajne"
    with openai.OpenAI(base_url=f"{server_url}/v1", api_key="tajne", max_retries=0) as made:
        yield made


def test_models(client: openai.OpenAI) -> None:
    assert "whisper-1" in [model.id for model in client.models.list()]
    assert client.models.retrieve("Systran/faster-whisper-base").id == "Systran/faster-whisper-base"
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("gpt-9")
    assert caught.value.code == "model_not_found"
    assert caught.value.request_id


def test_json(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    heard = client.audio.transcriptions.create(model="whisper-1", file=SOUND, language="pl", prompt="Rada Gminy Lipowa")
    assert heard.text == WORDS
    assert heard.usage is not None
    assert heard.usage.type == "duration"


def test_bytes_alone(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    assert client.audio.transcriptions.create(model="whisper-1", file=SOUND[1]).text == WORDS


def test_verbose_json(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    heard = client.audio.transcriptions.create(
        model="whisper-1", file=SOUND, response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )
    assert heard.segments is not None
    assert heard.words is not None
    assert [(segment.start, segment.end, segment.text) for segment in heard.segments] == [(1.0, 3.0, WORDS)]
    assert [word.word for word in heard.words] == WORDS.split()
    assert float(heard.duration) == 4.0


def test_text_srt_and_vtt(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    create = client.audio.transcriptions.create
    assert create(model="whisper-1", file=SOUND, response_format="text") == WORDS
    assert create(model="whisper-1", file=SOUND, response_format="srt").startswith("1\n00:00:01,000 --> 00:00:03,000\n")
    assert create(model="whisper-1", file=SOUND, response_format="vtt").startswith("WEBVTT\n\n00:00:01.000 --> ")


def test_stream(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    events = list(client.audio.transcriptions.create(model="whisper-1", file=SOUND, stream=True))
    assert events[-1].type == "transcript.text.done"
    assert events[-1].text == WORDS
    assert "".join(event.delta for event in events if event.type == "transcript.text.delta") == WORDS


def test_all_fields_at_once(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    heard = client.audio.transcriptions.create(
        model="whisper-1",
        file=SOUND,
        languages=["pl", "en"],
        keywords=["Lipowa", "absolutorium"],
        prompt="Rada Gminy Lipowa.",
        temperature=0,
        include=["logprobs"],
        response_format="json",
        chunking_strategy={
            "type": "server_vad",
            "threshold": 0.4,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 500,
        },
    )
    assert heard.text == WORDS
    assert heard.logprobs is not None
    assert [row.token for row in heard.logprobs] == WORDS.split()


def test_speakers(client: openai.OpenAI, fake_recognizer: FakeRecognizer, fake_diarizer: None) -> None:
    sample = f"data:audio/wav;base64,{base64.b64encode(wav(3)).decode()}"
    asked: dict[str, Any] = {
        "model": "whisper-1",
        "file": SOUND,
        "response_format": "diarized_json",
        "chunking_strategy": "auto",
        "known_speaker_names": ["Anna"],
        "known_speaker_references": [sample],
    }
    heard = client.audio.transcriptions.create(**asked)
    assert [(segment.text, segment.start) for segment in heard.segments] == [(WORDS, 1.0)]
    assert heard.segments[0].speaker in ("A", "Anna")
    events = list(client.audio.transcriptions.create(**asked, stream=True))
    kinds = ["transcript.text.delta", "transcript.text.segment", "transcript.text.done"]
    assert [event.type for event in events] == kinds


def test_translations(client: openai.OpenAI, fake_recognizer: FakeRecognizer) -> None:
    create = client.audio.translations.create
    assert create(model="whisper-1", file=SOUND, prompt="Session.").text == WORDS
    assert create(model="whisper-1", file=SOUND, response_format="srt").startswith("1\n00:00:01,000 --> ")
    verbose = create(model="whisper-1", file=SOUND, response_format="verbose_json", temperature=0)
    assert (verbose.language, float(verbose.duration)) == ("en", 4.0)


def test_refusals_carry_code_and_field(client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diarization, "available", lambda: False)
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="whisper-1", file=SOUND, response_format="diarized_json")
    assert (caught.value.code, caught.value.param) == ("unsupported_value", "response_format")
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="inny").models.list()


def test_speech(client: openai.OpenAI, fake_voice: FakeVoice) -> None:
    mp3 = client.audio.speech.create(model="tts-1", voice="nova", input="Otwieram sesję.").content
    assert mp3[:2] == b"\xff\xf3"
    with client.audio.speech.with_streaming_response.create(
        model="tts-1", voice={"id": "onyx"}, input="Otwieram sesję.", response_format="wav", speed=1.5
    ) as answer:
        content = b"".join(answer.iter_bytes())
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnframes() > 0


@pytest.mark.engine
@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is optional and not installed")
def test_what_the_server_says_it_understands(client: openai.OpenAI) -> None:
    said = "Dzień dobry państwu. Otwieram sesję rady gminy. Stwierdzam, że mamy kworum."
    sound = client.audio.speech.create(model="tts-1", voice="pl", input=said).content
    heard = client.audio.transcriptions.create(model="whisper-1", file=("said.mp3", sound)).text.lower()
    assert sum(part in heard for part in ("dobry", "otwieram", "sesj", "rady", "gminy", "że mamy")) >= 3
