"""What a stage gets to work with: whose recording it is, how to report progress, and how to hand in the output."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections

from council.tenancy import tenant_scope
from transcripts import ledger, progress
from transcripts.models import Recording, RunState

_PROGRESS_EVERY_S = 0.5  # at most two messages a second per job


@dataclass
class StageJob:
    """One claimed stage of one recording.

    A stage reads what it needs in a `scope()`, works outside any transaction, calls `progress` now and then, and writes
    everything inside one `finishing()` block: output, "done" and the next stage's start commit together or not at all.
    """

    lease: ledger.Lease
    stage: str
    key: str  # hash of this stage's input and settings
    lost: threading.Event
    advance: Callable[[StageJob, str], None]
    started: float = field(default_factory=time.monotonic)
    _reported: float = 0.0

    @property
    def council_id(self) -> int:
        return self.lease.council_id

    @property
    def recording_id(self) -> UUID:
        return self.lease.recording_id

    @contextmanager
    def scope(self) -> Iterator[Recording]:
        """A short transaction in the council's scope, with the recording. Raises LeaseLost when it was deleted."""
        with tenant_scope(self.council_id):
            recording = Recording.objects.select_related("council", "meeting").filter(pk=self.recording_id).first()
            if recording is None:
                raise ledger.LeaseLost(str(self.recording_id))
            yield recording

    def check(self) -> None:
        """Stop here when the work is no longer ours. Raises LeaseLost."""
        if self.lost.is_set():
            raise ledger.LeaseLost(str(self.lease.row_id))

    def is_lost(self) -> bool:
        return self.lost.is_set()

    def progress(self, done: int, total: int) -> None:
        """Tell those who watch; cheap to call often. Raises LeaseLost."""
        self.check()
        now = time.monotonic()
        if now - self._reported < _PROGRESS_EVERY_S:
            return
        self._reported = now
        eta_ms = round((now - self.started) * 1000 * (total - done) / done) if 0 < done <= total else None
        with self.scope():
            progress.note(
                self.council_id,
                self.recording_id,
                stage=self.stage,
                state=RunState.RUNNING,
                done=done,
                total=total,
                eta_ms=eta_ms,
            )

    @contextmanager
    def finishing(self, output_hash: str = "") -> Iterator[Recording]:
        """The one transaction that hands in the output. Raises LeaseLost (and writes nothing) when it came too late."""
        self.check()
        with self.scope() as recording:
            if not ledger.held(self.lease):
                raise ledger.LeaseLost(str(self.lease.row_id))
            yield recording
            self.advance(self, output_hash)


def side_by_side(work_once: Callable[[], bool], *, at_once: int, until: float) -> bool:
    """Do pieces of work in `at_once` threads until none is left or `time.monotonic()` reaches `until`.

    `work_once` claims and does one piece; False when nothing is due. Whenever a piece is done, every free thread looks
    for another, so a piece that comes in meanwhile does not wait for the longest one under way. With `at_once` 1 no
    thread is made. Returns whether there may be more to do.

    Raises:
        Whatever `work_once` raises, when the pieces under way have ended.
    """
    if at_once <= 1:
        while work_once():
            if time.monotonic() > until:
                return True
        return False
    done_any = True
    with ThreadPoolExecutor(at_once, thread_name_prefix="chunk") as pool:
        running: set[Future[bool]] = set()
        while True:
            in_time = time.monotonic() <= until
            if done_any and in_time:
                running |= {pool.submit(_with_own_connection, work_once) for _ in range(at_once - len(running))}
            if not running:
                return done_any
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            found = [future.result() for future in ended]
            done_any = any(found) or (done_any and not in_time)


def _with_own_connection(work_once: Callable[[], bool]) -> bool:
    """A thread's database connections are its own, and end with its piece of work."""
    try:
        return work_once()
    finally:
        connections.close_all()
