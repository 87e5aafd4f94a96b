"""Which speech a recogniser hears together: planned the same for a whole recording and for a chunk of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from speech.engine.types import Span

WINDOW_MS = 27_000
"""Whisper's encoder takes up to 30 s at once; shorter windows cost less and cut more sentences. Word error rates on the
development meeting and its hall recording: .160 and .265 with 24 s, .161 and .254 with 27 s, .164 and .247 with 30 s
(docs/benchmarks.md), single runs on the very files it was chosen by. Processor time over batched mode's, for the clean
one: .98, 1.07 and 1.10.
"""
REACH_MS = 120_000
"""A window lies within so much of the recording: with a word an hour, its pieces must still fit into one chunk."""
_CUT_SEARCH_MS = 5_000

QuietestPlace = Callable[[Span], int]
"""Given a stretch without any pause, the ms to cut at, inside it."""


def plan_windows(speech: Sequence[Span], quietest: QuietestPlace, window_ms: int = WINDOW_MS) -> list[list[Span]]:
    """The pieces of each window: as few windows as the order of time allows, each as full as it can be.

    None is wider than REACH_MS; a span longer than a window is cut at its quietest place. Evening out their lengths was
    tried: on the development meeting the decoder then left out more sentences. Where a window ends depends only on
    where it starts and on the speech after that: a chunk cut between two windows of a recording has its windows.
    """
    windows: list[list[Span]] = []
    used = 0
    for piece in _cut_long(speech, quietest, window_ms):
        full = used + piece.duration_ms > window_ms
        if not windows or full or piece.end_ms - windows[-1][0].start_ms > REACH_MS:
            windows.append([])
            used = 0
        windows[-1].append(piece)
        used += piece.duration_ms
    return windows


def _cut_long(spans: Sequence[Span], quietest: QuietestPlace, window_ms: int) -> list[Span]:
    pieces: list[Span] = []
    for span in spans:
        rest = span
        while rest.duration_ms > window_ms:
            search = Span(rest.start_ms + window_ms - min(_CUT_SEARCH_MS, window_ms // 2), rest.start_ms + window_ms)
            cut = min(max(quietest(search), search.start_ms + 1), search.end_ms)
            pieces.append(Span(rest.start_ms, cut))
            rest = Span(cut, rest.end_ms)
        pieces.append(rest)
    return pieces
