"""This product's own JSON export, taken back as it stands: texts, words, order, gaps and who recognised it.

Nothing is repaired here. A document that breaks a rule of the export is another program's, or was edited, and is read
as such (whisper_json.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from speech.engine.types import Segment, Word

Json = object

_GAP_REASONS: Final = frozenset({"uncovered", "failed_chunk"})
_RECOGNITION_TEXTS: Final = ("model", "precision", "device")
_MOST_RECOGNITIONS: Final = 100
_MOST_TEXT_CHARS: Final = 1_000
_SPEAKER_CHARS: Final = 200
_TITLE_CHARS: Final = 300


class NotOurs(Exception):
    """The document is not an unchanged export of this product."""


@dataclass(frozen=True, slots=True)
class OwnExport:
    """Everything that an export tells but the id, which belongs to the first recording.

    Args:
        gaps: (start_ms, end_ms, reason).
        recognition: [{model, precision, device, chunks, steps: [sentence]}].
    """

    segments: tuple[Segment, ...]
    title: str
    held_on: date | None
    duration_ms: int
    gaps: tuple[tuple[int, int, str], ...]
    recognition: tuple[dict[str, Json], ...]


def read(document: Json, *, most_ms: int) -> OwnExport:
    """Raises NotOurs."""
    about = _entries(document, "recording")
    held_on = about.get("held_on")
    try:
        day = None if held_on is None else date.fromisoformat(_text(held_on))
    except ValueError as error:
        raise NotOurs from error
    title = _text(about.get("title"), most=_TITLE_CHARS)
    if about.get("status") != "automatic" or not title:
        raise NotOurs
    return OwnExport(
        tuple(_segment(entry, most_ms) for entry in _list(document, "segments")),
        title,
        day,
        _whole(about.get("duration_ms"), most_ms),
        tuple(_gap(entry, most_ms) for entry in _list(document, "gaps")),
        tuple(_recognition(entry) for entry in _list(document, "recognition", most=_MOST_RECOGNITIONS)),
    )


def _segment(entry: dict[str, Json], most_ms: int) -> Segment:
    start_ms, end_ms = _span(entry, most_ms)
    speaker = entry.get("speaker")
    return Segment(
        start_ms,
        end_ms,
        _text(entry.get("text")),
        tuple(_word(word, most_ms) for word in _list(entry, "words")),
        None if speaker is None else _text(speaker, most=_SPEAKER_CHARS),
    )


def _word(entry: dict[str, Json], most_ms: int) -> Word:
    start_ms, end_ms = _span(entry, most_ms)
    probability = entry.get("probability")
    if probability is not None and not (type(probability) in {int, float} and 0 <= float(str(probability)) <= 1):
        raise NotOurs
    return Word(start_ms, end_ms, _text(entry.get("text")), probability)  # type: ignore[arg-type]  # looked at above


def _gap(entry: dict[str, Json], most_ms: int) -> tuple[int, int, str]:
    reason = entry.get("reason")
    if not isinstance(reason, str) or reason not in _GAP_REASONS:
        raise NotOurs
    return (*_span(entry, most_ms), reason)


def _recognition(entry: dict[str, Json]) -> dict[str, Json]:
    steps = entry.get("steps")
    if not isinstance(steps, list) or len(steps) > _MOST_RECOGNITIONS:
        raise NotOurs
    found: dict[str, Json] = {name: _text(entry.get(name), most=_MOST_TEXT_CHARS) for name in _RECOGNITION_TEXTS}
    found["chunks"] = _whole(entry.get("chunks"), 1_000_000)
    found["steps"] = [_text(step, most=_MOST_TEXT_CHARS) for step in steps]
    return found


def _entries(document: Json, name: str) -> dict[str, Json]:
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, dict):
        raise NotOurs
    return found


def _list(document: Json, name: str, *, most: int | None = None) -> list[dict[str, Json]]:
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise NotOurs
    if most is not None and len(found) > most:
        raise NotOurs
    return found


def _span(entry: dict[str, Json], most_ms: int) -> tuple[int, int]:
    start_ms, end_ms = _whole(entry.get("start_ms"), most_ms), _whole(entry.get("end_ms"), most_ms)
    if end_ms < start_ms:
        raise NotOurs
    return start_ms, end_ms


def _whole(value: Json, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise NotOurs
    return value


def _text(value: Json, *, most: int | None = None) -> str:
    """A text that the database takes as it is: no zero, no half of a character."""
    if not isinstance(value, str) or "\0" in value or (most is not None and len(value) > most):
        raise NotOurs
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotOurs from error
    return value
