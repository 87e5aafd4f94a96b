"""How good the search is on a collection of questions whose answers are known."""

from __future__ import annotations

import json
import secrets
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from council.access import Actor, access_council_from_shell
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import embedding, lexemes
from transcripts.models import Passage, Recording, RecordingState, SourceKind
from transcripts.search import SearchResult, search

SPACING_MS = 600_000  # between the invented times of two passages: a hit's start says which one it is
_PASSAGE_MS = 60_000  # passages do not adjoin: the judge of answers reads what was said just before and after along
_BATCH = 16
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Collection:
    """`passages` are (id, title, text), `questions` (id, text), `answers` question id -> ids of right passages."""

    passages: list[tuple[str, str, str]]
    questions: list[tuple[str, str]]
    answers: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    hit_at_1: float
    hit_at_10: float
    mrr: float
    p50_ms: float
    p95_ms: float

    def as_json(self) -> dict[str, float]:
        names = {"hit_at_1": "hit@1", "hit_at_10": "hit@10"}
        return {names.get(key, key): value for key, value in asdict(self).items()}


def read_collection(folder: Path, questions: Path | None = None, limit: int | None = None) -> Collection:
    """`passages.jsonl` (id, title, text), `questions.jsonl` (id, text), `qrels.tsv` (question, passage, grade).

    Raises:
        OSError, ValueError, KeyError: files missing or of another shape.
    """
    answers: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        question, passage, grade = line.split("\t")
        if int(grade) > 0:
            answers.setdefault(question, set()).add(passage)
    asked = [(row["id"], row["text"]) for row in _rows(questions or folder / "questions.jsonl")]
    return Collection(
        passages=[(row["id"], row.get("title", ""), row["text"]) for row in _rows(folder / "passages.jsonl")],
        questions=[pair for pair in asked if pair[0] in answers][:limit],
        answers=answers,
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


@contextmanager
def indexed(collection: Collection, note: Callable[[int, int], None]) -> Iterator[Actor]:
    """The collection as passages of a council of its own, gone afterwards. `note(done, total)` hears how far it is."""
    council = Council.objects.create(slug=f"pomiar-{secrets.token_hex(6)}", name="Pomiar wyszukiwania")
    try:
        with tenant_scope(council.pk):
            recording = Recording.objects.create(
                council=council, title="Pomiar", source_kind=SourceKind.TRANSCRIPT, state=RecordingState.READY
            )
        embedder = embedding.embedder(egress_allowed=True)
        for start in range(0, len(collection.passages), _BATCH):
            batch = collection.passages[start : start + _BATCH]
            vectors = embedder.passages([f"{title}\n{text}" for _, title, text in batch])
            rows = [
                _passage(recording, start + offset, title, text, vector, embedder.model)
                for offset, ((_, title, text), vector) in enumerate(zip(batch, vectors, strict=True))
            ]
            with tenant_scope(council.pk):
                Passage.objects.bulk_create(rows)
            note(start + len(batch), len(collection.passages))
        yield access_council_from_shell(council.slug)
    finally:
        with tenant_scope(council.pk):
            Recording.objects.filter(council=council).delete()
        council.delete()


def _passage(recording: Recording, index: int, title: str, text: str, vector: embedding.Vector, model: str) -> Passage:
    words = lexemes.document_lexemes(title, text)
    start_ms = index * SPACING_MS
    return Passage(
        council_id=recording.council_id, recording=recording, index=index, start_ms=start_ms,
        end_ms=start_ms + _PASSAGE_MS, header=title, text=text,
        pieces=[[start_ms, start_ms + _PASSAGE_MS, 0, len(text)]], lexemes=words.vector, lexeme_count=words.count,
        embedding=vector, embedding_model=model,
    )  # fmt: skip


def measure(collection: Collection, ask: Callable[[str], SearchResult]) -> Measured:
    """Ask every question once; a question whose passage is not among the hits counts 0."""
    ranks: list[int | None] = []
    times_ms: list[float] = []
    for question_id, text in collection.questions:
        began = time.perf_counter()
        hits = ask(text).hits
        times_ms.append((time.perf_counter() - began) * 1000)
        found = [collection.passages[hit.start_ms // SPACING_MS][0] for hit in hits]
        right = collection.answers[question_id]
        ranks.append(next((rank for rank, passage in enumerate(found, 1) if passage in right), None))
    return Measured(
        hit_at_1=_share(ranks, 1),
        hit_at_10=_share(ranks, _DEPTH),
        mrr=round(statistics.fmean(1 / rank if rank else 0.0 for rank in ranks), 4),
        p50_ms=round(statistics.median(times_ms), 1),
        p95_ms=round(sorted(times_ms)[int(len(times_ms) * 0.95)], 1),
    )


def _share(ranks: Sequence[int | None], depth: int) -> float:
    return round(sum(rank is not None and rank <= depth for rank in ranks) / len(ranks), 4)


class Command(BaseCommand):
    help = "Mierzy trafność wyszukiwania na zbiorze pytań ze znanymi odpowiedziami."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="folder z passages.jsonl, questions.jsonl i qrels.tsv")
        parser.add_argument("--questions", type=Path, help="inny plik z pytaniami")
        parser.add_argument("--limit", type=int, help="tylko tyle pierwszych pytań")
        parser.add_argument("--json", action="store_true", help="tylko wynik, jako JSON")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            collection = read_collection(options["folder"], options["questions"], options["limit"])
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"Nie udało się odczytać zbioru: {error}") from error
        if not collection.questions:
            raise CommandError("W zbiorze nie ma pytań ze znaną odpowiedzią.")

        def note(done: int, total: int) -> None:
            if not options["json"]:
                self.stderr.write(f"\rIndeksowanie: {done}/{total}", ending="" if done < total else "\n")

        with indexed(collection, note) as actor:
            search(actor, collection.questions[0][1])  # the model is loaded before the clock runs
            result = measure(collection, lambda question: search(actor, question, limit=_DEPTH)).as_json()
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for name, value in result.items():
            self.stdout.write(f"{name:8} {value}")
