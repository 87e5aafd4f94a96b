"""The voice of another server: the real `openai` client against a local one that misbehaves as real ones do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from speech.engine.addresses import is_this_machine
from speech.engine.errors import EngineError
from speech.engine.voices import openai_api
from speech.engine.voices.base import mp3_duration_ms
from speech.engine.voices.openai_api import OpenAiVoice
from speech.tests.openai_voice_server import OpenAiVoiceServer, openai_voice_server

SENTENCE = "Rada podjęła uchwałę w sprawie zmiany budżetu."


@pytest.fixture
async def server() -> AsyncIterator[OpenAiVoiceServer]:
    async with openai_voice_server() as running:
        yield running


async def sound(voice: OpenAiVoice, speed: float = 1.0) -> bytes:
    return b"".join([part async for part in voice.stream(SENTENCE, speed=speed)])


async def test_the_request_is_openais_and_the_sound_as_long_as_what_came(server: OpenAiVoiceServer) -> None:
    made = await sound(server.voice())
    (request,) = server.requests
    assert (request["model"], request["voice"], request["input"]) == ("kokoro-pl", "gosia", SENTENCE)
    assert server.keys == ["Bearer tajne"]
    assert mp3_duration_ms(made) == pytest.approx(len(SENTENCE) * 1000 / 15, abs=150)


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
async def test_speed_is_made_here_whatever_the_server_does(server: OpenAiVoiceServer, speed: float) -> None:
    assert mp3_duration_ms(await sound(server.voice(), speed)) == pytest.approx(
        len(SENTENCE) * 1000 / 15 / speed, rel=0.1
    )
    assert "speed" not in server.requests[0]


async def test_a_server_without_wav_is_asked_for_mp3_from_then_on(server: OpenAiVoiceServer) -> None:
    server.mode = "no_wav"
    voice = server.voice()
    assert await sound(voice)
    assert await sound(voice)
    assert [request["response_format"] for request in server.requests] == ["wav", "mp3", "mp3"]


@pytest.mark.parametrize(
    ("mode", "code", "retryable"),
    [
        ("401", "voice_unavailable", False),
        ("404", "voice_unavailable", False),
        ("400", "voice_unavailable", False),
        ("429", "voice_unavailable", True),
        ("503", "voice_unavailable", True),
        ("cut", "voice_unavailable", True),
        ("silent", "voice_unavailable", True),
        ("half", "voice_incomplete", True),
        ("garbage", "voice_incomplete", True),
        ("empty", "voice_incomplete", True),
    ],
)
async def test_no_whole_sentence_is_an_error(server: OpenAiVoiceServer, mode: str, code: str, retryable: bool) -> None:
    server.mode = mode
    with pytest.raises(EngineError) as caught:
        await sound(server.voice())
    assert (caught.value.code, caught.value.retryable) == (code, retryable)
    assert len(server.requests) == (2 if mode == "400" else 1), "nothing is repeated in silence"


async def test_a_server_that_does_not_stop_is_given_up(
    server: OpenAiVoiceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_api, "SOUND_MAX_BYTES", 1_000)
    with pytest.raises(EngineError) as caught:
        await sound(server.voice())
    assert caught.value.code == "voice_incomplete"


async def test_nobody_there_is_unavailable(unused_tcp_port: int) -> None:
    with pytest.raises(EngineError) as caught:
        await sound(OpenAiVoice(f"http://127.0.0.1:{unused_tcp_port}/v1", "", "m", "v"))
    assert (caught.value.code, caught.value.retryable) == ("voice_unavailable", True)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:1/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://127.0.0.1.example.pl/v1", False),
        ("http://10.0.0.5/v1", False),
    ],
)
def test_text_leaves_the_machine_unless_the_server_is_on_it(url: str, here: bool) -> None:
    assert is_this_machine(url) is here
    assert OpenAiVoice(url, "", "m", "v").needs_network is not here
