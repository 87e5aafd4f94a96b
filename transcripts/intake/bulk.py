"""Bringing in many recordings: one row at a time, each on its own, none twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from django.utils import timezone

from council.access import Actor, Can
from council.errors import CouncilError, message_for
from council.tenancy import tenant_scope
from speech.engine import audio
from speech.engine.errors import EngineError
from transcripts import actions
from transcripts.intake import entries
from transcripts.intake.meetings import place_recording
from transcripts.intake.rows import Row
from transcripts.models import Priority, Recording, RecordingState, Segment, SourceKind
from transcripts.models_intake import IntakeEntry
from transcripts.sources.days import day_of
from transcripts.sources.guard import parse_address

Outcome = Literal["taken", "already", "failed"]

OUR_FAULTS: Final = frozenset(
    {"internal_error", "storage_full", "disk_full", "worker_lost", "egress_off", "ffmpeg_missing"}
)
"""Failures that say nothing about the row: the same row may go in later, and a script should know."""
STOPPING: Final = frozenset({"storage_full", "disk_full", "egress_off", "ffmpeg_missing"})
"""Failures that every further row would meet too."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row. `message`: Polish, what happened and what to do; "" unless it failed or has no words."""

    row: Row
    outcome: Outcome
    recording_id: UUID | None = None
    code: str = ""
    message: str = ""


def take_row(actor: Actor, row: Row, *, dry_run: bool = False) -> Result:
    """Bring in one row's recording, unless it is here already. With `dry_run` nothing is written.

    A broken file is refused here, with the reason, and makes no recording. What a link turns out to be is found out
    later, by the recording. Expected failures are results; anything else is raised.
    """
    actor.require(Can.EDIT)
    if row.code:
        return _failed(row, row.code)
    try:
        if row.path is not None:
            return _take_file(actor, row, row.path, dry_run=dry_run)
        return _take_link(actor, row, dry_run=dry_run)
    except (CouncilError, EngineError) as error:
        context = error.context if isinstance(error, CouncilError) else {}
        return _failed(row, error.code, **context)


def state_of(actor: Actor, result: Result) -> Result:
    """The result as it stands now: a recording that failed makes its row a failed one, one without words is told of."""
    if result.recording_id is None:
        return result
    with tenant_scope(actor.council_id):
        found = Recording.objects.filter(pk=result.recording_id).first()
        has_words = Segment.objects.filter(recording_id=result.recording_id).exists()
    if found is None:
        return result
    if found.state == RecordingState.DUPLICATE:
        return replace(result, outcome="already", recording_id=found.duplicate_of_id)
    if found.state == RecordingState.READY and not has_words:
        return replace(result, code=entries.SILENT, message=message_for(entries.SILENT))
    if found.state != RecordingState.FAILED:
        return result
    code = found.error_code or "internal_error"
    return Result(result.row, "failed", result.recording_id, code, message_for(code))


def _take_link(actor: Actor, row: Row, *, dry_run: bool) -> Result:
    address = row.address
    if not actor.egress_allowed:
        raise CouncilError("egress_off")
    parse_address(address)
    if len(row.title) > actions.TITLE_CHARS:
        raise CouncilError("title_too_long", most=actions.TITLE_CHARS)
    with tenant_scope(actor.council_id):
        known = Recording.objects.filter(source_kind=SourceKind.LINK, source_address=address).first()
    if known is not None:
        return state_of(actor, Result(row, "already", known.duplicate_of_id or known.pk))
    if dry_run:
        return Result(row, "taken")
    before = timezone.now()
    with tenant_scope(actor.council_id):
        recording_id = actions.add_link(
            actor, address=address, title=row.title, held_on=row.held_on or day_of(row.title)
        )
        entries.remember(
            actor.council_id,
            IntakeEntry.Origin.IMPORT,
            entries.link_key(address),
            name=address,
            recording_id=recording_id,
        )
    return _result(actor, row, recording_id, before)


def _take_file(actor: Actor, row: Row, path: Path, *, dry_run: bool) -> Result:
    try:
        key = entries.file_key(path)
    except (OSError, ValueError) as error:
        raise CouncilError("source_missing", detail=str(error)) from error
    with tenant_scope(actor.council_id):
        entry = entries.known(IntakeEntry.Origin.IMPORT, key)
    if entry is not None and entry.recording_id is not None:
        return state_of(actor, Result(row, "already", entry.recording_id))
    audio.probe(path)
    if dry_run:
        return Result(row, "taken")
    before = timezone.now()
    title = row.title or entries.printable(path.stem)
    try:
        with path.open("rb") as handle:
            recording_id = actions.add_file(
                actor,
                content=actions.blocks_of(handle),
                file_name=entries.printable(path.name),  # a name of bad bytes is no text for the database
                title=title,
                held_on=row.held_on or day_of(title),
            )
    except OSError as error:
        raise CouncilError("source_missing", detail=str(error)) from error
    with tenant_scope(actor.council_id):
        entries.remember(actor.council_id, IntakeEntry.Origin.IMPORT, key, name=str(path), recording_id=recording_id)
    return _result(actor, row, recording_id, before)


def _result(actor: Actor, row: Row, recording_id: UUID, before: datetime) -> Result:
    place_recording(actor.council_id, recording_id)
    with tenant_scope(actor.council_id):
        is_new = Recording.objects.filter(pk=recording_id, created_at__gte=before).exists()
    if is_new:  # an archive waits for what the council brings in by hand
        actions.prioritize(actor, recording_id=recording_id, priority=Priority.BULK)
    return Result(row, "taken" if is_new else "already", recording_id)


def _failed(row: Row, code: str, **context: object) -> Result:
    return Result(row, "failed", code=code, message=message_for(code, **context))
