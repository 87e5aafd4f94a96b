"""What people corrected survives a new recognition with other times, other sentences and other words around it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from transcripts.corrections.keep import keep_corrections
from transcripts.corrections.line import Line
from transcripts.corrections.words import cut, joined, rewritten, token_times


def spoken(*sentences: str, start_ms: int = 0, word_ms: int = 400, shift_ms: int = 0) -> list[Line]:
    """Sentences said one after the other, every word `word_ms` long."""
    lines, at_ms = [], start_ms
    for sentence in sentences:
        words = []
        for word in sentence.split():
            words.append((at_ms + shift_ms, at_ms + shift_ms + word_ms, word, 0.9))
            at_ms += word_ms
        lines.append(Line(words[0][0], words[-1][1], sentence, words=tuple(words)))
    return lines


def text_of(lines: list[Line]) -> str:
    return " ".join(line.text for line in lines if line.text)


def corrected(lines: list[Line], number: int, text: str) -> list[Line]:
    return [replace(rewritten(line, text), text_held=True) if n == number else line for n, line in enumerate(lines)]


OLD = spoken(
    "Dziękuję panie przewodniczący.", "Głos ma radny zając.", "Kto jest za?", "Kto jest przeciw?", "Zamykam dyskusję."
)
WANTED = "Głos ma radny Krzysztof Zając."


def test_a_new_recognition_with_other_borders_keeps_the_corrected_sentence_once() -> None:
    old = corrected(OLD, 1, WANTED)
    new = spoken("Dziękuję panie przewodniczący głos ma radny zajonc kto", "jest za kto jest przeciw zamykam dyskusję.")
    kept = keep_corrections(old, new)
    assert [line.text for line in kept] == [
        "Dziękuję panie przewodniczący", WANTED, "kto", "jest za kto jest przeciw zamykam dyskusję.",
    ]  # fmt: skip
    assert [line.start_ms for line in kept] == sorted(line.start_ms for line in kept)


@pytest.mark.parametrize("shift_ms", [-700, -350, 0, 350, 700])
def test_times_that_are_off_neither_lose_nor_double_a_word(shift_ms: int) -> None:
    old = corrected(OLD, 1, WANTED)
    kept = keep_corrections(old, spoken(*[line.text for line in OLD], shift_ms=shift_ms))
    assert (
        text_of(kept)
        == "Dziękuję panie przewodniczący. " + WANTED + " Kto jest za? Kto jest przeciw? Zamykam dyskusję."
    )


def test_a_sentence_that_comes_often_is_corrected_where_it_was() -> None:
    old = spoken(*["Kto jest za?"] * 6)
    held = corrected(old, 3, "Kto jest za wnioskiem?")
    kept = keep_corrections(held, spoken(*["Kto jest za?"] * 6, shift_ms=200))
    assert [line.text for line in kept] == ["Kto jest za?"] * 3 + ["Kto jest za wnioskiem?"] + ["Kto jest za?"] * 2


def test_words_taken_out_by_a_person_do_not_come_back() -> None:
    old = corrected(OLD, 2, "")
    kept = keep_corrections(old, spoken(*[line.text for line in OLD], shift_ms=150))
    assert "jest za?" not in text_of(kept)
    assert text_of(kept).endswith("Kto jest przeciw? Zamykam dyskusję.")


def test_nothing_recognised_anew_leaves_the_correction_alone() -> None:
    old = corrected(OLD, 1, WANTED)
    assert [line.text for line in keep_corrections(old, [])] == [WANTED]


def test_sentences_without_word_times_are_kept_too() -> None:
    bare = [replace(line, words=()) for line in OLD]
    kept = keep_corrections(corrected(bare, 1, WANTED), bare)
    assert text_of(kept).count("Zając") == 1
    assert text_of(kept).startswith("Dziękuję panie przewodniczący. Głos ma radny Krzysztof")


def test_no_word_outside_the_corrections_is_ever_lost() -> None:
    chance = random.Random(3)
    vocabulary = ("kto", "jest", "za", "przeciw", "uchwała", "budżet", "droga", "radny", "głos", "proszę")
    for _ in range(200):
        words = [f"{chance.choice(vocabulary)}{number}" for number in range(60)]
        old = spoken(*(" ".join(words[at : at + 6]) for at in range(0, 60, 6)))
        held = chance.sample(range(10), 3)
        lines = [replace(line, text_held=True) if number in held else line for number, line in enumerate(old)]
        sizes = chance.choice([4, 7, 13, 60])
        new = spoken(
            *(" ".join(words[at : at + sizes]) for at in range(0, 60, sizes)), shift_ms=chance.randint(-600, 600)
        )
        kept = keep_corrections(lines, new)
        assert text_of(kept).split() == words
        starts = [line.start_ms for line in kept]
        assert starts == sorted(starts)


def test_a_decided_speaker_stays_with_the_time_not_with_the_sentence() -> None:
    old = [replace(OLD[0], speaker="Radny Kozioł", speaker_held=True), *OLD[1:]]
    new = spoken("Dziękuję panie przewodniczący głos ma radny zając kto jest za kto jest przeciw zamykam dyskusję.")
    kept = keep_corrections(old, new)
    assert [(line.text, line.speaker) for line in kept][:1] == [("Dziękuję panie przewodniczący", "Radny Kozioł")]
    assert kept[1].speaker == ""
    assert text_of(kept) == new[0].text


def test_a_whole_sentence_is_not_cut_for_a_word_at_its_edge() -> None:
    old = [replace(line, speaker="Wójt", speaker_held=True) if n == 1 else line for n, line in enumerate(OLD)]
    kept = keep_corrections(old, spoken(*[line.text for line in OLD], shift_ms=180))
    assert [line.speaker for line in kept] == ["", "Wójt", "", "", ""]
    assert len(kept) == len(OLD)


def test_keeping_twice_is_keeping_once() -> None:
    old = corrected(OLD, 1, WANTED)
    new = spoken(*[line.text for line in OLD], shift_ms=300)
    once = keep_corrections(old, new)
    assert keep_corrections(once, new) == once


# --- times of words ---------------------------------------------------------------------------------------------------


def test_words_that_stay_keep_their_times_and_new_ones_share_what_they_replace() -> None:
    line = spoken("głos ma radny zając proszę")[0]
    new = rewritten(line, "Głos ma radny Krzysztof Zając, proszę.")
    assert [(word[0], word[1]) for word in new.words if word[2] in ("Głos", "ma", "radny", "proszę.")] == [
        (0, 400), (400, 800), (800, 1200), (1600, 2000),
    ]  # fmt: skip
    starts = [word[0] for word in new.words]
    assert starts == sorted(starts)
    assert all(line.start_ms <= word[0] <= word[1] <= line.end_ms for word in new.words)
    assert " ".join(word[2] for word in new.words) == new.text


@pytest.mark.parametrize("text", ["", "   ", "x", "inne zupełnie słowa niż tamte których nie było", "a " * 3_000])
def test_any_text_gets_times_within_its_sentence(text: str) -> None:
    line = spoken("głos ma radny zając proszę", start_ms=5_000)[0]
    new = rewritten(line, text)
    assert len(new.words) == len(new.text.split())
    assert all(5_000 <= word[0] <= word[1] <= 7_000 for word in new.words)


def test_cutting_and_joining_give_the_same_words_back() -> None:
    line = spoken("głos ma radny zając proszę")[0]
    left, right = cut(line, 2)
    assert (left.text, right.text, left.end_ms, right.start_ms) == ("głos ma", "radny zając proszę", 800, 800)
    assert joined(left, right).words == line.words
    with pytest.raises(IndexError):
        cut(line, 0)
    with pytest.raises(IndexError):
        cut(line, 5)
    assert [text for text, _, _ in token_times(replace(line, words=()))] == line.text.split()
