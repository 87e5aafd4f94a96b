"""Documents of text: transcripts with clock times, and minutes whose paragraphs have none.

Word files of a shorthand writer or of a meeting program often carry a time before each turn ("[00:12:34] Jan Lis: ..."
or a line "0:12:34 Jan Lis" above the words). Where they do, these are the times; where they do not, they may only be
estimated when somebody asks for it, for nobody can hear a citation at a guessed second.
"""

from __future__ import annotations

import re
from typing import Final

from council.errors import CouncilError
from speech.engine.types import Segment
from transcripts.imports import spoken_text, subtitles

_CLOCK: Final = re.compile(
    r"^[\[(]?(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)[\])]?(?:\s*[-–—|]\s*|\s+|$)(?P<rest>.*)$"
)
_NAME: Final = re.compile(r"^(?P<name>[^\W\d_][\w .,'’()–-]{0,80}?)(?::\s*(?P<said>.*))?$")
_FEWEST_TIMES: Final = 3
_SHARE_WITH_TIME: Final = 0.3
_MOST_WORDS_OF_NAME: Final = 8


def read(text: str, *, as_minutes: bool) -> tuple[list[Segment], bool]:
    """Segments, and whether their times are estimates.

    Raises:
        CouncilError: "transcript_empty"; "transcript_no_times" when the text has none, unless `as_minutes`.
    """
    paragraphs = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    if not paragraphs:
        raise CouncilError("transcript_empty")
    if sum("-->" in paragraph for paragraph in paragraphs) >= 1:
        return subtitles.read(text), False
    timed = _timed(paragraphs)
    if timed:
        return timed, False
    if not as_minutes:
        raise CouncilError("transcript_no_times")
    return spoken_text.estimated(paragraphs), True


def _timed(paragraphs: list[str]) -> list[Segment]:
    """Turns between one clock time and the next; none unless the times are many and never go back."""
    marks = [_CLOCK.match(paragraph) for paragraph in paragraphs]
    times = [_ms(mark["clock"]) for mark in marks if mark]
    few = len(times) < _FEWEST_TIMES or len(times) < _SHARE_WITH_TIME * len(paragraphs)
    if few or times != sorted(times):
        return []
    turns: list[tuple[int, str | None, list[str]]] = []
    for paragraph, mark in zip(paragraphs, marks, strict=True):
        if mark:
            speaker, said = _speaker(mark["rest"])
            turns.append((_ms(mark["clock"]), speaker, [said] if said else []))
        elif turns:  # what stands before the first time is the document's head
            turns[-1][2].append(paragraph)
    ends = [start_ms for start_ms, _, _ in turns[1:]] + [None]
    return [
        Segment(start_ms, end_ms if end_ms is not None else start_ms + _spoken_ms(words), " ".join(words), (), speaker)
        for (start_ms, speaker, words), end_ms in zip(turns, ends, strict=True)
        if words
    ]


def _speaker(rest: str) -> tuple[str | None, str]:
    """Name and words of "Jan Lis: Otwieram"; a short rest without a colon is a name whose words follow."""
    found = _NAME.match(rest)
    if not found or len(found["name"].split()) > _MOST_WORDS_OF_NAME:
        return None, rest
    if found["said"] is None and (rest.endswith((".", "?", "!")) or not rest.istitle()):
        return None, rest
    return found["name"].strip(), found["said"] or ""


def _spoken_ms(words: list[str]) -> int:
    return sum(len(line.split()) for line in words) * 60_000 // spoken_text.WORDS_PER_MINUTE


def _ms(clock: str) -> int:
    whole, _, fraction = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + (int(fraction.ljust(3, "0")) if fraction else 0)
