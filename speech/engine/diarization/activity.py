"""Short overlapping windows in which up to three local voices were told apart, put together into turns.

The method is pyannote's (Bredin, "pyannote.audio 2.1 speaker diarization pipeline", Interspeech 2023): each window
votes for its voices' clusters, frames take the average, and as many speakers are kept as the windows counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speech.engine.diarization.base import Turn
from speech.engine.types import SAMPLE_RATE_HZ

FRAME_SHIFT_SAMPLES = 270
"""One frame of pyannote's segmentation network (16.875 ms)."""
_BLOCK_FRAMES = 60_000
"""Frames are voted on in blocks of about 17 minutes, so that memory does not grow with the recording."""

Activity = npt.NDArray[np.bool_]
"""Frames by local voices: who speaks."""


@dataclass(frozen=True, slots=True)
class Window:
    """`activity` starts at frame `start`; `speakers` gives each local voice its cluster, -1 when it has none."""

    start: int
    activity: Activity
    speakers: tuple[int, ...]


def turns_from(windows: Sequence[Window], frames: int) -> list[Turn]:
    """Turns by start; speakers are numbered by first appearance.

    Windows are in order and may overlap; frames are as many as the recording has.
    """
    spans = sorted(_joined(_spans(windows, frames)))
    names: dict[int, str] = {}
    for _, _, cluster in spans:
        names.setdefault(cluster, f"SPEAKER_{len(names):02d}")
    return [Turn(_ms(start), _ms(end), names[cluster]) for start, end, cluster in spans]


def _ms(frame: int) -> int:
    return round(frame * FRAME_SHIFT_SAMPLES * 1000 / SAMPLE_RATE_HZ)


def _joined(spans: Iterator[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """What the borders of blocks cut is one again."""
    open_spans: dict[int, tuple[int, int]] = {}
    done: list[tuple[int, int, int]] = []
    for start, end, cluster in spans:
        before = open_spans.get(cluster)
        if before and start == before[1]:
            open_spans[cluster] = (before[0], end)
            continue
        if before:
            done.append((*before, cluster))
        open_spans[cluster] = (start, end)
    return done + [(*span, cluster) for cluster, span in open_spans.items()]


def _spans(windows: Sequence[Window], frames: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, cluster) in frames; for one cluster in order, cut at the borders of blocks."""
    clusters = 1 + max((max(window.speakers) for window in windows), default=-1)
    if clusters == 0:
        return
    first = 0
    for begin in range(0, frames, _BLOCK_FRAMES):
        end = min(begin + _BLOCK_FRAMES, frames)
        while first < len(windows) and windows[first].start + len(windows[first].activity) <= begin:
            first += 1
        speaking = _vote(windows[first : _after(windows, first, end)], begin, end, clusters)
        for cluster in np.flatnonzero(speaking.any(axis=0)):
            edges = np.flatnonzero(np.diff(np.pad(speaking[:, cluster].astype(np.int8), 1)))
            for start, stop in edges.reshape(-1, 2):
                yield begin + int(start), begin + int(stop), int(cluster)


def _after(windows: Sequence[Window], first: int, end: int) -> int:
    while first < len(windows) and windows[first].start < end:
        first += 1
    return first


def _vote(windows: Sequence[Window], begin: int, end: int, clusters: int) -> Activity:
    """Frames by clusters for one block."""
    votes = np.zeros((end - begin, clusters), dtype=np.float32)
    counted = np.zeros(end - begin, dtype=np.float32)
    weights = np.zeros(end - begin, dtype=np.float32)
    for window in windows:
        low, high = max(begin, window.start), min(end, window.start + len(window.activity))
        mine = slice(low - window.start, high - window.start)
        here = slice(low - begin, high - begin)
        weight = _trust(len(window.activity))[mine]
        weights[here] += weight
        for cluster in {c for c in window.speakers if c >= 0}:
            local = [index for index, c in enumerate(window.speakers) if c == cluster]
            said = window.activity[mine][:, local].any(axis=1) * weight
            votes[here, cluster] += said
            counted[here] += said
    weights[weights == 0] = 1
    wanted = np.rint(counted / weights).astype(int)
    order = np.argsort(np.argsort(-votes, axis=1, kind="stable"), axis=1, kind="stable")
    speaking: Activity = (order < wanted[:, None]) & (votes > 0)
    return speaking


def _trust(length: int) -> npt.NDArray[np.float32]:
    """A frame in a window's middle has more context than one at its edge."""
    steps = np.minimum(np.arange(1, length + 1), np.arange(length, 0, -1))
    return np.asarray(steps / length, dtype=np.float32)
