"""Turns and words: who said what, and turns no longer than the speech in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from speech.engine.diarization.base import Turn
from speech.engine.types import Segment, Span, Word

NEAR_MS = 1_000
"""A word outside all turns belongs to the nearest one within this, if no other speaker's is as near."""
_SHORTEST_MS = 100


def trim(turns: Sequence[Turn], speech: Sequence[Span], words: Iterable[Word] = ()) -> list[Turn]:
    """Turns without what is neither speech (VAD spans) nor a recognised word: pauses, applause, a gavel.

    Words count as well because VAD misses quiet ones. What stays of a turn below 0.1 s goes.
    """
    kept = _union([*speech, *(Span(word.start_ms, max(word.start_ms, word.end_ms)) for word in words)])
    trimmed: list[Turn] = []
    first = 0
    for turn in sorted(turns, key=lambda turn: turn.start_ms):
        while first < len(kept) and kept[first].end_ms <= turn.start_ms:
            first += 1
        for span in kept[first:]:
            if span.start_ms >= turn.end_ms:
                break
            start_ms, end_ms = max(turn.start_ms, span.start_ms), min(turn.end_ms, span.end_ms)
            if end_ms - start_ms >= _SHORTEST_MS:
                trimmed.append(Turn(start_ms, end_ms, turn.speaker))
    return trimmed


def assign(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """Segments with speakers, cut where the speaker changes between words. No word is lost or moved.

    A word goes to the speaker who talks longest during it; in no turn, to the nearest within NEAR_MS; else to nobody,
    unless the words around it in its segment are one speaker's. A segment without words goes as a whole.
    """
    turns = sorted(turns, key=lambda turn: turn.start_ms)
    longest_ms = max((turn.duration_ms for turn in turns), default=0)
    lookup = _Lookup(turns, longest_ms)
    return [piece for segment in segments for piece in _divided(segment, lookup)]


class _Lookup:
    """Who speaks in a stretch of time. Times of calls may go anywhere."""

    def __init__(self, turns: Sequence[Turn], longest_ms: int) -> None:
        self._turns = turns
        self._starts = [turn.start_ms for turn in turns]
        self._longest_ms = longest_ms

    def speaker(self, start_ms: int, end_ms: int) -> str | None:
        near = self._around(start_ms - NEAR_MS, end_ms + NEAR_MS)
        said: dict[str, int] = {}
        away: dict[str, int] = {}
        for turn in near:
            shared_ms = min(end_ms, turn.end_ms) - max(start_ms, turn.start_ms)
            if shared_ms > 0 or turn.start_ms <= start_ms == end_ms < turn.end_ms:
                said[turn.speaker] = said.get(turn.speaker, 0) + shared_ms
            else:
                away[turn.speaker] = min(away.get(turn.speaker, NEAR_MS + 1), -shared_ms)
        if said:
            return max(said, key=lambda speaker: said[speaker])
        if not away or min(away.values()) > NEAR_MS:
            return None
        nearest = [speaker for speaker, gap_ms in away.items() if gap_ms == min(away.values())]
        return nearest[0] if len(nearest) == 1 else None

    def _around(self, start_ms: int, end_ms: int) -> list[Turn]:
        first = bisect_left(self._starts, start_ms - self._longest_ms)
        last = bisect_right(self._starts, end_ms)
        return [turn for turn in self._turns[first:last] if turn.end_ms >= start_ms]


def _divided(segment: Segment, lookup: _Lookup) -> list[Segment]:
    if not segment.words:
        return [replace(segment, speaker=lookup.speaker(segment.start_ms, segment.end_ms))]
    speakers = _filled([lookup.speaker(word.start_ms, word.end_ms) for word in segment.words])
    pieces: list[Segment] = []
    first = 0
    for index in range(1, len(speakers) + 1):
        if index == len(speakers) or speakers[index] != speakers[first]:
            pieces.append(_piece(segment, first, index, speakers[first], whole=index - first == len(speakers)))
            first = index
    return pieces


def _filled(speakers: list[str | None]) -> list[str | None]:
    """Nobody's words between two of one speaker become his."""
    before = _carried(speakers)
    after = _carried(speakers[::-1])[::-1]
    return [own or (left if left == right else None) for own, left, right in zip(speakers, before, after, strict=True)]


def _carried(speakers: Sequence[str | None]) -> list[str | None]:
    carried: list[str | None] = []
    last: str | None = None
    for speaker in speakers:
        last = speaker or last
        carried.append(last)
    return carried


def _piece(segment: Segment, first: int, last: int, speaker: str | None, *, whole: bool) -> Segment:
    """Words `first`..`last`; the segment's own start and end stay at its outer edges, its text where it is whole."""
    if whole:
        return replace(segment, speaker=speaker)
    words = segment.words[first:last]
    return replace(
        segment,
        start_ms=segment.start_ms if first == 0 else words[0].start_ms,
        end_ms=segment.end_ms if last == len(segment.words) else words[-1].end_ms,
        text=" ".join(word.text for word in words),
        words=words,
        speaker=speaker,
    )


def _union(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start_ms):
        if joined and span.start_ms <= joined[-1].end_ms:
            joined[-1] = Span(joined[-1].start_ms, max(joined[-1].end_ms, span.end_ms))
        else:
            joined.append(span)
    return joined
