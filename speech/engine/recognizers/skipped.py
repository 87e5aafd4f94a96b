"""Speech for which an engine wrote nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from speech.engine.guards import Removed
from speech.engine.merging import uncovered_speech
from speech.engine.recognizers.packing import Window
from speech.engine.types import Segment, Span, Word

TAIL_MIN_MS = 700
"""At the end of a full window the decoder may leave out a short question. After the last word of the development
meeting's windows 0.02-0.14 s of speech are left, .41 s once; where "Kto jest za?" was left out, 1.2-1.6 s."""


class HasWords(Protocol):
    """What an engine heard in some windows, and what of it was taken for silence."""

    @property
    def words(self) -> list[Word]: ...

    @property
    def removed(self) -> list[Removed]: ...


def skipped_by_window(windows: Sequence[Window], heard: Sequence[HasWords]) -> list[list[Span]]:
    """`skipped_speech` of each window that has any, by what was heard in that window alone.

    So what is decoded again, and together with what, does not depend on the neighbours or on where a chunk ends.
    """
    words = sorted((word for part in heard for word in part.words), key=lambda word: word.start_ms)
    starts = [word.start_ms for word in words]
    removed = [record for part in heard for record in part.removed]
    found = []
    for window in windows:
        start_ms, end_ms = window.pieces[0].start_ms, window.pieces[-1].end_ms
        inside = words[bisect_left(starts, start_ms) : bisect_right(starts, end_ms)]
        silent = [record for record in removed if record.start_ms < end_ms and record.end_ms > start_ms]
        here = _HeardHere([word for word in inside if word.end_ms <= end_ms], silent)
        tail = _tail(window, here)
        before = [span for span in skipped_speech([window], [here]) if not tail or span.end_ms <= tail[0].start_ms]
        found.append(before + tail)
    return [spans for spans in found if spans]


def _tail(window: Window, heard: HasWords) -> list[Span]:
    """The end of a window's speech, where the decoder stopped before it."""
    if not heard.words or heard.removed:
        return []
    last_ms = max(word.end_ms for word in heard.words)
    tail = [Span(max(piece.start_ms, last_ms), piece.end_ms) for piece in window.pieces if piece.end_ms > last_ms]
    return tail if sum(span.duration_ms for span in tail) >= TAIL_MIN_MS else []


@dataclass(frozen=True, slots=True)
class _HeardHere:
    words: list[Word]
    removed: list[Removed]


def skipped_speech(windows: Sequence[Window], heard: Sequence[HasWords]) -> list[Span]:
    """Speech for which the decoder wrote nothing: it sometimes leaves out a whole sentence in a full window.

    Decoded again by themselves, these stretches usually do give their words. Each reaches up to the neighbouring words.
    Windows judged silent are not asked again.
    """
    pieces = [piece for window in windows for piece in window.pieces]
    words = sorted((word for part in heard for word in part.words), key=lambda word: word.start_ms)
    silent = [Segment(record.start_ms, record.end_ms, record.text) for part in heard for record in part.removed]
    ends, starts = [word.end_ms for word in words], [word.start_ms for word in words]
    found: list[Span] = []
    for gap in uncovered_speech(pieces, [*silent, *(Segment(w.start_ms, w.end_ms, w.text, (w,)) for w in words)]):
        before, after = bisect_right(ends, gap.start_ms) - 1, bisect_left(starts, gap.end_ms)
        piece = pieces[bisect_right([p.start_ms for p in pieces], gap.start_ms) - 1]
        start_ms = max(piece.start_ms, ends[before] if before >= 0 else 0)
        end_ms = min(piece.end_ms, starts[after] if after < len(starts) else piece.end_ms)
        found.append(Span(start_ms, end_ms))
    return found
