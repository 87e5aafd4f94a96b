"""Captions: WebVTT with voice tags, and SRT. Written here because the libraries tried do not escape WebVTT."""

from __future__ import annotations

from transcripts.exports.clock import clock, clock_with_ms
from transcripts.exports.cues import Cue, cues_of
from transcripts.queries import RecordingDetail, SegmentRow

_STATUS = "Napisy automatyczne, niesprawdzone przez człowieka."


def write_vtt(detail: RecordingDetail, segments: list[SegmentRow]) -> str:
    """WebVTT. Every caption of a known speaker has a voice tag; the name is also shown where the speaker changes."""
    notes = ["WEBVTT", f"NOTE\n{_escaped(detail.row.title)}\n{_STATUS}"]
    notes += [
        f"NOTE Brak {clock(gap.start_ms)}–{clock(gap.end_ms)}: {_escaped(gap.reason_label)}" for gap in detail.gaps
    ]
    return "\n\n".join([*notes, *map(_vtt_cue, cues_of(segments))]) + "\n"


def write_srt(detail: RecordingDetail, segments: list[SegmentRow]) -> str:
    """SubRip: times with a comma, numbered from 1, the speaker's name where it changes. It has no escapes at all."""
    blocks = []
    for number, cue in enumerate(cues_of(segments), start=1):
        times = f"{clock_with_ms(cue.start_ms, separator=',')} --> {clock_with_ms(cue.end_ms, separator=',')}"
        lines = "\n".join(line.replace("-->", "->") for line in cue.lines)
        blocks.append(f"{number}\n{times}\n{lines}\n")
    return "\n".join(blocks)


def _vtt_cue(cue: Cue) -> str:
    times = f"{clock_with_ms(cue.start_ms, separator='.')} --> {clock_with_ms(cue.end_ms, separator='.')}"
    voice = f"<v {_escaped(cue.speaker)}>" if cue.speaker else ""
    return f"{times}\n{voice}" + "\n".join(map(_escaped, cue.lines))


def _escaped(text: str) -> str:
    """One line in which nothing is markup; escaping > also takes the meaning from -->."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
