"""What is refused whatever the recordings hold, and what must not be refused for sounding alike."""

from __future__ import annotations

import pytest

from assistant import refusals


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Kto złożył skargę na kierownika?", refusals.PRIVATE_PERSON),
        ("Gdzie mieszka radny Sas?", refusals.PRIVATE_PERSON),
        ("Na co choruje radny Mazurek?", refusals.PRIVATE_PERSON),
        ("Jaki adres ma mieszkaniec, który się skarżył?", refusals.PRIVATE_PERSON),
        ("Kto miał rację w sporze o boisko?", refusals.JUDGEMENT),
        ("Która radna jest najładniejsza?", refusals.JUDGEMENT),
        ("Czy wójt kłamie?", refusals.JUDGEMENT),
    ],
)
def test_private_matters_and_judgements_are_refused(question: str, reason: str) -> None:
    assert refusals.refused_outright(question) == reason
    assert refusals.sentence(reason) != refusals.SENTENCES[refusals.NO_EVIDENCE]
    assert refusals.reason_of(refusals.sentence(reason)) == reason


@pytest.mark.parametrize(
    "question",
    [
        "Co komisja zrobiła ze skargą na kierownika?",
        "Kto złożył interpelację w sprawie drogi?",
        "Czy woda jest dobra do picia?",
        "Jaki jest adres strony urzędu?",
        "Kto głosował przeciw?",
        "Ile mieszkań zbuduje gmina?",
        "Czy radny Kozioł poparł uchwałę?",
        "Jaka była najlepsza oferta w przetargu?",
    ],
)
def test_questions_about_public_matters_are_not(question: str) -> None:
    assert refusals.refused_outright(question) == ""
