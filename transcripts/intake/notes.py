"""What the source said about a recording, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from council.access import Actor
from transcripts.models_intake import SourceNotes
from transcripts.queries import access_recording


@dataclass(frozen=True, slots=True)
class ChapterRow:
    start_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`agreement`: percent of words that ready subtitles and our transcript share; None: none there or not compared."""

    agreement: int | None
    automatic: bool
    chapters: tuple[ChapterRow, ...]
    track: int  # of several sound tracks, from 1; 0 where there is one
    tracks: int


def source_notes(actor: Actor, recording_id: UUID) -> SourceRow | None:
    """None where the source said nothing. Raises CouncilError("not_found")."""
    with access_recording(actor, recording_id) as recording:
        notes = SourceNotes.objects.filter(recording=recording).first()
    if notes is None:
        return None
    share = notes.subtitles_agreement if notes.subtitles_name else None
    return SourceRow(
        agreement=None if share is None else round(share * 100),
        automatic=notes.subtitles_automatic,
        chapters=tuple(ChapterRow(chapter["start_ms"], chapter["title"]) for chapter in notes.chapters),
        track=notes.sound_track,
        tracks=notes.sound_tracks,
    )
