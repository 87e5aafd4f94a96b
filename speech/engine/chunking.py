"""Cut a recording into independent recognition jobs, in pauses."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from speech.engine.types import ChunkPlan, Span
from speech.engine.windows import QuietestPlace, plan_windows

TARGET_MS = 240_000
"""Four minutes: some ten windows of the recogniser, so batches are full, and a killed worker loses seconds of work."""
MAX_MS = 600_000


def plan_chunks(
    speech: Sequence[Span],
    duration_ms: int,
    *,
    target_ms: int = TARGET_MS,
    max_ms: int = MAX_MS,
    quietest: QuietestPlace | None = None,
    window_ms: int | None = None,
) -> list[ChunkPlan]:
    """Chunks that tile [0, duration_ms) without gap or overlap; no speech at all gives no chunks.

    Each cut lies in the middle of the longest pause between half and one and a half `target_ms` from the chunk's start;
    without a pause there, of the nearest later pause up to `max_ms`; without any, at the quietest place of the last
    tenth (exactly at `max_ms` when `quietest` is not given), and the speech span is divided. No chunk is longer than
    `max_ms`. `speech` is in order and without overlap. `quietest` is `audio.quietest_ms` bound to the file that will be
    recognised.

    With `window_ms` the only pauses are those between the windows that a recogniser would make of the whole recording:
    it then hears the same windows however the recording is cut, and a cut separates nothing that was together before.
    Speech without a pause is divided where such a window ends.
    """
    if not 0 < target_ms <= max_ms:
        raise ValueError(f"0 < target_ms <= max_ms does not hold: {target_ms}, {max_ms}")
    if not speech:
        return []
    pauses = _pauses(speech if window_ms is None else _windows(speech, quietest, window_ms), duration_ms)
    middles = [(pause.start_ms + pause.end_ms) // 2 for pause in pauses]
    cuts = [0]
    while duration_ms - cuts[-1] > min(max_ms, target_ms * 3 // 2):
        cuts.append(_next_cut(cuts[-1], duration_ms, pauses, middles, target_ms, max_ms, quietest))
    cuts.append(duration_ms)
    return [
        ChunkPlan(index, start_ms, end_ms, _inside(speech, start_ms, end_ms))
        for index, (start_ms, end_ms) in enumerate(pairwise(cuts))
    ]


def _next_cut(
    start_ms: int,
    duration_ms: int,
    pauses: list[Span],
    middles: list[int],
    target_ms: int,
    max_ms: int,
    quietest: QuietestPlace | None,
) -> int:
    latest = min(start_ms + max_ms, duration_ms - 1)
    near = range(
        bisect_left(middles, start_ms + target_ms // 2),
        bisect_right(middles, min(start_ms + target_ms * 3 // 2, latest)),
    )
    if near:
        return middles[max(near, key=lambda i: (pauses[i].duration_ms, -abs(middles[i] - start_ms - target_ms)))]
    later = range(near.stop, bisect_right(middles, latest))
    if later:
        return middles[later.start]
    if quietest is None:
        return latest
    last_tenth = Span(latest - max_ms // 10, latest)
    return min(max(quietest(last_tenth), last_tenth.start_ms + 1), latest)


def _windows(speech: Sequence[Span], quietest: QuietestPlace | None, window_ms: int) -> list[Span]:
    """From the first to the last piece of each window."""
    windows = plan_windows(speech, quietest or (lambda search: search.end_ms), window_ms)
    return [Span(pieces[0].start_ms, pieces[-1].end_ms) for pieces in windows]


def _pauses(speech: Sequence[Span], duration_ms: int) -> list[Span]:
    """Stretches between spans (touching spans: the padding met in the middle of a short pause) and after the last.

    A long pause also offers places every second, or an hour of silence would have a single middle.
    """
    edges = [(before.end_ms, after.start_ms) for before, after in pairwise(speech)]
    edges = [(0, speech[0].start_ms), *edges, (speech[-1].end_ms, duration_ms)]
    pauses: list[Span] = []
    for start_ms, end_ms in edges:
        if end_ms - start_ms <= 10_000:
            pauses.append(Span(start_ms, max(start_ms, end_ms)))
        else:
            pauses.extend(Span(at, at + 1_000) for at in range(start_ms, end_ms - 1_000, 1_000))
    return pauses


def _inside(speech: Sequence[Span], start_ms: int, end_ms: int) -> tuple[Span, ...]:
    return tuple(
        Span(max(span.start_ms, start_ms), min(span.end_ms, end_ms))
        for span in speech
        if span.start_ms < end_ms and span.end_ms > start_ms
    )
