"""What is read aloud for what is written (the table is reading_cases.txt), and where a voice may take a breath."""

from __future__ import annotations

from pathlib import Path

import pytest

from speech.engine.reading import split_sentences, to_spoken
from speech.engine.reading.numbers import cardinal, ordinal, roman_value

CASES = [
    tuple(line.split(" → ", 1))
    for line in (Path(__file__).with_name("reading_cases.txt")).read_text(encoding="utf-8").splitlines()
    if not line.startswith("== ")
]

SENTENCES = [
    ["Otwieram sesję.", "Witam państwa radnych!", "Czy są uwagi?"],
    ["Na mocy art. 20 ust. 1 pkt 2 ustawy z 8 marca 1990 r. o samorządzie.", "Rada uchwala."],
    ["Sesja odbędzie się 30 kwietnia 2026 r.", "Proszę o obecność."],
    ["Uchwałę z dnia 3 marca 2025 r. Rada przyjęła.", "Koniec."],
    ["Głos zabrał dr inż. J. Kowalski.", "Potem p. Zając z ul. Leśnej."],
    ["Koszt to 5 mln zł.", "Dofinansowanie 80%.", "Reszta z budżetu."],
    ["Rada zmieniła budżet na 2026 r.", "Dochody wzrosły."],
    ["W dniu 26 marca 2026 r. Rada Gminy podjęła uchwałę.", "Wójt podziękował."],
    ["Koszt to 5 mln.", "To dużo."],
    ["Drogi, chodniki itd.", "Następny punkt."],
    ["1. Otwarcie sesji.", "2. Przyjęcie porządku obrad."],
    ["Głosujemy…", "Kto jest za?"],
    ["„Tak jest.”", "Powiedział wójt."],
    ["O godz. 10.05 przerwa.", "Wznowiono o 10.20.", "Obecnych 15.", "Rada ma kworum."],
    ["Firma ABC Sp. z o.o. Wykonawca złożył ofertę."],
    ["Omówiono pkt 3.", "Przechodzimy dalej."],
    ["To jest... no właśnie.", "Tak."],
    ["Uchwała nr 5.", "Druk nr 207."],
    ["Przyjęto m.in. WPF, np. zmiany.", "Głosowano."],
    ["Sesja zaczęła się o godz. 10.00 i trwała 3 godz. 25 min.", "Potem była przerwa."],
    ["Rada przeszła do pkt. 8.", "W latach 90. XX w. zlikwidowano PGR.", "Mieszka przy ul. Leśnej 5 m. 12."],
    ["Wniosek złożyli J. K., A. B. i M. W.", "Urząd jest czynny pon.–pt. 8:00–16:00."],
]


@pytest.mark.parametrize(("written", "said"), CASES)
def test_written_is_said(written: str, said: str) -> None:
    assert to_spoken(written) == said


@pytest.mark.parametrize("said", [said for _written, said in CASES])
def test_what_is_said_is_not_changed_again(said: str) -> None:
    assert to_spoken(said) == said


def test_the_table_is_as_long_as_promised() -> None:
    assert len({written for written, _said in CASES}) >= 500


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_stays_nothing(text: str) -> None:
    assert to_spoken(text) == ""
    assert split_sentences(text) == []


def test_lines_of_a_list_become_sentences() -> None:
    assert to_spoken("Za:\n- radny Lis\n- radna Wrona") == "Za: radny Lis. radna Wrona"


@pytest.mark.parametrize("sentences", SENTENCES)
def test_sentences_end_where_a_speaker_ends_them(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


def test_list_items_and_headings_are_sentences_but_wrapped_lines_are_not() -> None:
    text = "Porządek obrad\n1. Otwarcie sesji\n2. Głosowania\n\nRada Gminy w Modrzewicy\nprzyjęła uchwałę."
    assert split_sentences(text) == [
        "Porządek obrad", "1. Otwarcie sesji", "2. Głosowania", "Rada Gminy w Modrzewicy przyjęła uchwałę.",
    ]  # fmt: skip


def test_a_long_sentence_is_cut_between_words_and_loses_nothing() -> None:
    text = "Radny stwierdził, że " + ", ".join(f"droga numer {number} wymaga remontu" for number in range(99)) + "."
    pieces = split_sentences(text)
    assert " ".join(pieces) == text
    assert max(len(piece) for piece in pieces) <= 400
    assert all(piece.endswith((",", ".")) for piece in pieces)


def test_text_without_any_mark_is_still_cut_between_words() -> None:
    text = " ".join(["niekończącasięwypowiedź"] * 100)
    pieces = split_sentences(text, max_chars=100)
    assert " ".join(pieces) == text
    assert set(" ".join(pieces).split()) == {"niekończącasięwypowiedź"}
    assert max(len(piece) for piece in pieces) <= 100


def test_a_word_longer_than_the_limit_stays_whole() -> None:
    assert split_sentences("a" * 900 + " b", max_chars=100) == ["a" * 900, "b"]


def test_marks_alone_are_not_sent_to_a_voice_as_a_sentence() -> None:
    assert split_sentences("Tak. — Dziękuję. …") == ["Tak.", "— Dziękuję. …"]


@pytest.mark.parametrize("number", [*range(1, 4000, 7), 3999])
def test_roman_numerals_are_read_back(number: int) -> None:
    written, rest = "", number
    for size, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        while rest >= size:
            written, rest = written + letters, rest - size
    assert roman_value(written) == number


@pytest.mark.parametrize("text", ["IIII", "VX", "IC", "", "MIX2", "ABC", "IVI"])
def test_letters_that_are_no_numeral_are_left(text: str) -> None:
    assert roman_value(text) is None


def test_no_two_numbers_sound_alike() -> None:
    numbers = [*range(2000), *range(10_000, 2_000_000, 9973), 10**9, 10**12 + 1]
    assert len({cardinal(number) for number in numbers}) == len(numbers)
    assert len({ordinal(number) for number in range(2000)}) == 2000


def test_numbers_beyond_names_are_read_figure_by_figure() -> None:
    assert cardinal(10**15).startswith("jeden zero zero")


@pytest.mark.parametrize(
    "text",
    [
        "1." * 50_000, "[" * 100_000, "\n" * 100_000 + "a", "." * 100_000 + "a", "r. X " * 20_000, "! " * 50_000,
        "I i " * 10_000, "5. i " * 10_000, "1\n" * 50_000, "a-" * 50_000, "(" * 100_000 + "1",
    ],
)  # fmt: skip
def test_a_long_text_of_one_sign_is_read_to_its_end(text: str) -> None:
    """Each took from one minute to an hour when a rule looked at all the text again for each sign."""
    assert " ".join(split_sentences(text)) == " ".join(text.split())
    assert len(to_spoken(text)) >= sum(char.isalnum() for char in text)


def test_a_long_text_is_read_as_its_sentences_are() -> None:
    sentence = "W dniu 26.03.2026 r. Rada przyjęła 2 uchwały w kwocie 1 240 000 zł."
    assert to_spoken(" ".join([sentence] * 100)) == " ".join([to_spoken(sentence)] * 100)


def test_a_word_without_an_end_is_not_broken_by_a_blank() -> None:
    assert to_spoken("a" * 10_000) == "a" * 10_000
