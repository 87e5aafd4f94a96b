"""Stage 5: all chunks become one transcript, checked against the speech that VAD heard."""

from __future__ import annotations

from council.errors import CouncilError
from speech.engine import merging
from speech.engine.types import Segment as EngineSegment
from speech.engine.types import Span, Word
from transcripts.models import Chunk, ChunkResult, Gap, Recording, RunState, Segment
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {"version": 1}


def run(job: StageJob) -> None:
    """Write segments and gaps. Raises CouncilError with the chunks' own code when none of them could be recognised."""
    with job.scope() as recording:
        chunks = list(Chunk.objects.filter(recording=recording).order_by("index"))
        done = [chunk.index for chunk in chunks if chunk.state == RunState.DONE]
        found = ChunkResult.objects.filter(recording=recording, index__in=done).order_by("index")
        results = list(found.values_list("segments", flat=True))
        speech = [Span(start, end) for start, end in recording.speech]
    failed = [chunk for chunk in chunks if chunk.state == RunState.FAILED]
    if failed and len(failed) == len(chunks):
        raise CouncilError(failed[0].error_code)
    segments = merging.merge_chunks([[_segment(item) for item in result] for result in results])
    lost = [Span(chunk.start_ms, chunk.end_ms) for chunk in failed]
    gaps = merging.uncovered_speech([span for span in speech if not _inside(span, lost)], segments)
    with job.finishing() as recording:
        _write(recording, segments)
        Gap.objects.filter(recording=recording).delete()
        Gap.objects.bulk_create(
            [_gap(recording, span, Gap.Reason.FAILED_CHUNK) for span in lost]
            + [_gap(recording, span, Gap.Reason.UNCOVERED) for span in gaps]
        )


def _inside(span: Span, outer: list[Span]) -> bool:
    return any(o.start_ms <= span.start_ms and span.end_ms <= o.end_ms for o in outer)


def _gap(recording: Recording, span: Span, reason: str) -> Gap:
    return Gap(
        council_id=recording.council_id, recording=recording, start_ms=span.start_ms, end_ms=span.end_ms, reason=reason
    )


def _segment(item: dict[str, object]) -> EngineSegment:
    words: list[list[object]] = item["words"]  # type: ignore[assignment]
    return EngineSegment(
        start_ms=int(str(item["start_ms"])),
        end_ms=int(str(item["end_ms"])),
        text=str(item["text"]),
        speaker=str(item.get("speaker") or "") or None,
        words=tuple(Word(w[0], w[1], w[2], w[3]) for w in words),  # type: ignore[arg-type]
    )


def _write(recording: Recording, segments: list[EngineSegment]) -> None:
    Segment.objects.filter(recording=recording).delete()
    Segment.objects.bulk_create(
        [
            Segment(
                council_id=recording.council_id,
                recording=recording,
                index=index,
                start_ms=segment.start_ms,
                end_ms=segment.end_ms,
                text=segment.text,
                speaker=segment.speaker or "",
                words=[[w.start_ms, w.end_ms, w.text, w.probability] for w in segment.words],
            )
            for index, segment in enumerate(segments)
        ],
        batch_size=1_000,
    )
