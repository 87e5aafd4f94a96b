"""Pack speech into windows that Whisper's encoder takes at once, and find the way back in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from speech.engine.audio import quietest_offset_ms
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span

WINDOW_MS = 27_000
"""Whisper's encoder takes up to 30 s at once; shorter windows cost less and cut more sentences. Word error rates on the
development meeting and its hall recording: .160 and .265 with 24 s, .161 and .254 with 27 s, .164 and .247 with 30 s
(docs/benchmarks.md), single runs on the very files it was chosen by. Processor time over batched mode's, for the clean
one: .98, 1.07 and 1.10.
"""
_CUT_SEARCH_MS = 5_000


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
    """As few windows as the order of time allows, each as full as it can be.

    Evening out their lengths was tried: on the development meeting the decoder then left out more sentences. A span
    longer than a window is cut at its quietest place.
    """
    return _greedy(_cut_long(audio, _clip(audio, speech), window_ms), window_ms)


def _greedy(pieces: Sequence[Span], limit_ms: int) -> list[Window]:
    windows: list[list[Span]] = []
    used = 0
    for piece in pieces:
        if not windows or used + piece.duration_ms > limit_ms:
            windows.append([])
            used = 0
        windows[-1].append(piece)
        used += piece.duration_ms
    return [Window(tuple(pieces)) for pieces in windows]


def _clip(audio: Audio, speech: Sequence[Span]) -> list[Span]:
    end_ms = audio.offset_ms + len(audio.samples) * 1000 // SAMPLE_RATE_HZ
    clipped = [(max(span.start_ms, audio.offset_ms), min(span.end_ms, end_ms)) for span in speech]
    return [Span(start, end) for start, end in clipped if end > start]


def _cut_long(audio: Audio, spans: Sequence[Span], window_ms: int) -> list[Span]:
    pieces: list[Span] = []
    for span in spans:
        rest = span
        while rest.duration_ms > window_ms:
            search = Span(rest.start_ms + window_ms - min(_CUT_SEARCH_MS, window_ms // 2), rest.start_ms + window_ms)
            cut = search.start_ms + quietest_offset_ms(slice_ms(audio, search))
            pieces.append(Span(rest.start_ms, cut))
            rest = Span(cut, rest.end_ms)
        pieces.append(rest)
    return pieces


def even_groups(windows: list[Window], most: int, workers: int) -> list[list[Window]]:
    """At most `most` windows a group; the number of groups a multiple of the workers where there are enough windows."""
    count = -(-len(windows) // most)
    count = min(len(windows), -(-count // workers) * workers)
    return [list(part) for part in _split(windows, count)]


def _split(windows: list[Window], count: int) -> list[list[Window]]:
    size, extra = divmod(len(windows), count)
    starts = [index * size + min(index, extra) for index in range(count + 1)]
    return [windows[a:b] for a, b in pairwise(starts)]
