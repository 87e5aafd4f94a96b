"""Stage 7: agenda, votes, resolutions and the other facts are read out of the transcript."""

from __future__ import annotations

from transcripts import facts, facts_records, official_records
from transcripts.models import Segment
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {"facts": facts.VERSION}


def run(job: StageJob) -> None:
    """Replace the recording's draft facts; what a clerk decided about stays."""
    with job.scope() as recording:
        held_on = recording.held_on or (recording.meeting.held_on if recording.meeting else None)
        said = [
            facts.Utterance(*row)
            for row in Segment.objects.filter(recording=recording)
            .order_by("index")
            .values_list("start_ms", "end_ms", "text", "speaker", "words")
        ]
    found = facts.read_meeting(said, held_on)
    with job.finishing() as recording:
        facts_records.replace_drafts(recording.council_id, recording.pk, found)
        official_records.apply_documents(recording)
