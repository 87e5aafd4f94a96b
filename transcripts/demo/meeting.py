"""The demo recording, brought in the way an office brings in an old transcript: a JSON file and its sound."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from council.access import Actor
from speech.engine.errors import EngineError
from transcripts import actions, queries, storage
from transcripts.demo import script, sound
from transcripts.imports import read_transcript


@dataclass(frozen=True, slots=True)
class DemoMeeting:
    """`with_sound` is None when the meeting was there already."""

    recording_id: UUID
    with_sound: bool | None


def ensure_meeting(actor: Actor) -> DemoMeeting:
    """The demo recording of this council, made if need be; it still has to go through its stages."""
    digest = script.content_hash()
    known = queries.find_by_content(actor, digest)
    if known is not None:
        return DemoMeeting(known, None)
    lines = script.lines()
    with storage.work_folder() as folder:
        media = folder / "sesja_xxiii.mp3"
        try:
            spans = sound.read_aloud(lines, media)
        except EngineError as error:
            if error.code != "voice_unavailable":
                raise
            spans = sound.times_without_sound(lines)
        document = {
            "segments": [
                {"start_ms": span.start_ms, "end_ms": span.end_ms, "text": line.text, "speaker": line.speaker}
                for span, line in zip(spans, lines, strict=True)
            ]
        }
        transcript = read_transcript(json.dumps(document).encode())
        recording_id = actions.add_transcript(
            actor, segments=transcript.segments, content_hash=digest, file_name="sesja_xxiii.json", title=script.TITLE,
            held_on=script.HELD_ON, media=media if media.exists() else None,
        )  # fmt: skip
        return DemoMeeting(recording_id, media.exists())
