"""Captions that roll: each cue repeats the line before it and adds one, as YouTube's automatic captions do.

Read as they stand, every sentence would be in the transcript two or three times.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

Cue = tuple[int, int, list[str]]
"""start_ms, end_ms, lines of plain text."""

_SHARE_THAT_ROLLS: Final = 0.5
_FEWEST_CUES: Final = 4


def is_rolling(cues: list[Cue]) -> bool:
    """Whether at least half of the cues begin with the last line of the cue before them."""
    pairs = [(before[2], after[2]) for before, after in pairwise(cues) if before[2] and after[2]]
    if len(cues) < _FEWEST_CUES or not pairs:
        return False
    return sum(before[-1] == after[0] for before, after in pairs) >= _SHARE_THAT_ROLLS * len(pairs)


def unrolled(cues: list[Cue]) -> list[Cue]:
    """Each line once, from the cue in which it first appears to the start of the next line."""
    found: list[Cue] = []
    shown: list[str] = []
    for start_ms, end_ms, lines in cues:
        fresh = _fresh(shown, lines)
        shown = lines or shown
        if fresh:
            found.append((start_ms, end_ms, fresh))
    starts = [start_ms for start_ms, _, _ in found[1:]] + [end_ms for _, end_ms, _ in found[-1:]]
    return [
        (start_ms, max(start_ms, min(end_ms, next_ms)), lines)
        for (start_ms, end_ms, lines), next_ms in zip(found, starts, strict=True)
    ]


def _fresh(shown: list[str], lines: list[str]) -> list[str]:
    """The lines that do not go on from what is shown: the longest end of `shown` that `lines` begin with is old."""
    for size in range(min(len(shown), len(lines)), 0, -1):
        if shown[-size:] == lines[:size]:
            return lines[size:]
    return lines
