"""Polish numbers out of speech."""

from __future__ import annotations

from datetime import date

import pytest

from speech.engine.reading.numbers import cardinal, ordinal
from transcripts.facts import Utterance
from transcripts.facts.dates import find_terms
from transcripts.facts.numbers import number_at, numbers_in, roman, roman_value
from transcripts.facts.resolutions import number_in
from transcripts.facts.text import Speech, read_speech


def heard(text: str) -> Speech:
    return read_speech([Utterance(0, 10_000, text, "", ())])


PHRASES = {
    "zero": [0], "jeden": [1], "jedna osoba": [1], "jednego": [1], "jedną": [1], "dwa": [2], "dwie": [2], "dwoje": [2],
    "dwojga": [2], "dwóch radnych": [2], "dwu": [2], "dwaj radni": [2], "dwiema": [2], "trzech": [3], "troje": [3],
    "trojgiem": [3], "trzej": [3], "czterech": [4], "czworo": [4], "czterej": [4], "pięć": [5], "pięcioma głosami": [5],
    "pięcioro": [5], "sześciu": [6], "sześcioro": [6], "siedmiu": [7], "siedmioro": [7], "ośmiu": [8], "ośmioro": [8],
    "dziewięciorga": [9], "dziesięciu": [10], "dziesięcioro": [10], "jedenastu radnych": [11], "jedenaścioro": [11],
    "dwunastu": [12], "dwanaście": [12], "dwanaścioro": [12], "dwunastoma": [12], "trzynaścioro": [13],
    "czternastu": [14], "piętnaściorga": [15], "szesnastu": [16], "siedemnaście": [17], "osiemnastu": [18],
    "dziewiętnastoma": [19], "dwadzieścia": [20], "dwudziestu": [20], "dwudziestu jeden": [21], "dwadzieścioro": [20],
    "dwadzieścioro dwoje": [22], "dziewięćdziesięcioro czworo": [94], "trzydziestu trzech": [33],
    "czterdzieści osiem": [48], "pięćdziesięciu": [50], "sześćdziesiąt sześć": [66], "siedemdziesięcioma": [70],
    "osiemdziesiąt dziewięć": [89], "sto": [100], "stu": [100], "sto jeden": [101], "sto czterdzieści pięć": [145],
    "dwustu": [200], "dwieście siedem": [207], "trzysta dwanaście": [312], "czterystu": [400], "pięciuset": [500],
    "sześćset jedenaście": [611], "siedmiuset": [700], "osiemset": [800], "dziewięćset metrów": [900],
    "tysiąc": [1_000], "tysiąca": [1_000], "tysiąc sto": [1_100], "dwa tysiące": [2_000], "pięć tysięcy sto": [5_100],
    "sześć tysięcy czterysta": [6_400], "dziesięć tysięcy": [10_000], "sto dwadzieścia dwa tysiące": [122_000],
    "sto dziewięćdziesiąt cztery tysiące złotych": [194_000], "sześćset dwadzieścia tysięcy": [620_000],
    "milion": [1_000_000], "milion dwieście czterdzieści tysięcy złotych": [1_240_000],
    "półtora miliona": [1_500_000], "półtora tysiąca": [1_500], "pół miliona": [500_000],
    "dwa i pół miliona": [2_500_000], "trzy miliony dwieście tysięcy": [3_200_000], "miliard": [1_000_000_000],
    "dwa miliardy trzysta milionów": [2_300_000_000], "milionów": [1_000_000],
    "pierwszy": [1], "drugiej": [2], "trzeciego": [3], "trzecia": [3], "czwartym": [4], "piąty": [5], "szósta": [6],
    "siódmego": [7], "ósme": [8], "dziewiąty": [9], "dziesiątą": [10], "jedenastej": [11], "dwunasty": [12],
    "dwudziestej trzeciej sesji": [23], "trzydziestego pierwszego": [31], "czterdziesta druga": [42],
    "pięćdziesiątej czwartej": [54], "setna": [100], "sto pierwsza": [101], "dwa tysiące dwudziestego szóstego": [2026],
    "dwa tysiące dwudziesty szósty rok": [2026], "tysiąc dziewięćset dziewięćdziesiątego": [1990],
    "dwudziesty szósty marca dwa tysiące dwudziestego szóstego roku": [26, 2026],
    "dwadzieścia trzy łamane przez sto czterdzieści pięć łamane przez dwa tysiące dwadzieścia sześć": [23, 145, 2026],
    "dwadzieścia trzy sto czterdzieści pięć dwa tysiące dwadzieścia sześć": [23, 145, 2026],
    "trzynastu dwóch": [13, 2], "za jedenastu przeciw dwóch": [11, 2], "dwadzieścia dwa jeden": [22, 1],
    "zero zero": [0, 0], "siedem osiem": [7, 8], "dziesięć pięć": [10, 5], "dwadzieścia drugi": [20, 2],
    "punkt trzeci sto osób": [3, 100], "godzina dziesiąta zero pięć": [10, 0, 5],
    "11 radnych": [11], "11-tu radnych": [11], "7-ego": [7], "3-ci": [3], "23.": [23], "14,": [14], "0": [0],
    "1 240 000 zł": [1_240_000], "1.240.000 zł": [1_240_000], "1,2 mln zł": [1_200_000], "16 tysięcy": [16_000],
    "1 mln 240 tys. zł": [1_240_000], "620 tys.": [620_000], "2026": [2026], "XXIII sesja": [23], "LIV": [54],
    "IX kadencja": [9], "I sesja": [1], "V": [5], "XLIII": [43],
    "nikt": [], "dom i droga": [], "C D M": [], "I wtedy": [], "IIII": [], "MIX": [], "stół": [], "sta": [],
    "dwór": [], "jedynie": [], "piątek": [], "trzeciorzęd": [], "osiemnastka": [], "półka": [], "tysiąclecie": [],
    "6a": [], "10:05": [], "23/145/2026": [], "abc123": [],
}  # fmt: skip


@pytest.mark.parametrize("phrase", PHRASES)
def test_numbers_of_a_phrase(phrase: str) -> None:
    assert numbers_in(phrase) == PHRASES[phrase]


@pytest.mark.parametrize("value", [*range(130), 145, 199, 200, 207, 999, 1_000, 1_001, 12_345, 122_000, 1_240_000])
def test_every_cardinal_that_is_read_aloud_is_understood(value: int) -> None:
    for form in (
        cardinal(value), cardinal(value, case="gen"), cardinal(value, case="instr"), cardinal(value, gender="f"),
        cardinal(value, gender="mp"),
    ):  # fmt: skip
        number = number_at(form.split(), 0)
        assert number is not None
        assert (number.value, number.size) == (value, len(form.split())), form


@pytest.mark.parametrize("value", [*range(1, 120), 2_025, 2_026, 1_998])
def test_every_ordinal_that_is_read_aloud_is_understood(value: int) -> None:
    for form in (ordinal(value), ordinal(value, gender="f", case="loc"), ordinal(value, case="gen")):
        number = number_at(form.split(), 0)
        assert number is not None
        assert (number.value, number.form, number.size) == (value, "ordinal", len(form.split())), form


def test_roman_numbers_both_ways() -> None:
    assert all(roman_value(roman(value)) == value for value in range(2, 90) if value not in (50,))
    assert roman_value("I") is None, "a Polish word"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("uchwała numer dwadzieścia trzy łamane przez sto czterdzieści pięć łamane przez dwa tysiące dwadzieścia sześć "
         "została podjęta", "XXIII/145/2026"),
        ("uchwała nr XXIII/145/2026 podjęta", "XXIII/145/2026"), ("uchwała 23/145/26", "XXIII/145/26"),
        ("uchwała numer pięćdziesiąt cztery ukośnik sześćset dwa ukośnik dwa tysiące dwudziestego szóstego",
         "LIV/602/2026"),
        ("uchwała numer siedem na czterdzieści jeden na dwa tysiące dwadzieścia sześć", "VII/41/2026"),
        ("uchwała numer dwadzieścia trzy sto czterdzieści pięć dwa tysiące dwadzieścia sześć", "XXIII/145/2026"),
        ("uchwała sto czterdzieści pięć została podjęta", "145"), ("uchwała nr 145/2026", "145/2026"),
        ("uchwałę numer trzydzieści pięć łamane przez czterysta cztery", "XXXV/404"),
        ("uchwała została podjęta", ""), ("uchwała w sprawie 3 działek", ""),
    ],
)  # fmt: skip
def test_resolution_numbers(said: str, number: str) -> None:
    speech = heard(said)
    assert number_in(speech, 0, len(speech.units)) == number


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("do trzydziestego września", "2026-09-30"), ("do końca kwietnia", "2026-04-30"), ("w sierpniu", "2026-08"),
        ("do 15 listopada", "2026-11-15"), ("do końca roku", "2026-12-31"), ("w ciągu czternastu dni", "2026-04-09"),
        ("do dziesiątego stycznia", "2027-01-10"), ("w marcu dwa tysiące dwudziestego ósmego roku", "2028-03"),
        ("w przyszłym roku", "2027"), ("do końca lutego", "2027-02-28"), ("do połowy maja", "2026-05-15"),
        ("w ciągu dwóch miesięcy", "2026-05-26"), ("w drugim kwartale", "2026-06-30"),
        ("w przyszłym tygodniu", "2026-04-05"),
        ("we wrześniu 2027 r.", "2027-09"), ("do piątku", "2026-03-27"), ("w najbliższy wtorek", "2026-03-31"),
        ("do czwartku", "2026-04-02"), ("w przyszłą środę", "2026-04-01"), ("jeszcze w tym roku", "2026-12-31"),
        ("do końca przyszłego roku", "2027-12-31"), ("w ciągu miesiąca", "2026-04-26"), ("za tydzień", "2026-04-02"),
        ("w drugiej połowie kwietnia", "2026-04-30"), ("w pierwszej połowie przyszłego roku", "2027-06-30"),
        ("do 15 bieżącego miesiąca", "2026-03-15"), ("do końca tygodnia", "2026-03-29"), ("pojutrze", "2026-03-28"),
        ("w przyszłym miesiącu", "2026-04"), ("do końca kwartału", "2026-03-31"),
    ],
)  # fmt: skip
def test_terms_count_from_the_meeting(said: str, due: str) -> None:
    speech = heard(f"złożymy wniosek {said}")
    terms = find_terms(speech, 0, len(speech.units), date(2026, 3, 26))
    assert [term.iso for term in terms] == [due]


def test_a_date_that_does_not_exist_is_no_term() -> None:
    speech = heard("do trzydziestego pierwszego lutego")
    assert find_terms(speech, 0, len(speech.units), date(2026, 3, 26)) == []
