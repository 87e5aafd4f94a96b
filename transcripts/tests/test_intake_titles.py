"""What titles of recordings say about the meeting."""

from __future__ import annotations

from datetime import date

import pytest

from transcripts.intake.titles import MeetingName, read_title, roman_number
from transcripts.sources.days import day_of


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("XXIII sesja Rady Gminy Lipowa", 23),
        ("XXIII Sesja", 23),
        ("xxiii sesja rady", 23),
        ("23 sesja Rady Miejskiej", 23),
        ("23. sesja Rady Miejskiej", 23),
        ("Sesja nr 23/2026", 23),
        ("Sesja Nr XXIII/2026 Rady Powiatu", 23),
        ("Sesja XXIII", 23),
        ("Dwudziesta trzecia sesja Rady Gminy", 23),
        ("dwudziestej trzeciej sesji", 23),
        ("Pierwsza sesja Rady Gminy", 1),
        ("I sesja Rady Miasta IX kadencji", 1),
        ("L sesja Rady Gminy", 50),
        ("LXXXIX nadzwyczajna sesja Rady Miasta", 89),
        ("XC Sesja", 90),
        ("CXII sesja", 112),
        ("Nadzwyczajna XXIV sesja Rady Gminy", 24),
        ("Nagranie z XXIII sesji Rady Gminy", 23),
        ("Sesja Rady Gminy 26.03.2026", None),
        ("Sesja 26.03.2026", None),
        ("Sesja 26 marca 2026", None),
        ("Sesja w dniu 26 marca", None),
        ("Sesja 2026", None),
        ("Sesja 0", None),
        ("Sesja dwudziesta trzecia", 23),
        ("Nagranie z sesji sto dwudziestej pierwszej", 121),
        ("LXXIV nadzwyczajna", 74),
        ("Nadzwyczajna LXXIV Rady Gminy", 74),
        ("43 Sesja Rady Miejskiej", 43),
        ("XXIII zwyczajna sesja Rady Miasta", 23),
        ("Sesja budżetowa XXIII", 23),
        ("XXIII/2026 sesja", 23),
        ("nagranie-xxiii-sesji-rady-gminy-2026-03-26", 23),
        ("VIII kadencja, XXIII sesja", 23),
        ("VII sesja VIII kadencji", 7),
        ("Sesja Rady Gminy Lipowa nr XXIII/2026", 23),
        ("Sesja Rady Miejskiej w Dębowej - 43/26", 43),
        ("Sesja Rady Gminy Lipowa XXIII", 23),
        ("Sesja Rady Gminy Lipowa VIII kadencji", None),
        ("Sesja Rady Gminy w Szkole Podstawowej nr 2", None),
        ("Sesja Rady Gminy, uchwała nr 12/2026", None),
        ("Sesja Rady Gminy Lipowa, cz. 2", None),
        ("Sesja i posiedzenie komisji", None),
        ("26 marca sesja", None),
        ("17:30 sesja rady", None),
        ("Godz. 12.30 sesja rady", None),
        ("Nadzwyczajna zbiórka 3", None),
        ("Posiedzenie Komisji Rewizyjnej nr 5", 5),
        ("Posiedzenie nr 7 Komisji Rewizyjnej", 7),
        ("12 posiedzenie Komisji Budżetu", 12),
        ("Komisja Rewizyjna 26.03.2026", None),
        ("Dożynki gminne 2026", None),
    ],
)
def test_number(title: str, number: int | None) -> None:
    assert read_title(title).number == number


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("XXIII sesja Rady Gminy Lipowa 26.03.2026", "Rada Gminy Lipowa"),
        ("XXIII Sesja Rady Miejskiej w Dębowej - 26 marca 2026 r.", "Rada Miejska w Dębowej"),
        ("Sesja Rady Powiatu Łęczyńskiego, cz. 2", "Rada Powiatu Łęczyńskiego"),
        ("V sesja Sejmiku Województwa Lubelskiego z dnia 3 marca 2026", "Sejmik Województwa Lubelskiego"),
        ("Posiedzenie Komisji Rewizyjnej z dnia 12.02.2026 r.", "Komisja Rewizyjna"),
        ("Komisja Budżetu i Finansów | 2026-02-12", "Komisja Budżetu i Finansów"),
        ("Komisja Oświaty, Kultury i Sportu, 14.02.2026", "Komisja Oświaty, Kultury i Sportu"),
        (
            "Komisja Oświaty, Zdrowia, Pomocy Społecznej i Sportu",
            "Komisja Oświaty, Zdrowia, Pomocy Społecznej i Sportu",
        ),
        ("Komisja Rewizyjna, transmisja i nagranie", "Komisja Rewizyjna"),
        ("Wspólne posiedzenie komisji stałych", ""),
        ("II SESJA RADY GMINY W BIELSKU-BIAŁEJ", "Rada Gminy w Bielsku-Białej"),
        ("Rada Miejska w Dębowej sesja nr 74", "Rada Miejska w Dębowej"),
        ("Sesja Rady Miasta z 5 maja 2026", "Rada Miasta"),
        ("Sesja", ""),
    ],
)
def test_body_in_the_nominative(title: str, body: str) -> None:
    assert read_title(title).body == body


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sesja 2026-03-26", date(2026, 3, 26)),
        ("Sesja 26.03.2026 r.", date(2026, 3, 26)),
        ("Sesja 26-3-2026", date(2026, 3, 26)),
        ("Sesja z dnia 26.03.26 r.", date(2026, 3, 26)),
        ("Sesja 26 marca 2026 r.", date(2026, 3, 26)),
        ("Sesja 26-go października 2026", date(2026, 10, 26)),
        ("Sesja 5 maja 2026", date(2026, 5, 5)),
        ("Sesja 26 III 2026", date(2026, 3, 26)),
        ("sesja_20260326_cz1.mp4", date(2026, 3, 26)),
        ("sesja_2026_03_26", date(2026, 3, 26)),
        ("Sesja 30.02.2026", None),
        ("Sesja 31.04.2026, przeniesiona na 2026-05-04", date(2026, 5, 4)),
        ("Uchwała 10.11.12", None),
        ("Sesja XXIII", None),
        ("", None),
    ],
)
def test_day(text: str, day: date | None) -> None:
    assert day_of(text) == day


def test_everything_at_once() -> None:
    assert read_title("XXIV nadzwyczajna sesja Rady Gminy Lipowa, 26 marca 2026 r., cz. II") == MeetingName(
        "sesja", 24, "Rada Gminy Lipowa", date(2026, 3, 26), extraordinary=True, part=2
    )


@pytest.mark.parametrize("title", ["", "Koncert noworoczny", "Festyn", "\ud800 \x00", "sesj" * 5000, "I" * 900])
def test_what_names_no_meeting(title: str) -> None:
    assert not read_title(title).is_meeting


@pytest.mark.parametrize("number", range(1, 400))
def test_every_roman_number(number: int) -> None:
    parts = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written, rest = "", number
    for size, letters in parts:
        written, rest = written + letters * (rest // size), rest % size
    assert roman_number(written) == number
    assert read_title(f"{written} sesja Rady Gminy").number == number


@pytest.mark.parametrize("token", ["", "IIII", "VX", "ABC", "XXIIII", "MM"])
def test_what_is_no_roman_number(token: str) -> None:
    assert roman_number(token) is None
