"""Pack speech into windows that Whisper's encoder takes at once, and find the way back in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from speech.engine.audio import quietest_offset_ms
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span
from speech.engine.windows import WINDOW_MS, plan_windows


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of speech played one after the other without the silence between them."""

    pieces: tuple[Span, ...]

    @property
    def duration_ms(self) -> int:
        return sum(piece.duration_ms for piece in self.pieces)

    def samples(self, audio: Audio) -> Samples:
        """The window's sound, `duration_ms` long."""
        return np.concatenate([slice_ms(audio, piece) for piece in self.pieces])

    def locate(self, start_ms: float, end_ms: float) -> Span:
        """Where in the recording a word at these ms of the window lies: wholly inside the piece of its middle."""
        middle, before = (start_ms + end_ms) / 2, 0
        for piece in self.pieces:
            if middle < before + piece.duration_ms or piece is self.pieces[-1]:
                break
            before += piece.duration_ms
        first = min(max(round(start_ms) - before + piece.start_ms, piece.start_ms), piece.end_ms)
        last = min(max(round(end_ms) - before + piece.start_ms, first), piece.end_ms)
        return Span(first, last)


def slice_ms(audio: Audio, span: Span) -> Samples:
    """The samples of `span` (ms of the recording)."""
    per_ms = SAMPLE_RATE_HZ // 1000
    return audio.samples[(span.start_ms - audio.offset_ms) * per_ms : (span.end_ms - audio.offset_ms) * per_ms]


def pack_windows(audio: Audio, speech: Sequence[Span], window_ms: int = WINDOW_MS) -> list[Window]:
    """The windows of the speech that lies in `audio` (`windows.plan_windows`)."""

    def quietest(span: Span) -> int:
        return span.start_ms + quietest_offset_ms(slice_ms(audio, span))

    return [Window(tuple(pieces)) for pieces in plan_windows(_clip(audio, speech), quietest, window_ms)]


def _clip(audio: Audio, speech: Sequence[Span]) -> list[Span]:
    end_ms = audio.offset_ms + len(audio.samples) * 1000 // SAMPLE_RATE_HZ
    clipped = [(max(span.start_ms, audio.offset_ms), min(span.end_ms, end_ms)) for span in speech]
    return [Span(start, end) for start, end in clipped if end > start]


def even_groups(windows: list[Window], most: int, workers: int) -> list[list[Window]]:
    """At most `most` windows a group; the number of groups a multiple of the workers where there are enough windows."""
    count = -(-len(windows) // most)
    count = min(len(windows), -(-count // workers) * workers)
    return [list(part) for part in _split(windows, count)]


def _split(windows: list[Window], count: int) -> list[list[Window]]:
    size, extra = divmod(len(windows), count)
    starts = [index * size + min(index, extra) for index in range(count + 1)]
    return [windows[a:b] for a, b in pairwise(starts)]
