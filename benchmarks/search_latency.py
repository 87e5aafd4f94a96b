"""How long a search takes among many councils, under row security, as the role the product runs as.

    python -m benchmarks.search_latency FOLDER --councils 1000 --passages 1000000 [--json FILE] [--keep]

FOLDER holds passages.jsonl (id, title, text): their sentences are shuffled into synthetic passages of council length.
Council sizes are uneven, as they are in life: the largest holds `--largest` of all passages (default 10,000 where there
are that many). Vectors are random directions around shared topics: a scan costs the same whatever they mean. About 5 GB
of disk per million passages. Needs an empty database (DATA_DIR); refuses one with councils in it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.db import connection, connections

import benchmarks.product  # noqa: F401  # before any model
from council.access import Actor, access_council_from_shell
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import embedding, lexemes
from transcripts.models import EMBEDDING_DIMENSIONS, Recording, RecordingState, SourceKind
from transcripts.search import search

WORDS = 90  # of a passage
PER_RECORDING = 150  # passages of a session of two hours
TOPICS, VECTORS = 64, 8_192
COLUMNS = (
    "council_id", "recording_id", "index", "start_ms", "end_ms", "speaker", "header", "text", "pieces", "lexemes",
    "lexeme_count", "embedding", "embedding_model",
)  # fmt: skip
SLUG = "obciazenie-"


@dataclass(frozen=True)
class Source:
    """Vectors as PostgreSQL reads them; sentences to make passages of, each as (text, lexeme names, words)."""

    vectors: list[str]
    sentences: list[tuple[str, list[str], int]]
    questions: list[str]


def read_source(folder: Path) -> Source:
    sentences: list[str] = []
    with (folder / "passages.jsonl").open() as lines:
        for line in lines:
            sentences += [s for s in re.split(r"(?<=[.!?])\s+", json.loads(line)["text"]) if 4 <= len(s.split()) <= 40]
    known = []
    for sentence in sentences:
        words = lexemes.document_lexemes("", sentence)
        known.append(
            (sentence, [entry.rsplit(":", 1)[0] for entry in words.vector.split(" ") if ":" in entry], words.count)
        )
    with (folder / "questions.jsonl").open() as lines:
        questions = [json.loads(line)["text"] for line in lines]
    return Source(_vectors(), known, questions)


def _vectors() -> list[str]:
    rng = np.random.default_rng(7)
    topics = rng.standard_normal((TOPICS, EMBEDDING_DIMENSIONS))
    noise = rng.standard_normal((VECTORS, EMBEDDING_DIMENSIONS))
    made = topics[np.arange(VECTORS) % TOPICS] + noise
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return ["[" + ",".join(f"{value:.5f}" for value in row) + "]" for row in made]


def sizes(councils: int, passages: int, largest: int) -> list[int]:
    """The largest first, then a slow fall, `passages` in all."""
    rest = [1 / (rank + 20) for rank in range(councils - 1)]
    scale = max(passages - largest, 0) / sum(rest) if rest else 0
    return [min(largest, passages), *(max(1, round(share * scale)) for share in rest)]


def rows(source: Source, council_id: int, recordings: list[UUID], count: int) -> Iterator[tuple[object, ...]]:
    for n in range(count):
        picked, length, text_words = [], 0, 0
        while text_words < WORDS:
            picked.append(source.sentences[random.randrange(len(source.sentences))])
            text_words += len(picked[-1][0].split())
            length += picked[-1][2]
        places: dict[str, list[str]] = {}
        for place, name in enumerate((name for _, names, _ in picked for name in names), 1):
            places.setdefault(name, []).append(f"{place}D")
        yield (
            council_id, recordings[n // PER_RECORDING], n % PER_RECORDING, n * 1000, n * 1000 + 1000, "Radny Zając",
            "Sesja Rady Gminy\n26 marca 2026\nPunkt piąty\nRadny Zając", " ".join(text for text, _, _ in picked),
            "[[0, 1000, 0, 20]]", " ".join(f"{name}:{','.join(at)}" for name, at in places.items()), length,
            source.vectors[random.randrange(len(source.vectors))],
            embedding.configured_model(),
        )  # fmt: skip


def fill(source: Source, number: int, count: int) -> Actor:
    """One council with `count` passages, copied in as the product's role inside its scope."""
    council = Council.objects.create(slug=f"{SLUG}{number}", name=f"Rada {number}")
    with tenant_scope(council.pk):
        recordings = [
            Recording(
                id=uuid4(),
                council=council,
                title=f"Sesja {n}",
                source_kind=SourceKind.TRANSCRIPT,
                state=RecordingState.READY,
            )
            for n in range(count // PER_RECORDING + 1)
        ]
        Recording.objects.bulk_create(recordings)
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        with connection.cursor() as cursor:  # COPY does not go into a table with row security, hence by way of another
            cursor.execute("CREATE TEMPORARY TABLE filling (LIKE transcripts_passage) ON COMMIT DROP")
            cursor.execute("ALTER TABLE filling ALTER id DROP NOT NULL")
            with cursor.copy(f"COPY filling ({names}) FROM STDIN") as copy:
                for row in rows(source, council.pk, [recording.pk for recording in recordings], count):
                    copy.write_row(row)
            cursor.execute(f"INSERT INTO transcripts_passage ({names}) SELECT {names} FROM filling")
    return access_council_from_shell(council.slug)


def timed(actor: Actor, questions: list[str]) -> dict[str, float]:
    """Milliseconds of whole searches, and of the making of the question's vector within them."""
    whole, vectors = [], []
    embedder = embedding.embedder(egress_allowed=True)
    for question in questions:
        began = time.perf_counter()
        embedder.query(question)
        vectors.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        search(actor, question)
        whole.append((time.perf_counter() - began) * 1000)
    rank = int(len(questions) * 0.95)
    return {
        "p50_ms": round(statistics.median(whole), 1),
        "p95_ms": round(sorted(whole)[rank], 1),
        "vector_p50_ms": round(statistics.median(vectors), 1),
        "vector_p95_ms": round(sorted(vectors)[rank], 1),
    }


def disk() -> dict[str, int]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_table_size('transcripts_passage'), pg_indexes_size('transcripts_passage'),"
            " (SELECT count(*) FROM pg_index WHERE indrelid = 'transcripts_passage'::regclass)"
        )
        table, indexes, _ = cursor.fetchone()
    return {"table_mb": table // 2**20, "indexes_mb": indexes // 2**20}


def remove() -> None:
    for council in Council.objects.filter(slug__startswith=SLUG):
        with tenant_scope(council.pk), connection.cursor() as cursor:
            cursor.execute("DELETE FROM transcripts_passage WHERE council_id = %s", [council.pk])
            Recording.objects.filter(council=council).delete()
        council.delete()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--councils", type=int, default=1000)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--largest", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true", help="leave the councils in the database")
    options = parser.parse_args()
    if Council.objects.exists():
        sys.exit("Set DATA_DIR (or DATABASE_URL) to an empty, migrated database: this one has councils in it.")

    random.seed(7)
    source = read_source(options.folder)
    questions = random.sample(source.questions, min(options.questions, len(source.questions)))
    began = time.monotonic()
    actors = []
    plan = sizes(options.councils, options.passages, options.largest)
    for number, count in enumerate(plan):
        actors.append((count, fill(source, number, count)))
        if number % 20 == 0:
            print(f"\rfilled {number + 1}/{len(plan)} councils", end="", file=sys.stderr)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE transcripts_passage")
    results: dict[str, Any] = {
        "passages": sum(plan), "councils": len(plan), "fill_s": round(time.monotonic() - began), "disk": disk(),
    }  # fmt: skip
    print(f"\n{sum(plan)} passages in {len(plan)} councils, filled in {results['fill_s']} s, {results['disk']}")
    print(f"{'council of':>12}{'p50 ms':>9}{'p95 ms':>9}   of which the question's vector")
    for name, (count, actor) in {"largest": actors[0], "median": actors[len(actors) // 2]}.items():
        timed(actor, questions[:10])  # caches are warm, as for a council that is being used
        measured = timed(actor, questions)
        results[name] = {"passages": count, **measured}
        print(
            f"{count:12}{measured['p50_ms']:9}{measured['p95_ms']:9}"
            f"   {measured['vector_p50_ms']} / {measured['vector_p95_ms']}"
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    if not options.keep:
        remove()


if __name__ == "__main__":
    main()
