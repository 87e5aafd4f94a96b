"""JSON of the Whisper family: {"segments": [{start, end, text, speaker?, words?}]}, or the list alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from council.errors import CouncilError
from speech.engine.types import Segment, Word

Json = object


def read(document: Json) -> tuple[list[Segment], str, date | None]:
    """Segments, and title and date where the document carries them.

    Raises:
        CouncilError: "transcript_unreadable".
    """
    about = document.get("recording") if isinstance(document, dict) else None
    entries = document.get("segments") if isinstance(document, dict) else document
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CouncilError("transcript_unreadable", detail="no list of segments")
    title, held_on = _title_and_date(about if isinstance(about, dict) else {})
    return _segments(entries), title, held_on


def _title_and_date(about: dict[str, Json]) -> tuple[str, date | None]:
    title, day = about.get("title"), about.get("held_on")
    try:
        held_on = date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:
        held_on = None
    return _plain(title)[:300] if isinstance(title, str) else "", held_on


def _segments(entries: Sequence[dict[str, Json]]) -> list[Segment]:
    timed = [(_time_ms(entry, "start"), _time_ms(entry, "end")) for entry in entries]
    if entries and all(start is None and end is None for start, end in timed):
        raise CouncilError("transcript_unreadable", detail="no times")
    segments = []
    before_ms = 0
    for position, entry in enumerate(entries):
        start_ms, end_ms = timed[position]
        if start_ms is None:
            start_ms = before_ms if end_ms is None else min(before_ms, end_ms)
        if end_ms is None:
            following = next((start for start, _ in timed[position + 1 :] if start is not None), start_ms)
            end_ms = following
        start_ms = max(0, start_ms)
        end_ms = max(start_ms, end_ms)
        before_ms = end_ms
        segments.append(_segment(entry, start_ms, end_ms))
    return segments


def _segment(entry: dict[str, Json], start_ms: int, end_ms: int) -> Segment:
    spoken, speaker = entry.get("text"), entry.get("speaker")
    if isinstance(spoken, list):
        spoken = " ".join(part for part in spoken if isinstance(part, str))
    text = _plain(spoken) if isinstance(spoken, str) else ""
    words = _words(entry.get("words"), start_ms, end_ms)
    if not text:
        text = " ".join(word.text for word in words)
    if [word.text for word in words] != text.split():
        words = ()  # the text was corrected after recognition: it counts, and the words' times are not its own
    name = _plain(speaker)[:200] if isinstance(speaker, str) else ""
    return Segment(start_ms, end_ms, text, words, name or None)


def _words(listed: Json, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """Words joined from Whisper's tokens, each with times inside its neighbours' (WhisperX leaves some out)."""
    if not isinstance(listed, list) or not all(isinstance(token, dict) for token in listed):
        return ()
    tokens = [(_storable(str(token.get("word", token.get("text")) or "")), token) for token in listed]
    spaced = any(text.startswith(" ") for text, _ in tokens[1:])  # then a token without a blank goes on with the word
    words: list[Word] = []
    before_ms = 0
    for position, (text, token) in enumerate(tokens):
        from_ms, to_ms = _time_ms(token, "start"), _time_ms(token, "end")
        from_ms = max(before_ms, start_ms if from_ms is None else from_ms)
        if to_ms is None:
            later = (_time_ms(token_after, "start") for _, token_after in tokens[position + 1 :])
            to_ms = next((time_ms for time_ms in later if time_ms is not None), max(from_ms, end_ms))
        to_ms = max(from_ms, to_ms)
        if spaced and words and not text.startswith(" "):
            last = words.pop()
            words.append(Word(last.start_ms, to_ms, last.text + text.strip(), last.probability))
        elif text.strip():
            words.append(Word(from_ms, to_ms, text.strip(), _probability(token)))
        before_ms = from_ms
    return tuple(words)


def _plain(text: str) -> str:
    return " ".join(_storable(text).split())


def _storable(text: str) -> str:
    """JSON can spell a zero and halves of characters, which the database refuses."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _time_ms(entry: dict[str, Json], name: str) -> int | None:
    """The time in ms from `<name>_ms` or, in seconds, `<name>`; None when there is none that is a number."""
    exact = entry.get(f"{name}_ms")
    if isinstance(exact, int) and not isinstance(exact, bool):
        return exact
    seconds = entry.get(name)
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and math.isfinite(seconds):
        return round(seconds * 1000)
    return None


def _probability(token: dict[str, Json]) -> float | None:
    for name in ("probability", "score"):
        value = token.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
    return None
