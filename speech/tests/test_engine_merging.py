"""One transcript out of chunks, and the speech it does not cover."""

from speech.engine.merging import merge_chunks, uncovered_speech
from speech.engine.types import Segment, Span, Word


def said(*words: tuple[int, int, str]) -> Segment:
    parts = tuple(Word(start, end, text) for start, end, text in words)
    return Segment(parts[0].start_ms, parts[-1].end_ms, " ".join(w.text for w in parts), parts)


def test_chunks_that_arrive_out_of_order_are_put_in_order() -> None:
    late, early = said((9_000, 9_500, "drugi")), said((0, 500, "pierwszy"))
    assert merge_chunks([[late], [early]]) == [early, late]


def test_a_question_asked_ten_times_stays_ten_times() -> None:
    rounds = [[said((at, at + 800, "Kto jest za?"))] for at in range(0, 10_000, 1_000)]
    assert [s.text for s in merge_chunks(rounds)] == ["Kto jest za?"] * 10


def test_times_never_go_back_and_no_word_is_lost() -> None:
    merged = merge_chunks([[said((0, 400, "raz"), (400, 1_200, "dwa"))], [said((1_000, 1_300, "trzy"))]])
    edges = [t for s in merged for w in s.words for t in (w.start_ms, w.end_ms)]
    assert edges == sorted(edges)
    assert " ".join(s.text for s in merged) == "raz dwa trzy"


def test_covered_speech_is_not_reported() -> None:
    assert uncovered_speech([Span(0, 2_000)], [said((300, 900, "dzień"), (1_000, 1_600, "dobry"))]) == []


def test_a_hole_before_between_and_after_words_is_reported() -> None:
    speech = [Span(0, 10_000), Span(20_000, 23_000)]
    holes = uncovered_speech(speech, [said((4_000, 4_500, "jedno"))])
    assert holes == [Span(0, 3_500), Span(5_000, 10_000), Span(20_000, 23_000)]


def test_a_word_stretched_over_a_hole_does_not_hide_it() -> None:
    assert uncovered_speech([Span(0, 20_000)], [said((0, 20_000, "tak"))]) == [Span(3_500, 20_000)]


def test_without_any_words_all_speech_is_uncovered() -> None:
    assert uncovered_speech([Span(5, 5_000)], []) == [Span(5, 5_000)]
