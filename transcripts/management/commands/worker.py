"""`manage.py worker default|gpu`: one queue cluster and its watcher, alike under `make run` and in a container.

The watcher (this process) starts the cluster as a child and restarts it when it dies or falls silent: an idle cluster
can stop without a word when the process that holds its queue's lock is killed (django-q2 issue 23), so a canary job
goes through it every few seconds. The watcher also sweeps the ledger for what dead workers left.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.utils import timezone

from council import jobs, processes
from transcripts import ledger, pipeline, storage, voices_actions
from transcripts.intake.service import IntakeService
from transcripts.models import Chunk, StageRun

logger = logging.getLogger(__name__)

_TICK_S = 1.0
_SWEEP_EVERY_S = 3.0
_CANARY_EVERY_S = 15.0
_SILENT_AFTER = timedelta(seconds=180)  # with many machines on a queue, canaries are answered in turn
_TIDY_EVERY_S = 3_600.0
_STOP_GRACE_S = 3.0  # what is cut off here goes on from its last finished chunk at the next start


class Command(BaseCommand):
    help = "Uruchamia proces wykonujący prace z kolejki (default albo gpu) i pilnuje go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queue", choices=jobs.QUEUES)
        parser.add_argument("--cluster", default="", metavar="DOZORCA", help="tylko sam klaster tego dozorcy")

    def handle(self, *args: Any, queue: jobs.Queue, cluster: str, **options: Any) -> None:
        if cluster:
            processes.forks_die_with_parent()
            jobs.watched_by(cluster)
            call_command("qcluster")
            return
        Watcher(queue).run()


class Watcher:
    """Keeps one cluster alive and says so in WorkerHeartbeat."""

    def __init__(self, queue: jobs.Queue) -> None:
        self.queue = queue
        self.name = jobs.worker_name()
        self.child: subprocess.Popen[str] | None = None
        self.started_at: datetime = timezone.now()
        self.busy_at: datetime = self.started_at
        self.stopping = False
        self.intake = IntakeService() if queue == "default" else None  # followed sources, the watched folder
        self._last: dict[str, float] = {}

    def run(self) -> None:
        for sig in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sig, self._on_signal)
        try:
            registered = False
            while not self.stopping:
                try:
                    if not registered:
                        jobs.register_worker(self.queue, self.name)
                        registered = True
                        if self.intake is not None:
                            self.intake.start()
                    self._tick()
                except OperationalError:
                    logger.warning("the database does not answer; trying again", exc_info=True)
                    connection.close()
                time.sleep(_TICK_S)
        finally:
            if self.intake is not None:
                self.intake.stop()
            if self.child is not None:
                processes.stop([self.child], grace_s=_STOP_GRACE_S)
            self._say_goodbye()

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _tick(self) -> None:
        if self.child is None or self.child.poll() is not None:
            self._start_cluster()
        if self._every("canary", _CANARY_EVERY_S):
            jobs.send_canary(self.queue)
        if self._every("sweep", _SWEEP_EVERY_S):
            pipeline.sweep()
            if self._is_silent():
                logger.error("the %s cluster has fallen silent; starting it anew", self.queue)
                self._stop_cluster()
            elif self._is_proven():
                jobs.note_worker(self.queue, self.name)
        if self.queue == "default" and self._every("tidy", _TIDY_EVERY_S):
            storage.sweep_work_folder()
            voices_actions.erase_expired()
            call_command("forget_conversations")

    def _every(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._last.get(what, -seconds) < seconds:
            return False
        self._last[what] = now
        return True

    def _start_cluster(self) -> None:
        if self.child is not None:
            logger.warning("the %s cluster ended (%s); starting it anew", self.queue, self.child.returncode)
            processes.stop([self.child], grace_s=0)
        self.child = processes.start(
            [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "worker", self.queue, "--cluster", self.name],
            extra_env={"Q_CLUSTER_NAME": self.queue, "DATABASE_POOL": "false"},
            on_parent_death=signal.SIGKILL,
        )
        self.started_at = timezone.now()

    def _stop_cluster(self) -> None:
        if self.child is not None:
            processes.stop([self.child], grace_s=_STOP_GRACE_S)

    def _is_proven(self) -> bool:
        """The cluster of now has answered or is at work; one that only starts and falls proves nothing."""
        answered = jobs.canary_answered_at(self.queue, self.name)
        return (answered is not None and answered >= self.started_at) or self.busy_at > self.started_at

    def _is_silent(self) -> bool:
        """For long no canary came back and no process of this host held a lease on this queue's work."""
        now = timezone.now()
        if ledger.host_has_lease(Chunk if self.queue == "gpu" else StageRun):
            self.busy_at = now
        answered = jobs.canary_answered_at(self.queue, self.name) or self.started_at
        return now - max(answered, self.started_at, self.busy_at) > _SILENT_AFTER

    def _say_goodbye(self) -> None:
        try:
            jobs.forget_worker(self.queue, self.name)
        except OperationalError:
            logger.info("the database is gone already; the heartbeat row expires by itself")
