"""Seven more invented meetings: a village with absolutorium, a city with electronic voting, a county with a secret
ballot between two candidates, a town that loses its quorum, a voivodeship assembly that votes by roll call, a
village by raised hands, a town that reads its screen aloud.
"""

from __future__ import annotations

from transcripts.tests.facts_meetings import Meeting, TrueVote

DABROWA = Meeting(
    "dabrowa",
    (
        ("1", "otwieram dziewiętnastą"), ("2", "Punkt drugi, ustalenie"), ("3", "Punkt trzeci. Przyjęcie"),
        ("4", "Przechodzimy do punktu czwartego"), ("5", "Punkt piąty porządku"),
        ("6", "Przechodzimy do punktu szóstego"), ("6a", "W podpunkcie a mamy"), ("6b", "Podpunkt b, absolutorium"),
        ("7", "Przechodzimy do punktu siódmego"), ("9", "przechodzimy do punktu dziewiątego"),
        ("10", "Punkt dziesiąty, wolne"), ("11", "Zamykam dziewiętnastą"),
    ),
    (
        TrueVote((14, 0, 0), "przyjęto", "2", about="zdjęcie punktu"),
        TrueVote((13, 0, 1), "przyjęto", "2", about="porząd"),
        TrueVote((14, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((9, 4, 1), "podjęto", "5", "XIX/101/2026", about="wotum zaufania"),
        TrueVote((10, 4, 0), "podjęto", "6a", "XIX/102/2026", about="sprawozdania finansowego"),
        TrueVote((9, 5, 0), "podjęto", "6b", "XIX/103/2026", about="absolutorium"),
        TrueVote((5, 8, 1), "odrzucono", "7", about="poprawk"),
        TrueVote((12, 0, 2), "podjęto", "7", "XIX/104/2026", about="zmian w budżecie"),
    ),
)  # fmt: skip
LIPINY = Meeting(
    "lipiny",
    (
        ("1", "Otwieram obrady"), ("2", "Przechodzimy do punktu 2"), ("3", "Punkt 3."), ("4", "Punkt 4,"),
        ("5", "Punkt 5,"), ("6", "Punkt 6,"), ("7", "Punkt 7."), ("8", "Punkt 8,"), ("9", "Punkt 9."),
        ("10", "Punkt 10,"), ("11", "Punkt 11,"), ("12", "zamykam XLVII"),
    ),
    (
        TrueVote((15, 3, 2), "przyjęto", "2", about="rozszerzenie"),
        TrueVote((19, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((8, 12, 0), "odrzucono", "5", about="poprawk"),
        TrueVote((11, 9, 0), "przyjęto", "5", about="poprawk"),
        TrueVote((12, 1, 7), "podjęto", "5", "XLVII/733/2026", about="zmian w budżecie"),
        TrueVote((6, 13, 1), "odrzucono", "6", about="przerw"),
        TrueVote((12, 6, 2), "podjęto", "6", "XLVII/734/2026", about="odpad"),
        TrueVote((21, 0, 0), "podjęto", "7", about="735"),
        TrueVote((14, 4, 0), "podjęto", "8", "XLVII/738/2026", about="skarg"),
        TrueVote((18, 0, 0), "przyjęto", "9", about="stanowisk"),
    ),
)  # fmt: skip
NADOLANY = Meeting(
    "nadolany",
    (
        ("1", "Otwieram szóstą"), ("2", "W punkcie drugim mamy"), ("3", "Punkt trzeci to"),
        ("4", "Przystępujemy do punktu czwartego"), ("5", "Punkt piąty, sprawozdanie"), ("6", "Punkt szósty, podjęcie"),
        ("6a", "Litera a,"), ("6b", "Litera b,"), ("6c", "Litera c,"), ("7", "Przechodzimy do kolejnego punktu"),
        ("8", "Punkt ósmy"), ("9", "Zamykam szóstą"),
    ),
    (
        TrueVote((16, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((17, 0, 0), "przyjęto", "4", about="komisji skrutacyjnej"),
        TrueVote((10, None, None), "podjęto", "4", "VI/31/2026", secret=True, about="wiceprzewodnicz"),
        TrueVote((10, 6, 1), "podjęto", "6a", "VI/32/2026", about="obligacji"),
        TrueVote((7, 7, 3), "odrzucono", "6b", about="aptek"),
        TrueVote((17, 0, 0), "podjęto", "6c", "VI/33/2026", about="sztandar"),
    ),
)  # fmt: skip
STARY_BOR = Meeting(
    "stary_bor",
    (
        ("1", "Otwieram XXVIII"), ("2", "Punkt drugi."), ("3", "Punkt trzeci."),
        ("5", "przechodzimy do punktu piątego"),
        ("4", "Wracamy do punktu czwartego"), ("6", "Punkt szósty."), ("8", "punkt ósmy, zapytania"),
        ("9", "Zamykam obrady XXVIII"),
    ),
    (
        TrueVote((10, 0, 1), "przyjęto", "2", about="kolejności"),
        TrueVote((6, 5, 0), "podjęto", "5", superseded=True, about="planu miejscowego"),
        TrueVote((5, 6, 0), "odrzucono", "5", about="planu miejscowego"),
        TrueVote((11, 0, 0), "podjęto", "4", "XXVIII/210/2026", about="regulaminu cmentarza"),
        TrueVote((8, 0, 1), "podjęto", "6", "XXVIII/211/2026", superseded=True, about="dotacji"),
        TrueVote((7, 2, 0), "przyjęto", "6", about="reasumpcj"),
        TrueVote((7, 0, 2), "podjęto", "6", "XXVIII/211/2026", about="dotacji"),
    ),
)  # fmt: skip
SEJMIK = Meeting(
    "sejmik",
    (
        ("1", "otwieram dwunastą"), ("2", "Przechodzimy do zatwierdzenia"), ("3", "Trzeci punkt porządku"),
        ("4", "Kolejny punkt naszego"), ("5", "Punkt piąty."), ("6", "Punkt szósty,"), ("7", "Teraz punkt siódmy"),
        ("8", "Punkt ósmy,"), ("9", "Punkt dziewiąty,"), ("10", "I ostatni punkt"),
    ),
    (
        TrueVote((27, 1, 0), "przyjęto", "2", about="dodanie punktu"),
        TrueVote((28, 0, 0), "przyjęto", "2", about="porząd"),
        TrueVote((16, 12, 1), "podjęto", "4", "XII/150/2026", about="absolutorium"),
        TrueVote((24, 4, 1), "podjęto", "5", "XII/151/2026", about="statutu szpitala"),
        TrueVote((13, 15, 1), "odrzucono", "6", about="odesłanie"),
        TrueVote((16, 10, 3), "podjęto", "6", "XII/152/2026", about="parku krajobrazowego"),
        TrueVote((26, 0, 3), "przyjęto", "7", about="rezolucj"),
    ),
)  # fmt: skip
BRZOZOWO = Meeting(
    "brzozowo",
    (
        ("1", "Otwieram piątą"), ("2", "Przechodzimy do realizacji punktu drugiego"), ("3", "otwieram punkt trzeci"),
        ("4", "Punkt czwarty"), ("5", "punkt piąty, projekt"), ("6", "Punkt szósty"), ("7", "Punkt siódmy"),
        ("8", "Kolejny, ósmy punkt"), ("9", "I ostatni, dziewiąty"),
    ),
    (
        TrueVote((15, 0, 0), "przyjęto", "2", about="punkt"), TrueVote((14, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((12, 2, 1), "podjęto", "5", "V/30/2026", about="współpracy"),
        TrueVote((6, 9, 0), "odrzucono", "6", about="poprawk"),
        TrueVote((9, 6, 0), "podjęto", "6", "V/31/2026", about="podatku"),
        TrueVote((14, 0, 0), "podjęto", "7", "V/32/2026", about="drogi"),
    ),
)  # fmt: skip
GORKI = Meeting(
    "gorki",
    (
        ("1", "Rozpoczynam LXI"), ("2", "Pkt 2."), ("3", "Pkt 3."), ("4", "Pkt 4."), ("5", "Pkt 5."), ("6", "Pkt 6."),
        ("7", "Pkt 7."), ("8", "Pkt 8."), ("9", "Pkt 9."), ("10", "Zamykam LXI"),
    ),
    (
        TrueVote((18, 0, 0), "przyjęto", "2", about="porząd"), TrueVote((16, 0, 2), "przyjęto", "3", about="protok"),
        TrueVote((8, 8, 1), "odrzucono", "4", secret=True, about="odwołani"),
        TrueVote((12, 2, 4), "podjęto", "5", "LXI/501/26", about="budże"),
        TrueVote((7, 11, 0), "odrzucono", "6", about="zdjęcie"),
        TrueVote((11, 6, 1), "podjęto", "6", "LXI/502/26", superseded=True, about="targowisk"),
        TrueVote((12, 5, 1), "podjęto", "6", "LXI/502/26", about="targowisk"),
        TrueVote((18, 0, 0), "podjęto", "7", "LXI/503/26", about="petycj"),
    ),
)  # fmt: skip
MORE_MEETINGS = (DABROWA, LIPINY, NADOLANY, STARY_BOR, SEJMIK, BRZOZOWO, GORKI)
