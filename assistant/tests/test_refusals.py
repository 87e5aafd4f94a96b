"""What is refused whatever the recordings hold, and what must not be refused for sounding alike."""

from __future__ import annotations

import pytest

from assistant import refusals
from transcripts.lexemes import fold


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
        ("Kto tu kłamie, wójt czy radny?", refusals.JUDGEMENT),
        ("Po czyjej stronie jest racja w sprawie szkoły?", refusals.JUDGEMENT),
        ("Czy to była dobra decyzja?", refusals.JUDGEMENT),
        ("Kto najlepiej przemawia?", refusals.JUDGEMENT),
        ("Na co zachorowała żona radnego Prusa?", refusals.PRIVATE_PERSON),
        ("Kto doniósł na dyrektora szkoły?", refusals.PRIVATE_PERSON),
        ("Czyja to skarga?", refusals.PRIVATE_PERSON),
        ("Jak nazywa się mieszkanka, która złożyła skargę?", refusals.PRIVATE_PERSON),
    ],
)
def test_private_matters_and_judgements_are_refused(question: str, reason: str) -> None:
    assert refusals.refused_outright(question) == reason
    assert refusals.refused_outright(fold(question)) == reason  # as it is typed on a phone
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
        "Jak nazywa się wykonawca remontu?",
        "Czy to jest dobry termin na przetarg?",
        "Co mieszkańcy mówili o skardze na kierownika?",
    ],
)
def test_questions_about_public_matters_are_not(question: str) -> None:
    assert refusals.refused_outright(question) == ""
    assert refusals.refused_outright(fold(question)) == ""
