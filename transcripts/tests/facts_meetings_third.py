"""Five more invented meetings: a town that reads its named lists aloud, a village that counts hands aloud and talks
in between, a county that meets remotely and chooses among three candidates in two rounds, a city that writes its
numbers as figures and turns its agenda round, a village as a recogniser without punctuation writes it.
"""

from __future__ import annotations

from transcripts.tests.facts_meetings import Meeting, TrueVote

OLSZYNY = Meeting(
    "olszyny",
    (
        ("1", "Otwieram trzydziestą"), ("2", "Przechodzimy do punktu drugiego"), ("3", "Punkt trzeci, przyjęcie"),
        ("4", "W punkcie czwartym mamy"), ("5", "Punkt piąty: uchwała"), ("6", "Punkt szósty, dotacja"),
        ("7", "Punkt siódmy, interpelacje"), ("8", "Punkt ósmy, zakończenie"),
    ),
    (
        TrueVote((14, 0, 1), "przyjęto", "2", about="zdjęcie"),
        TrueVote((15, 0, 0), "przyjęto", "2", about="wprowadzenie"),
        TrueVote((15, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((11, 2, 2), "podjęto", "5", "XXXI/212/2026", about="prognozie"),
        TrueVote((12, 2, 1), "podjęto", "5", "XXXI/213/2026", about="budże"),
        TrueVote((3, 10, 1), "odrzucono", "6", about="poprawk"),
        TrueVote((11, 1, 2), "podjęto", "6", "XXXI/214/2026"),
    ),
)  # fmt: skip
PODLESIE = Meeting(
    "podlesie",
    (
        ("1", "Otwieram sesję"), ("2", "Punkt drugi przyjęcie"), ("3", "Punkt trzeci protokół"),
        ("4", "Punkt czwarty sprawozdanie"), ("5", "Przechodzimy do punktu piątego"), ("6", "Punkt szósty uchwała"),
        ("7", "Punkt siódmy sprawy"), ("8", "Punkt ósmy zamknięcie"),
    ),
    (
        TrueVote((12, 0, 0), "przyjęto", "2", about="porząd"),
        TrueVote((12, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((8, 3, 1), "podjęto", "5", "VII/39/2026", about="transportowych"),
        TrueVote((11, 1, 0), "podjęto", "6", "VII/40/2026", superseded=True, about="sołeckiego"),
        TrueVote((10, 1, 1), "podjęto", "6", "VII/40/2026", about="sołeckiego"),
    ),
)  # fmt: skip
ZARZECZE = Meeting(
    "zarzecze",
    (
        ("1", "Otwieram dziewiątą"), ("2", "Punkt drugi, odwołanie"), ("3", "Punkt trzeci. Wybór"),
        ("4", "Następny punkt, czwarty"), ("5", "Ostatni punkt porządku"),
    ),
    (
        TrueVote((16, 0, 1), "przyjęto", "2", about="komisji skrutacyjnej"),
        TrueVote((11, 5, 1), "podjęto", "2", "IX/50/2026", secret=True, about="odwołani"),
        TrueVote((7, None, None), "odrzucono", "3", secret=True, about="przewodnicz"),
        TrueVote((9, None, None), "podjęto", "3", "IX/51/2026", secret=True, about="przewodnicz"),
        TrueVote((9, 8, 0), "przyjęto", "4", about="zamknięcie dyskusji"),
        TrueVote((14, 2, 1), "przyjęto", "4", about="poprawk"),
        TrueVote((6, 10, 1), "odrzucono", "4", about="poprawk"),
        TrueVote((10, 6, 1), "podjęto", "4", "IX/52/2026", superseded=True, about="poradni"),
        TrueVote((9, 7, 1), "podjęto", "4", "IX/52/2026", about="poradni"),
    ),
)  # fmt: skip
GRABOW = Meeting(
    "grabow",
    (
        ("1", "Otwieram 58."), ("2", "Punkt 2,"), ("3", "Punkt 3,"), ("4", "Punkt 4,"), ("4a", "Podpunkt a,"),
        ("4b", "Podpunkt b,"), ("4c", "Podpunkt c,"), ("6", "przechodzimy teraz do punktu 6"),
        ("5", "wracamy do punktu 5"), ("7", "Punkt 7,"), ("9", "Punkt 9,"), ("10", "Punkt 10,"), ("11", "Zamykam 58."),
    ),
    (
        TrueVote((19, 0, 1), "przyjęto", "2", about="kolejności"),
        TrueVote((15, 4, 2), "podjęto", "4a", "LVIII/790/26", about="budżetowej"),
        TrueVote((15, 4, 2), "podjęto", "4b", "LVIII/791/26", about="wpf"),
        TrueVote((21, 0, 0), "podjęto", "4c", about="ulic"),
        TrueVote((8, 12, 1), "odrzucono", "6", about="przerw"),
        TrueVote((10, 11, 0), "odrzucono", "6", about="planu ogólnego"),
        TrueVote((13, 3, 5), "podjęto", "7", "LVIII/795/26", about="skarg"),
    ),
)  # fmt: skip
MOKRE = Meeting(
    "mokre",
    (
        ("1", "otwieram obrady"), ("2", "przystępujemy do punktu drugiego"), ("3", "kolejny punkt trzeci"),
        ("4", "punkt czwarty"), ("5", "przechodzimy do punktu piątego"), ("6", "punkt szósty"),
        ("7", "punkt siódmy"), ("8", "punkt ósmy"), ("9", "punkt dziewiąty"), ("10", "punkt dziesiąty"),
    ),
    (
        TrueVote((13, 0, 0), "przyjęto", "2", about="porząd"),
        TrueVote((12, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((9, 3, 1), "podjęto", "5", "XVI/102/2026", about="czystości"),
        TrueVote((4, 9, 0), "odrzucono", "6", about="poprawk"),
        TrueVote((8, 5, 0), "podjęto", "6", "XVI/103/2026", about="diet"),
        TrueVote((12, 0, 0), "podjęto", "7", "XVI/104/2026", about="działki"),
    ),
)  # fmt: skip
THIRD_MEETINGS = (OLSZYNY, PODLESIE, ZARZECZE, GRABOW, MOKRE)
TRUE_PROMISES = {"olszyny": 2, "podlesie": 2, "zarzecze": 0, "grabow": 1, "mokre": 2}
"""Commitments that were really made: more than these are false."""
TRUE_QUESTIONS = {"olszyny": 2, "podlesie": 0, "zarzecze": 0, "grabow": 0, "mokre": 1}
TRUE_MOVES = {"olszyny": 2, "podlesie": 2, "zarzecze": 1, "grabow": 0, "mokre": 0}
"""Councillors told to be absent, to come or to leave."""
