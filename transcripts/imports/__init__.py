"""Finished transcripts from other programs: JSON of Whisper, WhisperX and of this product, WebVTT, SubRip.

Rules for times that are wrong: segments are put in order of their start; an end before its start becomes the start; a
missing or non-numeric time is taken from the nearest known neighbour; negative times become 0. A file with times beyond
MOST_MS, or in which no text has any time at all, is refused. Segments without text are left out.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from datetime import date

from council.errors import CouncilError
from speech.engine.types import Segment
from transcripts.imports import own_json, subtitles, whisper_json

MOST_BYTES = 100 * 1024 * 1024
MOST_VALUES = 3_000_000
"""Of a JSON file: the words and tokens of fourteen hours are under a million; millions of empty ones take gigabytes."""
MOST_MS = 7 * 24 * 3600 * 1000
"""No meeting lasts a week: a time beyond this was written in another unit."""


@dataclass(frozen=True, slots=True)
class ImportedTranscript:
    """Title and date only when the file itself names them; the rest only in this product's own JSON (own_json.py)."""

    segments: tuple[Segment, ...]
    title: str = ""
    held_on: date | None = None
    duration_ms: int | None = None
    gaps: tuple[tuple[int, int, str], ...] = ()
    recognition: tuple[dict[str, object], ...] = ()


def read_transcript(content: bytes) -> ImportedTranscript:
    """Tell the format from the content and read it.

    Raises:
        CouncilError: "transcript_unreadable" (not such a file, or times beyond repair), "transcript_empty" (no text).
    """
    if len(content) > MOST_BYTES:
        raise CouncilError("transcript_unreadable", detail="too large")
    text = decoded(content).lstrip("\ufeff \t\r\n").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.strip():
        raise CouncilError("transcript_empty")
    title, held_on = "", None
    if text[0] in "{[":
        document = _document(text)
        try:
            own = own_json.read(document, most_ms=MOST_MS)
        except own_json.NotOurs:
            segments, title, held_on = whisper_json.read(document)
        else:
            return ImportedTranscript(own.segments, own.title, own.held_on, own.duration_ms, own.gaps, own.recognition)
    else:
        segments = subtitles.read(text)
    kept = tuple(sorted((segment for segment in segments if segment.text), key=lambda segment: segment.start_ms))
    if not kept:
        raise CouncilError("transcript_empty")
    if max(segment.end_ms for segment in kept) > MOST_MS:
        raise CouncilError("transcript_unreadable", detail="times beyond a week")
    return ImportedTranscript(kept, title, held_on)


def _document(text: str) -> object:
    if sum(map(text.count, ",[{")) > MOST_VALUES:
        raise CouncilError("transcript_unreadable", detail="too many values")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CouncilError("transcript_unreadable", detail=str(error)) from error


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the Windows code page that old Polish subtitles use.

    Raises:
        CouncilError: "transcript_unreadable".
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1250"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CouncilError("transcript_unreadable", detail="unknown encoding")
