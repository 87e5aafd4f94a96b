"""POST /v1/audio/speech: every format playable and whole, every wrong wish refused before the first byte."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import subprocess
import threading
import wave
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import av
import httpx2
import pytest
from pytest_django import Settings

from speech.engine.audio import find_ffmpeg
from speech.engine.errors import EngineError
from speech.engine.voices import build, espeak
from speech.engine.voices.build import VoiceConfig
from speech.engine.voices.fake import FakeVoice
from speech.engine.voices.names import VoiceId
from speech.server.caller import Caller
from speech.server.gate import Admission, KeyGate
from speech.tests import patient_client
from speech.tests.piper_model import write_piper_model

TEXT = "Otwieram trzecią sesję Rady Gminy. Stwierdzam, że mamy kworum."
WISHES = {"model": "tts-1", "voice": "alloy", "input": TEXT}
LENGTH_S = len(TEXT) / 15  # the pace of the fake voice


def post(url: str, **wishes: Any) -> httpx2.Response:
    return patient_client.post(f"{url}/v1/audio/speech", json={**WISHES, **wishes})


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


@pytest.mark.parametrize("speed", [0.25, 0.4, 0.5, 1, 2.0, 3, 4.0])
def test_speed_is_what_was_asked_even_beyond_the_voices_own(
    server_url: str, fake_voice: FakeVoice, speed: float
) -> None:
    content = post(server_url, response_format="wav", speed=speed).content
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(LENGTH_S / speed, rel=0.05, abs=0.05)


@pytest.mark.parametrize(
    ("response_format", "rates"),
    [
        ("mp3", (8_000, 22_050, 48_000)),
        ("aac", (8_000, 44_100)),
        ("flac", (8_000, 8_001, 48_000)),
        ("wav", (8_000, 12_345, 48_000)),
    ],
)
def test_the_sample_rate_is_what_was_asked(
    server_url: str, fake_voice: FakeVoice, response_format: str, rates: tuple[int, ...]
) -> None:
    for rate in rates:
        answer = post(server_url, response_format=response_format, sample_rate=rate)
        with av.open(io.BytesIO(answer.content), "r") as file:
            frames = list(file.decode(audio=0))
        assert {frame.sample_rate for frame in frames} == {rate}
        assert sum(frame.samples for frame in frames) / rate == pytest.approx(LENGTH_S, abs=0.4)


def test_pcm_and_opus_take_rates_too(server_url: str, fake_voice: FakeVoice) -> None:
    plain = post(server_url, response_format="pcm").content
    assert len(post(server_url, response_format="pcm", sample_rate=48_000).content) == pytest.approx(
        2 * len(plain), rel=0.01
    )
    assert post(server_url, response_format="opus", sample_rate=16_000).content[:4] == b"OggS"
    refused = post(server_url, response_format="opus", sample_rate=22_050)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "sample_rate")


def events(answer: httpx2.Response) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]


@pytest.mark.parametrize("response_format", ["mp3", "wav", "opus"])
def test_events_carry_the_format_that_was_asked(server_url: str, fake_voice: FakeVoice, response_format: str) -> None:
    answer = post(server_url, stream_format="sse", response_format=response_format)
    assert answer.headers["content-type"] == "text/event-stream"
    *deltas, done = events(answer)
    content = b"".join(base64.b64decode(delta["audio"]) for delta in deltas)
    assert {delta["type"] for delta in deltas} == {"speech.audio.delta"}
    with av.open(io.BytesIO(content), "r") as file:
        assert sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0)) == pytest.approx(
            LENGTH_S, abs=0.2
        )
    assert done["type"] == "speech.audio.done"
    assert done["usage"] == done["token_usage"]
    assert done["usage"]["total_tokens"] == done["usage"]["input_tokens"] + done["usage"]["output_tokens"]
    assert done["usage"]["input_tokens"] == len(TEXT)


def test_a_voice_that_fails_in_the_middle_of_events_is_told(server_url: str, fake_voice: FakeVoice) -> None:
    fake_voice.fail_with, fake_voice.fail_from = EngineError("voice_unavailable"), 1
    first, failure = events(post(server_url, stream_format="sse"))
    assert first["type"] == "speech.audio.delta"
    assert failure["error"]["code"] == "voice_unavailable"


class GatedVoice(FakeVoice):
    """Speaks its second sentence only once `gate` is open."""

    gate = threading.Event()

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        if self.spoken:
            await asyncio.to_thread(self.gate.wait, 120)
        async for part in super().stream(text, speed=speed):
            yield part


@pytest.mark.parametrize(
    ("response_format", "speed"), [("mp3", 1), ("mp3", 4), ("pcm", 1), ("opus", 1), ("aac", 1), ("pcm", 0.25)]
)
def test_the_first_sentence_is_heard_before_the_second_is_spoken(
    server_url: str, fake_voice: FakeVoice, monkeypatch: pytest.MonkeyPatch, response_format: str, speed: float
) -> None:
    voice = GatedVoice()
    voice.gate.clear()
    monkeypatch.setattr(build, "make_voice", lambda voice_id, config: voice)
    body = {**WISHES, "response_format": response_format, "speed": speed}
    heard = 0
    try:
        with patient_client.stream("POST", f"{server_url}/v1/audio/speech", json=body) as answer:
            for block in answer.iter_raw():
                heard += len(block)
                if heard > 150 and not voice.gate.is_set():  # more than an Ogg file's headers
                    assert len(voice.spoken) == 1
                    voice.gate.set()
    finally:
        voice.gate.set()
    assert len(voice.spoken) == 2


def test_a_long_text_is_heard_whole(server_url: str, fake_voice: FakeVoice) -> None:
    text = "Przechodzimy do kolejnego punktu porządku obrad. " * 400
    answer = post(server_url, input=text)
    assert len(fake_voice.spoken) == 400
    assert len(answer.content) == sum(len(sentence) * 1000 // 15 // 24 for sentence in fake_voice.spoken) * 144


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
        ({"model": "kokoro"}, 400, "model"),
        ({"model": "speaches-ai/Kokoro-82M-v1.0-ONNX"}, 400, "model"),
        ({"model": "piper"}, 404, "model"),
        ({"model": "edge-tts"}, 404, "model"),
        ({"model": ["tts-1"]}, 400, "model"),
        ({"voice": "af_heart"}, 400, "voice"),
        ({"voice": "piper:en_US-lessac-medium"}, 400, "voice"),
        ({"model": "espeak-ng", "voice": "pl_PL-gosia-medium"}, 400, "voice"),
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
        ({"stream_format": "video"}, 400, "stream_format"),
        ({"stream_format": ["sse"]}, 400, "stream_format"),
        ({"sample_rate": 7999}, 400, "sample_rate"),
        ({"sample_rate": 48_001}, 400, "sample_rate"),
        ({"sample_rate": 24_000.5}, 400, "sample_rate"),
        ({"sample_rate": True}, 400, "sample_rate"),
        ({"sample_rate": 37_000}, 400, "sample_rate"),
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
    answer = patient_client.post(
        f"{server_url}/v1/audio/speech", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_signs_no_voice_can_take_are_left_out(server_url: str, fake_voice: FakeVoice) -> None:
    body = b'{"model": "tts-1", "voice": "alloy", "input": "Radni \\ud800\\u0000 g\\u0142osuj\\u0105."}'
    answer = patient_client.post(f"{server_url}/v1/audio/speech", content=body)
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
    settings.TTS_CACHE_BYTES = 0
    voices = {
        "edge": FakeVoice("edge:f", needs_network=True, fail_with=EngineError("voice_unavailable"), fail_from=1),
        "espeak": FakeVoice("espeak:f"),
    }
    monkeypatch.setattr(build, "make_voice", lambda voice_id, config: voices[voice_id.engine])
    answer = post(server_url, voice="pl-PL-ZofiaNeural")
    assert (answer.status_code, answer.headers["x-voice"]) == (200, "edge:f")
    assert voices["edge"].spoken == ["Otwieram trzecią sesję Rady Gminy."]
    assert voices["espeak"].spoken == ["Stwierdzam, że mamy kworum."]


def test_who_may_not_send_words_away_hears_the_offline_voice(
    server_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READ_ALOUD_ONLINE = True
    settings.TTS_CACHE_BYTES = 0

    async def admit(self: KeyGate, scope: object) -> Admission:
        return Admission(Caller("council:1", may_leave=False))

    monkeypatch.setattr(KeyGate, "admit", admit)
    asked: list[str] = []

    def make(voice_id: VoiceId, config: VoiceConfig) -> FakeVoice:
        asked.append(str(voice_id))
        return FakeVoice()

    monkeypatch.setattr(build, "make_voice", make)
    assert post(server_url, voice="nova").status_code == 200
    assert [voice for voice in asked if not voice.startswith("espeak")] == []
    names = [voice["id"] for voice in patient_client.get(f"{server_url}/v1/audio/voices").json()["voices"]]
    assert not [name for name in names if name.startswith("edge")]


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is optional and not installed")
def test_every_listed_voice_can_be_asked_for_with_its_model(
    server_url: str, settings: Settings, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    settings.TTS_CACHE_DIR = tmp_path / "spoken"
    write_piper_model(tmp_path / "piper")
    answer = patient_client.get(f"{server_url}/v1/audio/voices").json()
    assert answer["object"] == "list"
    rows = {row["id"]: row for row in answer["voices"]}
    assert rows["piper:pl_PL-gosia-medium"]["gender"] == "female"
    for name in ("piper:pl_PL-gosia-medium", "espeak:pl", "espeak:pl+f2"):
        spoken = post(server_url, model=rows[name]["model"], voice={"id": name}, input="Tak.")
        assert (spoken.status_code, spoken.headers["x-voice"]) == (200, name)
    assert post(server_url, model="piper", voice="nova", input="Tak.").headers["x-voice"] == "piper:pl_PL-gosia-medium"
    assert post(server_url, voice="nova", input="Tak.").headers["x-voice"] == "piper:pl_PL-gosia-medium"
    (tmp_path / "piper" / "pl_PL-gosia-medium.onnx").write_bytes(b"broken")
    assert post(server_url, voice="nova", input="Nie.").headers["x-voice"] == "espeak:pl"


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is optional and not installed")
def test_the_offline_voice_is_heard(server_url: str, settings: Settings) -> None:
    answer = post(server_url, response_format="wav")
    command = [str(find_ffmpeg()), "-i", "pipe:0", "-af", "volumedetect", "-f", "null", "-"]
    report = subprocess.run(command, input=answer.content, capture_output=True, check=True).stderr.decode()
    assert float(report.split("mean_volume: ")[1].split(" dB")[0]) > -35
