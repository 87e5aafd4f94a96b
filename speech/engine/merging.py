"""Chunks become one transcript, and what the transcript does not cover is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from speech.engine.types import Segment, Span, Word

UNCOVERED_MIN_MS = 1_000
"""Shorter remainders are breaths, padding of the VAD and imprecise word edges."""
WORD_REACH_MS = 500
"""A word covers this much speech on both sides of itself: word times from attention are good to about 0.2-0.3 s."""
MAX_WORD_MS = 3_000
"""No word lasts longer. A longer one is an alignment stretched over something that was not recognised."""


def merge_chunks(results: Iterable[Sequence[Segment]]) -> list[Segment]:
    """Segments of all chunks in order of time.

    Chunks own disjoint stretches of the recording, so nothing is said twice and nothing is compared by its words (a
    council really asks "Kto jest za?" ten times). A segment that reaches a little into its predecessor is trimmed, so
    starts and ends never go back; no text is dropped.
    """
    merged: list[Segment] = []
    end_ms = 0
    for segment in sorted((s for chunk in results for s in chunk), key=lambda s: (s.start_ms, s.end_ms)):
        fitted = _not_before(segment, end_ms)
        merged.append(fitted)
        end_ms = fitted.end_ms
    return merged


def uncovered_speech(speech: Sequence[Span], segments: Sequence[Segment]) -> list[Span]:
    """Stretches of VAD speech, each at least UNCOVERED_MIN_MS, that no word (or segment without words) covers.

    A word covers its own time and WORD_REACH_MS around it, at most MAX_WORD_MS of its own.
    """
    covered = sorted(_covered(segments), key=lambda span: span.start_ms)
    missing: list[Span] = []
    first = 0
    for span in speech:
        while first < len(covered) and covered[first].end_ms <= span.start_ms:
            first += 1
        at_ms, index = span.start_ms, first
        while index < len(covered) and covered[index].start_ms < span.end_ms:
            if covered[index].start_ms - at_ms >= UNCOVERED_MIN_MS:
                missing.append(Span(at_ms, covered[index].start_ms))
            at_ms = max(at_ms, covered[index].end_ms)
            index += 1
        if span.end_ms - at_ms >= UNCOVERED_MIN_MS:
            missing.append(Span(at_ms, span.end_ms))
    return missing


def _covered(segments: Sequence[Segment]) -> Iterable[Span]:
    for segment in segments:
        if not segment.words:
            yield Span(max(0, segment.start_ms - WORD_REACH_MS), segment.end_ms + WORD_REACH_MS)
        for word in segment.words:
            end_ms = min(word.end_ms, word.start_ms + MAX_WORD_MS)
            yield Span(max(0, word.start_ms - WORD_REACH_MS), end_ms + WORD_REACH_MS)


def _not_before(segment: Segment, earliest_ms: int) -> Segment:
    if segment.start_ms >= earliest_ms:
        return segment
    words = tuple(
        Word(max(w.start_ms, earliest_ms), max(w.end_ms, earliest_ms), w.text, w.probability) for w in segment.words
    )
    return replace(segment, start_ms=earliest_ms, end_ms=max(segment.end_ms, earliest_ms), words=words)
