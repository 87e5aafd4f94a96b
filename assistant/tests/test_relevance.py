"""Whether the evidence answers a question at all, by its words and its meaning; recognised speech misspells words."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from assistant.matching import lexemes_of, match
from assistant.relevance import judge
from assistant.retrieval import Piece
from transcripts.lexemes import query_lexemes
from transcripts.search import HitSegment


def piece(*sentences: str) -> Piece:
    segments = tuple(HitSegment(i * 20_000, i * 20_000 + 3_000, text, "") for i, text in enumerate(sentences))
    return Piece(1, UUID(int=1), "XXIII sesja", None, "", segments, similarity=0.85)


TALK = piece(
    "Chorał gregoriański jest wykonywany podczas uroczystych na Bożeństw.",
    "Droga do Brzózek jest dziurawa od lat.",
    "Wkład własny pochodzi z wolnych środków.",
)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Co jest wykonywane podczas uroczystych nabożeństw?", "Chorał"),  # a word that the recogniser wrote in two
        ("Jaka jest droga do Brzózek?", "dziurawa"),
        ("Skąd pochodzi wkład własny?", "wolnych środków"),
    ],
)
def test_a_question_in_the_words_of_the_talk_is_answered(question: str, quote: str) -> None:
    judgement = judge(question, [TALK])
    assert judgement.answers, judgement.reason
    assert quote in judgement.choices[0].place.text


@pytest.mark.parametrize(
    "question",
    ["Ile kosztowała nowa remiza?", "Kto zaśpiewał hymn na otwarciu stadionu?", "Czy droga do Lipowca jest równa?"],
)
def test_a_question_about_something_else_is_refused(question: str) -> None:
    assert not judge(question, [TALK]).answers


def talk(*turns: tuple[str, str]) -> Piece:
    segments = tuple(HitSegment(i * 5_000, i * 5_000 + 4_000, text, who) for i, (who, text) in enumerate(turns))
    return Piece(1, UUID(int=1), "XXXI sesja", None, "", segments, similarity=0.85)


def test_an_answer_is_found_by_the_words_of_the_question_that_was_asked_before_it() -> None:
    piece = talk(
        ("Radna Nina Sobczak", "Dlaczego unieważniono projekt wybiegu dla psów?"),
        ("Przewodnicząca", "Proszę, pani wiceprezydent."),
        ("Wiceprezydent Sylwia Mech", "Bo teren okazał się prywatny i właściciel wycofał zgodę."),
    )
    judgement = judge("Dlaczego unieważniono wybieg dla psów?", [piece], lambda asked, said: 0.86)
    assert judgement.answers, judgement.detail
    assert "prywatny" in judgement.choices[0].place.text


def test_meaning_decides_where_words_leave_a_doubt() -> None:
    piece = talk(("Naczelnik", "Pomiary pyłu przekraczały normę przez czterdzieści jeden dni w zeszłym roku."))
    question = "Przez ile dni powietrze było zanieczyszczone ponad normę?"
    assert judge(question, [piece], lambda asked, said: 0.88).answers
    assert not judge(question, [piece], lambda asked, said: 0.78).answers


@pytest.mark.parametrize(
    ("asked", "said", "kin"),
    [("zrezygnował", "Rezygnację złożył radny.", True), ("wyremontuje", "Koszt remontu jest znany.", True),
     ("odwołać", "Powołano nową komisję.", False)],
)  # fmt: skip
def test_a_verb_of_another_aspect_is_kin_and_its_opposite_is_not(asked: str, said: str, kin: bool) -> None:
    assert (match(lexemes_of(said), query_lexemes(asked)[0]) > 0) is kin


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Kiedy staną ekrany?", "Pomiary będą w maju, od ich wyniku zależy, czy ekrany staną."),
        ("Ile kosztowała wymiana lamp?", "Wymiana lamp dała trzysta tysięcy złotych oszczędności."),
        ("Ile kosztowała wymiana lamp?", "Wymiana lamp objęła tysiąc dwieście sztuk."),
        ("Kiedy odbędą się dożynki?", "Dożynki odbędą się skromniej."),
    ],
)
def test_a_figure_or_a_time_of_another_thing_is_no_answer(question: str, said: str) -> None:
    assert not judge(question, [talk(("Wójt", said))], lambda asked, said: 0.9).answers


def test_a_price_is_not_taken_from_another_matter() -> None:
    trains = talk(("Marszałek", "Bilet na całej trasie będzie kosztował dwanaście złotych."))
    museum = replace(talk(("Dyrektor", "Muzeum otworzymy w maju.")), number=2, recording_id=UUID(int=2))
    assert judge("Ile kosztuje bilet?", [trains, museum]).answers
    assert judge("Ile kosztuje bilet do muzeum?", [trains, museum]).detail == "elsewhere"


def test_other_places_that_speak_of_the_same_are_shown_as_well() -> None:
    piece = talk(
        ("Wójt", "Szkołę w Ruścu wyremontujemy w lipcu."),
        ("Radny Bury", "Proszę o porządek na targowisku."),
        ("Radna Kos", "Remont szkoły jest spóźniony."),
    )
    judgement = judge("Kiedy będzie remont szkoły w Ruścu?", [piece], lambda asked, said: 0.88)
    assert [choice.place.speaker for choice in judgement.choices] == ["Wójt", "Radna Kos"]


def test_a_question_that_nobody_answered_is_no_answer() -> None:
    asked = "I jeszcze ludzie mnie pytają, czy zimą wróci lodowisko na rynek?"
    alone = talk(("Radna Beata Zych", f"Zapraszam w sobotę na festyn. {asked}"))
    assert not judge("Czy zimą będzie lodowisko na rynku?", [alone]).answers
    answered = talk(("Radna Beata Zych", asked), ("Burmistrz", "Tak, lodowisko na rynek wróci od grudnia."))
    assert judge("Czy zimą będzie lodowisko na rynku?", [answered]).answers
    assert judge("O co pytała radna Zych w sprawie lodowiska?", [alone]).answers


def test_a_reply_to_a_question_says_when_without_naming_the_thing_again() -> None:
    reply = talk(
        ("Mieszkanka Halina Wrona", "Ja jestem z Wólki i ja o tym mostku. Kiedy ktoś przyjedzie go obejrzeć?"),
        ("Starosta Adam Pawlik", "Pani Halino, przyjadę w ten piątek o dziewiątej."),
    )
    judgement = judge("Kiedy starosta przyjedzie obejrzeć mostek?", [reply])
    assert judgement.answers, judgement.detail
    assert "w ten piątek" in judgement.choices[0].place.text


def test_what_is_said_in_other_words_is_answered_but_nobody_is_named_by_guess() -> None:
    flat = talk(("Burmistrz", "Kto wyremontuje mieszkanie za swoje, nie płaci czynszu, najdłużej trzy lata."))
    assert judge("Jak długo nie trzeba płacić czynszu po remoncie lokalu?", [flat]).answers
    doctor = talk(("Wójt", "Doktor Majewska odeszła na emeryturę, konkurs na jej miejsce rozstrzygniemy w maju."))
    assert not judge("Kto wygra konkurs na lekarza?", [doctor]).answers
