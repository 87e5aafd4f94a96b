"""Speech for which an engine wrote nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from speech.engine.guards import Removed
from speech.engine.merging import uncovered_speech
from speech.engine.recognizers.packing import Window
from speech.engine.types import Segment, Span, Word


class HasWords(Protocol):
    """What an engine heard in some windows, and what of it was taken for silence."""

    @property
    def words(self) -> list[Word]: ...

    @property
    def removed(self) -> list[Removed]: ...


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
