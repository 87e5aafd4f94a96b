"""A transcript in the forms OpenAI's API gives it. Times are seconds in JSON, hours to milliseconds in subtitles."""

from __future__ import annotations

import html
import math
import zlib
from collections.abc import Sequence

from speech.engine.types import Segment, Word


def plain_text(segments: Sequence[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


def usage(duration_ms: int) -> dict[str, object]:
    """OpenAI counts begun seconds of sound."""
    return {"type": "duration", "seconds": math.ceil(duration_ms / 1000)}


def as_json(segments: Sequence[Segment], duration_ms: int) -> dict[str, object]:
    return {"text": plain_text(segments), "logprobs": None, "usage": usage(duration_ms)}


def as_verbose_json(segments: Sequence[Segment], duration_ms: int, language: str, *, words: bool) -> dict[str, object]:
    """With segments always, and words (else null) where asked for. `language` is the code."""
    return {
        "task": "transcribe",
        "language": language,
        "duration": duration_ms / 1000,
        "text": plain_text(segments),
        "segments": [_segment_row(index, segment) for index, segment in enumerate(segments)],
        "words": [_word_row(word) for segment in segments for word in segment.words] if words else None,
        "usage": usage(duration_ms),
    }


def as_srt(segments: Sequence[Segment]) -> str:
    return "".join(
        f"{number}\n{_clock(segment.start_ms, ',')} --> {_clock(segment.end_ms, ',')}\n{segment.text}\n\n"
        for number, segment in enumerate(segments, start=1)
    )


def as_vtt(segments: Sequence[Segment]) -> str:
    cues = (
        f"{_clock(segment.start_ms, '.')} --> {_clock(segment.end_ms, '.')}\n"
        f"{html.escape(segment.text, quote=False)}\n\n"
        for segment in segments
    )
    return "WEBVTT\n\n" + "".join(cues)


def _segment_row(index: int, segment: Segment) -> dict[str, object]:
    """Clients expect numbers in all of Whisper's fields.

    `avg_logprob` is the mean over words (Whisper's is over tokens, which the engine does not keep: `tokens` is empty);
    `no_speech_prob` is 0, for what Whisper calls silent was taken out; `temperature` is 0, for nothing is sampled;
    `seek` is the segment's own start in frames of 10 ms.
    """
    text = segment.text.encode()
    known = [word.probability for word in segment.words if word.probability]
    return {
        "id": index,
        "seek": segment.start_ms // 10,
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(sum(map(math.log, known)) / len(known), 4) if known else 0.0,
        "compression_ratio": round(len(text) / len(zlib.compress(text)), 4),
        "no_speech_prob": 0.0,
    }


def _word_row(word: Word) -> dict[str, object]:
    return {"word": word.text, "start": word.start_ms / 1000, "end": word.end_ms / 1000}


def _clock(time_ms: int, point: str) -> str:
    seconds, rest_ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest_ms:03d}"
