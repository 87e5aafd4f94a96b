"""Five more invented meetings: a board of a housing estate, a village without speakers told apart, a town with a
failed motion to vote again, a village whose agenda is swapped, a county that numbers its points "Ad 5a".
"""

from __future__ import annotations

from transcripts.tests.facts_meetings import Meeting, TrueVote

OSIEDLE = Meeting(
    "osiedle",
    (
        ("1", "rozpoczynamy posiedzenie"), ("2", "Przechodzę do punktu"), ("3", "Punkt trzeci"),
        ("4", "Punkt czwarty"), ("5", "Punkt piąty"), ("6", "Zamykam posiedzenie"),
    ),
    (
        TrueVote((9, 0, 0), "przyjęto", "2", about="porząd"),
        TrueVote((3, 5, 1), "odrzucono", "3", about="odrocz"),
        TrueVote((6, 2, 1), "podjęto", "3", "14/2026", about="opini"),
        TrueVote((9, 0, 0), "podjęto", "4", "15/2026", about="podział"),
    ),
)  # fmt: skip
WIERZBICA = Meeting(
    "wierzbica",
    (
        ("1", "Otwieram dwudziestą"), ("2", "Drugi punkt"), ("3", "Przechodzimy do punktu trzeciego"),
        ("4", "Punkt czwarty"), ("5", "Punkt piąty"), ("6", "Punkt szósty"), ("7", "Punkt siódmy"),
        ("8", "Punkt ósmy"),
    ),
    (
        TrueVote((14, 0, 0), "przyjęto", "2", about="rozszerz"),
        TrueVote((13, 0, 0), "podjęto", "4", "XXII/160/2026", about="profilaktyki"),
        TrueVote((9, 4, 1), "podjęto", "5", "XXII/161/2026", about="skarg"),
        TrueVote((7, 6, 0), "podjęto", "6", "XXII/162/2026", superseded=True, about="zbyci"),
        TrueVote((6, 7, 0), "odrzucono", "6", about="zbyci"),
    ),
)  # fmt: skip
SOSNOWKA = Meeting(
    "sosnowka",
    (
        ("1", "otwieram czterdziestą"), ("2", "Przystępujemy do realizacji punktu"), ("3", "Punkt trzeci"),
        ("4", "Punkt czwarty"),
    ),
    (
        TrueVote((7, 11, 1), "odrzucono", "2", about="poprawk"),
        TrueVote((11, 8, 0), "podjęto", "2", "XL/308/2026", about="obligacji"),
        TrueVote((8, 11, 0), "odrzucono", "2", about="reasumpcj"),
        TrueVote((14, None, None), "podjęto", "3", "XL/309/2026", secret=True, about="ławnik"),
    ),
)  # fmt: skip
KUZNICA = Meeting(
    "kuznica",
    (
        ("1", "otwieram obrady"), ("2", "Przechodzimy do drugiego"), ("3", "Trzeci punkt"),
        ("4", "W punkcie czwartym"), ("5", "Przechodzimy do punktu piątego"), ("6", "Punkt szósty"),
        ("8", "Następny punkt, ósmy"), ("7", "Wracamy do punktu"), ("9", "Punkt dziewiąty"),
        ("10", "zamykam trzydziestą"),
    ),
    (
        TrueVote((11, 0, 0), "przyjęto", "2"), TrueVote((11, 0, 0), "przyjęto", "2", about="porząd"),
        TrueVote((10, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((7, 2, 2), "podjęto", "5", "XXXIX/201/2026", about="studium"),
        TrueVote((4, 7, 1), "odrzucono", "6", about="wnios"),
        TrueVote((8, 3, 1), "podjęto", "6", "XXXIX/202/2026", about="targowej"),
        TrueVote((12, 0, 0), "podjęto", "8", "XXXIX/203/2026", about="związku"),
    ),
)  # fmt: skip
LESNY = Meeting(
    "lesny",
    (
        ("1", "Rozpoczynamy XV"), ("2", "Ad 2."), ("3", "Ad 3."), ("4", "Ad 4."), ("5", "Ad 5."), ("5a", "Ad 5a."),
        ("5b", "Ad 5b."), ("6", "Ad 6."), ("7", "Ad 7."),
    ),
    (
        TrueVote((18, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((14, 3, 2), "podjęto", "5a", "XV/98/2026", about="budże"),
        TrueVote((9, 9, 1), "odrzucono", "5b", about="odesłanie"),
        TrueVote((10, 8, 1), "podjęto", "5b", "XV/99/2026", superseded=True, about="liceum"),
        TrueVote((9, 9, 1), "odrzucono", "5b", about="liceum"),
    ),
)  # fmt: skip
FOURTH_MEETINGS = (OSIEDLE, WIERZBICA, SOSNOWKA, KUZNICA, LESNY)
