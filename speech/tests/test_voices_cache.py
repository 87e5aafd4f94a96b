"""Sentences kept on disk: whole or not at all, bounded, safe with many writers."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from speech.engine.voices.sound_cache import SoundCache


def files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("??/*") if path.is_file()]


def test_what_is_kept_is_found_by_its_own_name_only(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, max_bytes=10_000)
    cache.keep("lipowa", "edge:Zofia", 1.0, "Tak.", b"sound")
    assert SoundCache(tmp_path, max_bytes=10_000).read("lipowa", "edge:Zofia", 1.0, "Tak.") == b"sound"
    for other in [("", "edge:Zofia", 1.0, "Tak."), ("lipowa", "x", 1.0, "Tak."), ("lipowa", "edge:Zofia", 1.1, "Tak.")]:
        assert cache.read(*other) is None
    assert cache.read("lipowa", "edge:Zofia", 1.0, "Nie.") is None


@pytest.mark.parametrize("damage", [b"", b"x" * 10, None])
def test_a_damaged_file_is_no_sentence(tmp_path: Path, damage: bytes | None) -> None:
    cache = SoundCache(tmp_path, max_bytes=10_000)
    cache.keep("", "v", 1.0, "Tak.", b"a whole sentence")
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:-3] if damage is None else damage)
    assert cache.read("", "v", 1.0, "Tak.") is None
    assert not files(tmp_path)


def test_the_least_recently_heard_go_when_it_is_full(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, max_bytes=20_000)
    for number in range(60):
        cache.keep("", "v", 1.0, str(number), bytes(1_000))
        for age, path in enumerate(files(tmp_path)):  # the clock of the file system may be too coarse for the test
            if path.stat().st_mtime > 2_000:
                os.utime(path, (1_000 + number, 1_000 + number))
            assert age < 60
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 22_100
    assert cache.read("", "v", 1.0, "59") == bytes(1_000)
    assert cache.read("", "v", 1.0, "0") is None


def test_nothing_is_kept_at_size_nought_or_when_a_sound_is_too_large_for_it(tmp_path: Path) -> None:
    SoundCache(tmp_path, max_bytes=0).keep("", "v", 1.0, "Tak.", b"sound")
    SoundCache(tmp_path, max_bytes=100).keep("", "v", 1.0, "Tak.", bytes(11))
    SoundCache(tmp_path, max_bytes=100).keep("", "v", 1.0, "Tak.", b"")
    assert not files(tmp_path)


def test_a_folder_that_cannot_be_written_costs_no_speech(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = SoundCache(tmp_path / "file", max_bytes=10_000)
    cache.keep("", "v", 1.0, "Tak.", b"sound")
    assert cache.read("", "v", 1.0, "Tak.") is None


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    SoundCache(tmp_path, max_bytes=10_000).keep("", "v", 1.0, "Tak.", b"sound")
    assert not files(tmp_path)


def _write(folder: str) -> int:
    cache = SoundCache(Path(folder), max_bytes=50_000)
    wrong = 0
    for number in range(150):
        text = str(number % 40)
        found = cache.read("", "v", 1.0, text)
        wrong += found not in (None, text.encode() * 900)
        cache.keep("", "v", 1.0, text, text.encode() * 900)
    return wrong


def test_many_processes_write_the_same_sentences(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert sum(pool.map(_write, [str(tmp_path)] * 4)) == 0
    assert sum(path.stat().st_size for path in files(tmp_path)) < 75_000
