"""Stage 4: one chunk becomes timed words. Many workers, on many machines, share the chunks of one recording."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Sum

from speech.engine import audio
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.types import Span
from transcripts import recognition, storage
from transcripts.chosen_servers import chosen_server
from transcripts.models import Chunk, ChunkResult, RunState
from transcripts.work import StageJob


def run_chunk(job: StageJob, chunk: Chunk) -> None:
    """Decode just this chunk, recognise it, keep the result under the chunk's key."""
    with job.scope() as recording:
        own = chosen_server(job.council_id, "recognition")
        recognition.check_egress(own, egress_allowed=recording.council.egress_allowed)
        name, speech = recording.clean_audio_name or recording.audio_name, recording.speech
        options = RecognitionOptions(hotwords=recording.hotwords)
        total = _speech_of_chunks(recording.pk)
        finished = _speech_of_chunks(recording.pk, state=RunState.DONE)
    length = chunk.end_ms - chunk.start_ms
    spans = [
        Span(max(s, chunk.start_ms), min(e, chunk.end_ms)) for s, e in speech if s < chunk.end_ms and e > chunk.start_ms
    ]

    def on_progress(done: int, of: int) -> None:
        job.progress(finished + length * done // max(of, 1), total)

    with storage.whole_copy(name) as path:
        sound = audio.read_audio(path, Span(chunk.start_ms, chunk.end_ms))
    result = recognition.recognizer(own).recognize(sound, spans, options, on_progress)
    with job.finishing():
        ChunkResult.objects.update_or_create(
            council_id=job.council_id,
            recording_id=job.recording_id,
            index=chunk.index,
            defaults={
                "key": chunk.done_key,
                "segments": _segments(result),
                "removed": _removed(result),
                "recognition": recognition.facts(result),
            },
        )


def _speech_of_chunks(recording_id: UUID, **only: str) -> int:
    rows = Chunk.objects.filter(recording_id=recording_id, **only)
    return int(rows.aggregate(length=Sum(F("end_ms") - F("start_ms")))["length"] or 0)


def _segments(result: Recognition) -> list[dict[str, object]]:
    return [
        {
            "start_ms": segment.start_ms,
            "end_ms": segment.end_ms,
            "text": segment.text,
            "speaker": segment.speaker or "",
            "words": [[word.start_ms, word.end_ms, word.text, word.probability] for word in segment.words],
        }
        for segment in result.segments
    ]


def _removed(result: Recognition) -> list[dict[str, object]]:
    return [
        {"start_ms": piece.start_ms, "end_ms": piece.end_ms, "text": piece.text, "reason": piece.reason}
        for piece in result.removed
    ]
