"""The queue, behind one function. Nothing else imports django_q.

A job is a plain function whose arguments are ids. Enqueue in the same transaction as the state change it belongs to:
with the ORM broker the message commits or rolls back with it. Delivery is at least once and a message may come late or
twice, so jobs look up what to do in the ledger and claim it there.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

from council.models import WorkerHeartbeat

INTERNAL_MODELS = (Failure, OrmQ, Schedule, Success)
"""The queue's own tables: nothing in them is for people, the ledger is."""

Queue = Literal["default", "gpu"]
QUEUES: tuple[Queue, ...] = ("default", "gpu")
_RINGS_AT_MOST = 8
_watcher = ""
SEEN_FRESH_FOR = timedelta(seconds=20)


def enqueue(job: Callable[..., None], *ids: int | str, queue: Queue) -> None:
    """Ask a worker of `queue` to call `job(*ids)`, once the current transaction commits."""
    async_task(job, *ids, cluster=queue)


def ring_for(job: Callable[..., None], due: int, *, queue: Queue) -> None:
    """Make sure that messages wait for `due` pieces of work; few are enough, workers go on until nothing is due."""
    unread = OrmQ.objects.filter(key=queue, lock__lte=timezone.now()).count()
    for _ in range(min(due, _RINGS_AT_MOST) - unread):
        enqueue(job, queue, queue=queue)


def worker_name() -> str:
    """This process as the ledger names it: host, its space of process ids (containers share a host name), and id."""
    return f"{socket.gethostname()}/{_pid_space()}:{os.getpid()}"


@cache
def _pid_space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:  # not Linux: one space of process ids
        return "0"


def process_is_gone(worker: str) -> bool:
    """True only when `worker` ran on this host and its process is certainly no more."""
    place, _, pid = worker.rpartition(":")
    if place != worker_name().rpartition(":")[0] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def send_canary(queue: Queue) -> None:
    """Put a canary job on the queue unless messages wait there: a silent cluster must not pile them up."""
    if not OrmQ.objects.filter(key=queue, lock__lte=timezone.now()).exists():
        async_task(answer_canary, queue, cluster=queue)


def watched_by(watcher: str) -> None:
    """Tell this process, and those forked from it, whose cluster they are; before the cluster starts."""
    global _watcher
    _watcher = watcher


def answer_canary(queue: str) -> None:
    """The canary job: the cluster that runs it notes the time in its own watcher's row, whoever sent the canary."""
    WorkerHeartbeat.objects.filter(queue=queue, worker=_watcher).update(canary_at=Now())


def canary_answered_at(queue: Queue, watcher: str) -> datetime | None:
    row = WorkerHeartbeat.objects.filter(queue=queue, worker=watcher).first()
    return row.canary_at if row else None


def register_worker(queue: Queue, watcher: str) -> None:
    """A watcher begins: its row, not alive yet; rows of watchers that died long ago go."""
    WorkerHeartbeat.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()
    WorkerHeartbeat.objects.update_or_create(
        queue=queue, worker=watcher, defaults={"seen_at": Now() - SEEN_FRESH_FOR, "canary_at": None}
    )


def note_worker(queue: Queue, watcher: str) -> None:
    """The watcher of a healthy cluster says so; `workers_alive` reads it."""
    WorkerHeartbeat.objects.filter(queue=queue, worker=watcher).update(seen_at=Now())


def forget_worker(queue: Queue, watcher: str) -> None:
    WorkerHeartbeat.objects.filter(queue=queue, worker=watcher).delete()


def workers_alive(queue: Queue) -> bool:
    """Whether some worker of `queue`, on any machine, was healthy within the last seconds."""
    return WorkerHeartbeat.objects.filter(queue=queue, seen_at__gt=Now() - SEEN_FRESH_FOR).exists()
