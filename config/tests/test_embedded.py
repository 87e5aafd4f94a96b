"""The embedded server belongs to its data folder: started once, shared, stopped by the last, whoever is killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from config import embedded
from config.embedded import EmbeddedServer
from config.env import ConfigError
from transcripts.tests.crew import is_gone, until

_USER = """
import sys, time
from pathlib import Path
from config import embedded
embedded.acquire(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="asystent-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def start_user(data_dir: Path) -> subprocess.Popen[str]:
    user = subprocess.Popen(
        [sys.executable, "-c", _USER, str(data_dir)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "ready\n"
    return user


def leave(user: subprocess.Popen[str]) -> None:
    user.communicate("", timeout=180)
    assert user.returncode == 0


def answers(data_dir: Path, role: str = "app") -> bool:
    try:
        with psycopg.connect(f"host={EmbeddedServer(data_dir).socket_dir} user={role} dbname=council"):
            return True
    except psycopg.OperationalError:
        return False


def test_the_last_user_stops_the_server_and_the_data_stays(data_dir: Path) -> None:
    first, second = start_user(data_dir), start_user(data_dir)
    leave(first)
    assert answers(data_dir)
    with psycopg.connect(f"host={EmbeddedServer(data_dir).socket_dir} user=owner dbname=council") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    leave(second)
    assert not answers(data_dir)
    third = start_user(data_dir)
    with psycopg.connect(f"host={EmbeddedServer(data_dir).socket_dir} user=owner dbname=council") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    leave(third)


def test_a_killed_user_keeps_nothing_running(data_dir: Path) -> None:
    killed, last = start_user(data_dir), start_user(data_dir)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    leave(last)
    assert not answers(data_dir)


def test_the_server_itself_killed_is_started_again(data_dir: Path) -> None:
    first = start_user(data_dir)
    postmaster = psutil.Process(int((EmbeddedServer(data_dir).cluster / "postmaster.pid").read_text().split()[0]))
    family = [postmaster, *postmaster.children()]
    postmaster.kill()
    until(lambda: all(map(is_gone, family)), "a process of the killed server lives on")
    assert not answers(data_dir)
    second = start_user(data_dir)
    assert answers(data_dir)
    leave(first)
    leave(second)


def test_roles_are_ordinary_and_app_cannot_make_tables(data_dir: Path) -> None:
    user = start_user(data_dir)
    with psycopg.connect(f"host={EmbeddedServer(data_dir).socket_dir} user=app dbname=council") as connection:
        rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolsuper OR rolbypassrls").fetchall()
        assert rows == [("postgres",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE intruder (n int)")
    leave(user)


def test_nobody_else_can_enter_the_socket_folder(data_dir: Path) -> None:
    user = start_user(data_dir)
    assert EmbeddedServer(data_dir).socket_dir.stat().st_mode & 0o077 == 0
    leave(user)


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(data_dir: Path) -> None:
    blocked = data_dir / "a-file"
    blocked.touch()
    with pytest.raises(ConfigError, match="DATA_DIR"):
        embedded.acquire(blocked / "data")


def test_a_strangers_folder_is_not_taken_for_the_database(data_dir: Path) -> None:
    socket_dir = EmbeddedServer(data_dir).socket_dir
    socket_dir.mkdir(mode=0o777)
    socket_dir.chmod(0o777)
    try:
        with pytest.raises(ConfigError, match="not this database's own folder"):
            embedded.acquire(data_dir)
    finally:
        socket_dir.rmdir()
