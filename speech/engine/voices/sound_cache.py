"""Spoken sentences kept on disk, by what was said, by whom and how fast; shared by many processes, bounded in size."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

_SUFFIX: Final = ".sound"
_CHECK_BYTES: Final = hashlib.sha256().digest_size
_KEPT_AT_CLEANING: Final = 0.8


class SoundCache:
    """A folder of whole sentences. Losing any of it costs only speaking it again, so nothing here raises OSError.

    A file is the SHA-256 of the sound and the sound: one torn by a power cut is not taken for a sentence. The least
    recently heard go first when the folder grows over its limit.

    Args:
        folder: made when needed; nothing else may lie in it.
        max_bytes: 0 keeps nothing. Each process may pass it by a tenth before it notices.
    """

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._written_since_cleaning = max_bytes  # so that the first write looks

    def read(self, scope: str, fingerprint: str, speed: float, text: str) -> bytes | None:
        """The sound, or None. What is kept under one `scope` (a council) is never found under another."""
        if not self._max_bytes:
            return None
        path = self._path(scope, fingerprint, speed, text)
        try:
            content = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            logger.warning("kept speech cannot be read: %s", error)
            return None
        check, sound = content[:_CHECK_BYTES], content[_CHECK_BYTES:]
        if not sound or hashlib.sha256(sound).digest() != check:
            logger.warning("kept speech is damaged, dropping %s", path.name)
            _drop(path)
            return None
        return sound

    def keep(self, scope: str, fingerprint: str, speed: float, text: str, sound: bytes) -> None:
        """Keep a whole sentence."""
        if not sound or len(sound) > self._max_bytes // 10:
            return
        path = self._path(scope, fingerprint, speed, text)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(path, hashlib.sha256(sound).digest() + sound)
            self._written_since_cleaning += len(sound)
            if self._written_since_cleaning >= self._max_bytes // 10:
                self._written_since_cleaning = 0
                self._clean()
        except OSError as error:
            logger.warning("speech could not be kept: %s", error)

    def _path(self, scope: str, fingerprint: str, speed: float, text: str) -> Path:
        key = hashlib.sha256("\0".join((scope, fingerprint, f"{speed:.3f}", text)).encode("utf-8", "replace"))
        return self._folder / key.hexdigest()[:2] / f"{key.hexdigest()}{_SUFFIX}"

    def _clean(self) -> None:
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # another process is at it
                return
            kept = sorted(self._files(), reverse=True)
            total = sum(size for _, size, _ in kept)
            if total <= self._max_bytes:
                return
            while kept and total > self._max_bytes * _KEPT_AT_CLEANING:
                _, size, path = kept.pop()
                _drop(path)
                total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When last heard, bytes, path; files half written by a process that died count and go like the others."""
        for path in self._folder.glob("??/*"):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            yield state.st_mtime, state.st_size, path


def _write_whole(path: Path, content: bytes) -> None:
    """All of it under its name, or nothing."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(partial).rename(path)
    except OSError:
        _drop(Path(partial))
        raise


def _drop(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("kept speech cannot be removed: %s", error)
