"""Seven more invented meetings in the words of chairs who hurry: points by the noun of their number ("piątka",
"idziemy do trójki"), by their title alone, two at once, "piąty bis"; votes that nobody was asked to cast, told by a
clerk, by the one who counts the cards, corrected aloud, or in a tie.
"""

from __future__ import annotations

from transcripts.tests.facts_meetings import Meeting, TrueVote

JARZEBIN = Meeting(
    "jarzebin",
    (
        ("1", "Witam wszystkich na osiemnastej"), ("2", "Przystępujemy do porządku obrad"), ("3", "Idziemy do trójki"),
        ("4", "Punkt czwarty, szpital"), ("5", "Piątka, zmiany"), ("6", "Punkt szósty, ten"), ("7", "Siódemka, uzup"),
        ("8", "Przechodzimy do ósemki"), ("9", "Punkt dziewiąty, stan"), ("10", "Punkt dziesiąty, zapyt"),
        ("11", "zamykam osiemnastą"),
    ),
    (
        TrueVote((6, 10, 1), "odrzucono", "2", about="zdję"),
        TrueVote((14, 1, 3), "podjęto", "4", "XVIII/112/2025", about="szpital"),
        TrueVote((16, 0, 2), "podjęto", "5", "XVIII/113/2025", about="budże"),
        TrueVote((10, 7, 1), "podjęto", "6", "XVIII/114/2025", about="połączenia"),
        TrueVote((11, 5, 1), "podjęto", "7", "XVIII/115/2025", secret=True, about="zarządu"),
        TrueVote((18, 0, 0), "podjęto", "9", "XVIII/116/2025", about="stanowisko"),
    ),
)  # fmt: skip
WIELKOGORZE = Meeting(
    "wielkogorze",
    (
        ("1", "Otwieram trzydziestą drugą"), ("2", "jako punkt drugi"), ("3", "Trójka, plan"),
        ("4", "Punkt czwarty, ceny"),
        ("5", "Piątka, zasady"), ("6", "Szóstka, targ"), ("7", "Punkt siódmy, program"), ("8", "Ósemka, spraw"),
        ("9", "Dziewiątka, zap"), ("10", "Zamykam trzydziestą"),
    ),
    (
        TrueVote((7, 11, 1), "odrzucono", "3", about="odesłanie"),
        TrueVote((12, 5, 2), "podjęto", "3", "XXXII/281/26", about="plan"),
        TrueVote((13, 4, 2), "podjęto", "4", "XXXII/282/26", about="bilet"),
        TrueVote((9, 9, 1), "odrzucono", "5", superseded=True, about="mieszkań"),
        TrueVote((15, 3, 1), "przyjęto", "5", about="reasumpcj"),
        TrueVote((11, 7, 1), "podjęto", "5", "XXXII/283/26", about="mieszkań"),
        TrueVote((17, 0, 2), "podjęto", "6", "XXXII/284/26", about="targow"),
        TrueVote((19, 0, 0), "podjęto", "7", "XXXII/285/26", about="zwierzęt"),
    ),
)  # fmt: skip
CISOWIEC = Meeting(
    "cisowiec",
    (
        ("1", "Otwieram trzydziestą pierwszą"), ("2", "Idziemy do punktu drugiego"), ("3", "Teraz punkt trzeci"),
        ("4", "I punkt czwarty"), ("5", "Przechodzimy do punktu piątego"), ("6", "Punkt szósty, zmiany"),
        ("7", "Punkt siódmy, dotacja"), ("8", "Punkt ósmy, wyod"), ("9", "Punkt dziewiąty, skarga"),
        ("10", "Punkt dziesiąty"), ("11", "Zamykam trzydziestą"),
    ),
    (
        TrueVote((13, 0, 1), "przyjęto", "2", about="zdję"),
        TrueVote((14, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((6, 8, 0), "odrzucono", "5", about="odłożyć"),
        TrueVote((8, 5, 1), "podjęto", "5", "XXXI/212/2026", about="likwidacj"),
        TrueVote((13, 0, 0), "podjęto", "6", "XXXI/213/2026", about="wodociąg"),
        TrueVote((12, 0, 1), "podjęto", "7", "XXXI/214/2026", about="straży"),
        TrueVote((13, 0, 0), "podjęto", "8", "XXXI/215/2026", about="sołecki"),
        TrueVote((7, 4, 2), "podjęto", "9", "XXXI/216/2026", about="skarg"),
    ),
)  # fmt: skip
WARCIN = Meeting(
    "warcin",
    (
        ("1", "Otwieram czterdziestą drugą"), ("2", "Punkt drugi"), ("3", "Punkt trzeci to"),
        ("4", "W punkcie czwartym"),
        ("5", "Teraz punkt piąty"), ("6", "Punkt szósty"), ("7", "Punkt siódmy"), ("8", "Punkt ósmy"),
        ("9", "Punkt dziewiąty"), ("10", "Punkt dziesiąty"), ("11", "Zamykam obrady"),
    ),
    (
        TrueVote((17, 7, 2), "podjęto", "3", "XLII/731/2026", secret=True, about="wiceprzewodnicz"),
        TrueVote((9, 14, 3), "odrzucono", "5", about="całego miasta"),
        TrueVote((18, 6, 2), "podjęto", "5", "XLII/732/2026", about="alkohol"),
        TrueVote((26, 0, 0), "podjęto", "6", "XLII/733/2026", about="regulamin"),
        TrueVote((22, 0, 4), "podjęto", "7", "XLII/734/2026", about="park"),
        TrueVote((25, 0, 1), "podjęto", "8", "XLII/735/2026", about="hałas"),
    ),
)  # fmt: skip
KRASNOBOR = Meeting(
    "krasnobor",
    (
        ("1", "niniejszym rozpoczynam"), ("2", "Przystępujemy do punktu drugiego"), ("3", "Kolejnym punktem"),
        ("4", "W punkcie czwartym"), ("5", "Następny punkt porządku"), ("5bis", "Przechodzimy do punktu piątego bis"),
        ("6", "Punkty szósty"), ("7", "siódmy, spraw"), ("8", "Czas na punkt ósmy"), ("9", "Przedostatni, dziewiąty"),
        ("10", "zamykam dwudziestą"),
    ),
    (
        TrueVote((15, 1, 0), "przyjęto", "2", about="oświetleni"),
        TrueVote((16, 0, 0), "przyjęto", "3", about="protok"),
        TrueVote((8, 8, 0), "odrzucono", "5", about="poprawk"),
        TrueVote((9, 6, 1), "podjęto", "5", "XXVII/190/2026", about="bibliotek"),
        TrueVote((14, 0, 2), "podjęto", "5bis", "XXVII/191/2026", about="oświetleni"),
        TrueVote((9, 5, None), "odrzucono", "8", secret=True, about="zarządu"),
    ),
)  # fmt: skip
DOLNE = Meeting(
    "dolne",
    (
        ("1", "Sesja rady miasta Dolne"), ("2", "No to lecimy z dwójką"), ("3", "Budżet obywatelski, punkt"),
        ("4", "Jedziemy dalej: czwórka"), ("6", "Więc od razu punkt szósty"), ("7", "Siódemeczka"),
        ("8", "Teraz nazwa ronda"), ("9", "Dziewiątka, skarga"), ("10", "Na deser dziesiątka"),
        ("11", "koniec sesji, zamykam"),
    ),
    (
        TrueVote((19, 0, 2), "przyjęto", "2", about="protok"),
        TrueVote((12, 8, 0), "przyjęto", "3", about="poprawk"),
        TrueVote((20, 1, 0), "podjęto", "3", "LI/602/2026"),
        TrueVote((11, 10, 0), "podjęto", "4", "LI/603/2026", about="śmieci"),
        TrueVote((21, 0, 0), "przyjęto", "6", about="komisji"),
        TrueVote((17, 3, None), "podjęto", "6", "LI/604/2026", secret=True, about="ławnik"),
        TrueVote((18, 2, 1), "podjęto", "8", "LI/605/2026", about="ronda"),
        TrueVote((16, 4, 1), "podjęto", "9", "LI/606/2026", about="skarg"),
    ),
)  # fmt: skip
LIPOWKA = Meeting(
    "lipowka",
    (
        ("1", "witam wszystkich na ósmej"), ("2", "Punkt drugi"), ("3", "To co tam dalej, aha"),
        ("4", "I tak doszliśmy do czwartego"), ("5", "No, to teraz piąty"), ("6", "Punkt szósty po zmianie"),
        ("7", "Lecimy z siódmym"), ("8", "I został nam przedostatni"), ("9", "To ostatni punkt"),
    ),
    (
        TrueVote((12, 0, 0), "przyjęto", "2", about="zdję"),
        TrueVote((11, 0, 1), "przyjęto", "3", about="protok"),
        TrueVote((5, 6, 1), "odrzucono", "5", about="zniesieni"),
        TrueVote((8, 3, 1), "podjęto", "5", "VIII/35/26", about="psa"),
        TrueVote((12, 0, 0), "podjęto", "6", "VIII/36/26", about="łąk"),
        TrueVote((10, 1, 1), "podjęto", "7", "VIII/37/26", about="sołtysa"),
    ),
)  # fmt: skip
SIXTH_MEETINGS = (JARZEBIN, WIELKOGORZE, CISOWIEC, WARCIN, KRASNOBOR, DOLNE, LIPOWKA)
