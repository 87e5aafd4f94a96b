"""A finished recording, put straight into the database: for tests of what comes after the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from council.models import Council
from council.tenancy import tenant_scope
from speech.engine.types import Segment as EngineSegment
from transcripts.models import Recording, RecordingState, RunState, Segment, SourceKind, StageRun


def finished_recording(council: Council, segments: Sequence[EngineSegment], **values: Any) -> UUID:
    values = {"title": "Sesja próbna", "held_on": date(2026, 3, 26), "state": RecordingState.READY} | values
    with tenant_scope(council.pk):
        recording = Recording.objects.create(council=council, source_kind=SourceKind.TRANSCRIPT, **values)
        StageRun.objects.create(council=council, recording=recording, stage="fetch", position=0, state=RunState.DONE)
        for index, segment in enumerate(segments):
            Segment.objects.create(
                council=council, recording=recording, index=index, start_ms=segment.start_ms, end_ms=segment.end_ms,
                text=segment.text, speaker=segment.speaker or "",
                words=[[w.start_ms, w.end_ms, w.text, w.probability] for w in segment.words],
            )  # fmt: skip
    return recording.pk
