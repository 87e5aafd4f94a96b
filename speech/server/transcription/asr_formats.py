"""A transcript in the forms of whisper-asr-webservice. Times are seconds in JSON and milliseconds in TSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from speech.engine.types import Segment
from speech.server.transcription import formats


def written(segments: Sequence[Segment], output: str, language: str, *, words: bool) -> str:
    """The answer's body; `output` is one of txt, vtt, srt, tsv, json. Speakers stand before their text."""
    if output == "json":
        return _json(segments, language, words=words)
    named = [
        segment if segment.speaker is None else replace(segment, text=f"[{segment.speaker}]: {segment.text}")
        for segment in segments
    ]
    return _WRITERS[output](named)


def _txt(segments: Sequence[Segment]) -> str:
    return "".join(f"{segment.text}\n" for segment in segments)


def _tsv(segments: Sequence[Segment]) -> str:
    rows = (f"{segment.start_ms}\t{segment.end_ms}\t{' '.join(segment.text.split())}\n" for segment in segments)
    return "start\tend\ttext\n" + "".join(rows)


_WRITERS: Final[Mapping[str, Callable[[Sequence[Segment]], str]]] = {
    "txt": _txt,
    "tsv": _tsv,
    "srt": formats.as_srt,
    "vtt": formats.as_vtt,
}


def _json(segments: Sequence[Segment], language: str, *, words: bool) -> str:
    rows = [_row(index, segment, words=words) for index, segment in enumerate(segments)]
    body = {"language": language, "segments": rows, "text": formats.plain_text(segments)}
    return json.dumps(body, ensure_ascii=False)


def _row(index: int, segment: Segment, *, words: bool) -> dict[str, object]:
    """As faster-whisper's rows there, whose texts begin with a blank; `speaker` as whisperx's, where it is known."""
    row = formats.segment_row(index, segment)
    row["text"] = f" {segment.text}"
    row["words"] = None
    if words:
        row["words"] = [
            {
                "word": f" {word.text}",
                "start": word.start_ms / 1000,
                "end": word.end_ms / 1000,
                "probability": word.probability,
                **({"speaker": segment.speaker} if segment.speaker else {}),
            }
            for word in segment.words
        ]
    if segment.speaker:
        row["speaker"] = segment.speaker
    return row
