"""A recording that is already a file: given to the command line, uploaded, or lying in storage."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from council.errors import CouncilError
from transcripts.sources.base import FetchedMedia, FetchLimits, FetchRequest, IsCancelled, Progress

_BLOCK_BYTES: Final = 1_048_576


class LocalFileSource:
    """Copies a file into the recording's workdir and hashes it in the same pass; needs no permission for egress."""

    def matches(self, address: str) -> bool:
        """True for anything without a scheme."""
        return "://" not in address

    def fetch(self, request: FetchRequest, progress: Progress, is_cancelled: IsCancelled) -> FetchedMedia:
        """Copy `request.address`; nothing stays behind when it fails or is cancelled.

        Raises:
            CouncilError: source_missing, media_empty, source_too_large, storage_full, cancelled.
        """
        origin = Path(request.address).expanduser()
        size_bytes = _regular_size_bytes(origin)
        request.workdir.mkdir(parents=True, exist_ok=True)
        target = request.workdir / f"media{origin.suffix.lower()}"
        try:
            with origin.open("rb") as reader:
                digest, written_bytes = copy_stream(
                    reader,
                    target,
                    total_bytes=size_bytes,
                    limits=request.limits,
                    progress=progress,
                    is_cancelled=is_cancelled,
                )
        except PermissionError as error:
            raise CouncilError("source_missing", detail=str(error)) from error
        return FetchedMedia(
            path=target,
            title=origin.stem,
            published_on=None,
            extractor="file",
            source_id=origin.name,
            duration_ms=None,
            sha256=digest,
            size_bytes=written_bytes,
            webpage_url=None,
        )


def copy_stream(
    reader: BinaryIO,
    target: Path,
    *,
    total_bytes: int,
    limits: FetchLimits,
    progress: Progress,
    is_cancelled: IsCancelled,
) -> tuple[str, int]:
    """Copy an open stream (a file, an upload, an object in storage) to `target`, which appears only when complete.

    Args:
        reader: read in blocks of 1 MiB.
        target: an existing file is replaced.
        total_bytes: expected length, for progress; 0 when unknown.

    Returns:
        sha256 hex digest and length in bytes of what was written.

    Raises:
        CouncilError: media_empty, source_too_large, storage_full, cancelled. Other OSErrors pass through.
    """
    if total_bytes > limits.max_bytes:
        raise CouncilError("source_too_large", detail=f"{total_bytes} bytes")
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with unfinished.open("wb") as writer:
            digest, written_bytes = _pump(reader, writer, total_bytes, limits, progress, is_cancelled)
            writer.flush()
            os.fsync(writer.fileno())
        if written_bytes == 0:
            raise CouncilError("media_empty", detail=str(target))
        unfinished.replace(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CouncilError("storage_full", retryable=True, detail=str(error)) from error
        raise
    finally:
        unfinished.unlink(missing_ok=True)
    return digest, written_bytes


def hash_file(path: Path, is_cancelled: IsCancelled) -> tuple[str, int]:
    """sha256 hex digest and length in bytes of a file, read in blocks.

    Raises:
        CouncilError: cancelled.
    """
    digest = hashlib.sha256()
    size_bytes = 0
    with path.open("rb") as reader:
        while block := reader.read(_BLOCK_BYTES):
            if is_cancelled():
                raise CouncilError("cancelled")
            digest.update(block)
            size_bytes += len(block)
    return digest.hexdigest(), size_bytes


def _pump(
    reader: BinaryIO,
    writer: BinaryIO,
    total_bytes: int,
    limits: FetchLimits,
    progress: Progress,
    is_cancelled: IsCancelled,
) -> tuple[str, int]:
    digest = hashlib.sha256()
    done_bytes = 0
    while block := reader.read(_BLOCK_BYTES):
        if is_cancelled():
            raise CouncilError("cancelled")
        done_bytes += len(block)
        if done_bytes > limits.max_bytes:
            raise CouncilError("source_too_large", detail=f"more than {limits.max_bytes} bytes")
        digest.update(block)
        writer.write(block)
        progress(done_bytes, max(total_bytes, done_bytes))
    return digest.hexdigest(), done_bytes


def _regular_size_bytes(path: Path) -> int:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        raise CouncilError("source_missing", detail=str(error)) from error
    if not stat.S_ISREG(status.st_mode):  # a device or a pipe would never end
        raise CouncilError("source_missing", detail=f"{path} is not a file")
    if status.st_size == 0:
        raise CouncilError("media_empty", detail=str(path))
    return status.st_size
