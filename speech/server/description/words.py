"""The routes that turn sound into words, and those of the older recognition service."""

from __future__ import annotations

from typing import Final

from speech.server.description.parts import (
    FILE,
    FLAG,
    INTEGER,
    NUMBER,
    STRING,
    STRINGS,
    Spec,
    answer,
    enum,
    form,
    json_answer,
    operation,
)

_SEGMENTS: Final[Spec] = {"type": "array", "items": {"type": "object"}}
_TRANSCRIPT: Final = json_answer(
    "The transcript, in the format asked for; an event stream with `stream`",
    text=STRING,
    language=STRING,
    duration=NUMBER,
    segments=_SEGMENTS,
    words=_SEGMENTS,
    usage={"type": ["object", "null"]},
)
_TRANSCRIPT["content"] |= {"text/plain": {}, "text/vtt": {}, "text/event-stream": {}}

_RECOGNITION_FIELDS: Final[Spec] = {
    "file": FILE,
    "model": STRING,
    "language": STRING | {"description": "Code of the language; pl when absent, auto to find out"},
    "languages[]": STRINGS,
    "prompt": STRING,
    "hotwords": STRING,
    "keywords[]": STRINGS,
    "response_format": enum("json", "text", "srt", "vtt", "verbose_json", "diarized_json", default="json"),
    "timestamp_granularities[]": {"type": "array", "items": enum("segment", "word")},
    "temperature": NUMBER | {"minimum": 0, "maximum": 1},
    "stream": FLAG,
    "include[]": {"type": "array", "items": enum("logprobs")},
    "chunking_strategy": STRING | {"description": "auto, or an object of type server_vad"},
    "known_speaker_names[]": STRINGS,
    "known_speaker_references[]": STRINGS,
    "vad_filter": FLAG,
    "without_timestamps": FLAG,
}
_ASR_QUERY: Final[Spec] = {
    "encode": FLAG | {"default": True},
    "task": enum("transcribe", "translate", default="transcribe"),
    "language": STRING,
    "initial_prompt": STRING,
    "hotwords": STRING,
    "model": STRING,
    "vad_filter": FLAG,
    "word_timestamps": FLAG,
    "diarize": FLAG,
    "enable_diarization": FLAG,
    "num_speakers": INTEGER,
    "min_speakers": INTEGER,
    "max_speakers": INTEGER,
    "output": enum("txt", "vtt", "srt", "tsv", "json", default="txt"),
}

PATHS: Final[Spec] = {
    "/v1/audio/transcriptions": {
        "post": operation(
            "createTranscription",
            "transcription",
            "Words of a recording",
            {"200": _TRANSCRIPT},
            body=form(["file", "model"], **_RECOGNITION_FIELDS),
        )
    },
    "/v1/audio/translations": {
        "post": operation(
            "createTranslation",
            "transcription",
            "A recording in English",
            {"200": _TRANSCRIPT},
            body=form(
                ["file", "model"],
                file=FILE,
                model=STRING,
                prompt=STRING,
                response_format=enum("json", "text", "srt", "vtt", "verbose_json", default="json"),
                temperature=NUMBER,
            ),
        )
    },
    "/v1/audio/speech/timestamps": {
        "post": operation(
            "findSpeech",
            "transcription",
            "Where in a recording somebody speaks",
            {"200": {"description": "Spans in milliseconds", "content": {"application/json": {}}}},
            body=form(
                ["file"],
                file=FILE,
                model=STRING,
                threshold=NUMBER,
                neg_threshold=NUMBER,
                min_speech_duration_ms=INTEGER,
                max_speech_duration_s=NUMBER,
                min_silence_duration_ms=INTEGER,
                speech_pad_ms=INTEGER,
            ),
        )
    },
    "/v1/audio/diarization": {
        "post": operation(
            "diarize",
            "speakers",
            "Who speaks when",
            {"200": json_answer("JSON, or RTTM as text", duration=NUMBER, segments=_SEGMENTS)},
            body=form(
                ["file"],
                **{
                    "file": FILE,
                    "model": STRING,
                    "known_speaker_names[]": STRINGS,
                    "known_speaker_references[]": STRINGS,
                    "response_format": enum("json", "rttm", default="json"),
                },
            ),
        )
    },
    "/v1/audio/speech/embedding": {
        "post": operation(
            "embedSpeaker",
            "speakers",
            "The vector of a voice",
            {"200": json_answer("One vector", object=STRING, data=_SEGMENTS, model=STRING, usage={"type": "object"})},
            body=form(["file"], file=FILE, model=STRING),
        )
    },
    "/v1/realtime": {
        "get": operation(
            "realtime",
            "realtime",
            "A websocket: sound in as it is spoken, words (and answers) out",
            {"101": answer("The websocket is open"), "403": answer("Without a valid key")},
            query={
                "model": STRING,
                "intent": enum("conversation", "transcription", default="conversation"),
                "language": STRING,
                "transcription_model": STRING,
                "api_key": STRING,
            },
        )
    },
    "/asr": {
        "post": operation(
            "asr",
            "older services",
            "As whisper-asr-webservice: a recording's words, as text/plain whatever the output",
            {"200": answer("The transcript", "text/plain")},
            body=form(["audio_file"], audio_file=FILE),
            query=_ASR_QUERY,
        )
    },
    "/detect-language": {
        "post": operation(
            "detectLanguage",
            "older services",
            "As whisper-asr-webservice: the language of a recording",
            {"200": json_answer("The language", detected_language=STRING, language_code=STRING, confidence=NUMBER)},
            body=form(["audio_file"], audio_file=FILE),
            query={"encode": FLAG | {"default": True}},
        )
    },
}
