"""JSON in the shape of Whisper's, with integer milliseconds beside the seconds. Imports back without loss."""

from __future__ import annotations

import json

from transcripts.figures import lines_in_figures
from transcripts.queries import RecordingDetail, SegmentRow


def write(detail: RecordingDetail, segments: list[SegmentRow], *, figures: bool = False) -> str:
    """{"recording": {...}, "segments": [...], "gaps": [...], "recognition": [...]}.

    With `figures` a segment whose numbers read otherwise in figures has them as "written", beside the spoken "text".
    """
    spoken = [segment.text for segment in segments]
    written = lines_in_figures(spoken) if figures else spoken
    row = detail.row
    document = {
        "recording": {
            "id": str(row.id),
            "title": row.title,
            "held_on": row.held_on.isoformat() if row.held_on else None,
            "duration_ms": row.duration_ms,
            "status": "automatic",
        },
        "language": "pl",
        "segments": [
            {**_segment(segment), **({"written": text} if text != segment.text else {})}
            for segment, text in zip(segments, written, strict=True)
        ],
        "gaps": [
            {"start": gap.start_ms / 1000, "end": gap.end_ms / 1000, "start_ms": gap.start_ms, "end_ms": gap.end_ms,
             "reason": gap.reason}
            for gap in detail.gaps
        ],
        "recognition": [
            {"model": used.model, "precision": used.precision, "device": used.device, "chunks": used.chunks,
             "steps": list(used.steps)}
            for used in detail.recognizers
        ],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _segment(segment: SegmentRow) -> dict[str, object]:
    return {
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "speaker": segment.speaker or None,
        "words": [
            {"start_ms": start_ms, "end_ms": end_ms, "text": text, "probability": probability}
            for start_ms, end_ms, text, probability in segment.words
        ],
    }
