"""Numbers said in words, written in figures: only where it is sure what was said."""

from __future__ import annotations

import random

import pytest

from transcripts.facts.numbers import NUMBER_WORDS, word_list
from transcripts.figures import in_figures, lines_in_figures, written

CARDINALS = """
Koszt to sto dwadzieścia dwa tysiące złotych. | Koszt to 122 000 zł.
sto dwadzieścia dwa złote i pięć groszy | 122,05 zł
sto złotych dwadzieścia groszy | 100,20 zł
tysiąc dwieście złotych i pięćdziesiąt groszy | 1200,50 zł
pięć tysięcy trzysta dwadzieścia złotych siedemdziesiąt pięć groszy | 5320,75 zł
dwa miliony trzysta pięćdziesiąt tysięcy siedemset osiemdziesiąt złotych dwadzieścia jeden groszy | 2 350 780,21 zł
sto złotych dwieście groszy | 100 zł 200 gr
sto złotych i dwadzieścia pięć osób | 100 zł i 25 osób
trzy złote i grosze | 3 zł i grosze
pięćdziesiąt groszy | 50 gr
pięć złotych | 5 zł
półtora miliona złotych | 1 500 000 zł
milion złotych | 1 000 000 zł
jeden milion dwieście czterdzieści tysięcy złotych | 1 240 000 zł
trzysta milionów dwadzieścia jeden tysięcy | 300 021 000
dwa miliardy złotych | 2 000 000 000 zł
od stu do dwustu złotych | od 100 do 200 zł
od dwóch do trzech złotych | od 2 do 3 zł
pięć euro | 5 euro
STO DWADZIEŚCIA złotych | 120 zł
piętnaście głosów za | 15 głosów za
dwudziestu trzech radnych | 23 radnych
stu dwudziestu pięciu mieszkańców | 125 mieszkańców
z trzynastoma radnymi | z 13 radnymi
dwanaścioro dzieci | 12 dzieci
dwadzieścioro troje dzieci | 23 dzieci
dziewięćdziesięcioro czworo uczniów | 94 uczniów
trzydzieści, czterdzieści osób | 30, 40 osób
za głosowało piętnastu, przeciw dwóch | za głosowało 15, przeciw dwóch
w punkcie trzy | w punkcie 3
pod numerem trzy | pod numerem 3
druk numer dwieście siedem | druk numer 207
osiemset plus | 800 plus
pozycja tysiąc czterysta sześćdziesiąt pięć | pozycja 1465
15 procent | 15%
3 100 złotych | 3 100 zł
5,5 złotych | 5,5 zł
"""
SHARES = """
pięć procent | 5%
sto procent | 100%
dwunastoma procentami | 12%
dwa i pół procent | 2,5%
o jeden i pół procenta | o 1,5%
półtora procent | 1,5%
dwanaście przecinek pięć procent | 12,5%
zero przecinek pięć procent | 0,5%
dwa przecinek zero pięć procent | 2,05%
zero przecinek zero zero pięć promila | 0,005 ‰
dwanaście przecinek dwadzieścia pięć procent | 12,25%
12 przecinek 5 procent | 12,5%
pięć i siedem dziesiątych procent | 5,7%
dwa całe i pięć setnych procent | 2,05%
trzy dziesiąte procent | 0,3%
jedna setna procenta | 0,01%
od pięciu do dziesięciu procent | od 5 do 10%
o dwa punkty procentowe | o 2 punkty procentowe
dwa przecinek trzy miliona złotych | 2,3 mln zł
"""
MEASURES = """
trzy hektary łąki | 3 ha łąki
pół hektara | 0,5 ha
dwa przecinek trzy hektara | 2,3 ha
trzy i pół kilometra | 3,5 km
dwieście czterdzieści metrów kwadratowych | 240 m²
pięć metrów sześciennych | 5 m³
dwieście metrów bieżących | 200 m bieżących
czterdzieści kilometrów na godzinę | 40 km/h
trzy tony soli | 3 t soli
pięćdziesiąt kilowatów | 50 kW
dwadzieścia stopni Celsjusza | 20 °C
"""
LAW = """
artykuł dwudziesty ustęp jeden | art. 20 ust. 1
artykuł 20 ustęp 1 | art. 20 ust. 1
art. dwudziesty ust. pierwszy pkt 3 lit. b | art. 20 ust. 1 pkt 3 lit. b
na podstawie artykułu osiemnastego ustęp drugi punkt piętnasty litera a | na podstawie art. 18 ust. 2 pkt 15 lit. a
w artykule dwudziestym czwartym ustęp trzeci | w art. 24 ust. 3
z artykułu sto osiemdziesiąt jeden | z art. 181
artykuł dwadzieścia b ustęp pierwszy | art. 20b ust. 1
artykuł dwudziesty a ustęp pierwszy | art. 20a ust. 1
artykułem piątym | art. 5
paragraf trzeci | § 3
w paragrafie siódmym ustęp drugi statutu | w § 7 ust. 2 statutu
ustęp drugi | ust. 2
punkt dwunasty | punkt 12
przechodzimy do punktu siódmego | przechodzimy do punktu 7
w punkcie siódmym podpunkt a | w punkcie 7 podpunkt a
"""
ACTS = """
uchwała numer dwadzieścia trzy łamane przez sto czterdzieści pięć łamane przez dwadzieścia sześć | uchwała nr 23/145/26
numer trzydzieści osiem łamane na dwieście czterdzieści łamane na dwa tysiące dwadzieścia pięć | nr 38/240/2025
uchwała nr XXIII łamane przez sto czterdzieści pięć łamane przez dwadzieścia sześć | uchwała nr XXIII/145/26
uchwała numer 23 łamane przez 145 | uchwała nr 23/145
dwadzieścia sześć łamane przez dwa tysiące dwadzieścia sześć | 26/2026
działka numer sto dwadzieścia trzy łamane przez cztery | działka nr 123/4
działka dwanaście ukośnik trzy | działka 12/3
Numer dwa łamane przez pięć. | Nr 2/5.
"""
DAYS = """
dwunastego marca dwa tysiące dwudziestego szóstego roku | 12 marca 2026 roku
pierwszego maja | 1 maja
trzydziestego pierwszego grudnia | 31 grudnia
od pierwszego do piętnastego maja | od 1 do 15 maja
drugiego i trzeciego maja | 2 i 3 maja
w roku dwa tysiące dwudziestym piątym | w roku 2025
w dwa tysiące dwudziestym piątym roku | w 2025 roku
tysiąc dziewięćset dziewięćdziesiątego roku | 1990 roku
ustawa z ósmego marca tysiąc dziewięćset dziewięćdziesiątego roku | ustawa z 8 marca 1990 roku
budżet na dwa tysiące dwudziesty szósty | budżet na 2026
godzina dziesiąta trzydzieści | godzina 10:30
o godzinie piętnastej | o godzinie 15:00
godzina dziewiąta zero pięć | godzina 9:05
o siedemnastej piętnaście | o 17:15
o ósmej zero zero | o 8:00
do dwudziestej pierwszej trzydzieści | do 21:30
jest dziesiąta trzydzieści pięć | jest 10:35
od godziny ósmej do szesnastej | od godziny 8:00 do 16:00
między godziną ósmą a szesnastą | między godziną 8:00 a 16:00
przerwa do godziny trzynastej. | przerwa do godziny 13:00.
"""
ORDINALS = """
Otwieram dwudziestą trzecią sesję rady. | Otwieram XXIII sesję rady.
dwudziesta trzecia sesja | XXIII sesja
sesja dwudziesta trzecia | sesja XXIII
na sesji czterdziestej | na sesji XL
sesja pierwsza rady gminy | sesja I rady gminy
dwudziestej trzeciej nadzwyczajnej sesji | XXIII nadzwyczajnej sesji
na pierwszej sesji ósmej kadencji | na I sesji VIII kadencji
dziewiąta kadencja | IX kadencja
w pierwszym kwartale dwa tysiące dwudziestego szóstego | w I kwartale 2026
w drugim półroczu | w II półroczu
w dwudziestym pierwszym wieku | w XXI wieku
sąd drugiej instancji | sąd II instancji
dwudziestą rocznicę powstania | 20. rocznicę powstania
sto dwudziesta piąta rocznica | 125. rocznica
na dwunastym piętrze | na 12. piętrze
lata dziewięćdziesiąte | lata 90.
w latach dziewięćdziesiątych. | w latach 90.
"""
WRITTEN = [
    pytest.param(*(part.strip() for part in line.split("|")), id=line.split("|")[0].strip()[:40])
    for table in (CARDINALS, SHARES, MEASURES, LAW, ACTS, DAYS, ORDINALS)
    for line in table.strip().splitlines()
]


@pytest.mark.parametrize(("spoken", "figures"), WRITTEN)
def test_what_is_written_in_figures(spoken: str, figures: str) -> None:
    once = in_figures(spoken)
    assert once.replace("\N{NO-BREAK SPACE}", " ") == figures
    assert in_figures(once) == once, "figures are not read again as something else"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jeden z radnych zapytał.",
        "dwa radni, dwoje radnych",
        "trzy przeciw, jeden wstrzymujący się",
        "po trzecie, druga sprawa, pierwsza w prawo",
        "tysiące ludzi i miliony powodów",
        "kilkanaście tysięcy złotych, parę tysięcy",
        "dwadzieścia trzy sto czterdzieści pięć",  # two numbers, or an address, or a telephone
        "telefon sześćset dwadzieścia trzy czterysta pięć sto dwa",
        "dwudziesta pierwsza trzydzieści",  # an hour
        "o godzinie piętnastej trzydzieści osób wyszło",  # at three, thirty people
        "o piętnastej przerwa, o drugiej sprawie",
        "na sesji pierwszy zabrał głos radny",
        "na sesji drugą sprawą była droga",
        "do tego punktu pierwsza zgłosiła się radna",
        "setna część, dwie trzecie składu, trzy czwarte głosów",
        "pół godziny, półtora roku, minus pięć stopni",
        "po raz dwudziesty",
        "dwa i pięć osób, jeden na jeden",
        "artykuł, który przeczytałem; punkt widzenia; numer telefonu",
        "I. Pierwsza sprawa",
        "nikt nie był przeciw",
        "XXIII sesja, 122 000 zł, § 5, 15%, art. 20 ust. 1, uchwała nr XXIII/145/26, o 17:15",
        "dziesiątki osób",
        "nikt\ud800",
        "\0" * 50,
    ],
)
def test_what_stays_in_words(text: str) -> None:
    assert in_figures(text) == text


@pytest.mark.parametrize(
    ("lines", "figures"),
    [
        (["Dajemy sto dwadzieścia", "dwa tysiące złotych."], ["Dajemy sto dwadzieścia", "dwa tysiące złotych."]),
        (["Dajemy sto dwadzieścia.", "Dwa tysiące złotych to mało."], ["Dajemy 120.", "2000 zł to mało."]),
        (["dwanaście przecinek", "pięć procent"], ["dwanaście przecinek", "pięć procent"]),
        (["sto dwadzieścia tysięcy", "złotych na drogę"], ["120 000", "złotych na drogę"]),
        (["uchwała numer trzydzieści", "łamane przez pięć"], ["uchwała numer trzydzieści", "łamane przez pięć"]),
        (["jest nas piętnastu", "", "dwudziestu jest w składzie"], ["jest nas 15", "", "20 jest w składzie"]),
    ],
)
def test_a_number_that_goes_on_in_the_next_line_stays_in_words(lines: list[str], figures: list[str]) -> None:
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines_in_figures(lines)] == figures


def test_places_are_those_of_the_spoken_text() -> None:
    text = "Kwota: sto złotych, sesja dwudziesta, dwudziesta sesja."
    places = [text[piece.start : piece.end] for piece in written(text)]
    assert places == ["sto złotych", "dwudziesta", "dwudziesta"]


_OTHER_WORDS = word_list(
    "złotych sesja roku maja , i pół § Ż artykuł ustęp a łamane przez numer nr przecinek groszy procent godziny o do"
    " dziesiątych XXIII 12 litera lata kwadratowych euro punkt"
)


def test_any_words_give_places_in_order_inside_the_text_and_twice_changes_nothing() -> None:
    dice = random.Random(5)
    words = [*sorted(NUMBER_WORDS), *_OTHER_WORDS]
    for _ in range(1_500):
        text = " ".join(dice.choices(words, k=dice.randrange(14)))
        ends = [edge for piece in written(text) for edge in (piece.start, piece.end)]
        assert ends == sorted(ends)
        assert all(0 <= edge <= len(text) for edge in ends)


def test_a_long_text_takes_linear_work() -> None:
    text = "sto dwadzieścia dwa tysiące złotych i " * 5_000
    assert len(written(text)) == 5_000
