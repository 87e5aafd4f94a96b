"""Two hearings of the sound around a cut become one text: by words and times, whatever else resembles what."""

from __future__ import annotations

import random

import pytest

from speech.engine.recognizers.packing import Window
from speech.engine.recognizers.remote_pieces import HeardPiece, Piece, merge_pieces
from speech.engine.types import Span, Word

CUT_MS, OVERLAP_MS, END_MS = 30_000, 3_000, 60_000


def halves(left: list[Word], right: list[Word], error_ms: int = 400) -> list[HeardPiece]:
    ear = OVERLAP_MS // 2
    first = Piece(Span(0, CUT_MS), Window((Span(0, CUT_MS + ear),)), overlaps_next=True)
    second = Piece(Span(CUT_MS, END_MS), Window((Span(CUT_MS - ear, END_MS),)))
    return [HeardPiece(first, left, error_ms), HeardPiece(second, right, error_ms)]


def meeting(rng: random.Random, vocabulary: int) -> list[Word]:
    words, at = [], 200
    while at < END_MS - 1_000:
        length = rng.randint(120, 700)
        text = f"w{rng.randrange(vocabulary)}" + rng.choice(["", "", "", ",", ".", "?"])
        words.append(Word(at, at + length, text, 0.9))
        at += length + rng.choice([0, 30, 60, 200])
    return words


def hearing(rng: random.Random, said: list[Word], bounds: Span, jitter_ms: int) -> list[Word]:
    """The words a recogniser hears in `bounds`, its times a little off."""
    shift = rng.randint(-jitter_ms, jitter_ms) // 2
    heard, earliest = [], 0
    for word in said:
        if word.start_ms >= bounds.start_ms and word.end_ms <= bounds.end_ms:
            start = max(earliest, word.start_ms + shift + rng.randint(-jitter_ms, jitter_ms) // 2)
            earliest = max(start, word.end_ms + shift + rng.randint(-jitter_ms, jitter_ms) // 2)
            heard.append(Word(start, earliest, word.text, word.probability))
    return heard


@pytest.mark.parametrize("vocabulary", [5, 40, 1_000])
def test_whatever_was_said_comes_out_once_and_unchanged(vocabulary: int) -> None:
    rng = random.Random(vocabulary)
    ear = OVERLAP_MS // 2
    for _ in range(200):
        said = meeting(rng, vocabulary)
        left = hearing(rng, said, Span(0, CUT_MS + ear), 120)
        right = hearing(rng, said, Span(CUT_MS - ear, END_MS), 120)
        assert [w.text for w in merge_pieces(halves(left, right))] == [w.text for w in said]


def test_a_question_repeated_across_the_seam_keeps_every_round() -> None:
    texts = ["Kto", "jest", "za?", "Kto", "jest", "przeciw?", "Kto", "się", "wstrzymał?"] * 9
    said = [Word(100 + 700 * i, 600 + 700 * i, text, 0.9) for i, text in enumerate(texts)]
    rng = random.Random(1)
    for _ in range(100):
        left = hearing(rng, said, Span(0, CUT_MS + 1_500), 200)
        right = hearing(rng, said, Span(CUT_MS - 1_500, END_MS), 200)
        assert [w.text for w in merge_pieces(halves(left, right))] == texts


def test_a_word_said_many_times_in_a_row_keeps_its_count() -> None:
    said = [Word(at, at + 350, "tak", 0.9) for at in range(0, END_MS - 500, 450)]
    rng = random.Random(2)
    for _ in range(100):
        left = hearing(rng, said, Span(0, CUT_MS + 1_500), 100)
        right = hearing(rng, said, Span(CUT_MS - 1_500, END_MS), 100)
        assert len(merge_pieces(halves(left, right))) == len(said)


def test_punctuation_and_numbers_are_not_touched() -> None:
    texts = ["Koszt", "1.500", "zł.", "Art.", "20", "ust.", "3", "–", "„tak”", "(12/2026)."]
    left = [Word(28_000 + 300 * i, 28_250 + 300 * i, t, 0.9) for i, t in enumerate(texts)]
    right = [w for w in left if w.start_ms > 28_600]
    assert [w.text for w in merge_pieces(halves(left, right))] == texts


def test_a_word_heard_differently_on_both_sides_stands_once() -> None:
    left = [Word(29_000, 29_400, "radni"), Word(29_800, 30_150, "gminy")]
    right = [Word(29_850, 30_250, "zimy"), Word(30_600, 31_000, "Lipowa")]
    merged = [w.text for w in merge_pieces(halves(left, right))]
    assert merged in (["radni", "gminy", "Lipowa"], ["radni", "zimy", "Lipowa"])


def test_a_word_that_each_side_leaves_to_the_other_is_kept() -> None:
    left = [Word(29_000, 29_300, "radni"), Word(29_900, 30_150, "gminy")]
    right = [Word(29_800, 30_100, "zimy"), Word(30_600, 31_000, "Lipowa")]
    assert [w.text for w in merge_pieces(halves(left, right))] == ["radni", "gminy", "Lipowa"]


def test_a_pause_at_the_cut_needs_no_comparing() -> None:
    piece = Piece(Span(0, 10_000), Window((Span(0, 9_000),)))
    other = Piece(Span(10_000, 20_000), Window((Span(11_000, 20_000),)))
    heard = [HeardPiece(piece, [Word(8_500, 9_000, "tak")], 400), HeardPiece(other, [Word(11_000, 11_400, "tak")], 400)]
    assert [w.text for w in merge_pieces(heard)] == ["tak", "tak"]


def test_a_side_that_heard_nothing_leaves_the_other_whole() -> None:
    words = [Word(29_000, 29_300, "a"), Word(29_500, 29_900, "b")]
    assert merge_pieces(halves(words, [])) == words
    later = [Word(30_100, 30_300, "c")]
    assert merge_pieces(halves([], later)) == later


def test_what_only_one_side_heard_at_a_seam_is_kept() -> None:
    left = [Word(28_000, 28_400, "jesień."), Word(30_600, 30_800, "Moje"), Word(30_800, 31_100, "dziecko")]
    right = [Word(32_100, 33_000, "Sporadycznie")]
    assert [w.text for w in merge_pieces(halves(left, right))] == ["jesień.", "Moje", "dziecko", "Sporadycznie"]
    right = [Word(28_900, 29_300, "Bo"), Word(29_300, 29_500, "tak."), Word(32_100, 33_000, "Sporadycznie")]
    assert [w.text for w in merge_pieces(halves(left[:1], right))] == ["jesień.", "Bo", "tak.", "Sporadycznie"]


def spread(bounds: Span, index: int, count: int) -> tuple[int, int]:
    step = bounds.duration_ms / count
    return bounds.start_ms + round(step * index), bounds.start_ms + round(step * (index + 1))


@pytest.mark.parametrize("vocabulary", [40, 1_000])
def test_hearings_without_times_are_joined_by_their_words(vocabulary: int) -> None:
    rng = random.Random(vocabulary)
    wrong = 0
    for _ in range(200):
        said = meeting(rng, vocabulary)
        sides = [[w for w in said if w.end_ms <= CUT_MS + 1_500], [w for w in said if w.start_ms >= CUT_MS - 1_500]]
        guessed = [
            [Word(*spread(bounds, i, len(side)), w.text) for i, w in enumerate(side)]
            for side, bounds in zip(sides, (Span(0, CUT_MS + 1_500), Span(CUT_MS - 1_500, END_MS)), strict=True)
        ]  # fmt: skip
        wrong += [w.text for w in merge_pieces(halves(guessed[0], guessed[1], 5_000))] != [w.text for w in said]
    assert wrong <= 2
