"""A segment as corrections see it, apart from the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Word = tuple[int, int, str, float | None]
"""(start_ms, end_ms, text, probability); None for a word that a person wrote."""


@dataclass(frozen=True, slots=True)
class Line:
    """`id` is None for a segment that is not stored yet. `words` are possibly none, else as many as in `text`."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    label: str = ""
    words: tuple[Word, ...] = ()
    id: int | None = None
    version: int = 1
    text_held: bool = False
    speaker_held: bool = False


def as_json(line: Line, *, text: bool) -> dict[str, Any]:
    """What the log keeps of a segment; text and words only where they changed."""
    kept: dict[str, Any] = {
        "id": line.id, "start_ms": line.start_ms, "end_ms": line.end_ms, "speaker": line.speaker,
        "version": line.version, "speaker_held": line.speaker_held,
    }  # fmt: skip
    if text:
        words = [list(word) for word in line.words]
        kept |= {"text": line.text, "label": line.label, "words": words, "text_held": line.text_held}
    return kept


def from_json(kept: dict[str, Any]) -> Line:
    """The segment that `as_json(..., text=True)` kept."""
    return Line(
        kept["start_ms"], kept["end_ms"], kept["text"], kept["speaker"], kept["label"],
        tuple((word[0], word[1], word[2], word[3]) for word in kept["words"]),
        kept["id"], kept["version"], kept["text_held"], kept["speaker_held"],
    )  # fmt: skip
