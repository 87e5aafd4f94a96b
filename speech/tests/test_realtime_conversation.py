"""Speech to speech: a spoken question, a chat model's answer in sound and words, interruptions, items."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import openai
import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.voices.espeak import available
from speech.engine.voices.fake import FakeVoice
from speech.server import recognition
from speech.server.realtime import chat_model
from speech.server.realtime.chat_model import ChatFailed
from speech.tests.realtime_client import PATIENT, WAIT_S, RawClient, connected, spoken

needs_speech = pytest.mark.skipif(not available(), reason="espeak-ng makes the speech that detection must hear")
CONVERSATION = "model=gpt-realtime"


class FakeChat:
    """Answers with given pieces; waits for ever after them when `hangs`; keeps what it was asked."""

    def __init__(self, pieces: Sequence[str], *, hangs: bool = False, fails: ChatFailed | None = None) -> None:
        self.asked: list[list[dict[str, str]]] = []
        self.closed = 0
        self._pieces, self._hangs, self._fails = pieces, hangs, fails

    async def stream(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int | None, temperature: float
    ) -> AsyncGenerator[str, None]:
        self.asked.append(list(messages))
        try:
            for piece in self._pieces:
                yield piece
            if self._fails is not None:
                raise self._fails
            if self._hangs:
                await asyncio.Event().wait()
        finally:
            self.closed += 1


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> FakeRecognizer:
    fake = FakeRecognizer()
    monkeypatch.setattr(recognition, "recognizer", lambda model="": fake)
    return fake


def chat(monkeypatch: pytest.MonkeyPatch, *pieces: str, **how: Any) -> FakeChat:
    fake = FakeChat(pieces, **how)
    monkeypatch.setattr(chat_model, "configured", lambda model, *, may_leave: fake)
    return fake


async def say(client: RawClient, text: str, **response: Any) -> None:
    part = {"type": "input_text", "text": text}
    await client.send("conversation.item.create", item={"type": "message", "role": "user", "content": [part]})
    await client.send("response.create", response=response)


@needs_speech
async def test_a_spoken_question_is_answered_aloud(
    server_url: str, monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice
) -> None:
    model = chat(monkeypatch, "Dzień do", "bry. Sesja jest ", "w piątek.")
    async with connected(server_url, CONVERSATION) as client:
        await client.append(spoken())
        done = await client.until("response.done")
    kinds = [kind for kind in client.kinds() if "input_audio" not in kind]
    assert [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]] == [
        "session.created",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]
    assert done["response"]["status"] == "completed"
    words = [e["delta"] for e in client.seen if e["type"] == "response.output_audio_transcript.delta"]
    assert words == ["Dzień dobry.", " Sesja jest w piątek."]
    assert fake_voice.spoken == ["Dzień dobry.", "Sesja jest w piątek."]
    sound = [base64.b64decode(e["delta"]) for e in client.seen if e["type"] == "response.output_audio.delta"]
    assert len(b"".join(sound)) / 48_000 == pytest.approx(len("".join(words)) / 15, rel=0.3), "24 kHz, 16 bit"
    transcript = next(e["transcript"] for e in client.seen if e["type"].endswith("transcription.completed"))
    assert model.asked == [[{"role": "user", "content": transcript}]]


async def test_the_older_shape_has_its_own_names(
    server_url: str, monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice
) -> None:
    chat(monkeypatch, "Tak.")
    headers = {"OpenAI-Beta": "realtime=v1"}
    async with connected(server_url, CONVERSATION, additional_headers=headers) as client:
        await client.send("session.update", session={"voice": "ash", "output_audio_format": "g711_ulaw"})
        session = (await client.until("session.updated"))["session"]
        assert (session["voice"], session["output_audio_format"]) == ("ash", "g711_ulaw")
        await say(client, "Czy jest kworum?")
        done = await client.until("response.done")
    assert {"response.audio.delta", "response.audio_transcript.done", "conversation.item.created"} <= {*client.kinds()}
    assert not any(
        "output_audio" in kind or kind.endswith("item.added") for kind in client.kinds() if "item.a" not in kind
    )
    assert done["response"]["output"][0]["content"] == [{"type": "audio", "transcript": "Tak."}]


async def test_text_only_and_instructions(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = chat(monkeypatch, "Czternaście ", "głosów.")
    async with connected(server_url, CONVERSATION) as client:
        await client.send("session.update", session={"type": "realtime", "output_modalities": ["text"]})
        await say(client, "Ile głosów?", instructions="Odpowiadaj krótko.")
        done = await client.until("response.done")
        await say(client, "A kto?")
        await client.until("response.done")
    deltas = [e["delta"] for e in client.seen if e["type"] == "response.output_text.delta"]
    assert deltas[:2] == ["Czternaście ", "głosów."]
    assert done["response"]["output"][0]["content"] == [{"type": "output_text", "text": "Czternaście głosów."}]
    assert not any("audio.delta" in kind for kind in client.kinds())
    question = {"role": "user", "content": "Ile głosów?"}
    assert model.asked[0] == [{"role": "system", "content": "Odpowiadaj krótko."}, question]
    assert model.asked[1][:2] == [question, {"role": "assistant", "content": "Czternaście głosów."}]


@needs_speech
async def test_without_a_chat_model_transcription_goes_on(server_url: str, settings: Settings) -> None:
    settings.SPEECH_CHAT_BASE_URL = ""
    async with connected(server_url, CONVERSATION) as client:
        for _ in range(2):
            await client.append(spoken())
            assert await client.completed()
            response = (await client.until("response.done"))["response"]
            assert response["status"] == "failed"
            assert response["status_details"]["error"]["code"] == "no_chat_model"


@pytest.mark.parametrize("pieces", [(), ("Pierwsze zdanie. Drugie",)])
async def test_a_failing_chat_model_is_told(
    server_url: str, monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice, pieces: tuple[str, ...]
) -> None:
    chat(monkeypatch, *pieces, fails=ChatFailed("model_unavailable", "The chat model does not answer."))
    async with connected(server_url, CONVERSATION) as client:
        await say(client, "Halo?")
        response = (await client.until("response.done"))["response"]
        assert (response["status"], response["status_details"]["error"]["code"]) == ("failed", "model_unavailable")
        assert [item["status"] for item in response["output"]] == ["incomplete"] * len(pieces)
        await client.send("input_audio_buffer.clear")
        await client.until("cleared")


@needs_speech
async def test_who_speaks_interrupts_the_answer(
    server_url: str, monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice
) -> None:
    model = chat(monkeypatch, "Zdanie pierwsze. Zdanie", hangs=True)
    async with connected(server_url, CONVERSATION) as client:
        await say(client, "Opowiedz o budżecie.")
        await client.until("output_audio.delta")
        await client.append(spoken())
        response = (await client.until("response.done"))["response"]
    assert response["status"] == "cancelled"
    assert response["status_details"]["reason"] == "turn_detected"
    assert response["output"][0]["content"][0]["transcript"] == "Zdanie pierwsze."
    assert model.closed >= 1


@needs_speech
async def test_who_must_not_interrupt_does_not(
    server_url: str, monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice
) -> None:
    chat(monkeypatch, "Zdanie pierwsze. Zdanie", hangs=True)
    async with connected(server_url, CONVERSATION) as client:
        quiet = {"interrupt_response": False, "create_response": False}
        await client.send("session.update", session={"audio": {"input": {"turn_detection": quiet}}})
        await say(client, "Opowiedz o budżecie.")
        await client.until("output_audio.delta")
        await client.append(spoken())
        assert await client.completed()
        assert "response.done" not in client.kinds()
        await client.send("response.create")
        assert (await client.until("error"))["error"]["code"] == "conversation_already_has_active_response"
        await client.send("response.cancel")
        response = (await client.until("response.done"))["response"]
        assert response["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}


async def test_items(server_url: str, monkeypatch: pytest.MonkeyPatch, fake_voice: FakeVoice) -> None:
    chat(monkeypatch, "Zdanie pierwsze. Zdanie drugie.")
    async with connected(server_url, CONVERSATION) as client:
        await say(client, "Opowiedz.")
        item = (await client.until("response.done"))["response"]["output"][0]
        await client.send("conversation.item.truncate", item_id=item["id"], content_index=0, audio_end_ms=1_200)
        assert (await client.until("truncated"))["audio_end_ms"] == 1_200
        await client.send("conversation.item.retrieve", item_id=item["id"])
        content = (await client.until("retrieved"))["item"]["content"]
        assert content == [{"type": "output_audio", "transcript": "Zdanie pierwsze."}], (
            "what was not heard is not known"
        )
        await client.send("conversation.item.delete", item_id=item["id"])
        assert (await client.until("deleted"))["item_id"] == item["id"]
        await client.send("conversation.item.retrieve", item_id=item["id"])
        assert (await client.until("error"))["error"]["code"] == "item_not_found"


@needs_speech
async def test_sound_inside_an_item_gets_its_words(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = chat(monkeypatch, "Tak.")
    audio = base64.b64encode(spoken().astype("<i2").tobytes()).decode()
    part = {"type": "input_audio", "audio": audio}
    async with connected(server_url, CONVERSATION) as client:
        item = {"id": "moja", "type": "message", "role": "user", "content": [part]}
        await client.send("conversation.item.create", item=item)
        await client.send("response.create", response={"output_modalities": ["text"]})
        await client.until("response.done")
    completed = next(e for e in client.seen if e["type"].endswith("transcription.completed"))
    assert completed["item_id"] == "moja"
    assert model.asked == [[{"role": "user", "content": completed["transcript"]}]], "the answer waits for the words"


async def test_an_unknown_voice_is_refused(server_url: str) -> None:
    async with connected(server_url, CONVERSATION) as client:
        await client.send("session.update", session={"audio": {"output": {"voice": "nikt"}}})
        assert (await client.until("error"))["error"]["param"] == "session.audio.output.voice"


async def test_a_chat_server_is_asked_as_openai_clients_ask(
    server_url: str, settings: Settings, httpserver: HTTPServer, fake_voice: FakeVoice
) -> None:
    asked: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        asked.append({**request.get_json(), "key": request.headers["Authorization"]})
        pieces = ["<thi", "nk>hm</think>", "Uchwała ", "przeszła."]
        rows = [{"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "bielik",
                 "choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]  # fmt: skip
        body = "".join(f"data: {json.dumps(row)}\n\n" for row in rows) + "data: [DONE]\n\n"
        return Response(body, content_type="text/event-stream")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(answer)
    settings.SPEECH_CHAT_BASE_URL, settings.SPEECH_CHAT_API_KEY = httpserver.url_for("/v1"), "klucz"
    settings.LLM_MODEL = "bielik"
    websocket_url = f"{server_url.replace('http', 'ws', 1)}/v1"
    async with (
        openai.AsyncOpenAI(base_url=server_url, websocket_base_url=websocket_url, api_key="x") as client,
        client.realtime.connect(model="gpt-realtime", **PATIENT) as connection,
    ):
        await connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Jaki wynik?"}]}
        )
        await connection.response.create()
        async with asyncio.timeout(WAIT_S):
            async for event in connection:
                if event.type == "response.done":
                    break
    assert event.type == "response.done"
    assert event.response.status == "completed", event.response.status_details
    assert event.response.output is not None
    assert event.response.output[0].content[0].transcript == "Uchwała przeszła."  # type: ignore[union-attr]
    assert (asked[0]["model"], asked[0]["key"], asked[0]["stream"]) == ("bielik", "Bearer klucz", True)


async def test_a_chat_server_that_is_not_there(server_url: str, settings: Settings) -> None:
    settings.SPEECH_CHAT_BASE_URL, settings.LLM_MODEL = "http://127.0.0.1:9/v1", "bielik"
    async with connected(server_url, CONVERSATION) as client:
        await say(client, "Halo?")
        response = (await client.until("response.done"))["response"]
    assert response["status_details"]["error"]["code"] == "model_unavailable"


def test_words_that_must_not_leave_are_not_sent_elsewhere(settings: Settings) -> None:
    settings.LLM_MODEL = "bielik"
    settings.SPEECH_CHAT_BASE_URL = "https://api.example.com/v1"
    assert chat_model.configured("", may_leave=False) is None
    assert chat_model.configured("", may_leave=True) is not None
    settings.SPEECH_CHAT_BASE_URL = "http://127.0.0.1:8080/v1"
    local = chat_model.configured("", may_leave=False)
    assert local is not None
    assert local.stays_here
