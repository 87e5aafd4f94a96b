"""Progress as rows, numbered per recording; a bell rings for whoever watches."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from council import live
from transcripts.models import ProgressEvent

_INSERT = """
INSERT INTO transcripts_progressevent
    (council_id, recording_id, sequence, stage, state, done, total, eta_ms, error_code, created_at)
SELECT %(council)s, %(recording)s, coalesce(max(sequence), 0) + 1, %(stage)s, %(state)s, %(done)s, %(total)s,
       %(eta)s, %(code)s, clock_timestamp()
FROM transcripts_progressevent WHERE recording_id = %(recording)s
"""


def group_of(recording_id: UUID) -> str:
    """Name of the channel group that watches one recording."""
    return f"recording.{recording_id}"


def note(
    council_id: int,
    recording_id: UUID,
    *,
    stage: str,
    state: str,
    done: int = 0,
    total: int = 0,
    eta_ms: int | None = None,
    error_code: str = "",
) -> None:
    """Append an event and ring. Call inside the council's scope; the event commits with the caller's work."""
    with connection.cursor() as cursor:
        # One writer per recording at a time, so that numbers have neither holes nor doubles.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"progress {recording_id}"])
        cursor.execute(
            _INSERT,
            {
                "council": council_id,
                "recording": recording_id,
                "stage": stage,
                "state": state,
                "done": done,
                "total": total,
                "eta": eta_ms,
                "code": error_code,
            },
        )
    live.ring(group_of(recording_id))


def events_after(recording_id: UUID, sequence: int) -> list[ProgressEvent]:
    """What a client that last saw `sequence` has missed, oldest first. Call inside the council's scope."""
    return list(ProgressEvent.objects.filter(recording_id=recording_id, sequence__gt=sequence).order_by("sequence"))
