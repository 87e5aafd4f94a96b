"""How the queue carries many workers: pieces of work per second, and what the ledger costs the database.

    DATA_DIR=$(mktemp -d) python -m benchmarks.scale [--workers 1 2 4 8 16] [--claimers 100] [--waiting 10000] [--json]

First part: worker processes share the chunks of one recording through the product's own claims, storage, decoding,
results and heartbeats; the engine is the fake, which sleeps as a card would work (`--real-time-factor`). Every worker
gets as many chunks, so with no overhead every run takes the same time. Second part: `--claimers` connections claim and
finish chunks of many councils while `--waiting` of them wait; the engine takes `--hold-s`. Needs an empty database
(`manage.py migrate --database owner`).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import UUID

CHUNK_MS = 240_000
_COUNCILS = 50


@dataclass(frozen=True)
class Run:
    """One row of the first table; `share` is the ideal time over the time it took."""

    workers: int
    chunks: int
    seconds: float
    chunks_per_s: float
    share: float


@dataclass(frozen=True)
class Ledger:
    """The second table. Statements and transactions are PostgreSQL's own counts."""

    claimers: int
    waiting: int
    finished: int
    per_s: float
    claim_p50_ms: float
    claim_p95_ms: float
    commits_per_s: float


def prepare(data: Path, chunks: int) -> UUID:
    """A council with one recording of `chunks` chunks of real sound that wait for a recogniser."""
    import benchmarks.product  # noqa: F401  # before any model
    from council.models import Council
    from council.tenancy import tenant_scope
    from transcripts import storage
    from transcripts.models import Chunk, Recording, RunState, SourceKind, StageRun
    from transcripts.pipeline import STAGES

    council, _ = Council.objects.get_or_create(slug="obciazenie", defaults={"name": "Rada Obciążenia"})
    sound = data / "speech.flac"
    if not sound.exists():
        _noise(sound, CHUNK_MS * 8)
    with tenant_scope(council.pk):
        Recording.objects.all().delete()
        recording = Recording.objects.create(
            council=council, source_kind=SourceKind.FILE, duration_ms=CHUNK_MS * 8, speech=[[0, CHUNK_MS * 8]]
        )
        name = storage.artefact_name(council.pk, recording.pk, storage.sha256_of(sound), ".flac")
        storage.store(sound, name)
        recording.audio_name = name
        recording.save(update_fields=["audio_name"])
        for position, stage in enumerate(STAGES):
            state = {"recognise": RunState.SPREAD}.get(stage.name, RunState.DONE if position < 3 else RunState.PENDING)
            StageRun.objects.create(
                council=council, recording=recording, stage=stage.name, position=position, state=state
            )
        Chunk.objects.bulk_create(
            Chunk(
                council=council, recording=recording, index=n, start_ms=n % 8 * CHUNK_MS,
                end_ms=(n % 8 + 1) * CHUNK_MS, state=RunState.WAITING, done_key=str(n),
            )
            for n in range(chunks)
        )  # fmt: skip
    return recording.pk


def _noise(target: Path, length_ms: int) -> None:
    import subprocess

    from speech.engine.audio import find_ffmpeg

    source = f"anoisesrc=d={length_ms / 1000}:c=pink:r=16000:a=0.1"
    subprocess.run(
        [str(find_ffmpeg()), "-v", "error", "-f", "lavfi", "-i", source, "-ac", "1", "-c:a", "flac", str(target)],
        check=True,
    )


def worker(start: Barrier, ended: Queue[float]) -> None:
    """A worker process: everything that is due on the gpu queue."""
    from django.db import connection

    import benchmarks.product  # noqa: F401
    from transcripts import pipeline

    connection.ensure_connection()
    start.wait()
    while pipeline.work_once("gpu"):
        pass
    ended.put(time.time())


def shared(data: Path, workers: int, each: int, hold_s: float) -> Run:
    chunks = workers * each
    prepare(data, chunks)
    _close_connections()
    context = multiprocessing.get_context("spawn")
    start, ended = context.Barrier(workers + 1), context.Queue()
    processes = [context.Process(target=worker, args=(start, ended)) for _ in range(workers)]
    for process in processes:
        process.start()
    start.wait()
    began = time.time()
    last = max(ended.get() for _ in processes)
    for process in processes:
        process.join()
    seconds = last - began
    return Run(workers, chunks, round(seconds, 2), round(chunks / seconds, 2), round(each * hold_s / seconds, 3))


def ledger_load(claimers: int, waiting: int, seconds: float, hold_s: float) -> Ledger:
    from django.db import connection

    import benchmarks.product  # noqa: F401
    from council.models import Council
    from council.tenancy import tenant_scope
    from transcripts import ledger
    from transcripts.models import Chunk, Recording, RunState, SourceKind

    for n in range(_COUNCILS):
        council, _ = Council.objects.get_or_create(slug=f"obciazenie-{n}", defaults={"name": f"Rada {n}"})
        with tenant_scope(council.pk):
            recording = Recording.objects.create(council=council, source_kind=SourceKind.FILE)
            Chunk.objects.bulk_create(
                Chunk(council=council, recording=recording, index=i, start_ms=0, end_ms=1, state=RunState.WAITING)
                for i in range(waiting // _COUNCILS)
            )
    took: list[float] = []
    finished = 0
    lock, until = threading.Lock(), time.monotonic() + seconds

    def claim_on() -> None:
        nonlocal finished
        while time.monotonic() < until:
            before = time.perf_counter()
            found = ledger.claim(Chunk)
            claimed_ms = (time.perf_counter() - before) * 1000
            if found is None:
                break
            with ledger.heartbeat(found[0]):
                time.sleep(hold_s)
            ledger.finish(found[0])
            with lock:
                took.append(claimed_ms)
                finished += 1
        connection.close()

    def commits() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
            return int(cursor.fetchone()[0])

    before, began = commits(), time.monotonic()
    threads = [threading.Thread(target=claim_on) for _ in range(claimers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    length = time.monotonic() - began
    quantiles = statistics.quantiles(took, n=20)
    return Ledger(
        claimers, waiting, finished, round(finished / length, 1), round(quantiles[9], 1), round(quantiles[18], 1),
        round((commits() - before) / length, 1),
    )  # fmt: skip


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4, 8, 16])
    parser.add_argument("--each", type=int, default=8, help="chunks per worker")
    parser.add_argument("--real-time-factor", type=float, default=0.02)
    parser.add_argument("--claimers", type=int, default=100)
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--hold-s", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    hold_s = CHUNK_MS / 1000 * options.real_time_factor
    os.environ |= {"RECOGNIZER": "fake", "FAKE_RECOGNIZER": f"delay_ms={int(hold_s * 1000)}"}
    results: dict[str, Any] = {"chunk_s": CHUNK_MS / 1000, "hold_s": hold_s, "runs": []}
    with tempfile.TemporaryDirectory() as folder:
        for workers in options.workers:
            run = shared(Path(folder), workers, options.each, hold_s)
            results["runs"].append(asdict(run))
            print(run, file=sys.stderr)
    if options.claimers:
        results["ledger"] = asdict(ledger_load(options.claimers, options.waiting, 30.0, options.hold_s))
    print(json.dumps(results, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
