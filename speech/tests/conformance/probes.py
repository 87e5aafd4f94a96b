"""What OpenAI's own client gets from a server, option by option; a program that any version of the client can run:

    python probes.py http://127.0.0.1:8001 sound.wav [key]

Prints one JSON object a probe: route, option, state (implemented, ignored or refused), the client's version, and what
went wrong, if anything. The sound must be some seconds of speech. Needs nothing but the `openai` package.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import openai

IMPLEMENTED, IGNORED, REFUSED = "implemented", "ignored", "refused"


class Client(NamedTuple):
    """`api` is typed loosely: its types differ between versions of the package."""

    api: Any
    root: str
    sound: Path
    key: str


@dataclass(frozen=True)
class Probe:
    route: str
    option: str
    state: str
    run: Callable[[Client], None]


PROBES: list[Probe] = []


def probe(route: str, option: str, state: str = IMPLEMENTED) -> Callable[[Callable[[Client], None]], None]:
    def add(run: Callable[[Client], None]) -> None:
        PROBES.append(Probe(route, option, state, run))

    return add


def check(holds: object, what: object = "") -> None:
    if not holds:
        raise AssertionError(what)


def refused(call: Callable[[], object], *, status: int, param: str | None = None) -> None:
    try:
        answer = call()
    except openai.APIStatusError as error:
        check(error.status_code == status, f"{error.status_code} instead of {status}: {error.message}")
        check(error.request_id, "no request id")
        check(param is None or error.param == param, f"param is {error.param}")
        return
    raise AssertionError(f"not refused: {answer}")


TRANSCRIPTIONS = "POST /v1/audio/transcriptions"


def heard(client: Client, **options: Any) -> Any:
    return client.api.audio.transcriptions.create(**{"model": "whisper-1", "file": client.sound, **options})


@probe(TRANSCRIPTIONS, "file, model")
def _(client: Client) -> None:
    check(heard(client).text)
    check(heard(client, file=client.sound.read_bytes()).text, "bytes without a name")
    refused(lambda: heard(client, model="no-such-model"), status=404, param="model")


@probe(TRANSCRIPTIONS, "file that is no sound", REFUSED)
def _(client: Client) -> None:
    refused(lambda: heard(client, file=b"%PDF-1.7 no sound here at all"), status=415)
    refused(lambda: heard(client, file=b""), status=400)


@probe(TRANSCRIPTIONS, "response_format text, srt, vtt")
def _(client: Client) -> None:
    check(isinstance(heard(client, response_format="text"), str))
    check(" --> " in heard(client, response_format="srt"))
    check(heard(client, response_format="vtt").startswith("WEBVTT"))


@probe(TRANSCRIPTIONS, "response_format verbose_json, timestamp_granularities[]")
def _(client: Client) -> None:
    verbose = heard(client, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    check(verbose.segments and verbose.words and float(verbose.duration) > 0)
    spans = [(segment.start, segment.end) for segment in verbose.segments]
    check(spans == sorted(spans) and all(start <= end for start, end in spans), spans)


@probe(TRANSCRIPTIONS, "response_format diarized_json")
def _(client: Client) -> None:
    options = {"response_format": "diarized_json", "chunking_strategy": "auto"}
    try:
        answer = client.api.audio.transcriptions.with_raw_response.create(
            model="whisper-1", file=client.sound, **options
        )
    except openai.APIStatusError as error:  # a server without a diarizer says so
        check(error.status_code == 400 and error.code == "diarization_unavailable", error.message)
        return
    segments = json.loads(answer.text if isinstance(answer.text, str) else answer.text())["segments"]
    check(segments and all(segment["speaker"] for segment in segments), segments)


@probe(TRANSCRIPTIONS, "response_format of another name", REFUSED)
def _(client: Client) -> None:
    refused(lambda: heard(client, response_format="docx"), status=400, param="response_format")


@probe(TRANSCRIPTIONS, "language")
def _(client: Client) -> None:
    check(heard(client, language="pl").text)
    refused(lambda: heard(client, language="klingon"), status=400, param="language")


@probe(TRANSCRIPTIONS, "prompt, hotwords, keywords[]")
def _(client: Client) -> None:
    check(heard(client, prompt="Rada Gminy Lipowa", extra_body={"keywords": ["Zakrzewek"], "hotwords": "sołtys"}).text)


@probe(TRANSCRIPTIONS, "temperature", IGNORED)
def _(client: Client) -> None:
    check(heard(client, temperature=0.4).text)
    refused(lambda: heard(client, temperature=2), status=400, param="temperature")


@probe(TRANSCRIPTIONS, "stream")
def _(client: Client) -> None:
    events = list(heard(client, stream=True))
    check([event.type for event in events][-1] == "transcript.text.done")
    deltas = "".join(event.delta for event in events if event.type == "transcript.text.delta")
    check(deltas == events[-1].text != "", f"{deltas!r} is not {events[-1].text!r}")


@probe(TRANSCRIPTIONS, "chunking_strategy auto, server_vad")
def _(client: Client) -> None:
    check(heard(client, extra_body={"chunking_strategy": "auto"}).text)
    strategy = {"type": "server_vad", "threshold": 0.4, "silence_duration_ms": 300, "prefix_padding_ms": 200}
    check(heard(client, chunking_strategy=strategy).text is not None)


@probe(TRANSCRIPTIONS, "include[] logprobs")
def _(client: Client) -> None:
    check(heard(client, include=["logprobs"]).text)


@probe(TRANSCRIPTIONS, "vad_filter, without_timestamps, unknown fields", IGNORED)
def _(client: Client) -> None:
    check(heard(client, extra_body={"vad_filter": "true", "without_timestamps": "false", "made_up": "1"}).text)


@probe("POST /v1/audio/translations", "file, model, response_format")
def _(client: Client) -> None:
    created = client.api.audio.translations.create(model="whisper-1", file=client.sound)
    check(isinstance(created.text, str))
    srt = client.api.audio.translations.create(model="whisper-1", file=client.sound, response_format="srt")
    check(isinstance(srt, str))


SPEECH = "POST /v1/audio/speech"


def spoken(client: Client, **options: Any) -> bytes:
    wishes = {"model": "tts-1", "voice": "alloy", "input": "Dzień dobry, otwieram obrady.", **options}
    return bytes(client.api.audio.speech.create(**wishes).read())


@probe(SPEECH, "model, input, voice")
def _(client: Client) -> None:
    check(len(spoken(client)) > 100)
    refused(lambda: spoken(client, voice="nobody"), status=400, param="voice")
    refused(lambda: spoken(client, model="no-such-model"), status=404, param="model")
    refused(lambda: spoken(client, input=""), status=400, param="input")


@probe(SPEECH, "response_format mp3, opus, aac, flac, wav, pcm")
def _(client: Client) -> None:
    starts = {"opus": b"OggS", "flac": b"fLaC", "wav": b"RIFF", "mp3": b"", "aac": b"\xff", "pcm": b""}
    for name, start in starts.items():
        sound = spoken(client, response_format=name)
        check(sound and sound.startswith(start), name)
    refused(lambda: spoken(client, response_format="midi"), status=400, param="response_format")


@probe(SPEECH, "speed")
def _(client: Client) -> None:
    check(spoken(client, speed=2.0) and spoken(client, speed=0.25))
    refused(lambda: spoken(client, speed=9), status=400, param="speed")


@probe(SPEECH, "stream_format sse")
def _(client: Client) -> None:
    lines = spoken(client, extra_body={"stream_format": "sse"}).decode().splitlines()
    events = [json.loads(line[5:]) for line in lines if line.startswith("data:") and line[5:].strip() != "[DONE]"]
    check([event["type"] for event in events][-1] == "speech.audio.done", events[-1])
    check(base64.b64decode(events[0]["audio"]))


@probe(SPEECH, "instructions, unknown keys", IGNORED)
def _(client: Client) -> None:
    check(spoken(client, extra_body={"instructions": "Mów spokojnie.", "made_up": 1}))


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


@probe("GET /api/ps", "list")
def _(client: Client) -> None:
    check(isinstance(client.api.get(f"{client.root}/api/ps", cast_to=object)["models"], list))


_FOUR_SECONDS = 4 * 24_000 * 2


@probe("WS /v1/realtime", "intent=transcription, commit by the client")
def _(client: Client) -> None:
    if not hasattr(client.api, "realtime"):
        return  # clients before 2.x know only the shape of the beta
    asyncio.run(_realtime(client))


async def _realtime(client: Client) -> None:
    options = {"model": "whisper-1", "extra_query": {"intent": "transcription"}}
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
        async with asyncio.timeout(30):
            async for event in line:
                if event.type.endswith("input_audio_transcription.completed"):
                    check(isinstance(event.transcript, str) and event.item_id)
                    return


@probe("any", "errors: error object, detail, x-request-id")
def _(client: Client) -> None:
    refused(lambda: client.api.get("/nothing", cast_to=object), status=404)
    refused(lambda: client.api.get("/audio/speech", cast_to=object), status=405)
    try:
        client.api.get("/nothing", cast_to=object)
    except openai.NotFoundError as error:
        check(error.code == "unknown_url" and error.type, error.body)


def main() -> None:
    root, sound = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    key = sys.argv[3] if len(sys.argv) > 3 else "not-needed"
    api = openai.OpenAI(base_url=f"{root}/v1", api_key=key, max_retries=0, timeout=60)
    for found in PROBES:
        row = {"route": found.route, "option": found.option, "state": found.state, "client": openai.__version__}
        try:
            found.run(Client(api, root, sound, key))
        except Exception:  # noqa: BLE001  # whatever the client raises is the finding
            row["wrong"] = traceback.format_exc(limit=-3)
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
