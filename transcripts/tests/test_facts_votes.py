"""Single votes as chairs announce them, and numbers that are no votes of the council."""

from __future__ import annotations

from datetime import date

import pytest

from transcripts.facts import MeetingFacts, Utterance, read_meeting

ASKED = "Kto jest za? Kto jest przeciw? Kto się wstrzymał? "
OPENED = "Otwieram sesję. Na ustawowy skład piętnastu radnych obecnych jest czternastu. Punkt drugi, statut. "


def heard(text: str) -> MeetingFacts:
    return read_meeting([Utterance(0, 120_000, OPENED + text, "", ())], date(2026, 3, 26))


@pytest.mark.parametrize(
    ("announced", "counts"),
    [
        ("Za głosowało jedenastu radnych, przeciw dwoje, jedna osoba się wstrzymała.", (11, 2, 1)),
        ("Czternaście głosów za, jednogłośnie.", (14, 0, 0)),
        ("Jednogłośnie.", (14, 0, 0)),
        ("Wszyscy za.", (14, 0, 0)),
        ("Pięć głosów za, osiem przeciw, jeden wstrzymujący.", (5, 8, 1)),
        ("13 za, 0 przeciw, 1 wstrzymujący się.", (13, 0, 1)),
        ("Za 11, przeciw 2, wstrzymało się 1.", (11, 2, 1)),
        ("Głosów za 12, głosów przeciw 2, głosów wstrzymujących 0.", (12, 2, 0)),
        ("Trzynaście za, nikt nie był przeciw, jeden się wstrzymał.", (13, 0, 1)),
        ("Nie było głosów przeciwnych ani wstrzymujących się, za głosowało czternaście osób.", (14, 0, 0)),
        ("Dwanaścioro za, przeciwnych brak, dwoje wstrzymujących się.", (12, 0, 2)),
        ("Przeciw głosował radny Kozioł, za dwunastu, wstrzymał się radny Zając.", (12, 1, 1)),
        ("Uchwała podjęta dwunastoma głosami za, przy dwóch głosach przeciwnych.", (12, 2, 0)),
        ("Głosowało czternastu radnych. Za było dziewięciu, przeciw czterech, jeden wstrzymał się.", (9, 4, 1)),
        ("Jeden przeciw, jeden wstrzymujący, reszta za.", (12, 1, 1)),
        ("Za 10, przeciw 3. Przepraszam, poprawiam się, za 11, przeciw 3, wstrzymało się zero.", (11, 3, 0)),
        ("Za trzynaście.", (13, None, None)),
        ("Dwanaście głosów za, przy dwóch przeciwnych i bez wstrzymujących.", (12, 2, 0)),
        ("Jedenaście, dwa, jeden.", (11, 2, 1)),
        ("Jedenaście do dwóch przy jednym wstrzymującym się.", (11, 2, 1)),
        ("Siedem do siedmiu, remis.", (7, 7, 0)),
        ("Komplet głosów za.", (14, 0, 0)),
        ("Wszyscy, czternaście głosów, jednogłośnie.", (14, 0, 0)),
        ("Las rąk, czternaście, jednogłośnie.", (14, 0, 0)),
        ("Dwunastu za, jeden głos sprzeciwu, jeden wstrzymujący.", (12, 1, 1)),
        ("Poparło jedenaście osób, przeciw były dwie, jedna się wstrzymała.", (11, 2, 1)),
        ("Za jedenaście, przeciw pan Nowak i pani Zych, wstrzymał się pan Bąk.", (11, 2, 1)),
        ("Za jedenaście, przeciw Czesław i Jan, to dwóch, wstrzymał się jeden.", (11, 2, 1)),
        ("Dwanaście za, zero przeciw, dwójka się wstrzymała.", (12, 0, 2)),
        ("Za dziewięć. Nie, przepraszam, dziesięć. Przeciw trzy, wstrzymał się jeden.", (10, 3, 1)),
        ("Za dziesięć, przeciw cztery. Chwila, pani Zofia jednak za. Czyli za jedenaście, przeciw trzy.", (11, 3, 0)),
        ("Dwanaście głosów za, przeciw nie było, dwa wstrzymujące.", (12, 0, 2)),
        ("Raz, dwa, trzy, widzę wszystkich, czternaście.", (14, 0, 0)),
    ],
)  # fmt: skip
def test_counts_of_an_announced_result(announced: str, counts: tuple[int | None, int | None, int | None]) -> None:
    votes = heard(ASKED + announced).votes
    assert [(vote.in_favour, vote.against, vote.abstained) for vote in votes] == [counts]


@pytest.mark.parametrize(
    ("announced", "counts"),
    [
        ("Za dwanaście, przeciw zero, wstrzymał się jeden radny.", (12, 0, 1)),
        ("Wszyscy za, czternaście głosów.", (14, 0, 0)),
        ("Trzynaście głosów za, jednomyślnie.", (13, 0, 0)),
        ("Jeden głos przeciwny, reszta za.", (13, 1, 0)),
        ("Jedenastoma głosami za, przy dwóch przeciwnych i jednym wstrzymującym się.", (11, 2, 1)),
    ],
)
def test_a_count_that_no_question_was_heard_before_is_a_vote_when_its_resolution_is_numbered(
    announced: str, counts: tuple[int, int, int]
) -> None:
    (vote,) = heard(f"Zamykam dyskusję. {announced} Uchwała numer trzy łamane przez siedem łamane przez 2026.").votes
    assert (vote.in_favour, vote.against, vote.abstained) == counts
    assert (vote.result, vote.resolution) == ("podjęto", "III/7/2026")


def test_who_supports_a_motion_is_asked_too() -> None:
    (vote,) = heard("Kto z państwa popiera taką zmianę? Wszyscy, czyli czternaście głosów, przyjęto.").votes
    assert (vote.in_favour, vote.against, vote.abstained) == (14, 0, 0)


def test_cards_are_told_by_the_one_who_counted_them() -> None:
    told = (
        "Wydaliśmy czternaście kart, wszystkie ważne. Za kandydatką oddano dziesięć głosów, przeciw dwa, dwie karty to "
        "głosy wstrzymujące."
    )
    said = [("PRZEWODNICZĄCY Jan Lis", f"{OPENED}Głosowanie jest tajne."), ("RADNY Filip Dąbek", told)]
    facts = read_meeting([Utterance(at, at + 1, text, who, ()) for at, (who, text) in enumerate(said)], None)
    assert [(v.in_favour, v.against, v.abstained, v.kind) for v in facts.votes] == [(10, 2, 2, "secret")]


def test_hands_counted_one_question_after_another() -> None:
    votes = heard("Kto jest za? Dziewięć. Kto jest przeciw? Nie widzę. Kto się wstrzymał? Pięć osób.").votes
    assert [(vote.in_favour, vote.against, vote.abstained) for vote in votes] == [(9, 0, 5)]


@pytest.mark.parametrize(
    "talk",
    [
        "Komisja zaopiniowała projekt pozytywnie, pięcioma głosami za, przy jednym głosie wstrzymującym się.",
        "Opinia komisji: cztery głosy za, jeden przeciw.",
        "Na poprzedniej sesji było osiem głosów za, sześć przeciw i uchwała została podjęta.",
        "Rok temu uchwała przeszła, dziesięć za, pięć przeciw.",
        "Za pięć minut wznowimy obrady. Za trzy osoby płacimy sto złotych, przeciw dwóm wszczęto postępowanie.",
        "Kto jest za to odpowiedzialny? Za trzy lata będzie dwunastu przeciwników.",
        "Droga ma od siedmiu do dziesięciu metrów. Dzieci czekają, trzy do pięciu minut. Zostaje jednogłośnie nic.",
        "Jednogłośnie uznano, że uchwała numer czternaście jest ważna, a dwójka radnych prosiła o głos.",
        "W sondażu czterdzieści osób było za, dziesięć przeciw.",
        "Jestem za, kolega jest przeciw, a trzecia osoba się zastanawia.",
    ],
)
def test_other_numbers_are_no_votes(talk: str) -> None:
    assert heard(talk).votes == []


@pytest.mark.parametrize(
    ("stated", "result"),
    [
        ("Stwierdzam, że uchwała została podjęta.", "podjęto"), ("Wniosek nie uzyskał większości.", "odrzucono"),
        ("Wniosek upadł.", "odrzucono"), ("Protokół został przyjęty.", "przyjęto"), ("Wniosek przeszedł.", "przyjęto"),
        ("Stwierdzam, że uchwała nie została podjęta.", "odrzucono"), ("Poprawka została odrzucona.", "odrzucono"),
        ("Apel przyjęto.", "przyjęto"), ("Podjęliśmy uchwałę.", "podjęto"),
        ("Stwierdzam, że uchwała w sprawie odrzucenia skargi została podjęta.", "podjęto"),
    ],
)  # fmt: skip
def test_stated_results(stated: str, result: str) -> None:
    counts = "Sześć głosów za, osiem przeciw." if result == "odrzucono" else "Osiem głosów za, sześć przeciw."
    assert [vote.result for vote in heard(f"{ASKED}{counts} {stated}").votes] == [result]


@pytest.mark.parametrize(
    "cue", ["Unieważniam to głosowanie.", "Powtarzamy głosowanie.", "Głosujemy jeszcze raz.", "Uznajemy je za niebyłe."]
)
def test_a_voided_vote_is_superseded_by_its_repetition(cue: str) -> None:
    first = f"{ASKED}Osiem za, sześć przeciw. Uchwała została podjęta. "
    second = f"{ASKED}Siedem za, siedem przeciw. Uchwała nie została podjęta."
    assert [vote.superseded for vote in heard(f"{first}{cue} {second}").votes] == [True, False]


@pytest.mark.parametrize(
    "talk",
    [
        "Wrócimy do tego w punkcie ósmym.", "W punkcie piątym mówiłem o drodze.", "Wnoszę o zdjęcie punktu szóstego.",
        "Zanim przejdziemy do punktu trzeciego, proszę o ciszę.", "Czy przejdziemy do punktu czwartego?",
        "Proponuję, żeby był to punkt szósty.", "Kiedy przejdziemy do punktu piątego, zabiorę głos.",
        "Zamykam dyskusję.", "Zamykam listę mówców.", "Otwieram dyskusję nad tym punktem obrad.",
    ],
)  # fmt: skip
def test_a_point_that_is_only_mentioned_is_not_opened(talk: str) -> None:
    assert [point.label for point in heard(talk).agenda] == ["1", "2"]
