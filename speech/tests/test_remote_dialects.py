"""What servers are asked: each in its own words, no more than it knows, and our own server among them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytest_django import Settings

from speech.engine.chunk_limits import ChunkLimits
from speech.engine.guards import Removed
from speech.engine.recognizers.asr_webservice import AsrWebserviceRecognizer
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.openai_api import OpenAiApiRecognizer
from speech.engine.recognizers.remote import RemoteSettings
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span
from speech.tests.remote_server import (
    Asked,
    RemoteServer,
    asr_faster_whisper,
    openai_json_only,
    openai_whisper,
    refusal,
    remote_server,
    reply,
    segments_only,
    spoken,
    words_of,
)

NUMBERS = [1, 2, 3, 4, 5, 6]


@pytest.fixture
def server() -> Iterator[RemoteServer]:
    with remote_server(openai_whisper) as made:
        yield made


def openai_recognizer(server: RemoteServer, model: str = "whisper-1", **settings: object) -> OpenAiApiRecognizer:
    return OpenAiApiRecognizer(f"{server.url}/v1", "tajne", model, RemoteSettings(**settings))  # type: ignore[arg-type]


def said(result: Recognition) -> list[str]:
    return [word.text.rstrip("?") for segment in result.segments for word in segment.words]


def test_openai_is_asked_for_times_of_words(server: RemoteServer) -> None:
    audio, speech = spoken(NUMBERS)
    options = RecognitionOptions(hotwords="Lipowa, Modrzewica", prompt="Sesja \ud800rady.")
    result = openai_recognizer(server).recognize(audio, speech, options)
    asked = server.asked[0]
    assert asked.path == "/v1/audio/transcriptions"
    assert asked.headers["authorization"] == "Bearer tajne"
    assert asked.wishes["model"] == ["whisper-1"]
    assert asked.wishes["language"] == ["pl"]
    assert asked.wishes["prompt"] == ["Lipowa, Modrzewica. Sesja rady."]
    assert asked.wishes["response_format"] == ["verbose_json"]
    assert asked.wishes["timestamp_granularities[]"] == ["word", "segment"]
    assert float(asked.wishes["temperature"][0]) == 0
    assert result.model_id == "whisper-1"
    assert [segment.text for segment in result.segments] == ["słowo1 słowo2 słowo3 słowo4? słowo5 słowo6"]


@pytest.mark.parametrize(("dialect", "refusals"), [(segments_only, 1), (openai_json_only, 2)])
def test_a_server_that_knows_less_is_asked_for_less_and_remembered(dialect: object, refusals: int) -> None:
    audio, speech = spoken(NUMBERS)
    with remote_server(dialect) as server:  # type: ignore[arg-type]
        used = openai_recognizer(server)
        assert said(used.recognize(audio, speech, RecognitionOptions())) == words_of(NUMBERS)
        assert len(server.asked) == 1 + refusals
        assert said(used.recognize(audio, speech, RecognitionOptions())) == words_of(NUMBERS)
        assert len(server.asked) == 2 + refusals


def test_one_failure_of_the_server_does_not_cost_the_times_for_ever(server: RemoteServer) -> None:
    audio, speech = spoken(NUMBERS)
    used = openai_recognizer(server)
    server.faults = [refusal(500, "boom")]
    used.recognize(audio, speech, RecognitionOptions())
    used.recognize(audio, speech, RecognitionOptions())
    assert "timestamp_granularities[]" in server.asked[-1].wishes


def test_words_without_times_lie_in_speech_and_say_so() -> None:
    audio, speech = spoken(NUMBERS, {0: 4_000, 3: 6_000})
    with remote_server(openai_json_only) as server:
        result = openai_recognizer(server).recognize(audio, speech, RecognitionOptions())
    words = [word for segment in result.segments for word in segment.words]
    assert len(words) == 6
    assert {word.probability for word in words} == {None}
    assert all(any(s.start_ms <= w.start_ms <= w.end_ms <= s.end_ms for s in speech) for w in words)


def test_a_model_that_tells_speakers_apart_is_asked_for_them() -> None:
    def diarized(asked: Asked) -> object:
        assert asked.wishes["response_format"] == ["diarized_json"]
        parts = [
            {"type": "transcript.text.segment", "id": str(i), "start": s, "end": e, "text": w, "speaker": "AB"[i % 2]}
            for i, (s, e, w) in enumerate(asked.heard)
        ]
        return reply({"task": "transcribe", "text": " ".join(h[2] for h in asked.heard), "segments": parts})

    audio, speech = spoken(NUMBERS, offset_ms=60_000)
    with remote_server(diarized) as server:  # type: ignore[arg-type]
        result = openai_recognizer(server, "gpt-4o-transcribe-diarize").recognize(audio, speech, RecognitionOptions())
    assert server.asked[0].wishes["chunking_strategy"] == ["auto"]
    assert "prompt" not in server.asked[0].wishes
    assert [segment.speaker for segment in result.segments] == ["A@60", "B@60"] * 3
    assert said(result) == words_of(NUMBERS)


def test_translation_has_its_own_address(server: RemoteServer) -> None:
    audio, speech = spoken(NUMBERS)
    result = openai_recognizer(server).recognize(audio, speech, RecognitionOptions(task="translate"))
    assert server.asked[0].path == "/v1/audio/translations"
    assert "language" not in server.asked[0].wishes
    assert said(result) == words_of(NUMBERS)


def test_short_sound_goes_without_loss_and_long_sound_small(server: RemoteServer) -> None:
    audio, speech = spoken(NUMBERS)
    openai_recognizer(server).recognize(audio, speech, RecognitionOptions())
    assert (server.asked[-1].file_name, server.asked[-1].media_type) == ("sound.flac", "audio/flac")
    noise = Audio((0.1 * np.random.default_rng(1).standard_normal(180 * SAMPLE_RATE_HZ)).astype(np.float32))
    for chosen, media_type in (("opus", "audio/ogg"), ("mp3", "audio/mpeg")):
        server.asked.clear()
        openai_recognizer(server, upload_format=chosen).recognize(noise, [Span(0, 180_000)], RecognitionOptions())
        assert server.asked[0].media_type == media_type
        assert server.asked[0].size < 180 * 4_400


def test_a_scrap_of_sound_is_filled_up(server: RemoteServer) -> None:
    audio, _ = spoken(NUMBERS)
    openai_recognizer(server).recognize(audio, [Span(100, 101)], RecognitionOptions())
    assert server.asked[0].duration_ms == 1_000


def test_inventions_of_a_server_are_taken_out_and_recorded(server: RemoteServer) -> None:
    server.dialect = lambda asked: reply({"text": "", "segments": [
        {"start": 0.0, "end": 1.0, "text": "Otwieram sesję."},
        {"start": 1.0, "end": 1.8, "text": "Napisy stworzone przez społeczność Amara.org"},
        {"start": 1.9, "end": 2.2, "text": "Дzień dobry."},
        {"start": 2.2, "end": 2.4, "text": "Dziękuję.", "no_speech_prob": 0.95, "avg_logprob": -1.5},
    ]})  # fmt: skip
    audio, speech = spoken(NUMBERS)
    result = openai_recognizer(server).recognize(audio, speech, RecognitionOptions())
    assert " ".join(segment.text for segment in result.segments) == "Otwieram sesję. dobry."
    assert {record.reason for record in result.removed} == {"phantom", "script", "no_speech"}
    assert all(isinstance(record, Removed) for record in result.removed)


def test_the_webservice_is_asked_by_its_query() -> None:
    audio, speech = spoken(NUMBERS)
    with remote_server(asr_faster_whisper) as server:
        result = AsrWebserviceRecognizer(server.url).recognize(
            audio, speech, RecognitionOptions(hotwords="Lipowa", prompt="Sesja.")
        )
    wishes = {name: values[0] for name, values in server.asked[0].wishes.items()}
    assert wishes == {
        "encode": "true", "task": "transcribe", "language": "pl", "output": "json", "word_timestamps": "true",
        "vad_filter": "false", "diarize": "false", "enable_diarization": "false",
        "initial_prompt": "Lipowa. Sesja.", "hotwords": "Lipowa",
    }  # fmt: skip
    assert said(result) == words_of(NUMBERS)
    assert [word.probability for word in result.segments[0].words] == [0.9] * 6


def test_numbers_of_speakers_are_sent_only_when_given() -> None:
    audio, speech = spoken(NUMBERS)
    with remote_server(asr_faster_whisper) as server:
        AsrWebserviceRecognizer(server.url, diarize=True).recognize(audio, speech, RecognitionOptions())
        AsrWebserviceRecognizer(server.url, diarize=True, min_speakers=2, max_speakers=2).recognize(
            audio, speech, RecognitionOptions()
        )
    first, second = (asked.wishes for asked in server.asked)
    assert first["diarize"] == first["enable_diarization"] == ["true"]
    assert "min_speakers" not in first
    assert "max_speakers" not in first
    assert (second["min_speakers"], second["max_speakers"]) == (["2"], ["2"])


def test_our_own_server_speaks_openais_dialect(
    server_url: str, settings: Settings, fake_recognizer: FakeRecognizer
) -> None:
    settings.SPEECH_API_KEY = "tajne"
    used = OpenAiApiRecognizer(f"{server_url}/v1", "tajne", "whisper-1")
    assert said(used.recognize(*_five_seconds(), RecognitionOptions())) == ["s2", "s3", "s4", "s5"]


def test_our_own_server_speaks_the_webservices_dialect(server_url: str, fake_recognizer: FakeRecognizer) -> None:
    used = AsrWebserviceRecognizer(server_url)
    result = used.recognize(*_five_seconds(), RecognitionOptions())
    assert said(result) == ["s2", "s3", "s4", "s5"]
    assert result.segments[0].start_ms == 11_000


def _five_seconds() -> tuple[Audio, list[Span]]:
    noise = 0.1 * np.random.default_rng(1).standard_normal(20 * SAMPLE_RATE_HZ)
    return Audio(noise.astype(np.float32)), [Span(10_000, 15_000)]


def test_limits_default_to_those_of_the_product() -> None:
    assert RemoteSettings().limits == ChunkLimits()
