"""Waiting for a recording from the command line, with or without workers.

Where a queue has living workers, this only watches. Where it has none, the work is done here, in this process; leases
decide between the two, so workers may start or die meanwhile.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from council import jobs
from council.access import Actor
from council.errors import CouncilError
from transcripts import pipeline, queries
from transcripts.models import RecordingState
from transcripts.queries import EventRow, RecordingRow

_LOOK_EVERY_S = 0.3
_SWEEP_EVERY_S = 3.0


def wait_until_done(actor: Actor, recording_id: UUID, on_event: Callable[[EventRow], None]) -> RecordingRow:
    """Follow the recording's events until it is ready, failed or found to be a duplicate; returns it as it is then.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM. The recording stays in the queue; the lease ends with this process.
        CouncilError: "not_found" when it is deleted meanwhile, "internal_error" when the work here broke down.
    """
    standin = _StandIn(recording_id)
    with _interruption() as interrupted, standin.working():
        seen = 0
        while True:
            row = queries.get_recording(actor, recording_id)  # before the events, so that none of them is missed
            for event in queries.events_after(actor, recording_id, seen):
                seen = event.sequence
                on_event(event)
            if row.state != RecordingState.PROCESSING:
                return row
            if not standin.is_alive():
                raise CouncilError("internal_error", detail="the work in this process broke down")
            if interrupted.wait(_LOOK_EVERY_S):
                raise KeyboardInterrupt


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """An event instead of an exception for Ctrl-C, which would break the database connection in mid-statement."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: asked.set()) for number in signals]
    try:
        yield asked
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


class _StandIn(threading.Thread):
    """Does the recording's work of queues that have no living worker.

    A daemon, so that Ctrl-C need not wait for a recogniser in the middle of a chunk. An error that gets here (the
    database is gone) ends the thread with its traceback; the one who waits notices.
    """

    def __init__(self, recording_id: UUID) -> None:
        super().__init__(name=f"stand-in-{recording_id}", daemon=True)
        self._recording_id = recording_id
        self._stop_asked = threading.Event()

    def run(self) -> None:
        try:
            swept_at = 0.0
            while not self._stop_asked.is_set():
                empty = [queue for queue in jobs.QUEUES if not jobs.workers_alive(queue)]
                if empty and time.monotonic() - swept_at > _SWEEP_EVERY_S:
                    pipeline.sweep()  # nobody else would end the leases of processes that died
                    swept_at = time.monotonic()
                worked = [pipeline.work_once(queue, self._recording_id) for queue in empty]
                if not any(worked):
                    self._stop_asked.wait(_LOOK_EVERY_S)
        finally:
            connection.close()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work while the block lasts; a piece of work under way at its end is not waited for."""
        self.start()
        try:
            yield
        finally:
            self._stop_asked.set()
            self.join(timeout=2 * _LOOK_EVERY_S)
