"""Worker processes of one machine take a card each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from speech.engine.cards import own_card

_ANOTHER = """
import sys
from pathlib import Path
from speech.engine.cards import own_card
print(own_card(Path(sys.argv[1]), 2), own_card(Path(sys.argv[1]), 2), flush=True)
sys.stdin.read()
"""


def another(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _ANOTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_each_process_has_a_card_of_its_own_until_it_dies(tmp_path: Path) -> None:
    first, second = another(tmp_path), None
    try:
        assert says(first) == "0 0"
        second = another(tmp_path)
        assert says(second) == "1 1"
        assert own_card(tmp_path, 2) in (0, 1), "one process more than cards shares"
        first.kill()
        first.wait()
        assert own_card(tmp_path, 2) == 0, "the card of a dead process is free"
    finally:
        for process in filter(None, (first, second)):
            process.kill()
            process.communicate()


def test_one_card_needs_no_lock(tmp_path: Path) -> None:
    assert own_card(tmp_path / "none", 1) == 0
    assert not (tmp_path / "none").exists()
