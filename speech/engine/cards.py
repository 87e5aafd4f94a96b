"""Which graphics card is this process's: worker processes of one machine each take one of their own.

A card is held by a lock on a file (flock), which ends with the process however it ends. When there are more processes
than cards, the others share them evenly by their process id.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import IO

_held: dict[int, tuple[int, IO[bytes]]] = {}  # by process id: a fork does not inherit its parent's card
_lock = threading.Lock()


def visible_cards() -> int:
    """How many cards this process may use; never asked before a fork, for it wakes the driver."""
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())


def own_card(folder: Path, count: int) -> int:
    """The index of this process's card among `count`; the same at every call. `folder` holds the locks."""
    if count <= 1:
        return 0
    with _lock:
        if os.getpid() not in _held:
            _held.clear()
            for index in range(count):
                handle = _locked(folder / f"card-{index}.lock")
                if handle is not None:
                    _held[os.getpid()] = (index, handle)
                    return index
            return os.getpid() % count
        return _held[os.getpid()][0]


def _locked(path: Path) -> IO[bytes] | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle
