"""Models, embeddings, the routes that OpenAI has not, and the realtime websocket, through OpenAI's client."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import openai

from speech.tests.conformance.harness import REFUSED, Client, check, probe, refused, sent


@probe("GET /v1/models", "list, task")
def _(client: Client) -> None:
    ids = [model.id for model in client.api.models.list()]
    check("whisper-1" in ids or ids, ids)
    recognisers = client.api.get("/models?task=automatic-speech-recognition", cast_to=object)["data"]
    check(recognisers and all(row["task"] == "automatic-speech-recognition" for row in recognisers))


@probe("GET /v1/models/{id}", "ids with a slash")
def _(client: Client) -> None:
    with_slash = next(model.id for model in client.api.models.list() if "/" in model.id)
    check(client.api.models.retrieve(with_slash).id == with_slash)
    refused(lambda: client.api.models.retrieve("no/such-model"), status=404)


@probe("POST /v1/embeddings", "input, encoding_format")
def _(client: Client) -> None:
    rows = client.api.get("/models?task=feature-extraction", cast_to=object)["data"]
    model = rows[0]["id"]
    packed = client.api.embeddings.create(model=model, input=["droga", "szkoła"]).data
    plain = client.api.embeddings.create(model=model, input="droga", encoding_format="float").data
    check(len(packed) == 2 and len(packed[0].embedding) == len(plain[0].embedding) == rows[0]["dimensions"])
    check(max(abs(a - b) for a, b in zip(packed[0].embedding, plain[0].embedding, strict=True)) < 1e-5)


@probe("POST /v1/embeddings", "input as token numbers, other dimensions", REFUSED)
def _(client: Client) -> None:
    model = client.api.get("/models?task=feature-extraction", cast_to=object)["data"][0]["id"]
    create = client.api.embeddings.create
    refused(lambda: create(model=model, input=[1, 2, 3]), status=400, param="input")
    refused(lambda: create(model=model, input="droga", dimensions=7), status=400, param="dimensions")
    refused(lambda: create(model="text-embedding-3-small", input="droga"), status=404, param="model")


@probe("GET /v1/audio/voices", "list")
def _(client: Client) -> None:
    check(all(voice["id"] for voice in client.api.get("/audio/voices", cast_to=object)["voices"]))


@probe("GET /v1/registry, GET /v1/audio/models", "list")
def _(client: Client) -> None:
    check(client.api.get("/registry", cast_to=object)["data"])
    check(client.api.get("/audio/models", cast_to=object)["models"])


@probe("POST, DELETE /v1/models/{id}", "fetch, remove")
def _(client: Client) -> None:
    check(client.api.post("/models/tts-1", cast_to=object))
    refused(lambda: client.api.models.delete("tts-1"), status=400, param="model")
    refused(lambda: client.api.models.delete("no/such-model"), status=404)


@probe("GET, POST, DELETE /api/ps[/{id}]", "list, load, unload")
def _(client: Client) -> None:
    address = f"{client.root}/api/ps"
    try:
        client.api.post(f"{address}/silero_vad_v5", cast_to=object)
    except openai.ConflictError as error:
        check(error.code == "model_loaded", error.message)
    check("silero_vad_v6" in client.api.get(address, cast_to=object)["models"])
    check(client.api.delete(f"{address}/silero_vad_v5", cast_to=object))
    check("silero_vad_v6" not in client.api.get(address, cast_to=object)["models"])


@probe("POST /v1/audio/speech/timestamps", "file, threshold and the others")
def _(client: Client) -> None:
    spans = sent(client, "/audio/speech/timestamps", threshold="0.5", speech_pad_ms="30")
    check(spans and all(span["start"] < span["end"] for span in spans), spans)
    refused(lambda: sent(client, "/audio/speech/timestamps", threshold="nan"), status=400, param="threshold")


@probe("POST /v1/audio/diarization, /v1/audio/speech/embedding", "file, response_format json, rttm")
def _(client: Client) -> None:
    try:
        check(sent(client, "/audio/diarization")["segments"] is not None)
        check(isinstance(sent(client, "/audio/diarization", response_format="rttm"), str))
        check(sent(client, "/audio/speech/embedding")["data"][0]["embedding"])
    except openai.APIStatusError as error:
        check(error.status_code == 501 and error.code == "diarization_unavailable", error.message)


@probe("POST /asr, /detect-language", "audio_file, output, encode, word_timestamps")
def _(client: Client) -> None:
    check(sent(client, f"{client.root}/asr", "audio_file").strip())
    answer = json.loads(sent(client, f"{client.root}/asr?output=json&word_timestamps=true", "audio_file"))
    check(answer["text"] and answer["segments"][0]["words"])
    check(" --> " in sent(client, f"{client.root}/asr?output=srt&encode=true", "audio_file"))
    check(sent(client, f"{client.root}/detect-language", "audio_file")["language_code"])


@probe("/api/edge-tts/test, synthesize, voices", "text, voice")
def _(client: Client) -> None:
    address = f"{client.root}/api/edge-tts"
    check("success" in client.api.post(f"{address}/test", body={}, cast_to=object))
    check(client.api.post(f"{address}/synthesize", body={"text": "Dzień dobry"}, cast_to=object))
    check(isinstance(client.api.get(f"{address}/voices", cast_to=object)["voices"], list))


@probe("GET /health, /docs, /openapi.json, /playground", "without a key")
def _(client: Client) -> None:
    api = client.api.with_options(api_key="wrong")
    check({"status", "message"} <= set(api.get(f"{client.root}/health", cast_to=object)))
    check(api.get(f"{client.root}/openapi.json", cast_to=object)["paths"])
    check(all("<html" in api.get(f"{client.root}/{page}", cast_to=object) for page in ("docs", "playground")))


_FOUR_SECONDS = 4 * 24_000 * 2
_PATIENT: dict[str, Any] = {"websocket_connection_options": {"open_timeout": 120}}
"""The first connection imports an engine."""


@probe("WS /v1/realtime", "intent=transcription, commit by the client")
def _(client: Client) -> None:
    if not hasattr(client.api, "realtime"):
        return  # clients before 2.x know only the shape of the beta
    asyncio.run(_realtime(client))


async def _realtime(client: Client) -> None:
    options = {"model": "whisper-1", "extra_query": {"intent": "transcription"}, **_PATIENT}
    line_url = f"{client.root.replace('http', 'ws', 1)}/v1"  # 1.x would make it wss
    api: Any = openai.AsyncOpenAI(base_url=f"{client.root}/v1", api_key=client.key, websocket_base_url=line_url)
    async with api.realtime.connect(**options) as line:
        first = await line.recv()
        check(first.type == "session.created", first.type)
        await line.session.update(
            session={"type": "transcription", "audio": {"input": {"turn_detection": None}}},
        )
        await line.input_audio_buffer.append(audio=base64.b64encode(bytes(_FOUR_SECONDS)).decode())
        await line.input_audio_buffer.commit()
        async with asyncio.timeout(120):
            async for event in line:
                if event.type.endswith("input_audio_transcription.completed"):
                    check(isinstance(event.transcript, str) and event.item_id)
                    return


@probe("WS /v1/realtime", "conversation: item and response by text")
def _(client: Client) -> None:
    if hasattr(client.api, "realtime"):
        asyncio.run(_conversation(client))


async def _conversation(client: Client) -> None:
    line_url = f"{client.root.replace('http', 'ws', 1)}/v1"
    api: Any = openai.AsyncOpenAI(base_url=f"{client.root}/v1", api_key=client.key, websocket_base_url=line_url)
    content = [{"type": "input_text", "text": "Kto otwiera obrady?"}]
    async with api.realtime.connect(model="whisper-1", **_PATIENT) as line:
        await line.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        await line.response.create()
        async with asyncio.timeout(120):
            async for event in line:
                if event.type == "response.done":  # "failed" where no chat model is configured
                    check(event.response.status in ("completed", "failed"), event.response.status)
                    return


@probe("any", "errors: error object, detail, x-request-id")
def _(client: Client) -> None:
    refused(lambda: client.api.get("/nothing", cast_to=object), status=404)
    refused(lambda: client.api.get("/audio/speech", cast_to=object), status=405)
    try:
        client.api.get("/nothing", cast_to=object)
    except openai.NotFoundError as error:
        check(error.code == "unknown_url" and error.type, error.body)
