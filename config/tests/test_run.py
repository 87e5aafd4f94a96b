"""`manage.py run`, as `make run` calls it: starts everything, mends what is killed, leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from speech.tests.speech_server import free_port
from transcripts.tests.crew import is_gone

pytestmark = pytest.mark.slow


def health(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(condition: object, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.3)
    return False


def is_called(process: psutil.Process, name: str) -> bool:
    try:
        return name in process.cmdline()
    except psutil.Error:  # it ended while it was looked at
        return False


class Site:
    """One deployment in a folder of its own."""

    def __init__(self) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="asystent-run-"))
        self.data_dir.chmod(0o755)
        self.port = free_port()
        self.log = self.data_dir / "run.log"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k not in {"SECRET_KEY"}}  # noqa: TID251  # for a child
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "ADMIN_PASSWORD": "haslo-operatora"}
        return {**inherited, **own}

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=settings.BASE_DIR,
            env=self.environment(),
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert wait_for(lambda: health(self.port), 300), self.log.read_text()

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(120)

    def database_processes(self) -> list[psutil.Process]:
        mine = str(self.data_dir / "postgres")
        return [p for p in psutil.process_iter(["cmdline"]) if mine in (p.info["cmdline"] or [])]


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.stop()
    shutil.rmtree(one.data_dir, ignore_errors=True)


def test_start_kill_stop_start(site: Site) -> None:
    site.start()
    assert "admin@localhost" in site.log.read_text()
    assert "haslo-operatora" not in site.log.read_text(), "a password that was given is not shown"
    address = re.compile(rf"http://127\.0\.0\.1:{site.port}")
    assert wait_for(lambda: address.search(site.log.read_text()), 60), "the address is told soon after the site answers"

    web = next(p for p in site.family() if is_called(p, "uvicorn"))
    web.kill()
    assert wait_for(lambda: is_gone(web), 60)
    assert wait_for(lambda: health(site.port), 300), "the web was not started again"

    postmaster = next(p for p in site.database_processes())
    killed = site.database_processes()
    postmaster.kill()
    assert wait_for(lambda: set(site.database_processes()) - set(killed), 300), "the database was not started again"
    assert wait_for(lambda: health(site.port), 300)
    assert all(health(site.port) for _ in range(10)), "a connection that is gone was given to somebody"

    family = site.family()
    site.stop()
    assert wait_for(lambda: all(map(is_gone, family)), 60), [p for p in family if not is_gone(p)]
    assert wait_for(lambda: site.database_processes() == [], 60), site.database_processes()

    before = site.log.stat().st_size
    site.start()
    again = site.log.read_bytes()[before:].decode()
    assert "hasła nie będą pokazane ponownie" not in again, "the second start made new accounts"


def test_a_taken_port_is_a_sentence(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "run"],
            cwd=settings.BASE_DIR,
            env=site.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode != 0
    assert f"Port {site.port}" in done.stderr
    assert "Traceback" not in done.stderr
