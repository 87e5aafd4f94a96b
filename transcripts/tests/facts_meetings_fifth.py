"""Six more invented meetings in other registers: a budget session that is voted twice, a county with a petition and a
tied vote, a village without speakers or punctuation, a city that numbers its points "Ad 6" and "6.1", a chair who says
"proszę głosować", and a village as a recogniser writes it ("forum", "zatrzymał", "drug").

Beside the votes and the agenda: who was missing, the days that were promised, who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from transcripts.tests.facts_meetings import Meeting, TrueVote


@dataclass(frozen=True)
class Beside:
    """What is true of a meeting beside its votes and agenda. `asked`: kind and surname, "" where nobody was named."""

    meeting: Meeting
    held_on: date
    present: int
    attendance: frozenset[tuple[str, str]]
    promised: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]


JODLOW = Meeting(
    "jodlow",
    (
        ("1", "otwieram obrady"),
        ("2", "Punkt drugi"),
        ("3", "Punkt numer trzy"),
        ("4", "punkt czwarty, spraw"),
        ("5", "Otwieram punkt piąty"),
        ("6", "Przechodzimy do szóstego"),
        ("7", "Siódmy punkt"),
        ("9", "punkt dziewiąty"),
        ("10", "Punkt dziesiąty"),
        ("11", "zamykam obrady"),
    ),
    (
        TrueVote((14, 0, 0), "przyjęto", "2", about="zdj"),
        TrueVote((13, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((4, 8, 1), "odrzucono", "5", about="bork"),
        TrueVote((9, 3, 1), "podjęto", "5", "XXXI/212/2026", about="budżet"),
        TrueVote((10, 2, 1), "podjęto", "6", "XXXI/213/2026", superseded=True, about="prognoz"),
        TrueVote((11, 2, 0), "podjęto", "6", "XXXI/213/2026", about="prognoz"),
        TrueVote((13, 0, 0), "podjęto", "7", "XXXI/214/2026", about="współpracy"),
    ),
)
GRODZIEC = Meeting(
    "grodziec",
    (
        ("1", "Otwieram czternastą"),
        ("2", "Czy są propozycje zmian"),
        ("3", "Przechodzimy do punktu trzeciego"),
        ("4", "W punkcie czwartym"),
        ("5", "Przed nami punkt piąty"),
        ("6", "Kolejny punkt, szósty"),
        ("7", "punkt siódmy, ten"),
        ("8", "Punkt ósmy"),
        ("9", "Dziewiąty punkt to"),
        ("10", "Ostatni punkt"),
    ),
    (
        TrueVote((17, 0, 0), "przyjęto", "2", about="tomograf"),
        TrueVote((15, 0, 2), "przyjęto", "3", about="protok"),
        TrueVote((9, 9, 0), "odrzucono", "5", superseded=True, about="petycj"),
        TrueVote((13, 5, 0), "przyjęto", "5", about="reasumpcj"),
        TrueVote((8, 10, 0), "odrzucono", "5", about="petycj"),
        TrueVote((6, 11, 1), "odrzucono", "6", about="poprawk"),
        TrueVote((14, 3, 1), "podjęto", "6", "XIV/97/2026", about="budżet"),
        TrueVote((18, 0, 0), "podjęto", "7", "XIV/98/2026", about="tomograf"),
        TrueVote((18, 0, 0), "przyjęto", "8", about="komisji"),
        TrueVote((12, 5, None), "podjęto", "8", "XIV/99/2026", secret=True, about="zarządu"),
    ),
)
RUDA = Meeting(
    "ruda",
    (
        ("1", "otwieram osiemnastą"),
        ("2", "przechodzimy do porządku obrad"),
        ("3", "punkt trzeci"),
        ("4", "punkt czwarty"),
        ("5", "przechodzimy do punktu piątego"),
        ("6", "punkt szósty"),
        ("6a", "punkt sześć a użyczenie"),
        ("7", "punkt siódmy"),
        ("8", "punkt ósmy"),
        ("9", "punkt dziewiąty"),
        ("10", "zamykam osiemnastą"),
    ),
    (
        TrueVote((12, 0, 0), "przyjęto", "2"),
        TrueVote((11, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((10, 2, 1), "podjęto", "5", "XVIII/133/2026", about="budżecie"),
        TrueVote((13, 0, 0), "podjęto", "6", "XVIII/134/2026", about="drogi"),
        TrueVote((5, 7, 1), "odrzucono", "6a", about="skróc"),
        TrueVote((8, 5, 0), "podjęto", "6a", "XVIII/135/2026", about="użycz"),
        TrueVote((13, 0, 0), "podjęto", "7", "XVIII/136/2026", about="ulicy"),
    ),
)
WOLSZTYNEK = Meeting(
    "wolsztynek",
    (
        ("1", "Otwieram XLIV"),
        ("2", "Ad 2."),
        ("3", "Ad 3."),
        ("4", "Ad 4."),
        ("5", "Ad 5. Abs"),
        ("5a", "Ad 5a."),
        ("6", "Ad 6."),
        ("6.1", "6.1."),
        ("6.2", "6.2."),
        ("7", "Ad 7."),
        ("8", "Ad 8."),
        ("9", "Ad 9."),
        ("10", "Ad 10."),
        ("11", "Ad 11."),
        ("12", "Zamykam XLIV"),
    ),
    (
        TrueVote((21, 0, 0), "przyjęto", "2", about="612"),
        TrueVote((9, 12, 0), "odrzucono", "2", about="zdję"),
        TrueVote((20, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((11, 10, 0), "odrzucono", "4", about="wotum"),
        TrueVote((13, 5, 1), "podjęto", "5", "XLIV/811/2026", about="absolut"),
        TrueVote((6, 11, 2), "odrzucono", "5a", about="poprawk"),
        TrueVote((17, 0, 2), "przyjęto", "5a", about="kolejow"),
        TrueVote((18, 2, 0), "podjęto", "6.1", "XLIV/812/2026", about="sieć"),
        TrueVote((20, 0, 0), "podjęto", "6.2", "XLIV/813/2026", about="dotac"),
        TrueVote((10, 10, 0), "odrzucono", "7", about="sprzeda"),
        TrueVote((12, 7, 1), "podjęto", "8", "XLIV/814/2026", about="park"),
        TrueVote((16, 1, 3), "podjęto", "9", "XLIV/815/2026", about="skarg"),
    ),
)
BYSTRA = Meeting(
    "bystra",
    (
        ("1", "otwieram trzydziestą"),
        ("2", "Przystępujemy do punktu drugiego"),
        ("3", "Przystępujemy do punktu trzeciego"),
        ("4", "Punkt czwarty"),
        ("5", "Punkt piąty"),
        ("6", "Punkt szósty: projekty"),
        ("6a", "Litera a"),
        ("6b", "Litera b"),
        ("6c", "Litera c"),
        ("7", "Punkt siódmy"),
        ("8", "Punkt ósmy"),
        ("9", "Punkt dziewiąty"),
    ),
    (
        TrueVote((14, 0, 0), "przyjęto", "2", about="porząd"),
        TrueVote((5, 8, 1), "odrzucono", "2", about="porząd"),
        TrueVote((14, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((12, 1, 1), "podjęto", "6a", "XXXIX/302/26", about="budżet"),
        TrueVote((6, 6, 2), "odrzucono", "6b", about="poprawk"),
        TrueVote((8, 4, 2), "podjęto", "6b", "XXXIX/303/26", superseded=True, about="podatk"),
        TrueVote((7, 5, 2), "podjęto", "6b", "XXXIX/303/26", about="podatk"),
        TrueVote((3, 11, 0), "odrzucono", "6c", about="zamknięc"),
        TrueVote((10, 2, 1), "podjęto", "6c", "XXXIX/304/26", about="obligac"),
        TrueVote((13, 0, 0), "przyjęto", "7", about="komisj"),
        TrueVote((11, 2, 0), "podjęto", "7", "XXXIX/305/26", secret=True, about="ławnik"),
    ),
)
NARWIK = Meeting(
    "narwik",
    (
        ("1", "otwieram obrady"),
        ("2", "punkt 2"),
        ("3", "punkt 3"),
        ("4", "punkt 4"),
        ("5", "przechodzimy do punktu 5"),
        ("6", "punkt 6"),
        ("8", "punkt 8"),
        ("9", "punkt 9"),
        ("10", "punkt 10"),
        ("11", "punkt 11"),
        ("12", "zamykam 27"),
    ),
    (
        TrueVote((13, 0, 0), "przyjęto", "2", about="zdj"),
        TrueVote((12, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((11, 1, 1), "podjęto", "5", "XXVII/181/2026", about="budżecie"),
        TrueVote((4, 7, 2), "odrzucono", "6", about="popraw"),
        TrueVote((9, 3, 1), "podjęto", "6", "XXVII/182/2026", superseded=True, about="zabaw"),
        TrueVote((10, 3, 0), "podjęto", "6", "XXVII/182/2026", about="zabaw"),
        TrueVote((8, 5, 0), "podjęto", "8", "XXVII/183/2026", about="wody"),
        TrueVote((9, 2, 2), "podjęto", "9", "XXVII/184/2026", about="skarg"),
    ),
)

BESIDE = (
    Beside(
        JODLOW,
        date(2026, 12, 17),
        14,
        frozenset({("Henryk Walczak", "excused"), ("Jan Urban", "left")}),
        ("2027-02-28", "2027-01-31", "2027-05", "2027-01-07", "2026-12-21"),
        (("interpelacja", "Zych"), ("zapytanie", "Zych"), ("zapytanie", "Pietras")),
    ),
    Beside(
        GRODZIEC,
        date(2026, 5, 28),
        17,
        frozenset(
            {("Celina Rój", "late"), ("Celina Rój", "present"), ("Olgierd Bąk", "excused"), ("Teresa Mich", "excused")}
        ),
        ("2026-09-01", "2026-07-10", "2026-12-31", "2026-05-29"),
        (("interpelacja", "Pająk"), ("zapytanie", "Pająk")),
    ),
    Beside(
        RUDA,
        date(2026, 2, 26),
        12,
        frozenset(
            {
                ("Edmund Sęk", "late"),
                ("Edmund Sęk", "present"),
                ("Jolanta Ptak", "absent"),
                ("Kania", "left"),
                ("Marek Cygan", "absent"),
            }
        ),
        ("2026-06-30", "2026-03-08", "2026-03-31", "2026-03-12", "2026-04"),
        (("interpelacja", ""),),
    ),
    Beside(
        WOLSZTYNEK,
        date(2026, 6, 25),
        21,
        frozenset({("Lech Nowicki", "excused"), ("Monika Hajduk", "excused")}),
        ("2027-09", "2027-01-15", "2027-03-01"),
        (("zapytanie", "Walter"),),
    ),
    Beside(
        BYSTRA,
        date(2026, 10, 29),
        14,
        frozenset({("Irena Lubas", "excused"), ("Leon Sarna", "left")}),
        ("2026-12-15", "2026-10-31", "2026-11-30"),
        (("interpelacja", "Nowik"), ("zapytanie", "Mazur")),
    ),
    Beside(
        NARWIK,
        date(2026, 2, 19),
        13,
        frozenset({("Halina Mazurek", "excused"), ("Jan Kot", "excused")}),
        ("2026-03", "2026-08-31", "2026-02-26", "2026-03-01", "2026-03-05"),
        (("interpelacja", "Sikora"), ("zapytanie", "Wrona")),
    ),
)
FIFTH_MEETINGS = tuple(beside.meeting for beside in BESIDE)
