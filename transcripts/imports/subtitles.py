"""WebVTT and SubRip. Both are blocks with a line of times; the differences are read leniently, as players do."""

from __future__ import annotations

import html
import re

from council.errors import CouncilError
from speech.engine.types import Segment
from transcripts.imports import rolling

_TIME = r"(?:(\d+):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
# Nothing in a tag may be endless: a file of nothing but beginnings of tags would take hours.
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,200})?\s{1,20}([^<>]{0,400})>")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d[\d:.]*)?>|\{\\[^{}]*\}")
_BRACKETED_SPEAKER = re.compile(r"^\[([^\]]{1,200})\]:\s*")  # as WhisperX writes SRT
_BREAK = re.compile(r"\n[ \t]*\n")
# In WebVTT a line of blanks belongs to the cue (YouTube begins cues with one), unless a cue's times follow.
_VTT_BREAK = re.compile(r"\n\n+|\n[ \t]+\n(?=(?:[^\n]*\n)?[^\n]*-->)")
_NOT_CUES = ("NOTE", "STYLE", "REGION")


def read(text: str) -> list[Segment]:
    """One segment per cue and voice. Cue settings, styles, notes and formatting are left out.

    Raises:
        CouncilError: "transcript_unreadable" when no line has the times of a cue.
    """
    cues: list[tuple[int, int, str]] = []
    recognised = text.startswith("WEBVTT")
    is_vtt = recognised
    for block in (_VTT_BREAK if is_vtt else _BREAK).split(text):
        lines = block.strip("\n").split("\n")
        if is_vtt and lines[0].split(" ", 1)[0].strip() in _NOT_CUES:
            continue
        at = next((number for number, line in enumerate(lines[:3]) if _TIMES.match(line)), None)
        if at is None:
            continue
        recognised = True
        start_ms, end_ms = _times(lines[at])
        cues.append((start_ms, end_ms, "\n".join(lines[at + 1 :])))
    if not recognised:
        raise CouncilError("transcript_unreadable", detail="no cue")
    plain = [(start_ms, end_ms, _lines(payload)) for start_ms, end_ms, payload in cues]
    if rolling.is_rolling(plain):
        cues = [(start_ms, end_ms, " ".join(lines)) for start_ms, end_ms, lines in rolling.unrolled(plain)]
    return [segment for cue in cues for segment in _cue(*cue)]


def _times(line: str) -> tuple[int, int]:
    match = _TIMES.match(line)
    if match is None:
        raise CouncilError("transcript_unreadable", detail=line[:80])
    start_ms = _ms(match.groups()[:4])
    return start_ms, max(start_ms, _ms(match.groups()[4:]))


def _lines(payload: str) -> list[str]:
    """What a cue shows, line by line, without blank lines."""
    return [line for line in (_plain(_TAG.sub("", line)) for line in payload.split("\n")) if line]


def _cue(start_ms: int, end_ms: int, payload: str) -> list[Segment]:
    pieces = _VOICE.split(payload)  # text before any voice, then name, text, name, text, ...
    spoken = [(None, pieces[0])] + [(_plain(name), said) for name, said in zip(pieces[1::2], pieces[2::2], strict=True)]
    return [
        Segment(start_ms, end_ms, text, (), speaker)
        for text, speaker in (_said(said, name) for name, said in spoken)
        if text
    ]


def _said(payload: str, voice: str | None) -> tuple[str, str | None]:
    """Text and speaker: from the voice tag, or from "[name]: " at the beginning."""
    text = _plain(_TAG.sub("", payload))
    if voice:
        return text.removeprefix(f"{voice}:").strip(), voice[:200]
    bracketed = _BRACKETED_SPEAKER.match(text)
    if bracketed:
        return text[bracketed.end() :], bracketed[1]
    return text, None


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = parts
    whole_s = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole_s * 1000 + int((fraction or "0").ljust(3, "0"))
