"""The invented session as a script: who says which sentences."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from speech.engine.reading import split_sentences

TITLE = "XXIII sesja Rady Gminy Modrzewica"
HELD_ON = date(2026, 3, 26)
_FILE = Path(__file__).with_name("sesja_xxiii.txt")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of one speaker."""

    speaker: str
    text: str


def content_hash() -> str:
    """SHA-256 (hex) of the script: names the demo recording, whatever voice reads it."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()


def lines() -> list[Line]:
    """The session, sentence by sentence. In the file a turn is one line: FUNCTION Name Surname: what is said."""
    spoken = []
    for turn in _FILE.read_text(encoding="utf-8").splitlines():
        label, _, text = turn.partition(": ")
        function, _, name = label.partition(" ")
        speaker = f"{function.capitalize()} {name}"
        spoken += [Line(speaker, sentence) for sentence in split_sentences(text)]
    return spoken
