"""What a question asks for is understood alike with diacritics and without: many are typed on a phone."""

from __future__ import annotations

import pytest

from assistant.asking import MONEY, NUMBER, PERSON, RESOLUTION, TIME, understand
from transcripts.cards import ATTENDANCE, INTERPELLATION, PROMISE, VOTE, asks_why, kinds_asked
from transcripts.lexemes import fold, is_only_a_name, query_lexemes


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Ile zapłacimy za śmieci?", {MONEY}),
        ("Ilu radnych głosowało za?", {NUMBER}),
        ("Którego dnia będzie następna sesja?", {TIME}),
        ("Która spółka wygrała przetarg?", {PERSON}),
        ("Jaki numer ma uchwała o pomocy dla powiatu?", {RESOLUTION}),
        ("Jak głosowano nad podwyżką?", {NUMBER}),
        ("Czemu most jest zamknięty?", set()),
    ],
)
def test_what_an_answer_must_show(question: str, wants: set[str]) -> None:
    assert understand(question).wants == wants
    assert understand(fold(question)).wants == wants


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Czy przyjęto uchwałę w sprawie psów?", (VOTE,)),
        ("Do kiedy burmistrz zobowiązał się naprawić most?", (PROMISE,)),
        ("O co pytała w interpelacji radna Sroka?", (INTERPELLATION,)),
        ("Kto się spóźnił na sesję?", (ATTENDANCE,)),
        ("Dlaczego odrzucono uchwałę?", ()),  # reasons are given in the debate
    ],
)
def test_which_facts_are_asked_for(question: str, kinds: tuple[str, ...]) -> None:
    assert kinds_asked(question) == kinds
    assert kinds_asked(fold(question)) == kinds
    assert asks_why(fold(question)) == asks_why(question)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Co radny Zając mówił o moście?", "_zajac"),
        ("Jak głosowała radna Świderska w sprawie stawki?", "_swiderska"),
        ("Co się dzieje w Zakrzewku?", "_zakrzewku"),
    ],
)
def test_names_are_found_without_a_capital_letter(question: str, name: str) -> None:
    assert name in understand(question).names
    assert name in understand(fold(question)).names


def test_words_after_an_office_that_are_no_names() -> None:
    assert understand("czy radny glosowal za").names == frozenset()
    assert understand("co radna powiedziala o drodze").names == frozenset()


@pytest.mark.parametrize(
    ("question", "one_voter", "speaks", "about"),
    [
        ("Jak zagłosował radny Bury nad sprzedażą działki?", True, False, False),
        ("Jak głosowała rada nad sprzedażą działki?", False, False, False),
        ("Co burmistrz sądzi na temat obwodnicy?", False, True, True),
        ("Dlaczego radny Kokot nie chce strefy?", False, True, False),
    ],
)
def test_whose_words_or_vote_are_asked_for(question: str, one_voter: bool, speaks: bool, about: bool) -> None:
    for asked in (understand(question), understand(fold(question))):
        assert (asked.one_voter, asked.speaks, asked.about) == (one_voter, speaks, about)


def test_empty_words_typed_without_diacritics_are_no_words_to_look_for() -> None:
    with_them = [term.form for term in query_lexemes("Gdzie są te drogi, które mają być równane?")]
    without = [term.form for term in query_lexemes("gdzie sa te drogi, ktore maja byc rownane?")]
    assert with_them == without == ["_drogi", "_rownane"]
    assert "_maja" in [term.form for term in query_lexemes("co bylo 3 maja")]  # a day


@pytest.mark.parametrize(("word", "only"), [("zakrzewku", True), ("lodz", False), ("droga", False), ("xqzt", False)])
def test_a_word_that_is_nothing_but_a_name(word: str, only: bool) -> None:
    assert is_only_a_name(word) is only
