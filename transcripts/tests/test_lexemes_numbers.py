"""A number is found however it was said and however it is asked; a word, by what councils say instead."""

from __future__ import annotations

import pytest

from transcripts.lexemes import document_lexemes, query_lexemes


def stands_in(question: str, text: str) -> bool:
    vector = document_lexemes("", text).vector
    return all(any(f"'{lexeme}':" in vector for lexeme in term.lexemes) for term in query_lexemes(question))


@pytest.mark.parametrize("asked", ["122 tys.", "122 000", "122000", "sto dwadzieścia dwa tysiące"])
@pytest.mark.parametrize("said", ["122 tys. zł", "122 000 zł", "sto dwadzieścia dwa tysiące złotych", "122 tysiące"])
def test_one_number_in_every_form(asked: str, said: str) -> None:
    assert stands_in(asked, f"Damy na dach {said}.")
    assert not stands_in(asked, "Damy na dach sto dwadzieścia tysięcy złotych.")


def test_a_resolutions_number_is_found_as_it_is_read_out() -> None:
    said = (
        "Uchwała numer dwadzieścia trzy łamane przez sto czterdzieści pięć łamane przez dwa tysiące dwadzieścia sześć."
    )
    assert stands_in("XXIII/145/2026", said)
    assert not stands_in("XXIII/146/2026", said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2,3 mln zł", "Damy dwa przecinek trzy miliona złotych."),
        ("2 300 000 zł", "Damy dwa przecinek trzy miliona złotych."),
        ("art. 20", "zgodnie z artykułem dwudziestym ustęp pierwszy"),
        ("artykuł 20", "zgodnie z art. 20 ust. 1"),
        ("pkt 7", "przechodzimy do punktu siódmego"),
    ],
)
def test_what_is_said_is_found_as_it_is_written(asked: str, said: str) -> None:
    assert stands_in(asked, said)


def test_what_councils_say_instead_counts_beside_the_word() -> None:
    (term,) = query_lexemes("śmieci")
    assert "odpad" in term.synonyms
    assert "odpad" not in term.lexemes
    assert not query_lexemes("burmistrz")[0].synonyms  # an office is no other office


@pytest.mark.parametrize("text", ["\ud800 1e9", "9" * 400, "milion " * 300, "XXIII/", "0", "1 000 000 000 000 000 000"])
def test_odd_numbers_break_nothing(text: str) -> None:
    document_lexemes(text, text)
    query_lexemes(text)
