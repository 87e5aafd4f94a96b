"""A transcript as a file for other programs: plain text, JSON, captions. The same transcript gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import slugify

from council.access import Actor
from council.errors import CouncilError
from transcripts import queries
from transcripts.exports import captions, json_document, plain_text
from transcripts.exports.in_figures import with_figures
from transcripts.models import RecordingState
from transcripts.queries import RecordingDetail, SegmentRow


@dataclass(frozen=True, slots=True)
class Exported:
    """`content_type` names the charset; `file_name` is plain ASCII."""

    content_type: str
    file_name: str
    text: str


@dataclass(frozen=True, slots=True)
class _Format:
    content_type: str
    write: Callable[[RecordingDetail, list[SegmentRow]], str]


_FORMATS = {
    "txt": _Format("text/plain; charset=utf-8", plain_text.write),
    "json": _Format("application/json; charset=utf-8", json_document.write),
    "vtt": _Format("text/vtt; charset=utf-8", captions.write_vtt),
    "srt": _Format("application/x-subrip; charset=utf-8", captions.write_srt),
}
FORMATS = tuple(_FORMATS)


def export(actor: Actor, recording_id: UUID, fmt: str, *, figures: bool = False) -> Exported:
    """The whole transcript in format `fmt`, one of FORMATS. A recording in which nobody speaks gives an empty one.

    With `figures` numbers are in figures, for reading; JSON has them as "written" beside the spoken "text".

    Raises:
        CouncilError: "export_format_unknown", "not_found", "not_ready" (there is no finished transcript yet).
    """
    chosen = _FORMATS.get(fmt)
    if chosen is None:
        raise CouncilError("export_format_unknown")
    detail = queries.recording_detail(actor, recording_id)
    if detail.row.state != RecordingState.READY:
        raise CouncilError("not_ready")
    segments = queries.list_segments(actor, recording_id)
    stem = slugify(detail.row.title.replace("ł", "l").replace("Ł", "L"))[:80] or str(recording_id)
    if figures and fmt == "json":
        return Exported(chosen.content_type, f"{stem}.{fmt}", json_document.write(detail, segments, figures=True))
    return Exported(
        chosen.content_type, f"{stem}.{fmt}", chosen.write(detail, with_figures(segments) if figures else segments)
    )
