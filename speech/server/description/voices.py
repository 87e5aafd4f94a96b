"""The routes that turn words into sound."""

from __future__ import annotations

from typing import Final

from speech.server.description.parts import (
    INTEGER,
    NUMBER,
    STRING,
    Spec,
    answer,
    enum,
    json_answer,
    json_body,
    operation,
)

_OLDER: Final = "older services"
_LIST: Final[Spec] = {"type": "array", "items": {"type": "object"}}

PATHS: Final[Spec] = {
    "/v1/audio/speech": {
        "post": operation(
            "createSpeech",
            "speech",
            "A text, spoken",
            {
                "200": answer(
                    "The sound as it is spoken; an event stream with `stream_format` sse",
                    "audio/mpeg",
                    "audio/ogg",
                    "audio/aac",
                    "audio/flac",
                    "audio/wav",
                    "audio/pcm",
                    "text/event-stream",
                )
            },
            body=json_body(
                ["model", "input", "voice"],
                model=STRING,
                input=STRING,
                voice={"oneOf": [STRING, {"type": "object", "required": ["id"], "properties": {"id": STRING}}]},
                response_format=enum("mp3", "opus", "aac", "flac", "wav", "pcm", default="mp3"),
                speed=NUMBER | {"minimum": 0.25, "maximum": 4, "default": 1},
                stream_format=enum("audio", "sse", default="audio"),
                sample_rate=INTEGER | {"minimum": 8000, "maximum": 48000},
                instructions=STRING,
            ),
        )
    },
    "/v1/audio/voices": {
        "get": operation(
            "listVoices",
            "speech",
            "Voices and the models they belong to",
            {"200": json_answer("All voices", object=STRING, voices=_LIST)},
        )
    },
    "/api/edge-tts/voices": {
        "get": operation("edgeVoices", _OLDER, "Names of the online voices", {"200": json_answer("All voices")})
    },
    "/api/edge-tts/synthesize": {
        "post": operation(
            "edgeSynthesize",
            _OLDER,
            "A text, spoken, as a file to download",
            {"200": answer("The sound", "audio/mpeg")},
            body=json_body(["text"], text=STRING, voice=STRING),
        )
    },
    "/api/edge-tts/test": {
        "post": operation("edgeTest", _OLDER, "Whether the online voice answers", {"200": json_answer("The result")})
    },
}
