"""Polish words of a question find the words of a transcript."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from transcripts.lexemes import document_lexemes, fold, query_lexemes


def found(question: str, text: str) -> bool:
    """Every word that the question asks about stands in the text in some form."""
    present = set(re.findall(r"'([^']+)':", document_lexemes("", text).vector))
    terms = query_lexemes(question)
    assert terms
    return all(present & {*term.lexemes, term.form} for term in terms)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("oświetlenie drogi", "brakuje oświetlenia dróg"),
        ("radny Zając", "zgadzam się z radnym Zającem"),
        ("radna Świderska-Lis", "interpelacja radnej Świderskiej-Lis"),
        ("dotacje", "przyznano dotację"),
        ("Modrzewica", "mieszkańcy Modrzewicy i Modrzewicę zna każdy"),  # morfeusz2 does not know this village
    ],
)
def test_inflected_forms_find_each_other(question: str, text: str) -> None:
    assert found(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("oswietlenie drog", "brakuje oświetlenia dróg"),
        ("radnego Zajaca", "zgadzam się z radnym Zającem"),
        ("zadanie na sciezke", "żądania w sprawie ścieżki"),
        ("swietlica w Zakrzewku", "remont świetlicy w Zakrzewku"),
        ("w brzozkach", "przystanek w Brzózkach"),
        ("Grzmuciąż", "we wsi Grzmuciąż"),
        ("grzmuciaz", "we wsi Grzmuciąż"),  # unknown, so found by its folded form
    ],
)
def test_questions_without_diacritics_find_words_with_them(question: str, text: str) -> None:
    assert found(question, text)


def test_a_word_typed_with_diacritics_is_not_taken_for_another() -> None:
    (term,) = query_lexemes("żądanie")
    assert "'zadanie'" in document_lexemes("", "zadanie").vector
    assert "zadanie" not in term.lexemes


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("sesja 23", "otwieram XXIII sesję"),
        ("sesja XXIII", "otwieram 23 sesję"),
        ("1240000 zł", "koszt to 1 240 000 zł"),
        ("uchwała 145/2026", "uchwała numer XXIII/145/2026"),
    ],
)
def test_numbers_are_found_in_other_spellings(question: str, text: str) -> None:
    assert found(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("MPZP", "zmiana miejscowego planu zagospodarowania przestrzennego"),
        ("plan zagospodarowania przestrzennego", "uchwała o MPZP"),
        ("WPF", "zmiany w wu pe ef na ten rok"),
        ("wieloletnia prognoza finansowa", "zmiany WPF-u"),
        ("GOPS", "kierowniczka GOPS-u"),
    ],
)
def test_acronyms_and_their_long_forms_find_each_other(question: str, text: str) -> None:
    assert found(question, text)


def test_words_that_carry_nothing_are_not_asked_for() -> None:
    forms = [term.form for term in query_lexemes("Kto i kiedy powiedział, że to jest ta droga?")]
    assert forms == ["_powiedzial", "_droga"]


def test_a_question_of_nothing_has_no_terms() -> None:
    assert query_lexemes("") == ()
    assert query_lexemes("kto to jest?!") == ()


def test_a_word_asked_twice_counts_once() -> None:
    assert len(query_lexemes("droga, drogi, drogą")) == 1


def test_the_header_weighs_as_header() -> None:
    vector = document_lexemes("budżet", "droga").vector
    assert re.search(r"'budżet':\d+A", vector)
    assert re.search(r"'droga':\d+D", vector)


def test_fold() -> None:
    assert fold("Świderską-Łoś ĄĆĘŁŃÓŚŹŻ") == "swiderska-los acelnoszz"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE x; --",
        "a' | !b & (c",
        "\\",
        "'\\''",
        ":*",
        "<-> <2>",
        "x" * 5000,
        "słowo\u2028słowo",
        "💡 droga",
        "_",
    ],
)
def test_any_text_gives_a_vector_and_a_query_that_postgresql_reads(text: str) -> None:
    document = document_lexemes(text, text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector", [document.vector])
        for term in query_lexemes(text):
            cursor.execute(
                "SELECT %s::tsvector @@ %s::tsquery, %s::tsvector @@ %s::tsquery",
                [document.vector, term.tsquery(), document.vector, term.form_tsquery()],
            )
            assert cursor.fetchone() == (True, True)


def test_a_long_text_keeps_positions_within_the_limit() -> None:
    vector = document_lexemes("", "droga " * 20_000).vector
    assert max(int(place) for place in re.findall(r"(\d+)D", vector)) <= 16_383
