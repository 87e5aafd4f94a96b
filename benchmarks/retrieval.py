"""How good the search is: the product's hybrid beside each of its halves, on the same questions in the same run.

    python -m benchmarks.retrieval FOLDER [--questions FILE] [--limit N] [--skip N] [--json FILE]

FOLDER holds passages.jsonl (id, title, text), questions.jsonl (id, text) and qrels.tsv; see docs/benchmarks.md. The
passages are indexed in a throw-away council of the configured database.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

import benchmarks.product  # noqa: F401  # before any model
from transcripts.management.commands.evaluate_retrieval import Collection, indexed, measure, read_collection
from transcripts.search import search

WAYS = {"hybrid": (True, True), "words only": (True, False), "meaning only": (False, True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--skip", type=int, default=0, help="leave out the first N questions (the tuned ones)")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()

    whole = read_collection(options.folder, options.questions)
    asked = whole.questions[options.skip :][: options.limit]
    collection = Collection(whole.passages, asked, whole.answers)
    results = {}
    with indexed(collection, lambda done, total: print(f"\rindexed {done}/{total}", end="", file=sys.stderr)) as actor:
        print(f"\n{len(asked)} questions, {len(collection.passages)} passages")
        print(f"{'':14}{'hit@1':>8}{'hit@10':>8}{'MRR':>8}{'p50 ms':>9}{'p95 ms':>9}")
        for name, (words, meaning) in WAYS.items():
            ask = partial(search, actor, limit=10, words=words, meaning=meaning)
            ask(asked[0][1])  # models are loaded before the clock runs
            measured = measure(collection, ask)
            results[name] = measured.as_json()
            print(
                f"{name:14}{measured.hit_at_1:8.3f}{measured.hit_at_10:8.3f}{measured.mrr:8.3f}"
                f"{measured.p50_ms:9.1f}{measured.p95_ms:9.1f}"
            )
    if options.json:
        options.json.write_text(json.dumps({"questions": len(asked), "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
