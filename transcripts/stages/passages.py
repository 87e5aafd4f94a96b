"""Stage 7: the transcript becomes passages with headers and lexemes, searchable by words from here on."""

from __future__ import annotations

from typing import Any

from transcripts import cards, lexemes, passages
from transcripts.models import Passage, Recording, Segment
from transcripts.passages import BuiltPassage, Said
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {"passages": passages.VERSION, "lexemes": lexemes.VERSION}


def run(job: StageJob) -> None:
    """Rebuild all passages of the recording; a passage that comes out as it was keeps its vector."""
    with job.scope() as recording:
        title = recording.title or (recording.meeting.title if recording.meeting else "")
        held_on = recording.held_on or (recording.meeting.held_on if recording.meeting else None)
        said = [
            Said(*row)
            for row in Segment.objects.filter(recording=recording)
            .order_by("index")
            .values_list("start_ms", "end_ms", "text", "speaker", "words")
        ]
        points, known = cards.points_of(recording.pk), cards.cards_of(recording.pk)
    built = passages.build_passages(said, title=title, held_on=held_on, points=points, cards=known)
    indexed: list[lexemes.DocumentLexemes] = []
    for done, passage in enumerate(built):
        indexed.append(lexemes.document_lexemes(passage.header, passage.text))
        job.progress(done + 1, len(built))
    with job.finishing() as recording:
        _write(recording, built, indexed)


def _write(recording: Recording, built: list[BuiltPassage], indexed: list[lexemes.DocumentLexemes]) -> None:
    before = Passage.objects.filter(recording=recording)
    vectors: dict[tuple[str, str], tuple[Any, str, Any, str]] = {
        (header, text): (embedding, model, next_embedding, next_model)
        for header, text, embedding, model, next_embedding, next_model in before.values_list(
            "header", "text", "embedding", "embedding_model", "next_embedding", "next_model"
        )
    }
    before.delete()
    rows = []
    for index, (passage, words) in enumerate(zip(built, indexed, strict=True)):
        embedding, model, next_embedding, next_model = vectors.get((passage.header, passage.text), (None, "", None, ""))
        rows.append(
            Passage(
                council_id=recording.council_id,
                recording=recording,
                index=index,
                kind=passage.kind,
                start_ms=passage.start_ms,
                end_ms=passage.end_ms,
                speaker=passage.speaker,
                header=passage.header,
                text=passage.text,
                pieces=passage.pieces,
                lexemes=words.vector,
                lexeme_count=words.count,
                embedding=embedding,
                embedding_model=model,
                next_embedding=next_embedding,
                next_model=next_model,
            )
        )
    Passage.objects.bulk_create(rows, batch_size=500)
