"""Answers in quote mode: how many questions are answered, how many of those that have no answer are answered falsely.

    python -m benchmarks.answers FOLDER [--questions FILE] [--limit 200] [--skip N] [--words-only] [--json FILE]

FOLDER is a collection as for benchmarks/retrieval.py. Each question is asked twice: of all passages, and of all but
those that answer it, when every answer given is a false one. Evidence comes from the product's own retrieval and is
judged by assistant/relevance.py, as an answer without a language model is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import benchmarks.product  # noqa: F401  # before any model
from assistant.relevance import Judgement, judge
from assistant.retrieval import Piece, gather
from council.access import Actor
from council.tenancy import tenant_scope
from transcripts.management.commands.evaluate_retrieval import SPACING_MS, Collection, indexed, read_collection
from transcripts.models import Passage
from transcripts.search import likeness


class Asked(NamedTuple):
    """One question and what is found for it with its passages (`whole`) and without them (`lacking`)."""

    question: str
    right: frozenset[int]  # places of its passages in the collection
    whole: tuple[Piece, ...]
    lacking: tuple[Piece, ...]


def evidence(collection: Collection, actor: Actor) -> Iterator[Asked]:
    places = {passage[0]: place for place, passage in enumerate(collection.passages)}
    for question_id, text in collection.questions:
        right = frozenset(places[passage] for passage in collection.answers[question_id] if passage in places)
        found = gather(actor, text)
        with without(actor, right):
            lacking = gather(actor, text)
        yield Asked(found.corrected or text, right, found.pieces, lacking.pieces)


@contextmanager
def without(actor: Actor, places: frozenset[int]) -> Iterator[None]:
    """The council as if it had never had the passages at `places`."""
    with tenant_scope(actor.council_id):
        removed = list(Passage.objects.filter(council_id=actor.council_id, index__in=places))
        Passage.objects.filter(pk__in=[passage.pk for passage in removed]).delete()
    try:
        yield
    finally:
        with tenant_scope(actor.council_id):
            Passage.objects.bulk_create(removed)


def by_words(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces as where meanings cannot be compared."""
    return [replace(piece, similarity=None) for piece in pieces]


def from_right(judgement: Judgement, right: frozenset[int]) -> bool:
    return bool(judgement.choices) and judgement.choices[0].place.start_ms // SPACING_MS in right


def figures(asked: Sequence[Asked], *, words_only: bool) -> dict[str, object]:
    """Shares of all questions; `answered_right` counts answers whose first sentence is of a right passage."""
    answered = right = best = false = 0
    missed: Counter[str] = Counter()
    for one in asked:
        whole = judge(one.question, by_words(one.whole) if words_only else one.whole, likeness)
        lacking = judge(one.question, by_words(one.lacking) if words_only else one.lacking, likeness)
        best += from_right(whole, one.right)
        answered += whole.answers
        right += whole.answers and from_right(whole, one.right)
        false += lacking.answers
        if not whole.answers:
            missed[whole.detail or whole.reason] += 1
    count = len(asked)
    return {
        "questions": count,
        "best_sentence_right": round(best / count, 3),
        "answered": round(answered / count, 3),
        "answered_right": round(right / count, 3),
        "false_without_passage": round(false / count, 3),
        "refused_for": dict(missed.most_common()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--skip", type=int, default=0, help="leave out the first N questions")
    parser.add_argument("--words-only", action="store_true", help="judge as where meanings cannot be compared")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()

    whole = read_collection(options.folder, options.questions)
    asked = whole.questions[options.skip :][: options.limit]
    if not asked:
        parser.error("no questions left")
    collection = Collection(whole.passages, asked, whole.answers)
    with indexed(collection, lambda done, total: print(f"\rindexed {done}/{total}", end="", file=sys.stderr)) as actor:
        print(file=sys.stderr)
        found = list(evidence(collection, actor))
    result = figures(found, words_only=options.words_only)
    for name, value in result.items():
        print(f"{name:22} {value}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
