"""Reads about recordings: frozen rows for views, API, commands and the assistant, never querysets.

Every function takes the actor first and opens the council's scope itself. What the actor may not see does not exist:
CouncilError("not_found").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from council.access import Actor, Can
from council.errors import CouncilError, message_for
from council.tenancy import tenant_scope
from speech.engine.sound_quality import SoundQuality
from transcripts import progress
from transcripts.models import (
    Chunk,
    ChunkResult,
    Gap,
    ProgressEvent,
    Recording,
    RecordingState,
    RunState,
    Segment,
    SourceKind,
    StageRun,
)
from transcripts.models_intake import SourceNotes
from transcripts.recognition import UsedRecognizer, stated_recognizers, used_recognizers

CAPTIONS_DUE_AFTER = timedelta(days=14)
"""Act of 4 April 2019 on digital accessibility, art. 5a: a published recording must be accessible within 14 days."""


STAGE_LABELS = {
    "fetch": "Pobranie nagrania",
    "audio": "Przygotowanie dźwięku",
    "chunks": "Podział w miejscach ciszy",
    "recognise": "Rozpoznawanie mowy",
    "merge": "Składanie transkrypcji",
    "speakers": "Rozróżnianie mówców",
    "facts": "Odczytywanie porządku obrad i głosowań",
    "passages": "Przygotowanie wyszukiwania",
    "embeddings": "Indeksowanie znaczeń",
}
"""What people read for the stages of transcripts/pipeline.py."""


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """One line of the list."""

    id: UUID
    title: str
    held_on: date | None
    state: str
    state_label: str
    error_code: str
    error_message: str  # Polish, empty when there is no error
    duration_ms: int
    source_kind: str
    source_address: str
    created_at: datetime
    published_at: datetime | None
    duplicate_of: UUID | None
    has_media: bool
    urgent: bool = False  # goes first in its council's line

    @property
    def captions_due_on(self) -> date | None:
        return (self.published_at + CAPTIONS_DUE_AFTER).date() if self.published_at else None


@dataclass(frozen=True, slots=True)
class StageRow:
    stage: str
    state: str
    state_label: str
    attempts: int
    error_code: str
    error_message: str


@dataclass(frozen=True, slots=True)
class GapRow:
    start_ms: int
    end_ms: int
    reason: str
    reason_label: str


@dataclass(frozen=True, slots=True)
class RecordingDetail:
    row: RecordingRow
    stages: tuple[StageRow, ...]
    gaps: tuple[GapRow, ...]
    failed_chunks: int
    segment_count: int
    last_event: int  # sequence of the newest progress event
    recognizers: tuple[UsedRecognizer, ...] = ()  # more than one where workers did it in different ways
    sound: SoundQuality | None = None  # None: never measured (a finished transcript, or not yet)
    cleaned: bool = False  # the recogniser heard a copy with less noise

    @property
    def degraded(self) -> bool:
        """Whether a part was recognised with less than the configured model, or in a lesser way."""
        return any(used.steps for used in self.recognizers)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """`words` are (start_ms, end_ms, text, probability or None)."""

    index: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str
    words: tuple[tuple[int, int, str, float | None], ...]
    id: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class EventRow:
    sequence: int
    stage: str
    state: str
    done: int
    total: int
    eta_ms: int | None
    error_code: str
    error_message: str


@dataclass(frozen=True, slots=True)
class MediaFile:
    """Where the sound (and picture) lies in the storage; `playable` is False for types that browsers cannot play."""

    name: str
    media_type: str
    size_bytes: int


def list_recordings(actor: Actor, *, limit: int = 50, offset: int = 0) -> tuple[list[RecordingRow], int]:
    """Newest first, and how many there are in all. Duplicates are left out: their original is in the list."""
    with tenant_scope(actor.council_id):
        visible = _visible(actor).exclude(state=RecordingState.DUPLICATE)
        return [_row(recording) for recording in visible[offset : offset + limit]], visible.count()


def get_recording(actor: Actor, recording_id: UUID) -> RecordingRow:
    with access_recording(actor, recording_id) as recording:
        return _row(recording)


def recording_detail(actor: Actor, recording_id: UUID) -> RecordingDetail:
    with access_recording(actor, recording_id) as recording:
        runs = StageRun.objects.filter(recording=recording).order_by("position")
        last = ProgressEvent.objects.filter(recording=recording).order_by("-sequence").first()
        return RecordingDetail(
            row=_row(recording),
            stages=tuple(_stage(run) for run in runs),
            gaps=tuple(
                GapRow(gap.start_ms, gap.end_ms, gap.reason, gap.get_reason_display())
                for gap in Gap.objects.filter(recording=recording)
            ),
            failed_chunks=Chunk.objects.filter(recording=recording, state=RunState.FAILED).count(),
            segment_count=Segment.objects.filter(recording=recording).count(),
            last_event=last.sequence if last else 0,
            recognizers=_recognizers(recording),
            sound=SoundQuality(**recording.sound) if recording.sound else None,
            cleaned=bool(recording.clean_audio_name),
        )


def _recognizers(recording: Recording) -> tuple[UsedRecognizer, ...]:
    chunks = ChunkResult.objects.filter(recording=recording).order_by("index")
    found = used_recognizers(chunks.values_list("recognition", flat=True))
    if found or recording.source_kind != SourceKind.TRANSCRIPT:
        return found
    notes = SourceNotes.objects.filter(recording=recording).first()
    return stated_recognizers(notes.recognition) if notes else ()


def list_segments(
    actor: Actor, recording_id: UUID, *, after_index: int = -1, limit: int | None = None, words: bool = True
) -> list[SegmentRow]:
    """The transcript in order; `after_index` and `limit` page through long ones. Without `words` they stay empty."""
    with access_recording(actor, recording_id) as recording:
        segments = Segment.objects.filter(recording=recording, index__gt=after_index).order_by("index")
        if not words:
            segments = segments.defer("words")
        return [
            SegmentRow(
                s.index,
                s.start_ms,
                s.end_ms,
                s.text,
                s.speaker,
                tuple(tuple(w) for w in s.words) if words else (),
                s.pk,
                s.version,
            )
            for s in (segments[:limit] if limit else segments)
        ]


def events_after(actor: Actor, recording_id: UUID, sequence: int) -> list[EventRow]:
    """What a client that last saw `sequence` has missed."""
    with access_recording(actor, recording_id) as recording:
        return [_event(event) for event in progress.events_after(recording.pk, sequence)]


def council_slug_of(recording_id: UUID) -> str:
    """Whose recording this is, from the open ledger: for the command line, which owns the machine.

    Raises:
        CouncilError: "recording_unknown".
    """
    run = StageRun.objects.filter(recording_id=recording_id).select_related("council").first()
    if run is None:
        raise CouncilError("recording_unknown")
    return run.council.slug


def find_by_content(actor: Actor, content_hash: str) -> UUID | None:
    """The recording made of these very bytes (SHA-256, hex), if the actor may see one."""
    with tenant_scope(actor.council_id):
        found = _visible(actor).filter(content_hash=content_hash).exclude(state=RecordingState.DUPLICATE).first()
        return found.pk if found else None


def stored_media(actor: Actor, recording_id: UUID, kind: Literal["media", "audio"]) -> MediaFile | None:
    """The original media or the extracted sound; None while there is none."""
    with access_recording(actor, recording_id) as recording:
        return _stored(recording, kind)


def linked_media(
    council_id: int, recording_id: UUID, kind: Literal["media", "audio"], *, published_only: bool
) -> MediaFile:
    """What a signed link leads to, for whoever holds it. Raises CouncilError("not_found") once it is gone."""
    with tenant_scope(council_id):
        recording = Recording.objects.filter(pk=recording_id).first()
        hidden = recording is None or (published_only and recording.published_at is None)
        file = None if recording is None or hidden else _stored(recording, kind)
    if file is None:
        raise CouncilError("not_found")
    return file


def newest_events(actor: Actor, recording_ids: Sequence[UUID]) -> dict[UUID, EventRow]:
    """How far each of these recordings is: its newest event."""
    with tenant_scope(actor.council_id):
        visible = _visible(actor).filter(pk__in=recording_ids).order_by()
        events = ProgressEvent.objects.filter(recording__in=visible).order_by("recording_id", "-sequence")
        return {event.recording_id: _event(event) for event in events.distinct("recording_id")}


@contextmanager
def access_recording(actor: Actor, recording_id: UUID) -> Iterator[Recording]:
    """The recording inside its council's scope, if the actor may see it."""
    with tenant_scope(actor.council_id):
        recording = _visible(actor).filter(pk=recording_id).first()
        if recording is None:
            raise CouncilError("not_found")
        yield recording


def _visible(actor: Actor) -> QuerySet[Recording]:
    rows = Recording.objects.filter(council_id=actor.council_id).order_by("-created_at")
    if Can.READ_ALL in actor.can:
        return rows
    actor.require(Can.READ_PUBLISHED)
    return rows.filter(Q(published_at__isnull=False), state=RecordingState.READY)


def _row(recording: Recording) -> RecordingRow:
    return RecordingRow(
        id=recording.pk,
        title=recording.title or recording.source_address or str(recording.pk),
        held_on=recording.held_on,
        state=recording.state,
        state_label=recording.get_state_display(),
        error_code=recording.error_code,
        error_message=message_for(recording.error_code) if recording.error_code else "",
        duration_ms=recording.duration_ms,
        source_kind=recording.source_kind,
        source_address=recording.source_address,
        created_at=recording.created_at,
        published_at=recording.published_at,
        duplicate_of=recording.duplicate_of_id,
        has_media=bool(recording.media_name),
        urgent=recording.priority > 0,
    )


def _event(event: ProgressEvent) -> EventRow:
    return EventRow(
        event.sequence, event.stage, event.state, event.done, event.total, event.eta_ms, event.error_code,
        message_for(event.error_code) if event.error_code else "",
    )  # fmt: skip


def _stored(recording: Recording, kind: str) -> MediaFile | None:
    if kind == "audio":
        return MediaFile(recording.audio_name, "audio/flac", 0) if recording.audio_name else None
    if not recording.media_name:
        return None
    return MediaFile(recording.media_name, recording.media_type, recording.media_bytes)


def _stage(run: StageRun) -> StageRow:
    message = message_for(run.error_code) if run.error_code else ""
    return StageRow(run.stage, run.state, run.get_state_display(), run.attempts, run.error_code, message)
