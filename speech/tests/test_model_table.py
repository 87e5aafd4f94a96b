"""Which model a name means, and which one fits a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from speech.engine import memory_seen, model_table
from speech.engine.model_table import choose, find, smaller

GIB = 1 << 30


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("large-v3", "large-v3"),
        ("large", "large-v3"),
        ("Systran/faster-whisper-large-v3", "large-v3"),
        ("systran/FASTER-whisper-medium", "medium"),
        ("deepdml/faster-whisper-large-v3-turbo-ct2", "large-v3-turbo"),
        ("mobiuslabsgmbh/faster-whisper-large-v3-turbo", "large-v3-turbo"),
        ("turbo", "large-v3-turbo"),
        ("distil-large-v3", "distil-large-v3"),
        ("gpt-9", None),
        ("", None),
        ("../../etc/passwd", None),
        ("\ud800", None),
    ],
)
def test_names_and_aliases(name: str, expected: str | None) -> None:
    row = find(name)
    assert (row.name if row else None) == expected


def test_no_name_means_two_models() -> None:
    names = [n.lower() for row in model_table.TABLE for n in (row.name, row.repo, *row.aliases)]
    assert len(names) == len(set(names))


def test_english_models_are_marked() -> None:
    english = {row.name for row in model_table.TABLE if row.english_only}
    assert english == {row.name for row in model_table.TABLE if row.name.startswith("distil") or ".en" in row.name}


@pytest.mark.parametrize(
    ("memory_bytes", "device", "expected"),
    [
        (4 * GIB, "cuda", ("medium", "int8")),
        (4_000_000_000, "cuda", ("medium", "int8")),
        (6 * GIB, "cuda", ("large-v3", "float16")),
        (140 * GIB, "cuda", ("large-v3", "float16")),
        (2 * GIB, "cuda", ("small", "int8")),
        (GIB, "cuda", ("base", "int8")),
        (None, "cuda", ("medium", "int8")),
        (GIB, "cpu", ("base", "int8")),
        (4 * GIB, "cpu", ("base", "int8")),
        (64 * GIB, "cpu", ("small", "int8")),
        (None, "cpu", ("base", "int8")),
    ],
)
def test_the_model_that_fits(memory_bytes: int | None, device: model_table.Device, expected: tuple[str, str]) -> None:
    assert choose(memory_bytes, device) == expected


def test_what_is_chosen_takes_no_more_than_there_is_and_speaks_polish() -> None:
    for megabytes in range(1_000, 50_000, 250):
        for device in ("cpu", "cuda"):
            name, precision = choose(megabytes * 1_000_000, device)
            row = find(name)
            assert row is not None
            assert not row.english_only
            assert row.memory(precision) <= megabytes * 1_000_000


def test_what_gives_way_to_what() -> None:
    assert smaller("large-v3") == ["medium", "small", "base"]
    assert smaller("Systran/faster-whisper-small") == ["base"]
    assert smaller("base") == []
    assert smaller("/models/mine") == ["medium", "small", "base"]


def test_memory_is_the_smallest_limit_around_the_process(tmp_path: Path) -> None:
    def put(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    assert memory_seen.ram_bytes(tmp_path) == 0
    put("proc/meminfo", "MemTotal:       16000000 kB\nMemFree: 1 kB\n")
    assert memory_seen.ram_bytes(tmp_path) == 16_000_000 * 1024
    put("sys/fs/cgroup/memory.max", "max\n")
    put("proc/self/cgroup", "0::/pods/one\n")
    put("sys/fs/cgroup/pods/memory.max", "4000000000\n")
    put("sys/fs/cgroup/pods/one/memory.max", "max\n")
    assert memory_seen.ram_bytes(tmp_path) == 4_000_000_000
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000000\n")
    assert memory_seen.ram_bytes(tmp_path) == 2_000_000_000


def test_without_the_drivers_tool_no_card_memory_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert memory_seen.card_bytes() is None
    tool = tmp_path / "nvidia-smi"
    for answer, expected in (("81559", 81_559 << 20), ("[N/A]", None), ("", None)):
        tool.write_text(f"#!/bin/sh\necho '{answer}'\n")
        tool.chmod(0o755)
        assert memory_seen.card_bytes() == expected
