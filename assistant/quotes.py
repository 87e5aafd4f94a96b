"""A quote stands in the transcript word for word, or it is dropped.

"Word for word" is decided after one normalisation of both sides, and nothing else: Unicode NFC, lower case, runs of
white space as one blank, typographic quotation marks and apostrophes as straight ones, all dashes as a hyphen. A quote
starts and ends at the edge of a word and never runs from one speaker into the next.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from speech.engine.reading import split_sentences
from transcripts.search import HitSegment

MIN_QUOTE_CHARS: Final = 12
"""Shorter quotes ("tak", "w budżecie") stand anywhere and prove nothing."""

MAX_SENTENCE_CHARS: Final = 600
"""Recognisers sometimes give minutes without a full stop; longer "sentences" are cut at a comma or a blank."""

_DOUBLE_QUOTES: Final = "„”“‟«»″"
_SINGLE_QUOTES: Final = "’‘‚‛′`´"
_DASHES: Final = "‐‑‒–—―−"  # the very characters that are made equal
_SAME: Final = str.maketrans(
    {**dict.fromkeys(_DOUBLE_QUOTES, '"'), **dict.fromkeys(_SINGLE_QUOTES, "'"), **dict.fromkeys(_DASHES, "-")}
)
_SPEAKER_CHANGES: Final = "\0"  # stands between speakers in a track's text; no transcript or quote holds it

CORRECTS: Final = re.compile(
    r"^\W*(nie,\s+)?(przepraszam|poprawiam się|poprawka|sprostowanie|to znaczy)\b", re.IGNORECASE
)
"""Speakers correct themselves in the next sentence; showing only the wrong figure would mislead."""

_LEAD_IN_MS: Final = 500
_SHARE_OF_DOUBT: Final = 10
"""Inside a segment the place of a sentence is estimated by its letters; start a tenth of the way (and half a second)
earlier, so that its first word is not missed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: character positions in the track's text (end exclusive) and times in the recording."""

    start: int
    end: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str


def normalise(text: str) -> str:
    """The form in which quotes are compared; see the top of this file."""
    return _normalise_with_origins(unicodedata.normalize("NFC", text))[0].strip()


class Track:
    """Consecutive segments as one text in which quotes are looked up."""

    def __init__(self, segments: Sequence[HitSegment]) -> None:
        self.segments = tuple(segment for segment in segments if segment.text.strip())
        parts: list[str] = []
        self._starts: list[int] = []
        position = 0
        for index, segment in enumerate(self.segments):
            if index:
                parts.append(" " if segment.speaker == self.segments[index - 1].speaker else _SPEAKER_CHANGES)
                position += 1
            text = " ".join(unicodedata.normalize("NFC", segment.text).replace(_SPEAKER_CHANGES, " ").split())
            self._starts.append(position)
            parts.append(text)
            position += len(text)
        self.text: Final = "".join(parts)

    @cached_property
    def _normalised(self) -> tuple[str, list[int]]:
        return _normalise_with_origins(self.text)

    def find(self, quote: str) -> Place | None:
        """The first place where `quote` stands word for word, with the transcript's own spelling; None if nowhere."""
        wanted = normalise(quote)
        if len(wanted) < MIN_QUOTE_CHARS or _SPEAKER_CHANGES in wanted:
            return None
        haystack, origins = self._normalised
        at = haystack.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if _at_word_edge(haystack, at) and _at_word_edge(haystack, end):
                return self.place(origins[at], origins[end - 1] + 1)
            at = haystack.find(wanted, at + 1)
        return None

    @cached_property
    def sentences(self) -> tuple[Place, ...]:
        """The text cut into sentences, each said by one speaker."""
        places: list[Place] = []
        at = 0
        for turn in self.text.split(_SPEAKER_CHANGES):
            for sentence in split_sentences(turn, max_chars=MAX_SENTENCE_CHARS):
                at = self.text.index(sentence, at)
                places.append(self.place(at, at + len(sentence)))
                at += len(sentence)
        return tuple(places)

    def widen(self, place: Place) -> Place:
        """The whole sentences that `place` lies in: a quote cut out of "nie poprę" must not say "poprę"."""
        touched = [s for s in self.sentences if s.start < place.end and place.start < s.end]
        return self.place(touched[0].start, touched[-1].end) if touched else place

    def place(self, start: int, end: int) -> Place:
        """Times and speaker of `text[start:end]`, estimated by letters inside a segment (see _LEAD_IN_MS)."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return Place(
            start, end, self._start_ms(first, start), self._end_ms(last, end), self.text[start:end],
            self.segments[first].speaker,
        )  # fmt: skip

    def _start_ms(self, index: int, position: int) -> int:
        segment = self.segments[index]
        into_ms = self._into_ms(index, position)
        return max(segment.start_ms, segment.start_ms + into_ms - into_ms // _SHARE_OF_DOUBT - _LEAD_IN_MS)

    def _end_ms(self, index: int, position: int) -> int:
        segment = self.segments[index]
        left_ms = (segment.end_ms - segment.start_ms) - self._into_ms(index, position)
        return min(segment.end_ms, segment.end_ms - left_ms + left_ms // _SHARE_OF_DOUBT + _LEAD_IN_MS)

    def _into_ms(self, index: int, position: int) -> int:
        segment = self.segments[index]
        following = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(self.text)
        length = following - self._starts[index]
        return (segment.end_ms - segment.start_ms) * (position - self._starts[index]) // max(1, length)


def _normalise_with_origins(text: str) -> tuple[str, list[int]]:
    """Normalised `text` (which is in NFC) and, for each of its characters, the position it comes from."""
    made: list[str] = []
    origins: list[int] = []
    for position, char in enumerate(text):
        if char.isspace():
            if made and made[-1] == " ":
                continue
            made.append(" ")
            origins.append(position)
            continue
        for lowered in char.translate(_SAME).lower():
            made.append(lowered)
            origins.append(position)
    return "".join(made), origins


def _at_word_edge(text: str, position: int) -> bool:
    if position in (0, len(text)):
        return True
    return not (text[position - 1].isalnum() and text[position].isalnum())
