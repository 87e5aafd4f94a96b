"""POST /v1/audio/speech: every format playable and whole, every wrong wish refused before the first byte."""

from __future__ import annotations

import io
import subprocess
import wave
from typing import Any

import av
import httpx2
import pytest
from pytest_django import Settings

from speech.engine.audio import find_ffmpeg
from speech.engine.errors import EngineError
from speech.engine.voices import espeak
from speech.engine.voices.fake import FakeVoice
from speech.engine.voices.fallback import FallbackVoice
from speech.server.speaking import wishes as speaking

TEXT = "Otwieram trzecią sesję Rady Gminy. Stwierdzam, że mamy kworum."
WISHES = {"model": "tts-1", "voice": "alloy", "input": TEXT}
LENGTH_S = len(TEXT) / 15  # the pace of the fake voice


def post(url: str, **wishes: Any) -> httpx2.Response:
    return httpx2.post(f"{url}/v1/audio/speech", json={**WISHES, **wishes}, timeout=30)


@pytest.mark.parametrize(
    ("response_format", "media_type", "container"),
    [
        ("mp3", "audio/mpeg", "mp3"),
        ("wav", "audio/wav", "wav"),
        ("opus", "audio/opus", "ogg"),
        ("flac", "audio/flac", "flac"),
        ("aac", "audio/aac", "aac"),
    ],
)
def test_every_format_plays(
    server_url: str, fake_voice: FakeVoice, response_format: str, media_type: str, container: str
) -> None:
    answer = post(server_url, response_format=response_format)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    with av.open(io.BytesIO(answer.content), "r") as file:
        assert file.format.name == container
        lengths_s: list[float] = [frame.samples / frame.sample_rate for frame in file.decode(audio=0)]
    assert sum(lengths_s) == pytest.approx(LENGTH_S, abs=0.2)


def test_wav_has_true_sizes_and_pcm_is_the_same_samples(server_url: str, fake_voice: FakeVoice) -> None:
    content = post(server_url, response_format="wav").content
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        samples = file.readframes(file.getnframes())
    assert post(server_url, response_format="pcm").content == samples


def test_speed_beyond_the_voice_becomes_its_own_limit(server_url: str, fake_voice: FakeVoice) -> None:
    lengths = {speed: len(post(server_url, speed=speed).content) for speed in (0.25, 0.5, 1, 2.0, 4.0)}
    assert lengths[0.25] == lengths[0.5] > lengths[1] > lengths[2.0] == lengths[4.0]


@pytest.mark.parametrize("voice", ["nova", {"id": "onyx"}, "pl", "pl+f2"])
def test_voices_are_named_by_a_string_or_an_object(server_url: str, fake_voice: FakeVoice, voice: object) -> None:
    assert post(server_url, voice=voice, instructions="Spokojnie.").status_code == 200
    assert fake_voice.spoken


@pytest.mark.parametrize(
    ("wishes", "status", "param"),
    [
        ({"input": ""}, 400, "input"),
        ({"input": "... –"}, 400, "input"),
        ({"input": 5}, 400, "input"),
        ({"input": "a" * 100_001}, 400, "input"),
        ({"model": None}, 400, "model"),
        ({"model": "kokoro"}, 404, "model"),
        ({"model": "whisper-1"}, 404, "model"),
        ({"voice": None}, 400, "voice"),
        ({"voice": "nobody"}, 400, "voice"),
        ({"voice": {"id": 5}}, 400, "voice"),
        ({"voice": "pl-PL-ZofiaNeural"}, 400, "voice"),  # the tests' settings keep text on this machine
        ({"response_format": "midi"}, 400, "response_format"),
        ({"response_format": ["mp3"]}, 400, "response_format"),
        ({"speed": 0.2}, 400, "speed"),
        ({"speed": 4.1}, 400, "speed"),
        ({"speed": "1"}, 400, "speed"),
        ({"speed": True}, 400, "speed"),
        ({"stream_format": "sse"}, 400, "stream_format"),
        ({"sample_rate": 7999}, 400, "sample_rate"),
    ],
)
def test_a_wrong_wish_is_refused_by_name(
    server_url: str, fake_voice: FakeVoice, wishes: dict[str, object], status: int, param: str
) -> None:
    answer = post(server_url, **wishes)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)
    assert fake_voice.spoken == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'{"speed": NaN, "model": "tts-1", "input": "a", "voice": "alloy"}']
)
def test_a_bad_body_is_a_bad_request(server_url: str, body: bytes) -> None:
    answer = httpx2.post(f"{server_url}/v1/audio/speech", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_signs_no_voice_can_take_are_left_out(server_url: str, fake_voice: FakeVoice) -> None:
    body = b'{"model": "tts-1", "voice": "alloy", "input": "Radni \\ud800\\u0000 g\\u0142osuj\\u0105."}'
    answer = httpx2.post(f"{server_url}/v1/audio/speech", content=body)
    assert answer.status_code == 200
    assert fake_voice.spoken == ["Radni głosują."]


def test_a_voice_that_fails_is_told_before_the_first_byte(server_url: str, fake_voice: FakeVoice) -> None:
    fake_voice.fail_with = EngineError("voice_unavailable", retryable=True)
    for response_format in ("mp3", "wav"):
        answer = post(server_url, response_format=response_format)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "voice_unavailable")


def test_a_voice_that_fails_in_the_middle_gives_no_whole_looking_file(server_url: str, fake_voice: FakeVoice) -> None:
    fake_voice.fail_with, fake_voice.fail_from = EngineError("voice_unavailable"), 1
    with pytest.raises(httpx2.RemoteProtocolError):
        post(server_url, response_format="mp3")
    fake_voice.spoken.clear()
    assert post(server_url, response_format="wav").status_code == 503


def test_the_online_voice_gives_way_to_the_offline_one(
    server_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READ_ALOUD_ONLINE = True
    online, offline = FakeVoice(fail_with=EngineError("voice_unavailable"), fail_from=1), FakeVoice()
    monkeypatch.setattr(speaking, "_with_fallback", lambda name: FallbackVoice(online, offline))
    assert post(server_url, voice="pl-PL-ZofiaNeural").status_code == 200
    assert online.spoken + offline.spoken == ["Otwieram trzecią sesję Rady Gminy.", "Stwierdzam, że mamy kworum."]
    assert len(offline.spoken) == 1


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is optional and not installed")
def test_the_offline_voice_is_heard(server_url: str, settings: Settings) -> None:
    answer = post(server_url, response_format="wav")
    command = [str(find_ffmpeg()), "-i", "pipe:0", "-af", "volumedetect", "-f", "null", "-"]
    report = subprocess.run(command, input=answer.content, capture_output=True, check=True).stderr.decode()
    assert float(report.split("mean_volume: ")[1].split(" dB")[0]) > -35
