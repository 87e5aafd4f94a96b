"""Lines and their rows: reading, writing, and putting some in the place of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F

from transcripts.corrections.line import Line
from transcripts.models import Recording, Segment

_FAR = 1_000_000_000  # beyond any index: rows move in two steps, because each index is unique at every moment
_BATCH = 1_000


def line_of(row: Segment) -> Line:
    return Line(
        row.start_ms, row.end_ms, row.text, row.speaker, row.label,
        tuple((word[0], word[1], word[2], word[3]) for word in row.words),
        row.pk, row.version, row.text_held, row.speaker_held,
    )  # fmt: skip


def lines_of(recording_id: UUID) -> list[Line]:
    """The whole transcript. Needs the council's scope."""
    return [line_of(row) for row in Segment.objects.filter(recording_id=recording_id).order_by("index")]


def write_all(recording: Recording, lines: Iterable[Line]) -> None:
    """Make `lines` the transcript; those with an id keep it."""
    Segment.objects.filter(recording=recording).delete()
    _create(recording, lines, first=0)


def put_in_place(recording: Recording, *, index: int, count: int, lines: Sequence[Line]) -> list[Line]:
    """Put `lines` where `count` segments from `index` on were; what follows moves. The lines come back with ids."""
    rows = Segment.objects.filter(recording=recording)
    rows.filter(index__gte=index, index__lt=index + count).delete()
    if len(lines) != count:
        rows.filter(index__gte=index + count).update(index=F("index") + _FAR)
        rows.filter(index__gte=_FAR).update(index=F("index") - _FAR + len(lines) - count)
    return [line_of(row) for row in _create(recording, lines, first=index)]


def _create(recording: Recording, lines: Iterable[Line], *, first: int) -> list[Segment]:
    return Segment.objects.bulk_create(
        [
            Segment(
                pk=line.id, council_id=recording.council_id, recording=recording, index=first + number,
                start_ms=line.start_ms, end_ms=line.end_ms, text=line.text, speaker=line.speaker, label=line.label,
                words=[list(word) for word in line.words], version=line.version, text_held=line.text_held,
                speaker_held=line.speaker_held,
            )
            for number, line in enumerate(lines)
        ],
        batch_size=_BATCH,
    )  # fmt: skip
