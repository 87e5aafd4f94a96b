"""Who works on what: claims, leases and fences on StageRun and Chunk rows.

A claim is one conditional UPDATE that takes the due row whose turn it is and that nobody holds (FOR UPDATE SKIP
LOCKED), counts the attempt and sets a new fence and a lease. A worker that is lost (killed, its machine gone) is
counted apart from failures of the work: it is seldom the work's fault, so more of them are allowed; yet there is an
end, for work that kills whoever takes it. Turns: the council with the least work under way, then
with the least done in the last minutes; within a council what is urgent, then the short recording before the long one,
unless it has waited for hours. So an import of 200 hours delays nobody by more than a piece. A download and
the telling apart of voices may take an hour by themselves, hence they never hold every worker of a machine
(LONG_STAGES_AT_ONCE); what is urgent does not wait for them.

A heartbeat extends the lease while the work goes on. Whoever finishes proves with the fence that the work is still
theirs; a late zombie changes nothing. All times are the database's, because the clocks of many machines differ.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from council.jobs import process_is_gone, worker_name
from transcripts.models import Chunk, Claimable, RunState, StageRun

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
HEARTBEAT_S = 8.0
LOOK_S = 2.0
"""So often a worker looks whether its work is still wanted; looking reads one row, a heartbeat writes it."""
MAX_ATTEMPTS = 6
"""Attempts that end with a failure; see MAX_LOSSES for those that end with their worker."""
RETRY_DELAYS_S = (2, 10, 30, 120, 300)
"""Wait before attempt 2, 3, ... after a failure that may pass."""
MAX_LOSSES = 12
_LOSS_DELAYS_S = (0, 0, 2, 5, 10, 20, 30)
"""Wait after the loss of the first, second, ... worker."""
_APART = 3
"""Rows lost together wait so many different times: the one that kills its worker ends up alone with it."""

_LATELY = timedelta(minutes=10)
_PATIENCE = timedelta(hours=12)
"""After this long a long recording stands in line by its age alone: short ones cannot keep it waiting for ever."""

Row = TypeVar("Row", StageRun, Chunk)

_LONG_STAGES = ["fetch", "speakers"]
_WITH_ROOM_FOR_SHORT_STAGES = """
      AND (due.priority > 0 OR due.stage <> ALL (ARRAY(
           SELECT stage FROM {table}
           WHERE stage = ANY(%(long_stages)s) AND state = 'running' AND lease_until >= now()
                 AND starts_with(worker, %(here)s)
           GROUP BY stage HAVING count(*) >= %(long_at_once)s)))
"""
_CLAIM = """
WITH under_way AS (
    SELECT council_id, count(*) AS pieces FROM {table}
    WHERE state = 'running' AND lease_until >= now() GROUP BY council_id
), lately AS (
    SELECT council_id, sum({cost}) AS amount FROM {table}
    WHERE started_at > now() - make_interval(secs => %(lately_s)s) GROUP BY council_id
)
UPDATE {table} AS work
SET state = 'running', attempts = attempts + 1, fence = %(fence)s, worker = %(worker)s, error_code = '',
    losses = losses + (state = 'running')::int,
    lease_until = now() + make_interval(secs => %(lease_s)s), started_at = coalesce(started_at, now())
WHERE id = (
    SELECT due.id
    FROM {table} AS due LEFT JOIN under_way USING (council_id) LEFT JOIN lately USING (council_id)
    WHERE due.attempts - due.losses < %(most)s + (due.state = 'running')::int
      AND due.losses + (due.state = 'running')::int < %(most_lost)s {only}
      AND ((due.state = 'waiting' AND (due.not_before IS NULL OR due.not_before <= now()))
           OR (due.state = 'running' AND due.lease_until < now()))
      AND (%(at_once)s = 0 OR coalesce(under_way.pieces, 0) < %(at_once)s)
    ORDER BY coalesce(under_way.pieces, 0), coalesce(lately.amount, 0), due.priority DESC,
             CASE WHEN due.created_at < now() - make_interval(secs => %(patience_s)s) THEN 0 ELSE {length} END,
             due.created_at, due.id
    LIMIT 1
    FOR UPDATE OF due SKIP LOCKED
)
RETURNING id
"""


class LeaseLost(Exception):
    """Somebody else holds the work now (or it was cancelled): stop, write nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Proof of a claim. `table` is StageRun or Chunk; `attempt` counts from 1, without those that lost their worker."""

    table: type[StageRun] | type[Chunk]
    row_id: int
    council_id: int
    recording_id: uuid.UUID
    fence: uuid.UUID
    attempt: int


def claim(table: type[Row], recording_id: uuid.UUID | None = None) -> tuple[Lease, Row] | None:
    """Take the due row whose turn it is (of one recording, if given), or None. Call outside a transaction.

    A limit (COUNCIL_CHUNKS_AT_ONCE, COUNCIL_STAGES_AT_ONCE, LONG_STAGES_AT_ONCE) may be passed by as many pieces as are
    claimed in the same instant.
    """
    only = "AND due.recording_id = %(recording)s" if recording_id else ""
    if table is StageRun and not recording_id and settings.LONG_STAGES_AT_ONCE:
        only = _WITH_ROOM_FOR_SHORT_STAGES.format(table=table._meta.db_table)
    if table is Chunk:
        parts = {"cost": "end_ms - start_ms", "length": "due.recording_ms"}
        at_once = settings.COUNCIL_CHUNKS_AT_ONCE
    else:
        parts, at_once = {"cost": "1", "length": "0"}, settings.COUNCIL_STAGES_AT_ONCE
    statement = _CLAIM.format(table=table._meta.db_table, only=only, **parts)
    fence = uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "fence": str(fence),
                "worker": worker_name(),
                "lease_s": LEASE.total_seconds(),
                "most": MAX_ATTEMPTS,
                "most_lost": MAX_LOSSES,
                "at_once": at_once,
                "lately_s": _LATELY.total_seconds(),
                "patience_s": _PATIENCE.total_seconds(),
                "recording": str(recording_id),
                "long_stages": _LONG_STAGES,
                "long_at_once": settings.LONG_STAGES_AT_ONCE,
                "here": _here(),
            },
        )
        found = cursor.fetchone()
        if found is None:
            return None
        row = table.objects.get(pk=found[0])
    return Lease(table, row.pk, row.council_id, row.recording_id, fence, row.attempts - row.losses), row


def _here() -> str:
    """What the names of this machine's workers begin with."""
    return worker_name().rpartition(":")[0] + ":"


def held(lease: Lease) -> bool:
    """Whether the lease still counts; inside a transaction this also keeps it until the commit.

    Locks are always taken in one order: the recording's stage rows, then a chunk's, then the recording itself.
    """
    if lease.table is Chunk and connection.in_atomic_block:
        lock_stages(lease.recording_id)
    rows = lease.table.objects.filter(pk=lease.row_id, fence=lease.fence, state=RunState.RUNNING)
    return rows.select_for_update().exists() if connection.in_atomic_block else rows.exists()


def lock_stages(recording_id: uuid.UUID) -> list[StageRun]:
    """The recording's stage rows, locked until the commit: whoever moves a recording on stands in line here."""
    return list(StageRun.objects.select_for_update().filter(recording_id=recording_id).order_by("position"))


def extend(lease: Lease) -> bool:
    """Push the lease's end away from now; False when the work is somebody else's."""
    rows = lease.table.objects.filter(pk=lease.row_id, fence=lease.fence, state=RunState.RUNNING)
    return rows.update(lease_until=Now() + LEASE) == 1


@contextmanager
def heartbeat(lease: Lease) -> Iterator[threading.Event]:
    """Extend the lease from a thread of its own while the block runs; the event is set once it is lost.

    Between two heartbeats it looks whether the lease still counts: who cancels work does not wait for the next one.
    """
    stop, lost = threading.Event(), threading.Event()

    def beat() -> None:
        extended_at = time.monotonic()
        while not stop.wait(min(LOOK_S, HEARTBEAT_S)):
            try:
                is_due = time.monotonic() - extended_at >= HEARTBEAT_S
                if not (extend(lease) if is_due else held(lease)):
                    lost.set()
                    break
                if is_due:
                    extended_at = time.monotonic()
            except (OperationalError, InterfaceError):
                logger.warning("the database did not take a heartbeat; trying again", exc_info=True)
                connection.close()
        connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{lease.row_id}", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        stop.set()
        thread.join(timeout=5)


def finish(lease: Lease, **values: object) -> None:
    """Mark the work done. Call inside the transaction that writes its output. Raises LeaseLost."""
    rows = lease.table.objects.filter(pk=lease.row_id, fence=lease.fence, state=RunState.RUNNING)
    done = rows.update(state=RunState.DONE, lease_until=None, fence=None, error_code="", finished_at=Now(), **values)
    if done != 1:
        raise LeaseLost(str(lease.row_id))


def give_up(lease: Lease, code: str, *, retryable: bool) -> bool:
    """Record a failure: wait for another attempt, or fail for good. Returns True when it failed for good."""
    final = not retryable or lease.attempt >= MAX_ATTEMPTS
    delay = timedelta(seconds=RETRY_DELAYS_S[min(lease.attempt, len(RETRY_DELAYS_S)) - 1])  # attempt is at least 1
    rows = lease.table.objects.filter(pk=lease.row_id, fence=lease.fence, state=RunState.RUNNING)
    changed = rows.update(
        state=RunState.FAILED if final else RunState.WAITING,
        not_before=None if final else Now() + delay,
        lease_until=None,
        fence=None,
        error_code=code,
        finished_at=Now() if final else None,
    )
    if changed != 1:
        raise LeaseLost(str(lease.row_id))
    return final


def due(table: type[Claimable]) -> int:
    """How many rows a worker could claim right now."""
    ready = Q(state=RunState.WAITING) & (Q(not_before__isnull=True) | Q(not_before__lte=Now()))
    abandoned = Q(state=RunState.RUNNING, lease_until__lt=Now(), losses__lt=MAX_LOSSES - 1)
    return table._default_manager.filter(ready | abandoned).count()


def expire_dead_workers(table: type[Claimable]) -> None:
    """End the leases of processes of this host that are gone, so that nobody waits for the clock.

    Work that lost its worker more than twice waits longer each time: where workers are killed one after another, all
    its attempts would else be gone within a minute, whatever the work.
    """
    running = table._default_manager.filter(state=RunState.RUNNING, lease_until__gt=Now())
    for row_id, worker, fence, losses in list(running.values_list("pk", "worker", "fence", "losses")):
        if not process_is_gone(worker):
            continue
        mine = table._default_manager.filter(pk=row_id, fence=fence)
        delay_s = _LOSS_DELAYS_S[min(losses, len(_LOSS_DELAYS_S) - 1)] * (1 + row_id % _APART)
        if delay_s == 0 or losses + 1 >= MAX_LOSSES:
            mine.update(lease_until=Now())  # the next claim, or the end, counts the loss
        else:
            mine.update(
                state=RunState.WAITING,
                not_before=Now() + timedelta(seconds=delay_s),
                lease_until=None,
                fence=None,
                losses=F("losses") + 1,
            )


def host_has_lease(table: type[Claimable]) -> bool:
    """Whether some process of this machine is at work on a row of this table."""
    rows = table._default_manager.filter(state=RunState.RUNNING, lease_until__gt=Now())
    return rows.filter(worker__startswith=_here()).exists()


def exhausted(table: type[StageRun] | type[Chunk]) -> list[StageRun | Chunk]:
    """Rows whose attempts ended without a word so often that the work itself must be what ends its workers."""
    rows = table._default_manager.filter(state=RunState.RUNNING, lease_until__lt=Now(), losses__gte=MAX_LOSSES - 1)
    return list(rows)


def bury(table: type[StageRun] | type[Chunk], row: StageRun | Chunk, code: str) -> bool:
    """Fail an exhausted row for good; False when somebody else was quicker."""
    mine = table._default_manager.filter(pk=row.pk, fence=row.fence, state=RunState.RUNNING)
    return mine.update(state=RunState.FAILED, error_code=code, lease_until=None, fence=None) == 1


def reset(table: type[Claimable], recording_id: uuid.UUID, *, to: str, **only: object) -> int:
    """Give rows their attempts back and put them into state `to` (a person asked for a retry)."""
    rows = table._default_manager.filter(recording_id=recording_id, **only)
    return rows.update(
        state=to, attempts=0, losses=0, not_before=None, lease_until=None, fence=None, error_code="", finished_at=None
    )


def cancel(table: type[Claimable], recording_id: uuid.UUID, code: str) -> None:
    """Fail what is due or under way; whoever works on it loses the lease."""
    open_states = (RunState.WAITING, RunState.RUNNING, RunState.SPREAD)
    rows = table._default_manager.filter(recording_id=recording_id, state__in=open_states)
    rows.update(state=RunState.FAILED, error_code=code, lease_until=None, fence=None, finished_at=Now())


def set_priority(recording_id: uuid.UUID, priority: int) -> None:
    """Move what is left of a recording forward or back in its council's line."""
    for table in (StageRun, Chunk):
        table._default_manager.filter(recording_id=recording_id).update(priority=priority)


def release_connections() -> None:
    """Between jobs: drop connections that the database has closed."""
    close_old_connections()


def serialize(name: str) -> None:
    """Let one transaction at a time past this point, per `name`, until it commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
