"""A fetch can be ended at any moment, and nothing of it lives on."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from council.errors import CouncilError
from transcripts.sources import FetchLimits, FetchRequest, source_for

FETCH_FOR_EVER = """
import sys
from pathlib import Path
from transcripts.sources import FetchLimits, FetchRequest, source_for

address, host, workdir = sys.argv[1:]
limits = FetchLimits(10**9, 10**9, timeout_s=60)
request = FetchRequest(address, Path(workdir), limits, allowed_hosts=frozenset({host}))
source_for(address).fetch(request, lambda done, total: None, lambda: False)
"""


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Accepts connections and never answers: what a fetch hangs on before any progress can be reported."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(180)
        yield server


def request_for(server: socket.socket, workdir: Path, *, deadline_s: float) -> FetchRequest:
    host = f"127.0.0.1:{server.getsockname()[1]}"
    limits = FetchLimits(10**9, 10**9, timeout_s=60, deadline_s=deadline_s)
    return FetchRequest(f"http://{host}/sesja", workdir, limits, allowed_hosts=frozenset({host}))


def test_cancelled_while_the_site_has_not_answered(silent_server: socket.socket, tmp_path: Path) -> None:
    request = request_for(silent_server, tmp_path, deadline_s=60)
    polls: list[None] = []

    def is_cancelled() -> bool:
        polls.append(None)
        return len(polls) > 2

    with pytest.raises(CouncilError) as failure:
        source_for(request.address).fetch(request, lambda done, total: None, is_cancelled)

    assert failure.value.code == "cancelled"


def test_deadline_ends_a_fetch_that_never_would(silent_server: socket.socket, tmp_path: Path) -> None:
    request = request_for(silent_server, tmp_path, deadline_s=0.5)

    with pytest.raises(CouncilError) as failure:
        source_for(request.address).fetch(request, lambda done, total: None, lambda: False)

    assert (failure.value.code, failure.value.retryable) == ("link_interrupted", True)


@pytest.mark.slow
def test_killed_worker_takes_its_downloader_along(silent_server: socket.socket, tmp_path: Path) -> None:
    request = request_for(silent_server, tmp_path, deadline_s=60)
    host = next(iter(request.allowed_hosts))
    command = [sys.executable, "-c", FETCH_FOR_EVER, request.address, host, str(tmp_path)]
    worker = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        connection, _ = silent_server.accept()  # the downloader is at work
        downloader = child_of(worker.pid)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    with connection:
        assert wait_until_gone(downloader)


def child_of(pid: int) -> int:
    children = [
        int(child)
        for listing in Path(f"/proc/{pid}/task").glob("*/children")
        for child in listing.read_text(encoding="ascii").split()
    ]
    assert len(children) == 1
    return children[0]


def wait_until_gone(pid: int) -> bool:
    ends_at_s = time.monotonic() + 120
    while time.monotonic() < ends_at_s:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
