"""Worker processes that a fault test starts, kills and lies to.

A nursery process imports everything once and forks workers from itself, so that each starts at once. A worker does what
`manage.py worker` does (claim, work, sweep) until the recording is finished, and what its orders say:

die_at: "<stage>:<moment>", kill -9 of itself, at the moment "claimed", "written" (the output stands in a transaction
    that is not committed) or "committed".
clock_s: its clock is so many seconds off.
file_bytes: no file may grow longer (RLIMIT_FSIZE).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psutil
from django.conf import settings as project
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from conftest import World
from council import jobs
from council.access import Actor
from council.processes import die_with_parent
from council.tenancy import tenant_scope
from transcripts import actions, ledger, pipeline, queries
from transcripts.models import Chunk, Gap, Passage, ProgressEvent, Recording, RecordingState, RunState, StageRun
from transcripts.work import StageJob

_SWEEP_EVERY_S: Final = 0.5
_RETRY_DELAY_S: Final = 0.5
_MAX_ATTEMPTS: Final = 200  # a fault may last until a test on a busy machine has seen it
_NURSERY: Final = "import django; django.setup(); from transcripts.tests.crew import nursery; nursery()"


class Crew:
    """The nursery, as the test sees it."""

    def __init__(self, extra_env: dict[str, str]) -> None:
        told = {
            "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_POOL": "false",
            "RECOGNIZER": "fake", "CHUNK_TARGET_S": "30", "LOG_LEVEL": "CRITICAL", **extra_env,
        }  # fmt: skip
        self.calm: dict[str, object] = {}  # what an undisturbed run of this crew makes, once it is known
        self._nursery = subprocess.Popen(
            ["env", *(f"{name}={value}" for name, value in told.items()), sys.executable, "-c", _NURSERY],
            cwd=project.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, actor: Actor, recording_id: UUID, **orders: object) -> int:
        """Start a worker that works until this recording is finished; returns its process id."""
        return int(self._ask(council=actor.council_id, recording=str(recording_id), **orders))

    def is_alive(self, pid: int) -> bool:
        return bool(int(self._ask(alive=pid)))

    def wait(self, pid: int, *, timeout_s: float = 300) -> None:
        """Wait for a worker's end, whatever it was."""
        until = time.monotonic() + timeout_s
        while self.is_alive(pid):
            assert time.monotonic() < until, "the worker did not end"
            time.sleep(0.05)

    def _ask(self, **order: object) -> str:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(order) + "\n")
        self._nursery.stdin.flush()
        return self._nursery.stdout.readline()

    def close(self) -> None:
        """End the nursery, and with it every worker."""
        self._nursery.kill()
        self._nursery.communicate()


# --- what the tests compare ------------------------------------------------------------------------------------------


def undisturbed(crew: Crew, world: World, sound: Path) -> dict[str, object]:
    """What becomes of the sound in another council, when nothing happens. A crew has one sound in all its tests."""
    if not crew.calm:
        actor = world.actor(world.stranger, world.debowa)
        recording_id = actions.add_local_file(actor, path=sound)
        crew.wait(crew.start(actor, recording_id))
        crew.calm = outcome(actor, recording_id)
    return crew.calm


def outcome(actor: Actor, recording_id: UUID) -> dict[str, object]:
    """All that was made of a recording, and how often each stage handed in its work."""
    with tenant_scope(actor.council_id):
        recording = Recording.objects.get(pk=recording_id)
        mine: dict[str, Any] = {"recording_id": recording_id}
        done = ProgressEvent.objects.filter(**mine, state=RunState.DONE).order_by("sequence")
        return {
            "state": (recording.state, recording.error_code, recording.duration_ms),
            "sound": (Path(recording.media_name).name, Path(recording.audio_name).name),
            "stages": list(StageRun.objects.filter(**mine).values_list("stage", "state")),
            "handed in": list(done.values_list("stage", flat=True)),
            "chunks": list(Chunk.objects.filter(**mine).values_list("start_ms", "end_ms", "state")),
            "gaps": Gap.objects.filter(**mine).count(),
            "text": [(s.start_ms, s.end_ms, s.text, s.words) for s in queries.list_segments(actor, recording_id)],
            "passages": list(Passage.objects.filter(**mine).order_by("index").values_list("header", "text")),
        }


def until(condition: Callable[[], bool], what: str, *, timeout_s: float = 120) -> None:
    """Wait for something that happens in another thread or process."""
    ends = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < ends, what
        time.sleep(0.02)


def is_gone(process: psutil.Process) -> bool:
    """Whether it has ended, be it that nobody has reaped it (a container without init)."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# --- inside the nursery ----------------------------------------------------------------------------------------------


def nursery() -> None:
    """Read orders from standard input until it ends; answer each with a line."""
    alive: set[int] = set()

    def reap(*_: object) -> None:
        """At once: a zombie would pass for a living process."""
        while alive:
            try:
                pid, _status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            alive.discard(pid)

    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        order = json.loads(line)
        if "alive" in order:
            answer = int(order["alive"] in alive)
        else:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            answer = os.fork()
            if not answer:
                _work(order)
            alive.add(answer)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _work(order: dict[str, Any]) -> None:
    """A worker's life; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    die_with_parent()
    ledger.RETRY_DELAYS_S = (_RETRY_DELAY_S,) * 5  # type: ignore[assignment]
    ledger.MAX_ATTEMPTS = _MAX_ATTEMPTS
    ledger._LOSS_DELAYS_S = (0, 0, 0, 0, 0, 0, 0)
    if "file_bytes" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    if "clock_s" in order:
        _shift_clock(order["clock_s"])
    if "die_at" in order:
        _die_at(*order["die_at"].split(":"))
    try:
        swept_at = 0.0
        while not _is_over(order["council"], UUID(order["recording"])):
            if time.monotonic() - swept_at > _SWEEP_EVERY_S:
                _surviving_the_database(pipeline.sweep)
                swept_at = time.monotonic()
            if not any(_surviving_the_database(partial(pipeline.work_once, queue)) for queue in jobs.QUEUES):
                time.sleep(0.05)
    except BaseException:  # noqa: BLE001  # a forked child must never return into the nursery's code
        traceback.print_exc()
    os._exit(0)


def _surviving_the_database(act: Callable[[], Any]) -> Any:
    """As the watcher does when the database goes away: again, with a new connection."""
    try:
        return act()
    except (OperationalError, InterfaceError):
        connection.close()
        return False


def _is_over(council_id: int, recording_id: UUID) -> bool:
    def look() -> bool:
        with tenant_scope(council_id):
            return Recording.objects.get(pk=recording_id).state != RecordingState.PROCESSING

    return bool(_surviving_the_database(look))


def _die_at(stage: str, moment: str) -> None:
    scope, finishing = StageJob.scope, StageJob.finishing

    def die(job: StageJob, now: str) -> None:
        if job.stage == stage and moment == now:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def deadly_scope(job: StageJob) -> Iterator[Recording]:
        die(job, "claimed")
        with scope(job) as recording:
            yield recording

    @contextmanager
    def deadly_finishing(job: StageJob, output_hash: str = "") -> Iterator[Recording]:
        with finishing(job, output_hash) as recording:
            yield recording
            die(job, "written")
        die(job, "committed")

    StageJob.scope = deadly_scope  # type: ignore[method-assign, assignment]
    StageJob.finishing = deadly_finishing  # type: ignore[method-assign, assignment]


def _shift_clock(seconds: float) -> None:
    """What Python and Django take for the time, so many seconds off."""
    true_time = time.time

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=seconds)

    time.time = lambda: true_time() + seconds
    timezone.datetime = Shifted  # type: ignore[attr-defined]
