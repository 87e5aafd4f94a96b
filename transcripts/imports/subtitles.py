"""WebVTT and SubRip. Both are blocks with a line of times; the differences are read leniently, as players do."""

from __future__ import annotations

import html
import re

from council.errors import CouncilError
from speech.engine.types import Segment

_TIME = r"(?:(\d+):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d[\d:.]*)?>|\{\\[^}]*\}")
_BRACKETED_SPEAKER = re.compile(r"^\[([^\]]{1,200})\]:\s*")  # as WhisperX writes SRT
_NOT_CUES = ("NOTE", "STYLE", "REGION")


def read(text: str) -> list[Segment]:
    """One segment per cue and voice. Cue settings, styles, notes and formatting are left out.

    Raises:
        CouncilError: "transcript_unreadable" when no line has the times of a cue.
    """
    segments: list[Segment] = []
    recognised = text.startswith("WEBVTT")
    is_vtt = recognised
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        if is_vtt and lines[0].split(" ", 1)[0].strip() in _NOT_CUES:
            continue
        at = next((number for number, line in enumerate(lines[:3]) if _TIMES.match(line)), None)
        if at is None:
            continue
        recognised = True
        segments += _cue(lines[at], "\n".join(lines[at + 1 :]))
    if not recognised:
        raise CouncilError("transcript_unreadable", detail="no cue")
    return segments


def _cue(times: str, payload: str) -> list[Segment]:
    match = _TIMES.match(times)
    if match is None:
        return []
    start_ms = _ms(match.groups()[:4])
    end_ms = max(start_ms, _ms(match.groups()[4:]))
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
