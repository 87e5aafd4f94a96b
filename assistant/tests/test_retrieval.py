"""Evidence: numbered pieces of whole segments within a budget."""

from __future__ import annotations

from uuid import UUID, uuid4

from assistant.retrieval import estimate_tokens, pieces_from_hits
from transcripts.search import Hit, HitSegment

FIRST = uuid4()


def hit(*segments: HitSegment, recording_id: UUID = FIRST) -> Hit:
    text = " ".join(segment.text for segment in segments)
    return Hit(recording_id, "Sesja", None, segments[0].start_ms, segments[-1].end_ms, "", "Sesja", text, 1.0, segments)


def segment(n: int, words: int = 10) -> HitSegment:
    return HitSegment(n * 1_000, (n + 1) * 1_000, f"Zdanie {n} " + "słowo " * words, "")


def test_pieces_are_numbered_from_one_in_the_order_of_the_hits() -> None:
    pieces = list(pieces_from_hits([hit(segment(5)), hit(segment(1)), hit(segment(1), recording_id=uuid4())]))
    assert [piece.number for piece in pieces] == [1, 2, 3]
    assert [piece.segments[0].start_ms for piece in pieces] == [5_000, 1_000, 1_000]


def test_the_budget_cuts_between_segments_and_never_inside_one() -> None:
    segments = [segment(n) for n in range(50)]
    pieces = list(pieces_from_hits([hit(*segments)], budget_tokens=200))
    taken = [s for piece in pieces for s in piece.segments]
    assert taken == segments[: len(taken)]
    spent = sum(estimate_tokens(s.text) for s in taken)
    assert 200 - estimate_tokens(segments[0].text) - 10 <= spent <= 200


def test_nothing_fits_an_empty_budget() -> None:
    assert list(pieces_from_hits([hit(segment(1))], budget_tokens=0)) == []


def test_a_segment_that_two_passages_share_is_taken_once() -> None:
    pieces = list(pieces_from_hits([hit(segment(1), segment(2)), hit(segment(2), segment(3))]))
    assert [[s.start_ms for s in piece.segments] for piece in pieces] == [[1_000, 2_000], [3_000]]
