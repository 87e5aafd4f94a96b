"""Every usual way to call a vote with every usual way to tell its result: the counts must be exact in all of them."""

from __future__ import annotations

from datetime import date

import pytest

from transcripts.facts import Utterance, read_meeting
from transcripts.tests.facts_perturb import perturbed

HELD_ON = date(2026, 3, 26)
BEFORE = (
    "Otwieram dwunastą sesję rady gminy. Na ustawowy skład piętnastu radnych obecnych jest czternastu radnych, jest "
    "kworum. Przechodzimy do punktu drugiego, uchwała w sprawie nadania nazwy ulicy. Otwieram dyskusję. Nie widzę "
    "zgłoszeń. Zamykam dyskusję. "
)
AFTER = (
    " Przechodzimy do punktu trzeciego, wolne wnioski. Czy ktoś z państwa? Nie widzę. Punkt czwarty, zamknięcie obrad. "
    "Zamykam dwunastą sesję rady gminy."
)
CALLS = (
    "Przystępujemy do głosowania. Kto jest za? Kto jest przeciw? Kto się wstrzymał?",
    "Kto z państwa radnych jest za podjęciem uchwały? Kto jest przeciw? Kto wstrzymuje się od głosu?",
    "Poddaję projekt uchwały pod głosowanie.", "Głosujemy.", "Proszę o oddanie głosów. Dziękuję.",
    "Zarządzam głosowanie. Proszę naciskać przyciski. Zamykam głosowanie.",
    "Kto za, kto przeciw, kto się wstrzymał?", "Proszę głosować.", "Uruchamiam głosowanie.",
    "Proszę o głosowanie, kto z pań i panów radnych jest za?",
    "Bardzo proszę o podniesienie ręki, kto jest za przyjęciem projektu uchwały?",
    "Przechodzimy do głosowania. Proszę oddać głos.", "Przystępujemy do procedury głosowania.",
    "Bardzo proszę, głosujemy nad uchwałą.", "Proszę włączyć głosowanie.",
    "Proszę o uruchomienie procedury głosowania.",
    "Otwieram głosowanie. Kto jest za? Kto przeciw? Kto się wstrzymał od głosowania? Głosowanie zakończone.",
)  # fmt: skip
RESULTS = (
    ("Za głosowało jedenastu radnych, przeciw dwóch, wstrzymał się jeden.", (11, 2, 1)),
    ("Jedenaście głosów za, dwa głosy przeciw, jeden głos wstrzymujący.", (11, 2, 1)),
    ("Głosowało czternastu radnych, za jedenaście, przeciw dwa, wstrzymujących się jeden.", (11, 2, 1)),
    ("Za: jedenaście. Przeciw: dwa. Wstrzymało się: jeden.", (11, 2, 1)),
    ("Za było jedenastu radnych, dwoje przeciw i jedna osoba się wstrzymała.", (11, 2, 1)),
    ("Głosów za jedenaście, głosów przeciw dwa, głosów wstrzymujących jeden.", (11, 2, 1)),
    ("Mamy jedenaście głosów za, dwa przeciw, przy jednym wstrzymującym.", (11, 2, 1)),
    ("W głosowaniu wzięło udział czternastu radnych. Za jedenaście, przeciw dwa, wstrzymujące jeden.", (11, 2, 1)),
    ("Za 11 głosów, przeciw 2 głosy, wstrzymał się 1 głos, nieobecny 1.", (11, 2, 1)),
    ("Za podjęciem uchwały głosowało jedenastu radnych, przeciwko dwóch radnych, wstrzymał się jeden.", (11, 2, 1)),
    ("Za opowiedziało się jedenastu radnych, przeciw było dwóch, a jeden wstrzymał się.", (11, 2, 1)),
    ("Oddano czternaście głosów, w tym jedenaście za, dwa przeciw i jeden wstrzymujący się.", (11, 2, 1)),
    ("Głosowało 14, za 11, przeciw 2, wstrzymało się 1, nie oddało głosu 0, nieobecnych 1.", (11, 2, 1)),
    ("Jedenaście na tak, dwa na nie, jeden wstrzymujący.", (11, 2, 1)),
    ("Jedenastu radnych zagłosowało za, dwóch zagłosowało przeciw, jeden radny wstrzymał się od głosu.", (11, 2, 1)),
    ("Za uchwałą głosowało jedenaście osób, przeciwko uchwale dwie osoby, wstrzymała się jedna osoba.", (11, 2, 1)),
    ("Przeciw dwa, wstrzymał się jeden, za jedenaście.", (11, 2, 1)),
    ("Wszyscy za, czternaście głosów.", (14, 0, 0)), ("Jednogłośnie, czternaście za.", (14, 0, 0)),
    ("Za czternaście, przeciwnych i wstrzymujących się nie ma.", (14, 0, 0)),
    ("Czternastu radnych za, brak głosów przeciw, brak wstrzymujących się.", (14, 0, 0)),
    ("Za trzynaście, przeciw nikt, wstrzymała się jedna osoba.", (13, 0, 1)),
    ("Trzynaście za, jeden wstrzymujący się, głosów przeciwnych nie było.", (13, 0, 1)),
    ("Jeden głos wstrzymujący, pozostałe za.", (13, 0, 1)),
    ("Za dwunastu, dwie osoby się wstrzymały, przeciwnych głosów nie odnotowano.", (12, 0, 2)),
)  # fmt: skip
STATED = (
    "Stwierdzam, że uchwała została podjęta.", "Uchwała podjęta.",
    "Rada podjęła uchwałę w sprawie nadania nazwy ulicy.",
    "Dziękuję bardzo, uchwała przyjęta.", "Podjęliśmy uchwałę. Gratuluję.", "Uchwała przeszła.",
    "Stwierdzam podjęcie uchwały.", "Uchwałę uznaję za podjętą.",
    "Uchwała numer dwanaście łamane przez sto jeden łamane przez dwa tysiące dwadzieścia sześć została podjęta.",
)  # fmt: skip


@pytest.mark.parametrize("change", ["as_written", "raw", "digits", "letter_noise"])
@pytest.mark.parametrize(("told", "counts"), RESULTS, ids=[told[:40] for told, _ in RESULTS])
def test_every_call_with_every_result(told: str, counts: tuple[int, int, int], change: str) -> None:
    for index, call in enumerate(CALLS):
        said = f"{BEFORE}{call} {told} {STATED[index % len(STATED)]}{AFTER}"
        votes = read_meeting(perturbed([Utterance(0, 90_000, said, "", ())], change), HELD_ON).votes
        assert [(v.in_favour, v.against, v.abstained, v.result) for v in votes] == [(*counts, "podjęto")], call
