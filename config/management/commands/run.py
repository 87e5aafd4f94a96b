"""`manage.py run`: everything on one machine under one supervisor. Ctrl-C stops it all and leaves no process behind."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from config import embedded, env
from council import processes

_STOP_GRACE_S = 5.0
_RESTART_AFTER_S = 1.0
_STEADY_AFTER_S = 30.0
_SLOWEST_RESTART_S = 30.0
_DATABASE_LOOK_S = 2.0


@dataclass
class Service:
    """One long-running child and how often it had to be started."""

    name: str
    command: list[str]
    env: dict[str, str]
    child: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    failures: int = 0


class Command(BaseCommand):
    help = "Uruchamia cały produkt na tym komputerze: bazę danych, stronę i procesy robocze."

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_taken_port()
        _migrate()
        _collect_static()
        if settings.DEMO:
            _make_demo(self)
        Supervisor(_services(), self).run()


def _refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} jest zajęty lub niedostępny ({error.strerror}). Podaj inny: PORT=8010 make run"
            ) from error


def _migrate() -> None:
    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database="owner", verbosity=0)
    owner.close()


def _collect_static() -> None:
    """Gather static files when the code's ones have changed: it takes seconds, a look takes none."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    sources = sorted(Path(settings.BASE_DIR, "static").rglob("*"))
    state = (
        "".join(f"{path}{path.stat().st_mtime_ns}" for path in sources)
        + Path(settings.BASE_DIR, "requirements.txt").read_text()
    )
    digest = hashlib.sha256(state.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    stamp.write_text(digest)


def _make_demo(command: BaseCommand) -> None:
    """In a process of its own: what it loads must not stay in the supervisor. Nice to have, never in the way."""
    done = subprocess.run([sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "demo"], check=False)
    if done.returncode:
        command.stderr.write("Nie udało się przygotować rady pokazowej (przyczyna powyżej); reszta działa bez niej.")


def _services() -> list[Service]:
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
    web = [
        sys.executable,
        "-m",
        "uvicorn",
        "config.asgi:application",
        "--host",
        settings.HOST,
        "--port",
        str(settings.PORT),
        "--timeout-graceful-shutdown",
        "2",
        "--no-access-log",
        "--log-level",
        "warning",
        "--ws-max-size",
        str(24 * 1024 * 1024),  # as the speech server by itself, see speech/server/asgi.py
        "--ws-per-message-deflate",
        "false",
    ]
    plain = {"PYTHONUNBUFFERED": "1"}
    return [
        Service("web", web, {**plain, "DATABASE_POOL": "true"}),
        Service("worker", [*manage, "worker", "default"], plain),
        Service("gpu", [*manage, "worker", "gpu"], plain),
    ]


class Supervisor:
    """Starts services, restarts those that end, prefixes what they print, and stops them together."""

    def __init__(self, services: list[Service], command: BaseCommand) -> None:
        self.services = services
        self.out = command.stdout
        self.stopping = False
        self._database_look_at = 0.0

    def run(self) -> None:
        for sig in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sig, self._on_signal)
        announced = False
        try:
            while not self.stopping:
                self._keep_database_running()
                for service in self.services:
                    self._keep_running(service)
                if not announced and _answers():
                    announced = True
                    self.out.write(f"\nAsystent Radnego działa: {settings.PUBLIC_URL}\nZatrzymanie: Ctrl-C\n")
                    self.out.flush()
                time.sleep(0.25)
        finally:
            processes.stop([s.child for s in self.services if s.child is not None], grace_s=_STOP_GRACE_S)

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _keep_database_running(self) -> None:
        """The services find it again by themselves; but nobody else starts it."""
        now = time.monotonic()
        if not settings.DATABASE_EMBEDDED or now < self._database_look_at:
            return
        self._database_look_at = now + _DATABASE_LOOK_S
        try:
            if embedded.start_again(settings.DATA_DIR):
                self.out.write("baza danych | przestała działać; uruchomiono ją ponownie")
        except (env.ConfigError, OSError, psycopg.Error) as error:
            self.out.write(f"baza danych | nie daje się uruchomić, ponawiam: {error}")

    def _keep_running(self, service: Service) -> None:
        now = time.monotonic()
        if service.child is not None and service.child.poll() is None:
            if now - service.started_at > _STEADY_AFTER_S:
                service.failures = 0
            return
        if service.child is not None and not service.restart_at:
            processes.stop([service.child], grace_s=0)
            delay = min(_RESTART_AFTER_S * 2**service.failures, _SLOWEST_RESTART_S)
            service.failures += 1
            service.restart_at = now + delay
            self.out.write(
                f"{service.name} | zakończył się ({service.child.returncode}); ponowny start za {delay:.0f} s"
            )
        if now < service.restart_at:
            return
        service.child = processes.start(service.command, extra_env=service.env, pipe=True)
        service.started_at, service.restart_at = now, 0.0
        threading.Thread(target=self._relay, args=(service.name, service.child), daemon=True).start()

    def _relay(self, name: str, child: subprocess.Popen[str]) -> None:
        if child.stdout is None:
            return
        for line in child.stdout:
            self.out.write(f"{name} | {line.rstrip()}")
            self.out.flush()


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.PORT}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
