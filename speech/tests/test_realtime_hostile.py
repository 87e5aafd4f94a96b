"""Whatever a client sends, it is told what was wrong and the connection lives on; what it leaves is cleared up."""

from __future__ import annotations

import asyncio
import datetime
import json
from typing import Any

import numpy as np
import pytest
import websockets
from pytest_django import Settings

from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.voices.espeak import available
from speech.server import recognition
from speech.server.realtime import app
from speech.server.realtime.sound import encode_g711
from speech.tests.realtime_client import RawClient, connected, in_base64, noise, spoken

needs_speech = pytest.mark.skipif(not available(), reason="espeak-ng makes the speech that detection must hear")


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> FakeRecognizer:
    fake = FakeRecognizer()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": fake)
    return fake


async def lives(client: RawClient) -> bool:
    await client.send("input_audio_buffer.clear", event_id="alive")
    return (await client.until("input_audio_buffer.cleared")).get("error") is None


async def by_commit(client: RawClient, **sound_in: Any) -> None:
    await client.send("session.update", session={"audio": {"input": {"turn_detection": None, **sound_in}}})
    await client.until("session.updated")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "invalid_json"),
        ("", "invalid_json"),
        ("[" * 100_000, "invalid_json"),
        ('{"type": ' + "9" * 10_000 + "}", "invalid_json"),
        ("[]", "invalid_event"),
        ("null", "invalid_event"),
        (b"\x00\xff\x00", "invalid_event"),
        ("{}", "invalid_value"),
        ('{"type": ["a"]}', "invalid_value"),
        ('{"type": "input_audio_buffer.dance"}', "invalid_value"),
        ('{"type": "input_audio_buffer.append"}', "invalid_type"),
        ('{"type": "input_audio_buffer.append", "audio": 7}', "invalid_type"),
        ('{"type": "input_audio_buffer.append", "audio": "not base64!"}', "invalid_base64"),
        ('{"type": "input_audio_buffer.append", "audio": "AAA"}', "invalid_base64"),
        ('{"type": "input_audio_buffer.append", "audio": "\\ud800AAA"}', "invalid_base64"),
        ('{"type": "input_audio_buffer.commit"}', "input_audio_buffer_commit_empty"),
        ('{"type": "conversation.item.retrieve", "item_id": "\\ud800"}', "item_not_found"),
        ('{"type": "conversation.item.delete"}', "item_not_found"),
        ('{"type": "conversation.item.truncate", "item_id": {}}', "item_not_found"),
        ('{"type": "conversation.item.create"}', "invalid_type"),
        ('{"type": "conversation.item.create", "item": {"type": "function_call_output"}}', "unsupported_value"),
        ('{"type": "response.create"}', "invalid_value"),
        ('{"type": "response.cancel"}', "response_cancel_not_active"),
        ('{"type": "session.update"}', "invalid_type"),
    ],
)
async def test_what_is_wrong_is_told(server_url: str, frame: str | bytes, code: str) -> None:
    async with connected(server_url) as client:
        await client.until("session.created")
        await client.socket.send(frame)
        event = await client.event()
        assert event["type"] == "error"
        assert event["error"]["code"] == code
        assert event["error"]["type"] == "invalid_request_error"
        assert event["error"]["message"]
        assert await lives(client)


@pytest.mark.parametrize(
    ("session", "param"),
    [
        ({"audio": 5}, "session.audio"),
        ({"audio": {"input": {"turn_detection": {"threshold": 1.5}}}}, "session.audio.input.turn_detection.threshold"),
        ({"audio": {"input": {"turn_detection": {"type": "magic"}}}}, "session.audio.input.turn_detection.type"),
        ({"audio": {"input": {"format": {"rate": 7_999}}}}, "session.audio.input.format.rate"),
        ({"audio": {"input": {"format": {"type": "audio/mp3"}}}}, "session.audio.input.format.type"),
        (
            {"audio": {"input": {"transcription": {"language": "klingon"}}}},
            "session.audio.input.transcription.language",
        ),
        ({"audio": {"input": {"transcription": {"model": "gpt-9"}}}}, "session.audio.input.transcription.model"),
        ({"audio": {"input": {"transcription": {"prompt": "\ud800"}}}}, "session.audio.input.transcription.prompt"),
        ({"type": "realtime"}, "session.type"),
        ({"include": "logprobs"}, "session.include"),
        ({"turn_detection": {"silence_duration_ms": "long"}}, "session.turn_detection.silence_duration_ms"),
        ({"turn_detection": {"silence_duration_ms": True}}, "session.turn_detection.silence_duration_ms"),
        ({"input_audio_format": "mp3"}, "session.input_audio_format.type"),
        ({"input_audio_transcription": []}, "session.input_audio_transcription"),
    ],
)
async def test_settings_at_fault_change_nothing(server_url: str, session: dict[str, Any], param: str) -> None:
    async with connected(server_url) as client:
        created = (await client.until("session.created"))["session"]
        await client.send("session.update", event_id="mine", session=session)
        error = (await client.event())["error"]
        assert (error["param"], error["event_id"]) == (param, "mine")
        await client.send("session.update", session={"audio": {}})
        assert (await client.until("session.updated"))["session"] == created


async def test_numbers_that_json_does_not_have(server_url: str) -> None:
    async with connected(server_url) as client:
        for number in ("NaN", "Infinity", "1e400", "-1e400"):
            detection = f'{{"turn_detection": {{"threshold": {number}}}}}'
            await client.socket.send(f'{{"type": "session.update", "session": {detection}}}')
            assert (await client.until("error"))["error"]["param"] == "session.turn_detection.threshold"


async def test_an_unknown_model_in_the_address_is_told_and_replaced(server_url: str) -> None:
    query = "intent=transcription&model=Systran%2Ffaster-whisper-klingon&language=xx"
    async with connected(server_url, query) as client:
        session = (await client.event())["session"]
        assert session["audio"]["input"]["transcription"]["model"] == "whisper-1"
        assert [(await client.event())["error"]["param"] for _ in range(2)] == ["model", "language"]


async def test_more_sound_than_one_event_may_hold(server_url: str) -> None:
    async with connected(server_url) as client:
        await by_commit(client)
        await client.send("input_audio_buffer.append", event_id="big", audio=in_base64(b"\0" * (15 * 1024 * 1024 + 3)))
        error = (await client.until("error"))["error"]
        assert (error["code"], error["event_id"]) == ("audio_too_large", "big")
        await client.send("input_audio_buffer.append", audio=in_base64(b"\0" * (15 * 1024 * 1024)))
        await client.send("input_audio_buffer.commit")
        assert (await client.completed()) == ""


async def test_the_buffer_has_an_end(server_url: str, settings: Settings) -> None:
    settings.SPEECH_REALTIME_BUFFER = datetime.timedelta(seconds=30)
    async with connected(server_url) as client:
        await by_commit(client)
        for _ in range(4):
            await client.send("input_audio_buffer.append", audio=in_base64(noise(9.9)))
        assert (await client.until("error"))["error"]["code"] == "input_audio_buffer_full"
        await client.send("input_audio_buffer.commit")
        completed = await client.until("transcription.completed")
        assert completed["usage"]["seconds"] == pytest.approx(29.7, abs=0.1)
        assert client.kinds().count("error") == 1


async def test_a_tenth_of_a_second_is_needed(server_url: str) -> None:
    async with connected(server_url) as client:
        await by_commit(client)
        await client.append(noise(0.09))
        await client.send("input_audio_buffer.commit")
        error = (await client.until("error"))["error"]
        assert error["message"].startswith("Error committing input audio buffer: buffer too small.")
        await client.append(noise(0.03))
        await client.send("input_audio_buffer.commit")
        assert await client.completed() == ""


@needs_speech
@pytest.mark.parametrize(
    ("declared", "rate_hz"),
    [
        ({"type": "audio/pcm", "rate": 24_000}, 24_000),
        ({"type": "audio/pcm", "rate": 16_000}, 16_000),
        ({"type": "audio/pcm", "rate": 44_100}, 44_100),
        ({"type": "audio/pcm", "rate": 8_000}, 8_000),
    ],
)
async def test_rates_and_halves_of_samples(server_url: str, declared: dict[str, Any], rate_hz: int) -> None:
    pcm = spoken(rate_hz=rate_hz)
    async with connected(server_url) as client:
        await by_commit(client, format=declared)
        await client.append(pcm, block_bytes=4_801)
        await client.send("input_audio_buffer.commit")
        completed = await client.until("transcription.completed")
    assert completed["usage"]["seconds"] == pytest.approx(len(pcm) / rate_hz, abs=0.01)
    assert "s3 s4 s5" in completed["transcript"]


@needs_speech
@pytest.mark.parametrize("flat", ["g711_ulaw", "g711_alaw"])
async def test_telephone_sound(server_url: str, flat: str) -> None:
    data = encode_g711(spoken(rate_hz=8_000), "audio/pcmu" if flat == "g711_ulaw" else "audio/pcma")
    async with connected(server_url) as client:
        await client.send("session.update", session={"input_audio_format": flat, "turn_detection": None})
        assert (await client.until("session.updated"))["session"]["input_audio_format"] == flat
        await client.append(data)
        await client.send("input_audio_buffer.commit")
        assert "s3 s4 s5" in await client.completed()


@needs_speech
async def test_speech_without_a_pause_is_divided_and_nothing_is_lost(server_url: str) -> None:
    sentence = spoken()
    voiced = np.flatnonzero(np.abs(sentence) > 500)
    endless = np.tile(sentence[voiced[0] : voiced[-1]], 20)[: 70 * 24_000]
    async with connected(server_url) as client:
        await client.append(np.concatenate([endless, np.zeros(24_000, dtype=np.int16)]))
        seconds = [(await client.until("transcription.completed"))["usage"]["seconds"] for _ in range(3)]
    assert all(20 <= length <= 30 for length in seconds[:2])
    assert sum(seconds) == pytest.approx(70, abs=1.0)


async def all_are_forgotten() -> bool:
    """Whether the server has let go of every connection: it sees that a client has left a moment after it has."""
    for _ in range(1500):
        if not app._open_connections:
            return True
        await asyncio.sleep(0.02)
    return False


@needs_speech
async def test_a_client_that_leaves_midway_leaves_nothing(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = FakeRecognizer("delay_ms=2000")
    monkeypatch.setattr(recognition, "recognizer", lambda model="": slow)
    for _ in range(3):
        async with connected(server_url) as client:
            await client.append(spoken())
            await client.until("speech_stopped")
            client.socket.transport.abort()
    assert await all_are_forgotten()
    async with connected(server_url) as client:
        assert await lives(client)


@needs_speech
async def test_a_client_that_does_not_wait_for_the_handshake_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert await all_are_forgotten()  # those of the tests before

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        raise ConnectionError("the client is gone")

    await app.application({"type": "websocket", "headers": [], "query_string": b""}, receive, send)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not app._open_connections


async def test_the_time_limit_loses_nothing_that_was_said(server_url: str, settings: Settings) -> None:
    settings.SPEECH_REALTIME_SESSION = datetime.timedelta(seconds=2)
    async with connected(server_url) as client:
        await client.append(spoken()[: 24_000 * 3])  # the speaker has not come to an end
        await client.until("speech_started")
        assert await client.completed()
        assert (await client.until("error"))["error"]["code"] == "session_expired"
        with pytest.raises(websockets.ConnectionClosed):
            await client.event()


async def test_who_is_silent_is_told_and_left(server_url: str, settings: Settings) -> None:
    settings.SPEECH_REALTIME_IDLE = datetime.timedelta(seconds=0.2)
    async with connected(server_url) as client:
        assert (await client.until("error"))["error"]["code"] == "idle_timeout"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.event()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001


async def test_no_more_connections_than_allowed(server_url: str, settings: Settings) -> None:
    settings.SPEECH_REALTIME_CONNECTIONS = 1
    async with connected(server_url) as client:
        assert await lives(client)
        with pytest.raises(websockets.InvalidStatus):
            async with connected(server_url):
                pass
        assert await lives(client)


async def test_parallel_clients_do_not_hear_each_other(server_url: str) -> None:
    async def one(seconds: float) -> float:
        async with connected(server_url) as client:
            await by_commit(client)
            await client.append(noise(seconds))
            await client.send("input_audio_buffer.commit")
            return float((await client.until("transcription.completed"))["usage"]["seconds"])

    lengths = [1.0 + 0.5 * index for index in range(8)]
    assert await asyncio.gather(*(one(length) for length in lengths)) == pytest.approx(lengths, abs=0.01)


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({"additional_headers": {"Authorization": "Bearer tajne"}}, ""),
        ({"additional_headers": {"X-API-Key": "tajne"}}, ""),
        ({}, "&api_key=tajne"),
        ({"subprotocols": ["realtime", "openai-insecure-api-key.tajne", "openai-beta.realtime-v1"]}, ""),
    ],
)
async def test_keys(server_url: str, settings: Settings, options: dict[str, Any], query: str) -> None:
    settings.SPEECH_API_KEY = "tajne"
    async with connected(server_url, f"intent=transcription{query}", **options) as client:
        session = (await client.event())["session"]
        assert ("input_audio_format" in session) == ("subprotocols" in options)
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with connected(server_url):
            pass
    assert refused.value.response.status_code == 403


async def test_the_address_with_a_last_slash(server_url: str) -> None:
    async with websockets.connect(f"{server_url.replace('http', 'ws', 1)}/v1/realtime/") as socket:
        assert json.loads(await socket.recv())["type"] == "session.created"


class _Broken(FakeRecognizer):
    """Fails as nobody foresaw, once."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 1

    def recognize(self, *args: Any, **options: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise ZeroDivisionError("a fault of the server's own")
        return super().recognize(*args, **options)


@needs_speech
async def test_a_fault_of_the_server_fails_one_turn_and_not_the_connection(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = _Broken()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": broken)
    async with connected(server_url) as client:
        await by_commit(client)
        for ending in ("transcription.failed", "transcription.completed"):
            await client.append(spoken())
            await client.send("input_audio_buffer.commit")
            event = await client.until(ending)
        assert event["transcript"]
        failed = next(event for event in client.seen if event["type"].endswith(".failed"))
        assert failed["error"]["code"] == "internal_error"
        assert "ZeroDivisionError" not in str(failed)
        assert await lives(client)


async def test_a_fault_while_an_event_is_taken_is_told(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any) -> None:
        raise ZeroDivisionError("a fault of the server's own")

    monkeypatch.setattr("speech.server.realtime.connection.updated", fails)
    async with connected(server_url) as client:
        await client.send("session.update", event_id="mine", session={})
        error = (await client.until("error"))["error"]
        assert (error["code"], error["type"], error["event_id"]) == ("internal_error", "server_error", "mine")
        assert await lives(client)


@pytest.mark.parametrize(
    "frame",
    [
        '{"type": ' + "[" * 900 + "]" * 900 + "}",
        '{"type": "conversation.item.retrieve", "item_id": ' + "[" * 900 + "]" * 900 + "}",
    ],
)
async def test_values_within_values(server_url: str, frame: str) -> None:
    async with connected(server_url) as client:
        await client.socket.send(frame)
        assert (await client.until("error"))["error"]["code"] in ("invalid_value", "item_not_found", "invalid_json")
        assert await lives(client)


async def test_an_event_of_a_million_values_is_not_read(server_url: str) -> None:
    async with connected(server_url) as client:
        await client.socket.send('{"type": "session.update", "session": [' + "[]," * 1_000_000 + "[]]}")
        assert (await client.until("error"))["error"]["code"] == "event_too_large"
        assert await lives(client)


async def test_texts_do_not_fill_the_memory(server_url: str) -> None:
    def item(parts: int, name: str) -> dict[str, Any]:
        content = [{"type": "input_text", "text": "a" * 99_000}] * parts
        return {"id": name, "type": "message", "role": "user", "content": content}

    async with connected(server_url, "") as client:
        await client.send("conversation.item.create", item=item(2, "both"))
        assert (await client.until("error"))["error"]["param"] == "item.content"
        for number in range(12):
            await client.send("conversation.item.create", item=item(1, f"item{number}"))
            await client.until("item.done")
        await client.send("conversation.item.retrieve", item_id="item0")
        assert (await client.until("error"))["error"]["code"] == "item_not_found"
        await client.send("conversation.item.retrieve", item_id="item11")
        await client.until("item.retrieved")


async def test_one_caller_leaves_room_for_others(server_url: str, settings: Settings) -> None:
    settings.SPEECH_REALTIME_CONNECTIONS = 4
    async with connected(server_url) as one, connected(server_url) as other:
        assert await lives(one)
        assert await lives(other)
        with pytest.raises(websockets.InvalidStatus):
            async with connected(server_url):
                pass
        assert not app._is_full("somebody else")
