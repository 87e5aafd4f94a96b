"""The benchmarks of fidelity and seams count right, and words that lie on cuts survive them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from benchmarks import fidelity, seams
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Segment, Span, Word


def heard(words: list[tuple[int, str]], speech: list[Span], cuts: list[int], duration_ms: int) -> fidelity.Heard:
    timed = tuple(Word(at, at + 300, text) for at, text in words)
    segment = Segment(timed[0].start_ms, timed[-1].end_ms, " ".join(word.text for word in timed), timed)
    return fidelity.Heard([segment], speech, cuts, duration_ms, 0)


TRUTH = "Otwieram sesję rady gminy. Kto jest za? Kto jest przeciw? Kto się wstrzymał?"


def said(text: str, from_ms: int = 0) -> list[tuple[int, str]]:
    return [(from_ms + 500 * index, word) for index, word in enumerate(text.split())]


def test_a_perfect_transcript_has_no_faults() -> None:
    row = fidelity.fidelity(TRUTH, heard(said(TRUTH), [Span(0, 6_500)], [3_000], 6_500))
    assert (row.substitutions, row.deletions, row.insertions, row.gaps_over_3_s, row.extra_5_grams) == (0, 0, 0, 0, 0)
    assert (row.words_in_non_speech, row.times_going_back, row.foreign_letters) == (0, 0, 0)
    assert (row.wer_near_cuts, row.wer_elsewhere) == (0.0, 0.0)


def test_losses_and_inventions_are_counted_apart_and_near_cuts() -> None:
    words = said(TRUTH)
    words[5] = (words[5][0], "był")  # a substitution at 2.5 s
    del words[1]  # a deletion at 0.5 s
    words += [(60_000, "\N{CYRILLIC CAPITAL LETTER DE}ziękuję")]
    row = fidelity.fidelity(TRUTH, heard(words, [Span(0, 6_500), Span(20_000, 25_000)], [4_500], 61_000))
    assert (row.substitutions, row.deletions, row.insertions) == (1, 1, 1)
    assert row.words_in_non_speech == 1
    assert (row.gaps_over_3_s, row.longest_gap_s) == (1, 5.0)
    assert row.foreign_letters == 1
    assert row.wer_near_cuts == pytest.approx(1 / 8, abs=0.001)
    assert row.wer_elsewhere == pytest.approx(2 / 5, abs=0.001)


def test_a_doubled_sentence_is_seen_and_a_repeated_question_is_not() -> None:
    vote = "Kto jest za przyjęciem tej uchwały?"
    row = fidelity.fidelity(f"{vote} {vote}", heard(said(f"{vote} {vote} {vote}"), [Span(0, 9_000)], [], 9_000))
    assert row.extra_5_grams == 6  # a phrase from each of its six words on, each once too often
    row = fidelity.fidelity(f"{vote} {vote}", heard(said(f"{vote} {vote}"), [Span(0, 9_000)], [], 9_000))
    assert row.extra_5_grams == 0


def test_nothing_heard_is_everything_lost() -> None:
    row = fidelity.fidelity(TRUTH, fidelity.Heard([], [Span(0, 6_500)], [], 6_500, 3))
    assert (row.deletions, row.wer, row.removed_by_guards) == (row.reference_words, 1.0, 3)


def test_the_wordless_sounds_are_what_they_are_called() -> None:
    sounds = fidelity.wordless(0.1)
    assert {len(samples) for samples in sounds.values()} == {6 * SAMPLE_RATE_HZ}
    assert not sounds["silence"].any()
    assert all(
        np.abs(samples).max() > 0.01 for name, samples in sounds.items() if name not in ("silence", "faint hiss")
    )


@pytest.mark.parametrize("pieces", [2, 5, 20])
@pytest.mark.parametrize("workers", [1, 3])
def test_cuts_and_workers_change_no_word(pieces: int, workers: int) -> None:
    """The fake says a word every half second, so that words lie on every cut."""
    audio = Audio(np.zeros(120 * SAMPLE_RATE_HZ, np.float32))
    speech = [Span(300, 50_250), Span(50_900, 119_700)]
    crew = [FakeRecognizer("delay_ms=4") for _ in range(workers)]
    whole = seams.transcript(seams.cut(speech, audio, 1), audio, crew[:1])
    plan = seams.cut(speech, audio, pieces)
    assert len(plan) >= min(pieces, 3) - 1
    assert sum(chunk.end_ms - chunk.start_ms for chunk in plan) == audio.duration_ms
    text = seams.transcript(plan, audio, crew)
    assert _words(text) == _words(whole)
    assert len(_words(whole)) > 200


def test_a_cut_in_the_middle_of_any_word_loses_and_doubles_none() -> None:
    audio = Audio(np.zeros(20 * SAMPLE_RATE_HZ, np.float32))
    speech = [Span(1_000, 19_000)]
    whole = _words(seams.transcript(seams.cut(speech, audio, 1), audio, [FakeRecognizer()]))
    for at_ms in range(1_000, 19_000, 130):
        plan = seams.cut_at(speech, audio, [at_ms])
        assert _words(seams.transcript(plan, audio, [FakeRecognizer()])) == whole, at_ms


def test_the_difference_of_two_transcripts_is_a_share_of_the_uncut_one() -> None:
    assert seams.differing("Kto jest za?", "kto jest za") == 0
    assert seams.differing("Kto jest za?", "Kto jest") == pytest.approx(1 / 3)
    assert seams.differing("", "") == 0
    assert seams.differing("", "coś") == 1
    assert seams.differing("coś", "") == 1


def _words(text: str) -> list[str]:
    return re.findall(r"s\d+", text.lower())


def test_a_phrase_misheard_the_same_way_twice_was_said_twice() -> None:
    said_twice = "To jest uroczyste nabożeństwo w kościele. Otwieram sesję rady gminy. "
    heard_so = "To jest uroczyste na bożeństwo w kościele. Otwieram sesję rady gminy. "
    row = fidelity.fidelity(said_twice * 2, heard(said(heard_so * 2), [Span(0, 12_000)], [], 12_000))
    assert (row.substitutions, row.insertions, row.extra_5_grams) == (2, 2, 0)
    row = fidelity.fidelity(said_twice * 2, heard(said(heard_so * 3), [Span(0, 17_000)], [], 17_000))
    assert row.extra_5_grams > 5


def test_the_questions_are_known_by_whole_words() -> None:
    assert seams.marks("Szanowni państwo, kto jest za? Kto przeciwko?") == {"kto": 2, "za": 1, "przeciwko": 1}
