"""Sound too large for one request: where it is cut, and how what was heard on both sides of a cut becomes one text.

Cuts lie in pauses. Where nobody pauses, the cut lies at the quietest place and both neighbours hear the sound around
it. At such a seam the two hearings are laid over each other by their words and times, and the text changes over from
one to the other at a word that both heard: so nothing is said twice, nothing is lost and no repeat is taken for an
echo ("Kto jest za? Kto jest przeciw?" share words, not times).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from speech.engine.audio import quietest_offset_ms
from speech.engine.chunk_limits import ChunkLimits
from speech.engine.chunking import plan_chunks
from speech.engine.errors import EngineError
from speech.engine.recognizers.packing import Window, slice_ms
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span, Word

MIN_PIECE_MS: Final = 2_000
"""What a server calls too large at this length it will call so at any."""
GUESSED_ERROR_MS: Final = 2_000
"""Times that may be off by more than this place no word at a seam."""
_CLEAR_PAUSE_MS: Final = 100
"""A cut in a shorter pause may still hit a word: both neighbours hear what lies around it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One request. It owns the words of `own` (ms of the recording); `window` is the sound that is sent.

    The window holds the speech of `own` and, beside a cut that is not in a clear pause, the neighbour's next to it.
    """

    own: Span
    window: Window
    overlaps_next: bool = False


@dataclass(frozen=True, slots=True)
class HeardPiece:
    """What a server heard in a piece: words in ms of the recording, and how far their times may be off."""

    piece: Piece
    words: Sequence[Word]
    error_ms: int


def clip_speech(audio: Audio, speech: Sequence[Span]) -> list[Span]:
    """The parts of `speech` that lie inside `audio`."""
    end_ms = audio.offset_ms + len(audio.samples) * 1000 // SAMPLE_RATE_HZ
    return spans_inside(speech, Span(audio.offset_ms, end_ms))


def spans_inside(spans: Sequence[Span], bounds: Span) -> list[Span]:
    """The parts of `spans` inside `bounds`."""
    clipped = [(max(span.start_ms, bounds.start_ms), min(span.end_ms, bounds.end_ms)) for span in spans]
    return [Span(start, end) for start, end in clipped if end > start]


def plan_pieces(audio: Audio, speech: Sequence[Span], limits: ChunkLimits) -> list[Piece]:
    """As many pieces as the limit of length asks for, in order; together they own all `speech`. No speech, no pieces.

    `speech` is clipped, in order and without overlap. No piece, its overlaps included, is longer than `limits.max_ms`.
    """
    if not speech:
        return []
    whole = Span(speech[0].start_ms, speech[-1].end_ms)
    if not limits.enabled:
        return [Piece(whole, Window(tuple(speech)))]
    overlap_ms = min(limits.overlap_ms, limits.max_ms // 2)
    longest_ms = limits.max_ms if whole.duration_ms <= limits.max_ms else limits.max_ms - overlap_ms
    return _cut(audio, whole, speech, longest_ms * 2 // 3, longest_ms, overlap_ms)


def halve_piece(audio: Audio, piece: Piece, speech: Sequence[Span], limits: ChunkLimits) -> list[Piece]:
    """The sound that `piece` owns in two pieces, cut as near to its middle as pauses allow.

    `speech` is that of the whole recognition. An overlap with a neighbour stays, but never longer than an eighth.

    Raises:
        EngineError: "remote_too_large" when the piece is too short to be the reason of a refusal.
    """
    owned = spans_inside(speech, piece.own)
    length_ms = owned[-1].end_ms - owned[0].start_ms
    if length_ms < 2 * MIN_PIECE_MS or not limits.enabled:
        raise EngineError("remote_too_large", f"{piece.window.duration_ms} ms were refused for their size")
    whole = Span(owned[0].start_ms, owned[-1].end_ms)
    overlap_ms = min(limits.overlap_ms, length_ms // 4)
    halves = _cut(audio, whole, speech, length_ms // 2, -(-length_ms * 3 // 4), overlap_ms)
    outer = spans_inside(piece.window.pieces, Span(piece.window.pieces[0].start_ms, whole.start_ms))
    if outer:
        halves[0] = _widened(halves[0], _last_ms(outer, overlap_ms // 2), [])
    outer = spans_inside(piece.window.pieces, Span(whole.end_ms, max(whole.end_ms, piece.window.pieces[-1].end_ms)))
    if outer:
        halves[-1] = _widened(halves[-1], [], _first_ms(outer, overlap_ms // 2))
    return [*halves[:-1], Piece(halves[-1].own, halves[-1].window, piece.overlaps_next)]


def merge_pieces(heard: Sequence[HeardPiece]) -> list[Word]:
    """One text out of pieces in order of time; the words of each piece are in order. Texts stay as they are."""
    merged: list[Word] = []
    for index, part in enumerate(heard):
        before = heard[index - 1] if index else None
        if before is not None and before.piece.overlaps_next:
            if max(before.error_ms, part.error_ms) > GUESSED_ERROR_MS:
                merged = _join_by_words(merged, part.words, _shared_words(before, part))
                continue
            reach_ms = max(before.piece.window.pieces[-1].end_ms - part.piece.window.pieces[0].start_ms, 0)
            merged = _join(merged, part.words, part.piece.own.start_ms, reach_ms, max(before.error_ms, part.error_ms))
        else:
            merged.extend(part.words)
    return merged


def _cut(
    audio: Audio, whole: Span, speech: Sequence[Span], target_ms: int, longest_ms: int, overlap_ms: int
) -> list[Piece]:
    inside = spans_inside(speech, whole)
    shifted = [Span(span.start_ms - whole.start_ms, span.end_ms - whole.start_ms) for span in inside]

    def quietest(span: Span) -> int:
        sound = Span(span.start_ms + whole.start_ms, span.end_ms + whole.start_ms)
        return span.start_ms + quietest_offset_ms(slice_ms(audio, sound))

    chunks = plan_chunks(
        shifted, whole.duration_ms, target_ms=max(1, target_ms), max_ms=max(1, longest_ms), quietest=quietest
    )
    owns = [Span(c.start_ms + whole.start_ms, c.end_ms + whole.start_ms) for c in chunks if c.speech]
    pieces: list[Piece] = []
    for own in owns:
        before_ms = overlap_ms // 2 if own.start_ms > whole.start_ms and not _is_pause(inside, own.start_ms) else 0
        overlaps_next = own.end_ms < whole.end_ms and not _is_pause(inside, own.end_ms)
        after_ms = overlap_ms - overlap_ms // 2 if overlaps_next else 0
        sound = Span(max(whole.start_ms, own.start_ms - before_ms), min(whole.end_ms, own.end_ms + after_ms))
        pieces.append(Piece(own, Window(tuple(spans_inside(inside, sound))), overlaps_next))
    return pieces


def _is_pause(speech: Sequence[Span], at_ms: int) -> bool:
    """Whether at least _CLEAR_PAUSE_MS without speech lie around `at_ms`."""
    index = bisect_right([span.start_ms for span in speech], at_ms) - 1
    last_end = speech[index].end_ms if index >= 0 else at_ms - _CLEAR_PAUSE_MS
    next_start = speech[index + 1].start_ms if index + 1 < len(speech) else at_ms + _CLEAR_PAUSE_MS
    return last_end <= at_ms and next_start - last_end >= _CLEAR_PAUSE_MS


def _widened(piece: Piece, before: Sequence[Span], after: Sequence[Span]) -> Piece:
    return Piece(piece.own, Window((*before, *piece.window.pieces, *after)), piece.overlaps_next)


def _last_ms(spans: Sequence[Span], length_ms: int) -> list[Span]:
    return spans_inside(spans, Span(max(0, spans[-1].end_ms - length_ms), spans[-1].end_ms))


def _first_ms(spans: Sequence[Span], length_ms: int) -> list[Span]:
    return spans_inside(spans, Span(spans[0].start_ms, spans[0].start_ms + length_ms))


def _middle(word: Word) -> float:
    return (word.start_ms + word.end_ms) / 2


def _plain(word: Word) -> str:
    return re.sub(r"\W", "", word.text).casefold() or word.text


def _join(left: Sequence[Word], right: Sequence[Word], cut_ms: int, reach_ms: int, error_ms: int) -> list[Word]:
    """`left` up to a word both heard, then `right` after it; without such a word, the middle of each word decides."""
    first = bisect_left([_middle(word) for word in left], cut_ms - reach_ms - error_ms)
    last = bisect_right([_middle(word) for word in right], cut_ms + reach_ms + error_ms)
    pairs = _same_words(left[first:], right[:last], error_ms)
    if pairs:
        i, j = min(pairs, key=lambda pair: abs(_middle(left[first + pair[0]]) - cut_ms))
        return [*left[: first + i + 1], *right[j + 1 :]]
    return _join_by_time(left, right, cut_ms)


def _shared_words(before: HeardPiece, part: HeardPiece) -> float:
    """How many words the sound that both pieces hold has, by the tempo of the one before."""
    both = spans_inside(before.piece.window.pieces, Span(part.piece.window.pieces[0].start_ms, part.piece.own.end_ms))
    shared_ms = sum(span.duration_ms for span in both)
    return len(before.words) * shared_ms / max(1, before.piece.window.duration_ms)


def _same_words(left: Sequence[Word], right: Sequence[Word], error_ms: int) -> list[tuple[int, int]]:
    """Pairs (index in `left`, index in `right`) of one spoken word, in order.

    The chain with the most agreement wins; a pair counts the more, the nearer its times are. Of a phrase said over and
    over the same round is found, not the one that gives the longest chain.
    """
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    worth = [[_agreement(a, b, error_ms) for b in right] for a in left]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            paired = best[i + 1][j + 1] + worth[i][j] if worth[i][j] > 0 else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if worth[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + worth[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _agreement(a: Word, b: Word, error_ms: int) -> float:
    distance_ms = abs(_middle(a) - _middle(b))
    return error_ms - distance_ms + 1 if distance_ms <= error_ms and _plain(a) == _plain(b) else 0.0


def _join_by_time(left: Sequence[Word], right: Sequence[Word], cut_ms: int) -> list[Word]:
    """Each side gives the words of its own side of the cut, and those beyond it where the other side heard nothing."""
    kept_left = [word for word in left if _middle(word) < cut_ms]
    kept_right = [word for word in right if _middle(word) >= cut_ms]
    if kept_left and kept_right and _same_sound(kept_left[-1], kept_right[0]):  # heard differently, once on each side
        kept_right.pop(0)
    left_over, right_over = left[len(kept_left) :], right[: len(right) - len(kept_right)]
    first_right = kept_right[0].start_ms if kept_right else None
    kept_left += [word for word in left_over if first_right is None or word.end_ms <= first_right]
    last_left = kept_left[-1].end_ms if kept_left else 0
    return [*kept_left, *(word for word in right_over if word.start_ms >= last_left), *kept_right]


def _join_by_words(left: Sequence[Word], right: Sequence[Word], shared_words: float) -> list[Word]:
    """The end of `left` laid over the beginning of `right` by words alone, for hearings whose times are guesses.

    An overlap alignment (Smith and Waterman's with free outer ends): a word both heard counts 2, any other -1; of equal
    ones the nearest to `shared_words`, which the speakers' tempo expects, wins. With nothing in common all is kept.
    """
    most = round(1.6 * shared_words) + 2
    tail, head = left[-most:], right[:most]
    score = [[-j if i == 0 else 0 for j in range(len(head) + 1)] for i in range(len(tail) + 1)]
    for i, a in enumerate(tail, 1):
        for j, b in enumerate(head, 1):
            paired = score[i - 1][j - 1] + (2 if _plain(a) == _plain(b) else -1)
            score[i][j] = max(paired, score[i - 1][j] - 1, score[i][j - 1] - 1)
    i, j = len(tail), max(range(len(head) + 1), key=lambda k: score[-1][k] - abs(k - shared_words) / 10)
    pairs: list[tuple[int, int]] = []
    while i and j:
        same = _plain(tail[i - 1]) == _plain(head[j - 1])
        if score[i][j] == score[i - 1][j - 1] + (2 if same else -1):
            pairs += [(i, j)] if same else []
            i, j = i - 1, j - 1
        elif score[i][j] == score[i - 1][j] - 1:
            i -= 1
        else:
            j -= 1
    if not pairs:
        return [*left, *right]
    i, j = pairs[len(pairs) // 2]
    return [*left[: len(left) - len(tail) + i], *right[j:]]


def _same_sound(a: Word, b: Word) -> bool:
    shared_ms = min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms)
    return shared_ms * 2 > min(a.end_ms - a.start_ms, b.end_ms - b.start_ms) >= 0 and shared_ms > 0
