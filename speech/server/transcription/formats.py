"""A transcript in the forms OpenAI's API gives it. Times are seconds in JSON, hours to milliseconds in subtitles."""

from __future__ import annotations

import html
import math
import zlib
from collections.abc import Sequence
from typing import Final

from speech.engine.types import Segment, Word

UNKNOWN_SPEAKER: Final = "unknown"
"""Clients expect a string; letters and names stand for somebody."""
_PROBABILITY_MIN: Final = 0.0005
"""Half the step to which the engine rounds: the logarithm of its 0."""


def plain_text(segments: Sequence[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


def usage(duration_ms: int) -> dict[str, object]:
    """OpenAI counts begun seconds of sound."""
    return {"type": "duration", "seconds": math.ceil(duration_ms / 1000)}


def as_json(
    segments: Sequence[Segment], duration_ms: int, languages: Sequence[str], *, logprobs: bool
) -> dict[str, object]:
    """`languages` are codes."""
    return {
        "text": plain_text(segments),
        "languages": [{"code": code} for code in languages],
        "logprobs": logprobs_of(segments) if logprobs else None,
        "usage": usage(duration_ms),
    }


def logprobs_of(segments: Sequence[Segment]) -> list[dict[str, object]] | None:
    """OpenAI's rows of tokens, here one for each word; None when the engine does not know how sure it is."""
    words = [word for segment in segments for word in segment.words]
    if not words or any(word.probability is None for word in words):
        return None
    return [
        {"token": word.text, "logprob": round(_log(word.probability or 0), 4), "bytes": list(word.text.encode())}
        for word in words
    ]


def as_diarized_json(rows: Sequence[dict[str, object]], text: str, duration_ms: int) -> dict[str, object]:
    """`rows` are the segments as `diarized_row` makes them."""
    return {
        "task": "transcribe",
        "duration": duration_ms / 1000,
        "text": text,
        "segments": list(rows),
        "usage": usage(duration_ms),
    }


def diarized_row(index: int, segment: Segment) -> dict[str, object]:
    """A segment of diarized_json, and the event of a stream."""
    return {
        "type": "transcript.text.segment",
        "id": segment_id(index),
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "text": segment.text,
        "speaker": segment.speaker or UNKNOWN_SPEAKER,
    }


def segment_id(index: int) -> str:
    return f"seg_{index}"


def as_verbose_json(
    segments: Sequence[Segment], duration_ms: int, language: str, *, task: str = "transcribe", words: bool
) -> dict[str, object]:
    """With segments always, and words (else null) where asked for. `language` is the code."""
    return {
        "task": task,
        "language": language,
        "duration": duration_ms / 1000,
        "text": plain_text(segments),
        "segments": [segment_row(index, segment) for index, segment in enumerate(segments)],
        "words": [_word_row(word) for segment in segments for word in segment.words] if words else None,
        "usage": usage(duration_ms),
    }


def as_srt(segments: Sequence[Segment]) -> str:
    return "".join(
        f"{number}\n{clock(segment.start_ms, ',')} --> {clock(segment.end_ms, ',')}\n{segment.text}\n\n"
        for number, segment in enumerate(segments, start=1)
    )


def as_vtt(segments: Sequence[Segment]) -> str:
    cues = (
        f"{clock(segment.start_ms, '.')} --> {clock(segment.end_ms, '.')}\n{html.escape(segment.text, quote=False)}\n\n"
        for segment in segments
    )
    return "WEBVTT\n\n" + "".join(cues)


def segment_row(index: int, segment: Segment) -> dict[str, object]:
    """Clients expect numbers in all of Whisper's fields.

    `avg_logprob` is the mean over words (Whisper's is over tokens, which the engine does not keep: `tokens` is empty);
    `no_speech_prob` is 0, for what Whisper calls silent was taken out; `temperature` is 0, for nothing is sampled;
    `seek` is the segment's own start in frames of 10 ms.
    """
    text = segment.text.encode()
    known = [_log(word.probability) for word in segment.words if word.probability is not None]
    return {
        "id": index,
        "seek": segment.start_ms // 10,
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(sum(known) / len(known), 4) if known else 0.0,
        "compression_ratio": round(len(text) / len(zlib.compress(text)), 4),
        "no_speech_prob": 0.0,
    }


def _log(probability: float) -> float:
    return math.log(max(probability, _PROBABILITY_MIN))


def _word_row(word: Word) -> dict[str, object]:
    return {"word": word.text, "start": word.start_ms / 1000, "end": word.end_ms / 1000}


def clock(time_ms: int, point: str) -> str:
    seconds, rest_ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest_ms:03d}"
