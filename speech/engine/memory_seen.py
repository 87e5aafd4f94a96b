"""How much memory this process may hope for: the machine's, its control group's, the card's."""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import subprocess
from pathlib import Path

_SMI_TIMEOUT_S = 10
_MIB = 1 << 20


def ram_bytes(root: Path = Path("/")) -> int:
    """The smaller of the machine's memory and every limit of the control groups around this process; 0 if unknown.

    `root` is where /proc and /sys are looked for.
    """
    limits = [_meminfo_total(root), *_group_limits(root)]
    return min((limit for limit in limits if limit > 0), default=0)


def resident_bytes() -> int:
    """Memory this process holds now; 0 if unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def give_back_free_memory() -> None:
    """Return what was freed to the system, where the C library keeps it by itself (glibc does)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def card_bytes(index: int = 0) -> int | None:
    """Total memory of an NVIDIA card; None when nobody tells (no driver's tool, a slice that hides it)."""
    return _ask_card("memory.total", index)


def card_used_bytes(index: int = 0) -> int | None:
    """Memory in use on an NVIDIA card, by all processes; None when nobody tells."""
    return _ask_card("memory.used", index)


def _ask_card(what: str, index: int) -> int | None:
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    command = [program, f"--query-gpu={what}", "--format=csv,noheader,nounits", "-i", str(index)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_SMI_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    figure = answer.stdout.strip()
    return int(figure) * _MIB if answer.returncode == 0 and figure.isascii() and figure.isdigit() else None


def _meminfo_total(root: Path) -> int:
    for line in _lines(root / "proc/meminfo"):
        name, _, value = line.partition(":")
        if name == "MemTotal":
            return _number(value.split()[0]) * 1024 if value.split() else 0
    return 0


def _group_limits(root: Path) -> list[int]:
    """Version 2 limits of this process's group and of all groups above it, and version 1's."""
    top = root / "sys/fs/cgroup"
    folders = [top, top / "memory"]
    for line in _lines(root / "proc/self/cgroup"):
        parts = line.split(":", 2)
        if len(parts) == 3 and (parts[0] == "0" or "memory" in parts[1].split(",")):
            base = top if parts[0] == "0" else top / "memory"
            path = Path(parts[2].lstrip("/"))
            folders += [base / folder for folder in (path, *path.parents) if ".." not in folder.parts]
    files = [folder / name for folder in folders for name in ("memory.max", "memory.limit_in_bytes")]
    return [_number(line) for file in dict.fromkeys(files) for line in _lines(file)[:1]]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []


def _number(text: str) -> int:
    """0 for "max" and whatever else is no number."""
    return int(text.strip()) if text.strip().isascii() and text.strip().isdigit() else 0
