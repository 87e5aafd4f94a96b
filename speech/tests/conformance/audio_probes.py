"""Transcriptions, translations and speech through OpenAI's client."""

from __future__ import annotations

import base64
import json
from typing import Any

import openai

from speech.tests.conformance.harness import IGNORED, REFUSED, Client, check, probe, refused

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


@probe(TRANSCRIPTIONS, "languages[]")
def _(client: Client) -> None:
    check(heard(client, extra_body={"languages": ["pl"]}).text)


@probe(TRANSCRIPTIONS, "known_speaker_names[], known_speaker_references[]")
def _(client: Client) -> None:
    sample = f"data:audio/wav;base64,{base64.b64encode(client.sound.read_bytes()).decode()}"
    wishes = {"response_format": "diarized_json", "chunking_strategy": "auto"}
    names, both = {"known_speaker_names": ["Anna"]}, {"known_speaker_references": [sample]}
    refused(lambda: heard(client, **wishes, extra_body=names), status=400)
    try:
        check(heard(client, **wishes, extra_body={**names, **both}))
    except openai.APIStatusError as error:  # a server without a diarizer says so
        check(error.code == "diarization_unavailable", error.message)


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


@probe(SPEECH, "sample_rate")
def _(client: Client) -> None:
    sound = spoken(client, response_format="wav", extra_body={"sample_rate": 16_000})
    check(int.from_bytes(sound[24:28], "little") == 16_000, sound[:44])
    refused(lambda: spoken(client, extra_body={"sample_rate": 7_999}), status=400, param="sample_rate")


@probe(SPEECH, "stream_format sse")
def _(client: Client) -> None:
    lines = spoken(client, extra_body={"stream_format": "sse"}).decode().splitlines()
    events = [json.loads(line[5:]) for line in lines if line.startswith("data:") and line[5:].strip() != "[DONE]"]
    check([event["type"] for event in events][-1] == "speech.audio.done", events[-1])
    check(base64.b64decode(events[0]["audio"]))


@probe(SPEECH, "instructions, unknown keys", IGNORED)
def _(client: Client) -> None:
    check(spoken(client, extra_body={"instructions": "Mów spokojnie.", "made_up": 1}))
