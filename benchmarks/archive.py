"""Who said it, in an archive of whole days of debate: asked by the exact words and in other words.

    python -m benchmarks.archive FOLDER [--days N] [--phrases 100] [--words-only] [--json FILE]

FOLDER holds one JSON a day: {"date", "turns": [{"role", "speaker", "text"}]} (the Sejm's stenographic records of
1991-1992 as shared for this benchmark). Phrases of eight words are drawn from long turns with a fixed seed; the
questions in other words are benchmarks/archive_paraphrases.json. Right is a passage of the very turn.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import benchmarks.product  # noqa: F401  # before any model
from council.access import Actor, access_council_from_shell
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import embedding, lexemes
from transcripts.models import Passage, Recording, RecordingState, SourceKind
from transcripts.passages import BuiltPassage, Said, build_passages
from transcripts.search import search

MS_PER_WORD = 400
PHRASE_WORDS = 8
LONG_TURN_WORDS = 60
BATCH = 32
SLUG = "pomiar-archiwum"


class Question(NamedTuple):
    text: str
    day: str
    start_ms: int
    end_ms: int


def said_of(day: dict[str, Any]) -> list[Said]:
    said, at_ms = [], 0
    for turn in day["turns"]:
        end_ms = at_ms + max(1, len(turn["text"].split())) * MS_PER_WORD
        speaker = " ".join(part for part in (turn["role"], turn["speaker"]) if part)
        said.append(Said(at_ms, end_ms, turn["text"], speaker, ()))
        at_ms = end_ms
    return said


def phrases(days: dict[str, list[Said]], count: int) -> list[Question]:
    draw = random.Random(1992)
    long = [(day, said) for day, turns in days.items() for said in turns if len(said.text.split()) > LONG_TURN_WORDS]
    asked = []
    for day, said in draw.sample(long, min(count, len(long))):
        words = said.text.split()
        start = draw.randrange(len(words) - PHRASE_WORDS)
        phrase = " ".join(words[start : start + PHRASE_WORDS])
        asked.append(Question(f"Kto powiedział „{phrase}”?", day, said.start_ms, said.end_ms))
    return asked


def paraphrases(days: dict[str, list[Said]]) -> list[Question]:
    rows = json.loads(Path(__file__).with_name("archive_paraphrases.json").read_text())
    known = [(row, days[row["day"]][row["turn"]]) for row in rows if row["day"] in days]
    return [Question(row["question"], row["day"], said.start_ms, said.end_ms) for row, said in known]


def fill(council: Council, days: dict[str, list[Said]], *, vectors: bool) -> int:
    total = 0
    for day, said in days.items():
        title = f"Sejm {day}"
        built = build_passages(said, title=title, held_on=date.fromisoformat(day))
        with tenant_scope(council.pk):
            recording = Recording.objects.create(
                council=council, title=title, held_on=date.fromisoformat(day), source_kind=SourceKind.TRANSCRIPT,
                state=RecordingState.READY,
            )  # fmt: skip
        for start in range(0, len(built), BATCH):
            batch = built[start : start + BATCH]
            rows = list(_rows(recording, batch, start, vectors=vectors))
            with tenant_scope(council.pk):
                Passage.objects.bulk_create(rows)
        total += len(built)
        print(f"{day}: {len(built)} passages", file=sys.stderr)
    return total


def _rows(recording: Recording, batch: Sequence[BuiltPassage], start: int, *, vectors: bool) -> Iterator[Passage]:
    embedder = embedding.built_in()
    made = embedder.passages([f"{p.header}\n{p.text}" for p in batch]) if vectors else [None] * len(batch)
    for index, (p, vector) in enumerate(zip(batch, made, strict=True), start=start):
        words = lexemes.document_lexemes(p.header, p.text)
        yield Passage(
            council_id=recording.council_id, recording=recording, index=index, start_ms=p.start_ms, end_ms=p.end_ms,
            speaker=p.speaker, header=p.header, text=p.text, pieces=p.pieces, lexemes=words.vector,
            lexeme_count=words.count, embedding=vector, embedding_model=embedder.model if vectors else "",
        )  # fmt: skip


def measure(actor: Actor, asked: Sequence[Question], *, meaning: bool) -> dict[str, float]:
    ranks, times_ms = [], []
    for question in asked:
        began = time.perf_counter()
        hits = search(actor, question.text, limit=10, meaning=meaning).hits
        times_ms.append((time.perf_counter() - began) * 1000)
        right = (
            rank
            for rank, hit in enumerate(hits, 1)
            if hit.recording_title.endswith(question.day) and question.start_ms <= hit.start_ms < question.end_ms
        )
        ranks.append(next(right, 99))
    times_ms.sort()
    return {
        "questions": len(asked),
        "hit@1": round(sum(rank == 1 for rank in ranks) / len(ranks), 3),
        "hit@10": round(sum(rank <= 10 for rank in ranks) / len(ranks), 3),
        "p50_ms": round(times_ms[len(times_ms) // 2], 1),
        "p95_ms": round(times_ms[int(len(times_ms) * 0.95)], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, help="only the first N days")
    parser.add_argument("--phrases", type=int, default=100)
    parser.add_argument("--words-only", action="store_true", help="no vectors: minutes instead of a quarter of an hour")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()

    read = [json.loads(path.read_text()) for path in sorted(options.folder.glob("*.json"))[: options.days]]
    days = {day["date"]: said_of(day) for day in read}
    council = Council.objects.create(slug=SLUG, name="Pomiar archiwum")
    try:
        passages = fill(council, days, vectors=not options.words_only)
        actor = access_council_from_shell(SLUG)
        results: dict[str, object] = {"passages": passages}
        for name, asked in (("exact", phrases(days, options.phrases)), ("paraphrase", paraphrases(days))):
            if asked:
                results[name] = measure(actor, asked, meaning=not options.words_only)
                print(f"{name:12}{results[name]}")
    finally:
        with tenant_scope(council.pk):
            Recording.objects.filter(council=council).delete()
        council.delete()
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
