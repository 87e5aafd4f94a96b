"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1  # prctl(2): the signal this process gets when its parent dies
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(sig: int = signal.SIGKILL) -> None:
    """Ask the kernel to send `sig` to this process when its parent ends, however it ends. Linux only."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)


def forks_die_with_parent() -> None:
    """Every process forked from this one from now on dies when its parent does (the queue's own processes)."""
    os.register_at_fork(after_in_child=die_with_parent)


def start(
    command: Sequence[str],
    *,
    extra_env: Mapping[str, str] | None = None,
    on_parent_death: int = signal.SIGTERM,
    pipe: bool = False,
) -> subprocess.Popen[str]:
    """Start `command` as leader of a process group of its own, with `extra_env` added to this process's environment.

    `stop` ends the whole group. With `pipe`, stdout and stderr come together as text lines.
    """
    return subprocess.Popen(
        list(command),
        env={**os.environ, **(extra_env or {})},  # passes the environment on, does not read it
        start_new_session=True,
        preexec_fn=lambda: die_with_parent(on_parent_death),  # noqa: PLW1509  # callers start children before threads
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if pipe else None,
        stderr=subprocess.STDOUT if pipe else None,
        text=True,
        errors="replace",
    )


def bare_environment() -> dict[str, str]:
    """For a child that opens what strangers sent: where programs lie, and none of our keys and passwords."""
    return {"PATH": os.environ.get("PATH", os.defpath), "PYTHONUTF8": "1"}


def stop(children: Sequence[subprocess.Popen[str]], *, grace_s: float) -> None:
    """SIGTERM to all, SIGKILL to what is left of their groups after `grace_s`."""
    for child in children:
        _signal_group(child, signal.SIGTERM, leader_only=True)
    until = time.monotonic() + grace_s
    for child in children:
        try:
            child.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            continue
    for child in children:
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: subprocess.Popen[str], sig: int, *, leader_only: bool = False) -> None:
    try:
        if leader_only:
            child.send_signal(sig)
        else:
            os.killpg(child.pid, sig)
    except ProcessLookupError:
        return
