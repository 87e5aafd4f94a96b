"""A file on the server's disk becomes the recording's own copy."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from council.errors import CouncilError
from transcripts.sources import FetchLimits, FetchRequest, source_for
from transcripts.sources.local_file import copy_stream

LIMITS = FetchLimits(max_bytes=10_000_000, max_duration_ms=3_600_000)
CONTENT = bytes(range(256)) * 10_000


def refusal(address: Path, workdir: Path, limits: FetchLimits = LIMITS, *, cancelled: bool = False) -> CouncilError:
    request = FetchRequest(str(address), workdir, limits, egress_allowed=False)
    with pytest.raises(CouncilError) as failure:
        source_for(str(address), local_files=True).fetch(request, lambda done, total: None, lambda: cancelled)
    assert not workdir.exists() or not list(workdir.iterdir()), "something half-done stayed"
    return failure.value


def test_copy_with_hash_and_progress_even_with_egress_off(tmp_path: Path) -> None:
    origin = tmp_path / "XII sesja.MP4"
    origin.write_bytes(CONTENT)
    seen: list[tuple[int, int]] = []
    request = FetchRequest(str(origin), tmp_path / "work", LIMITS, egress_allowed=False)

    media = source_for(str(origin), local_files=True).fetch(
        request, lambda done, total: seen.append((done, total)), lambda: False
    )

    assert media.path.read_bytes() == CONTENT
    assert media.path.suffix == ".mp4"
    assert media.title == "XII sesja"
    assert media.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert media.size_bytes == len(CONTENT)
    assert len(seen) > 1
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert origin.read_bytes() == CONTENT


def test_the_web_cannot_name_files_of_the_server(tmp_path: Path) -> None:
    with pytest.raises(CouncilError) as failure:
        source_for("/etc/passwd")

    assert failure.value.code == "link_invalid"


def test_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nie-ma.mp3", tmp_path / "work").code == "source_missing"


def test_folder_and_pipe_are_no_recordings(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refusal(tmp_path, tmp_path / "work").code == "source_missing"
    assert refusal(tmp_path / "pipe", tmp_path / "work").code == "source_missing"


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "pusty.mp3").touch()

    assert refusal(tmp_path / "pusty.mp3", tmp_path / "work").code == "media_empty"


def test_file_above_the_limit(tmp_path: Path) -> None:
    (tmp_path / "s.mp3").write_bytes(CONTENT)
    limits = FetchLimits(max_bytes=len(CONTENT) - 1, max_duration_ms=1)

    assert refusal(tmp_path / "s.mp3", tmp_path / "work", limits).code == "source_too_large"


def test_cancelled_copy_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "s.mp3").write_bytes(CONTENT)

    assert refusal(tmp_path / "s.mp3", tmp_path / "work", cancelled=True).code == "cancelled"


def test_stream_that_grows_past_its_stated_length_is_still_limited(tmp_path: Path) -> None:
    limits = FetchLimits(max_bytes=2_000_000, max_duration_ms=1)

    with pytest.raises(CouncilError) as failure:
        copy_stream(
            io.BytesIO(CONTENT),
            tmp_path / "media.mp3",
            total_bytes=10,
            limits=limits,
            progress=lambda done, total: None,
            is_cancelled=lambda: False,
        )

    assert failure.value.code == "source_too_large"
    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_worth_another_attempt(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CouncilError) as failure:
        copy_stream(
            Full(),
            tmp_path / "media.mp3",
            total_bytes=0,
            limits=LIMITS,
            progress=lambda done, total: None,
            is_cancelled=lambda: False,
        )

    assert (failure.value.code, failure.value.retryable) == ("storage_full", True)
    assert list(tmp_path.iterdir()) == []
