"""The query of POST /asr and POST /detect-language, as clients of whisper-asr-webservice send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from speech.engine.recognizers.language import NAMES, WRITTEN
from speech.server.errors import invalid
from speech.server.transcription import fields
from speech.server.transcription.form import TranscriptionWishes
from speech.server.transcription.speakers import SpeakerCount

OUTPUTS: Final = ("txt", "vtt", "srt", "tsv", "json")
_TASKS: Final = ("transcribe", "translate")
_SPEAKERS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class AsrQuery:
    """`raw` says that the file has no header."""

    wishes: TranscriptionWishes
    output: str
    raw: bool
    diarize: bool
    speakers: SpeakerCount


def read_asr_query(query: QueryDict) -> AsrQuery:
    """Check the query; an unknown `output` means txt, as there.

    Raises:
        ApiError: 400 with the parameter's name, or 404 for a model this server does not have.
    """
    task = fields.choice(query.get("task", ""), "task", _TASKS, "transcribe")
    translate = task == "translate"
    for accepted in ("vad_filter", "return_speaker_embeddings"):
        fields.flag(query.get(accepted, ""), accepted)
    output = query.get("output", "")
    wishes = TranscriptionWishes(
        model=fields.known_model(query.get("model", "")),
        response_format="",
        language=fields.spoken_language(query.get("language", ""), translate=translate),
        candidates=frozenset(NAMES) if translate else WRITTEN,
        task="translate" if translate else "transcribe",
        prompt=fields.earlier_text(query.get("initial_prompt", "")),
        hotwords=fields.names([query.get("hotwords", "")]),
        words=fields.flag(query.get("word_timestamps", ""), "word_timestamps"),
    )
    least, most = _count(query, "min_speakers"), _count(query, "max_speakers")
    if least is not None and most is not None and least > most:
        raise invalid("'min_speakers' must not be above 'max_speakers'.", "min_speakers")
    return AsrQuery(
        wishes=wishes,
        output=output if output in OUTPUTS else "txt",
        raw=is_raw(query),
        diarize=any(fields.flag(query.get(name, ""), name) for name in ("diarize", "enable_diarization")),
        speakers=SpeakerCount(_count(query, "num_speakers"), least, most),
    )


def is_raw(query: QueryDict) -> bool:
    """`encode=false`: the file is bare 16-bit samples, 16 kHz, mono."""
    return not fields.flag(query.get("encode", "") or "true", "encode")


def _count(query: QueryDict, name: str) -> int | None:
    value = query.get(name, "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= _SPEAKERS_MAX:
        return int(value)
    raise invalid(f"'{name}' must be a whole number from 1 to {_SPEAKERS_MAX}.", name)
