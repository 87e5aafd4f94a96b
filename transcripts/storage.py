"""Where artefacts lie: names `<council>/<recording>/<content hash>.<ext>` in Django's storage, on disk or S3.

Code never asks a storage for a path: `local_copy` gives one that ffmpeg can read, whatever the storage is.
"""

from __future__ import annotations

import hashlib
import mimetypes
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

_BLOCK = 1024 * 1024


def artefact_name(council_id: int, recording_id: UUID, content_hash: str, suffix: str) -> str:
    """Storage name of one artefact; `suffix` with its dot."""
    return f"{council_id}/{recording_id}/{content_hash}{suffix.lower()}"


def store(path: Path, name: str) -> None:
    """Put the file at `path` into the storage under exactly `name`; the same name is the same bytes, so it is kept."""
    if default_storage.exists(name) and default_storage.size(name) == path.stat().st_size:
        return
    if default_storage.exists(name):
        default_storage.delete(name)
    with path.open("rb") as handle:
        saved = default_storage.save(name, File(handle))
    if saved != name:  # another worker stored it in between: theirs has the same bytes
        default_storage.delete(saved)


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """A readable path of the artefact for as long as the block lasts."""
    storage = storages["default"]
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(name))
        return
    with work_folder() as folder:
        target = folder / Path(name).name
        with default_storage.open(name) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, _BLOCK)
        yield target


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
    if default_storage.exists(folder):
        _, names = default_storage.listdir(folder)
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
