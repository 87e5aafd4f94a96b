"""Stage 5: all chunks become one transcript, checked against the speech that VAD heard."""

from __future__ import annotations

from council.errors import CouncilError
from speech.engine import merging
from speech.engine.types import Segment as EngineSegment
from speech.engine.types import Span, Word
from transcripts.corrections.keep import keep_corrections
from transcripts.corrections.line import Line
from transcripts.corrections.rows import lines_of, write_all
from transcripts.models import Chunk, ChunkResult, Gap, Recording, RunState
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {"version": 2}


def run(job: StageJob) -> None:
    """Write segments and gaps; what people corrected stands.

    Raises:
        CouncilError: with the chunks' own code when none of them could be recognised.
    """
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
    with job.finishing() as recording:
        lines = keep_corrections(lines_of(recording.pk), [_line(segment) for segment in segments])
        write_all(recording, lines)
        gaps = merging.uncovered_speech(
            [span for span in speech if not _inside(span, lost)], [_engine_segment(line) for line in lines]
        )
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


def _line(segment: EngineSegment) -> Line:
    words = tuple((word.start_ms, word.end_ms, word.text, word.probability) for word in segment.words)
    return Line(segment.start_ms, segment.end_ms, segment.text, segment.speaker or "", words=words)


def _engine_segment(line: Line) -> EngineSegment:
    return EngineSegment(line.start_ms, line.end_ms, line.text, tuple(Word(*word) for word in line.words))
