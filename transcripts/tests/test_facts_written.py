"""Numbers said in words, written in figures: only where it is sure what was said."""

from __future__ import annotations

import random

import pytest

from transcripts.facts.numbers import NUMBER_WORDS
from transcripts.facts.written import in_figures, written


@pytest.mark.parametrize(
    ("spoken", "figures"),
    [
        ("Koszt to sto dwadzieścia dwa tysiące złotych.", "Koszt to 122 000 zł."),
        ("sto dwadzieścia dwa złote i pięć groszy", "122 zł i 5 gr"),
        ("półtora miliona złotych", "1 500 000 zł"),
        ("milion złotych", "1 000 000 zł"),
        ("dwa miliony trzysta tysięcy złotych", "2 300 000 zł"),
        ("pięć procent", "5%"),
        ("trzy hektary łąki", "3 ha łąki"),
        ("Otwieram dwudziestą trzecią sesję rady.", "Otwieram XXIII sesję rady."),
        ("dwudziesta trzecia sesja", "XXIII sesja"),
        ("na pierwszej sesji ósmej kadencji", "na I sesji VIII kadencji"),
        ("dwunastego marca dwa tysiące dwudziestego szóstego roku", "12 marca 2026 roku"),
        ("pierwszego maja", "1 maja"),
        ("w roku dwa tysiące dwudziestym piątym", "w roku 2025"),
        ("tysiąc dziewięćset dziewięćdziesiątego roku", "1990 roku"),
        ("piętnaście głosów za", "15 głosów za"),
        ("w punkcie trzy", "w punkcie 3"),
        ("trzydzieści, czterdzieści osób", "30, 40 osób"),
        ("STO DWADZIEŚCIA złotych", "120 zł"),
    ],
)
def test_what_is_written_in_figures(spoken: str, figures: str) -> None:
    assert in_figures(spoken).replace("\N{NO-BREAK SPACE}", " ") == figures


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jeden z radnych zapytał.",
        "trzy przeciw, jeden wstrzymujący się",
        "po trzecie, druga sprawa",
        "tysiące ludzi i miliony powodów",
        "dwadzieścia trzy sto czterdzieści pięć",  # two numbers, or an address, or a telephone
        "dwudziesta pierwsza trzydzieści",  # an hour
        "I. Pierwsza sprawa",
        "nikt nie był przeciw",
        "XXIII sesja, 122 000 zł, § 5, 15%",
        "dziesiątki osób",
        "nikt\ud800",
        "\0" * 50,
    ],
)
def test_what_stays_in_words(text: str) -> None:
    assert in_figures(text) == text


def test_places_are_those_of_the_spoken_text() -> None:
    text = "Kwota: sto złotych, sesja dwudziesta, dwudziesta sesja."
    assert [text[piece.start : piece.end] for piece in written(text)] == ["sto złotych", "dwudziesta"]


def test_any_words_give_places_in_order_inside_the_text_and_twice_changes_nothing() -> None:
    dice = random.Random(5)
    words = [*sorted(NUMBER_WORDS), "złotych", "sesja", "roku", "maja", ",", "i", "pół", "§", "Ż"]
    for _ in range(400):
        text = " ".join(dice.choices(words, k=dice.randrange(14)))
        ends = [edge for piece in written(text) for edge in (piece.start, piece.end)]
        assert ends == sorted(ends)
        assert all(0 <= edge <= len(text) for edge in ends)


def test_a_long_text_takes_linear_work() -> None:
    text = "sto dwadzieścia dwa tysiące złotych i " * 5_000
    assert len(written(text)) == 5_000
