"""The unmodified `openai` client dictates: both shapes, partial words, settings, turns by detection and by commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import openai
import pytest
from openai.resources.beta.realtime.realtime import AsyncRealtimeConnection as BetaConnection
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from pytest_django import Settings

from speech.engine.recognizers.base import Recognition
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.voices.espeak import available
from speech.server import recognition
from speech.server.realtime import transcribing
from speech.server.realtime.sound import Pcm
from speech.tests.realtime_client import PATIENT, WAIT_S, in_base64, noise, spoken

pytestmark = pytest.mark.skipif(not available(), reason="espeak-ng makes the speech that detection must hear")

TRANSCRIPTION = {"intent": "transcription"}
COMPLETED = "conversation.item.input_audio_transcription.completed"
DELTA = "conversation.item.input_audio_transcription.delta"


@pytest.fixture
async def client(server_url: str, settings: Settings) -> AsyncIterator[openai.AsyncOpenAI]:
    settings.SPEECH_API_KEY = "tajne"
    websocket_url = f"{server_url.replace('http', 'ws', 1)}/v1"
    async with openai.AsyncOpenAI(
        base_url=f"{server_url}/v1", websocket_base_url=websocket_url, api_key="tajne"
    ) as made:
        yield made


@pytest.fixture
def recognizer(monkeypatch: pytest.MonkeyPatch) -> FakeRecognizer:
    """Words from positions, where the real detection finds speech."""
    fake = FakeRecognizer()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": fake)
    return fake


async def events_until(connection: AsyncRealtimeConnection | BetaConnection, kind: str) -> list[Any]:
    events: list[Any] = []
    async with asyncio.timeout(WAIT_S):
        async for event in connection:
            events.append(event)
            if event.type == kind:
                return events
    raise AssertionError(f"the connection ended before {kind}: {[event.type for event in events]}")


async def append(connection: AsyncRealtimeConnection | BetaConnection, sentence: bool = True) -> None:
    await append_sound(connection, spoken() if sentence else noise(3))


async def append_sound(connection: AsyncRealtimeConnection | BetaConnection, pcm: Pcm, *, pause_s: float = 0.0) -> None:
    for at in range(0, len(pcm), 2_400):
        await connection.input_audio_buffer.append(audio=in_base64(pcm[at : at + 2_400]))
        await asyncio.sleep(pause_s)


async def test_a_sentence_becomes_an_item_with_words(client: openai.AsyncOpenAI, recognizer: FakeRecognizer) -> None:
    async with client.realtime.connect(
        model="Systran/faster-whisper-base", extra_query=TRANSCRIPTION, **PATIENT
    ) as connection:
        await append(connection)
        events = await events_until(connection, COMPLETED)
    kinds = [event.type for event in events if event.type != DELTA]
    assert kinds == [
        "session.created",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        COMPLETED,
    ]
    started, stopped, committed = events[1], next(e for e in events if e.type.endswith("stopped")), events[-1]
    assert events[0].session.type == "transcription"
    assert events[0].session.audio.input.transcription.model == "Systran/faster-whisper-base"
    assert 500 <= started.audio_start_ms <= 1_000, "300 ms before the first word, which comes after a second"
    assert stopped.audio_end_ms > started.audio_start_ms + 2_000
    assert started.item_id == stopped.item_id == committed.item_id
    assert committed.transcript.split()[1:3] == ["s1", "s2"] or committed.transcript.split()[:2] == ["s1", "s2"]
    assert committed.usage.type == "duration"
    assert committed.usage.seconds == pytest.approx((stopped.audio_end_ms - started.audio_start_ms) / 1000, abs=0.01)


class CountingRecognizer(FakeRecognizer):
    """Counts how often it has heard."""

    hearings = 0

    def recognize(self, *args: Any, **options: Any) -> Recognition:
        heard = super().recognize(*args, **options)
        self.hearings += 1
        return heard


async def test_words_come_while_somebody_speaks(client: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The speaker, who speaks from 1.1 to 5.3 s, waits for a busy machine's ears: each hearing takes its time."""
    recognizer, pcm, sent = CountingRecognizer(), spoken(), 0
    monkeypatch.setattr(recognition, "recognizer", lambda model="": recognizer)
    monkeypatch.setattr(transcribing, "time", SimpleNamespace(monotonic=lambda: 0.0))  # none of them counts as slow
    async with client.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        for spoken_ms, hearings in ((2_300, 1), (3_400, 2), (4_500, 3)):
            until = spoken_ms * 24
            await append_sound(connection, pcm[sent:until], pause_s=0.02)  # five times as fast as speech
            sent = until
            async with asyncio.timeout(WAIT_S):
                while recognizer.hearings < hearings:
                    await asyncio.sleep(0.02)
        events = await events_until(connection, DELTA)
        await append_sound(connection, pcm[sent:])
        events += await events_until(connection, COMPLETED)
    kinds = [event.type for event in events]
    assert kinds.index(DELTA) < kinds.index("input_audio_buffer.speech_stopped")
    assert "".join(event.delta for event in events if event.type == DELTA) == events[-1].transcript != ""


async def test_the_older_shape_is_answered_in_the_older_shape(
    client: openai.AsyncOpenAI, recognizer: FakeRecognizer
) -> None:
    async with client.beta.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        await connection.transcription_session.update(
            session={
                "input_audio_format": "pcm16",
                "input_audio_transcription": {"model": "gpt-4o-transcribe", "language": "pl", "prompt": "Lipowa"},
                "turn_detection": {"type": "server_vad", "silence_duration_ms": 400},
            }
        )
        await append(connection)
        events = await events_until(connection, COMPLETED)
    kinds = [event.type for event in events]
    assert kinds[:2] == ["session.created", "transcription_session.updated"]
    assert "conversation.item.created" in kinds
    assert "conversation.item.added" not in kinds
    assert events[0].session.turn_detection.silence_duration_ms == 500
    assert events[1].session.turn_detection.silence_duration_ms == 400
    assert events[1].session.turn_detection.prefix_padding_ms == 300, "what an update does not name stays"
    assert events[1].session.input_audio_format == "pcm16"


async def test_without_detection_the_client_commits(client: openai.AsyncOpenAI, recognizer: FakeRecognizer) -> None:
    async with client.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        await connection.session.update(session={"type": "transcription", "audio": {"input": {"turn_detection": None}}})
        await append(connection)
        await connection.input_audio_buffer.commit()
        first = await events_until(connection, COMPLETED)
        await append(connection)
        await connection.input_audio_buffer.commit()
        second = await events_until(connection, COMPLETED)
    assert "input_audio_buffer.speech_started" not in [event.type for event in first + second]
    assert next(e for e in first if e.type == "session.updated").session.audio.input.turn_detection is None
    committed = next(e for e in second if e.type == "input_audio_buffer.committed")
    assert committed.previous_item_id == first[-1].item_id
    assert first[-1].transcript == second[-1].transcript != ""


async def test_noise_is_no_speech(client: openai.AsyncOpenAI, recognizer: FakeRecognizer) -> None:
    async with client.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        await append(connection, sentence=False)
        await connection.input_audio_buffer.commit()
        events = await events_until(connection, COMPLETED)
    assert events[-1].transcript == ""
    assert "input_audio_buffer.speech_started" not in [event.type for event in events]


async def test_logprobs_when_asked(client: openai.AsyncOpenAI, recognizer: FakeRecognizer) -> None:
    async with client.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        await connection.session.update(
            session={"type": "transcription", "include": ["item.input_audio_transcription.logprobs"]}
        )
        await append(connection)
        completed = (await events_until(connection, COMPLETED))[-1]
    assert "".join(token.token for token in completed.logprobs) == completed.transcript
    assert {token.logprob for token in completed.logprobs} == {0.0}


async def test_a_failure_is_told_and_the_next_sentence_is_heard(
    client: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = iter([FakeRecognizer("fail_at_ms=0,fail_code=out_of_memory")])
    working = FakeRecognizer()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": next(engines, working))
    async with client.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        await connection.session.update(session={"type": "transcription", "audio": {"input": {"turn_detection": None}}})
        for _ in range(2):
            await append(connection)
            await connection.input_audio_buffer.commit()
        failed = (await events_until(connection, "conversation.item.input_audio_transcription.failed"))[-1]
        completed = (await events_until(connection, COMPLETED))[-1]
    assert failed.error.code == "out_of_memory"
    assert failed.error.message
    assert completed.transcript


@pytest.mark.engine
async def test_the_real_model_hears_a_sentence(client: openai.AsyncOpenAI) -> None:
    async with client.realtime.connect(model="whisper-1", extra_query=TRANSCRIPTION, **PATIENT) as connection:
        await append(connection)
        await append(connection, sentence=False)
        completed = (await events_until(connection, COMPLETED))[-1]
    assert "punktu drugiego" in completed.transcript
