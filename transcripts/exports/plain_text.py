"""Plain text to read. Lines that start with # tell about the text; every other line is spoken, word for word."""

from __future__ import annotations

from transcripts.exports.clock import clock
from transcripts.queries import RecordingDetail, SegmentRow

_PARAGRAPH_MS = 60_000  # about what fits under one time mark without searching
_NOTICE = "Transkrypcja automatyczna; miarodajne jest nagranie."


def write(detail: RecordingDetail, segments: list[SegmentRow]) -> str:
    """Title, date and length, then a paragraph for each turn (or minute of a long turn) under its time and speaker.

    Neither the council nor the recording's id is told: the same words give the same file.
    """
    row = detail.row
    head = [row.title, f"Data posiedzenia: {row.held_on.isoformat()}" if row.held_on else ""]
    head += [f"Długość: {clock(row.duration_ms)}" if row.duration_ms else "", _NOTICE]
    head += [f"Brak {clock(gap.start_ms)}–{clock(gap.end_ms)}: {gap.reason_label}" for gap in detail.gaps]
    blocks = ["\n".join(f"# {_one_line(line)}" for line in head if line)]
    blocks += [_paragraph(paragraph) for paragraph in _paragraphs(segments)]
    return "\n\n".join(blocks) + "\n"


def _paragraphs(segments: list[SegmentRow]) -> list[list[SegmentRow]]:
    paragraphs: list[list[SegmentRow]] = []
    for segment in segments:
        if not segment.text.strip():
            continue
        current = paragraphs[-1] if paragraphs else None
        if (
            current is None
            or current[0].speaker != segment.speaker
            or segment.start_ms - current[0].start_ms >= _PARAGRAPH_MS
        ):
            paragraphs.append([segment])
        else:
            current.append(segment)
    return paragraphs


def _paragraph(segments: list[SegmentRow]) -> str:
    speaker = _one_line(segments[0].speaker)
    mark = f"# {clock(segments[0].start_ms)}" + (f" {speaker}" if speaker else "")
    text = " ".join(_one_line(segment.text) for segment in segments)
    return f"{mark}\n{' ' if text.startswith('#') else ''}{text}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
