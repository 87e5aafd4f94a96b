"""Where artefacts lie: names `<council>/<recording>/<content hash>.<ext>` in Django's storage, on disk or S3.

Code never asks a storage for a path: `local_copy` gives one that ffmpeg can read, whatever the storage is.
"""

from __future__ import annotations

import errno
import hashlib
import mimetypes
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

_BLOCK = 1024 * 1024
_COPIES = "copies"
_COPIES_KEPT = timedelta(hours=1)


def failure_code(error: OSError) -> str:
    """What an error of the disk or of the network below the storage is called for people."""
    return "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "storage_unavailable"


@contextmanager
def _answering() -> Iterator[None]:
    """Errors of an object storage's client, as OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        if type(error).__module__.startswith("botocore."):  # an optional package, not imported here
            raise OSError(f"{type(error).__name__}: {error}") from error
        raise


def artefact_name(council_id: int, recording_id: UUID, content_hash: str, suffix: str) -> str:
    """Storage name of one artefact; `suffix` with its dot."""
    return f"{council_id}/{recording_id}/{content_hash}{suffix.lower()}"


def store(path: Path, name: str) -> None:
    """Put the file at `path` into the storage under exactly `name`; what lies there already is kept if it is the same.

    Raises:
        OSError: the disk is full, the storage does not answer (see failure_code).
    """
    with _answering():
        _store(path, name)


def _store(path: Path, name: str) -> None:
    if default_storage.exists(name):
        if _is_same(name, path):
            _sync(name)  # whoever wrote it may have died before that
            return
        default_storage.delete(name)  # cut off while it was written: too short, or of the right size and full of zeros
    with path.open("rb") as handle:
        saved = default_storage.save(name, File(handle))
    if saved != name:  # another worker stored it in between: theirs has the same bytes
        default_storage.delete(saved)
    _sync(name)


def _is_same(name: str, path: Path) -> bool:
    if default_storage.size(name) != path.stat().st_size:
        return False
    with default_storage.open(name) as stored, path.open("rb") as ours:
        while block := ours.read(_BLOCK):
            if stored.read(len(block)) != block:
                return False
    return True


def _sync(name: str) -> None:
    """Wait until the disk has it: the database will say that it is there, and survives a power cut itself."""
    if not isinstance(storages["default"], FileSystemStorage):
        return  # object storages answer when it is safe
    path = Path(default_storage.path(name))
    for entry in (path, path.parent, path.parent.parent):
        _sync_path(entry)


def _sync_path(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """A readable path of the artefact for as long as the block lasts.

    From an object storage it is copied once and kept for the recording's next chunks (the name is the content's hash);
    `sweep_work_folder` removes copies that nobody has read for an hour.

    Raises:
        FileNotFoundError: there is no such artefact.
        OSError: the storage does not answer.
    """
    storage = storages["default"]
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(name))
        return
    copy = settings.WORK_DIR / _COPIES / hashlib.sha256(name.encode()).hexdigest() / Path(name).name
    if copy.exists():
        os.utime(copy)
    else:
        copy.parent.mkdir(parents=True, exist_ok=True)
        with work_folder() as folder:
            target = folder / copy.name
            with _answering(), default_storage.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, _BLOCK)
            _sync_path(target)  # or a power cut may leave the name without the bytes
            target.replace(copy)
    yield copy


class ArtefactDamaged(Exception):
    """The storage holds other bytes under `name` than were put there: a power cut, a failing disk, somebody's hand."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@contextmanager
def whole_copy(name: str) -> Iterator[Path]:
    """As local_copy, and the bytes are those that the name promises; read through once per process for that.

    A decoder passes over damaged blocks in silence, and the words in them would be missing without a trace.

    Raises:
        ArtefactDamaged: they are not. Storing the artefact again puts it right.
        OSError: as local_copy.
    """
    with local_copy(name) as path:
        status = path.stat()
        if not _is_whole(path, status.st_ino, status.st_size, status.st_mtime_ns):
            if not isinstance(storages["default"], FileSystemStorage):
                path.unlink(missing_ok=True)  # maybe only the copy is broken
            raise ArtefactDamaged(name)
        yield path


@lru_cache(maxsize=1_000)
def _is_whole(path: Path, inode: int, size_bytes: int, changed_ns: int) -> bool:
    return sha256_of(path) == path.stem


def open_at(name: str, start: int) -> IO[bytes]:
    """The artefact's bytes from `start` on, read as they are asked for. Raises FileNotFoundError."""
    storage = storages["default"]
    if hasattr(storage, "bucket"):  # S3: its files are fetched whole before the first byte can be read
        ranged = storage.bucket.Object(name).get(Range=f"bytes={start}-")
        body: IO[bytes] = ranged["Body"]
        return body
    handle: IO[bytes] = default_storage.open(name, "rb")
    handle.seek(start)
    return handle


@contextmanager
def work_folder() -> Iterator[Path]:
    """An empty folder for work under way, removed afterwards."""
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.WORK_DIR) as folder:
        yield Path(folder)


def kept_work_folder(recording_id: UUID) -> Path:
    """A folder that outlives a crash, so that a download goes on where it stopped; `drop_work_folder` removes it."""
    folder = settings.WORK_DIR / str(recording_id)
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder)


def drop_work_folder(recording_id: UUID) -> None:
    shutil.rmtree(settings.WORK_DIR / str(recording_id), ignore_errors=True)


def sweep_work_folder(older_than: timedelta = timedelta(hours=12)) -> None:
    """Remove what killed processes left in the work folder: everything that nobody has written to for so long."""
    if not settings.WORK_DIR.exists():
        return
    oldest_copy = time.time() - _COPIES_KEPT.total_seconds()
    for copy in (settings.WORK_DIR / _COPIES).glob("*/*"):
        if copy.lstat().st_mtime < oldest_copy:
            shutil.rmtree(copy.parent, ignore_errors=True)
    oldest = time.time() - older_than.total_seconds()
    for entry in settings.WORK_DIR.iterdir():
        inside = list(entry.rglob("*")) if entry.is_dir() else []
        if all(path.lstat().st_mtime < oldest for path in (entry, *inside)):
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def delete_recording_files(council_id: int, recording_id: UUID) -> None:
    """Remove every artefact of a recording."""
    folder = f"{council_id}/{recording_id}"
    try:
        _, names = default_storage.listdir(folder)  # an object storage has no folders to ask for, only names
    except FileNotFoundError:
        names = []
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    drop_work_folder(recording_id)


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def media_type_of(name: str) -> str:
    """MIME type by the name's ending; what a browser is told."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
