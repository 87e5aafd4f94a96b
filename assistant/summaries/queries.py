"""Reads of summaries: frozen rows, actor first. A resident sees approved summaries of published recordings only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assistant.models_minutes import Summary
from assistant.summaries.verified import Sentence
from council.access import Actor, Can
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts.queries import get_recording


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """`point`: key of the point, "" for the whole meeting."""

    id: int
    point: str
    style: str
    style_label: str
    title: str
    sentences: tuple[Sentence, ...]
    origin: str
    origin_label: str
    model_name: str
    notes: tuple[str, ...]
    version: int
    approved_at: datetime | None


def list_summaries(actor: Actor, recording_id: UUID) -> list[SummaryRow]:
    """Of the meeting first, then of its points. Raises CouncilError("not_found")."""
    get_recording(actor, recording_id)
    with tenant_scope(actor.council_id):
        rows = Summary.objects.filter(recording_id=recording_id).order_by("point", "style")
        if Can.READ_ALL not in actor.can:
            rows = rows.filter(approved_at__isnull=False)
        return [summary_row(row) for row in rows]


def get_summary(actor: Actor, recording_id: UUID, summary_id: int) -> SummaryRow:
    """One of `list_summaries`. Raises CouncilError("not_found")."""
    found = next((row for row in list_summaries(actor, recording_id) if row.id == summary_id), None)
    if found is None:
        raise CouncilError("not_found")
    return found


def summary_row(row: Summary) -> SummaryRow:
    return SummaryRow(
        row.pk, row.point, row.style, row.get_style_display(), row.title,
        tuple(Sentence(part["text"], part["start_ms"], part["quote"]) for part in row.sentences), row.origin,
        row.get_origin_display(), row.model_name, tuple(row.notes), row.version, row.approved_at,
    )  # fmt: skip
