"""Timed words become sentence-like segments, short enough to be quoted and listened to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from speech.engine.types import Segment, Word

PAUSE_MS = 1_500
"""A pause this long ends a segment even without punctuation: Whisper forgets full stops where speakers change."""
MAX_SEGMENT_MS = 15_000
"""Longer sentences are divided at their best comma or pause: what one can listen to as a quote."""
_SENTENCE_END = re.compile(r"[.?!…]+[\"'”»)]*$")
_ABBREVIATION = re.compile(
    r"^\W*(art|ust|pkt|poz|par|str|nr|ul|al|pl|os|tys|mln|mld|godz|min|woj|pow|gm|św|prof|dr|mgr|inż|hab|red|im|r|w|m|in"
    r"|tzw|np|itp|itd|tj|tzn|ww|cd|ok|zł|gr|[^\W\d_])\.$",
    re.IGNORECASE,
)


def split_sentences(words: Sequence[Word]) -> list[Segment]:
    """Segments of whole sentences, each at most MAX_SEGMENT_MS unless it is a single word; no word is lost."""
    segments: list[Segment] = []
    first = 0
    for index in range(len(words)):
        if index + 1 == len(words) or _ends_sentence(words[index], words[index + 1]):
            segments.extend(_segment(part) for part in _divide(words[first : index + 1]))
            first = index + 1
    return segments


def _ends_sentence(word: Word, following: Word) -> bool:
    if following.start_ms - word.end_ms >= PAUSE_MS:
        return True
    if not _SENTENCE_END.search(word.text):
        return False
    starts_lower = following.text[:1].islower()
    return not starts_lower and not (_ABBREVIATION.match(word.text) and len(word.text) < 6)


def _divide(words: Sequence[Word]) -> list[Sequence[Word]]:
    if len(words) < 2 or words[-1].end_ms - words[0].start_ms <= MAX_SEGMENT_MS:
        return [words]
    cut = max(range(1, len(words)), key=lambda index: _cut_merit(words, index))
    return [*_divide(words[:cut]), *_divide(words[cut:])]


def _cut_merit(words: Sequence[Word], index: int) -> float:
    """Pause in ms before word `index`, a comma worth 400 ms, less 30 ms for each word it lies off the middle."""
    pause_ms = words[index].start_ms - words[index - 1].end_ms
    comma = 400 if words[index - 1].text.endswith((",", ";", ":", "–")) else 0
    return pause_ms + comma - 30 * abs(index - len(words) / 2)


def _segment(words: Sequence[Word]) -> Segment:
    return Segment(words[0].start_ms, words[-1].end_ms, " ".join(word.text for word in words), tuple(words))
