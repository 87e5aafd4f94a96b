"""Words that a council says for one another: a question about "śmieci" is answered by "odpady komunalne".

Lemmas in groups; each member finds the others, at less weight than itself. Only words that stand for each other in
council speech belong here: offices ("wójt" is no "burmistrz") and names do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

GROUPS: Final = (
    "śmieć śmieci odpad odpady",
    "pieniądz pieniądze środek środki kasa fundusz fundusze kwota suma",
    "koszt kosztować cena wydatek wydać wydawać zapłacić wartość wart",
    "przeznaczyć przeznaczać przenosić przenieść wydać zabezpieczyć pójść",
    "płacić zapłacić opłata stawka dopłata",
    "kredyt pożyczka dług zadłużenie zadłużać zadłużyć",
    "remont remontować wyremontować modernizacja naprawa naprawić naprawiać przebudowa przebudować odnowić",
    "droga ulica jezdnia szosa",
    "szkoła podstawówka liceum",
    "przedszkole przedszkolak dziecko",
    "uczeń uczennica uczyć",
    "autobus bus kurs kursować",
    "samochód auto pojazd",
    "wynagrodzenie pensja zarabiać zarobek pobory uposażenie",
    "mieszkanie lokal mieszkaniowy",
    "oświetlenie lampa latarnia oświetlić",
    "wodociąg woda",
    "kanalizacja ściek ścieki",
    "przystanek wiata przystankowy",
    "policjant policja komisariat",
    "wypadek kolizja zdarzenie potrącenie",
    "brak brakować zabraknąć wakat",
    "nieobecny nieobecność nieobecna absencja",
    "spóźnić spóźnienie spóźniać",
    "zakończyć zakończenie koniec kończyć ukończyć skończyć",
    "zacząć zaczynać rozpocząć rozpoczęcie rozpoczynać ruszyć ruszać początek start",
    "robota roboty praca prace inwestycja budowa",
    "budowa budować wybudować zbudować postawić powstać",
    "wykonawca firma spółka przedsiębiorstwo",
    "azbest eternit",
    "dofinansowanie dotacja dopłata wsparcie subwencja dofinansować",
    "sterylizacja kastracja",
    "karetka pogotowie ambulans",
    "szpital lecznica",
    "lekarz przychodnia",
    "wnioskować wniosek wnosić proponować zaproponować złożyć zgłosić",
    "odrzucić odrzucony przepaść upaść",
    "przyjąć przyjęty podjąć podjęty uchwalić przegłosować przejść",
    "sprzedaż sprzedać sprzedawać zbycie zbyć",
    "nieruchomość działka grunt parcela",
    "przewodniczący przewodnicząca szef prezes",
    "wiceprzewodniczący wiceprzewodnicząca zastępca",
    "interpelować interpelacja",
    "przeciw przeciwko przeciwny sprzeciwiać sprzeciwić sprzeciw",
    "poprzeć popierać poparcie",
    "podwyżka podnieść podnosić podwyższyć podwyższać podwyższenie",
    "obniżka obniżyć obniżać obniżenie",
    "likwidacja likwidować zlikwidować zamknąć zamykać zamknięcie",
    "otworzyć otwarcie otwierać uruchomić",
    "kara mandat grzywna",
    "mieszkaniec ludzie obywatel",
    "obrady sesja posiedzenie",
    "odłożyć przełożyć odroczyć odroczenie",
    "termin data",
    "obietnica obiecać obiecywać zobowiązać zobowiązanie",
    "zwierzę pies kot",
    "oferta przetarg",
    "parking parkować parkingowy",
    "czyścić czyszczenie wyczyścić sprzątać sprzątanie",
    "udrożnić udrożnienie udrażniać",
    "ochotniczy straż strażak",
    "senior emeryt",
    "żłobek żłobkowy",
    "zeszły ubiegły poprzedni miniony",
    "przyszły następny kolejny nadchodzący",
    "darmowy bezpłatny nieodpłatny darmo bezpłatnie",
    "droga drogowy",
    "płatny odpłatny opłata płacić",
    "usunąć usuwać usunięcie wywozić wywieźć wywóz odbierać odebrać odbiór",
    "papier makulatura",
    "picie spożycie pić spożywać",
    "zdatny nadawać przydatny",
    "pomieścić miejsce pojemność",
    "przedszkolak przedszkole dziecko",
    "gazociąg gaz gazyfikacja",
    "prąd energia elektryczny elektryczność",
    "ciepło ogrzewanie grzać ogrzewać ciepłowniczy kotłownia",
    "drzewo wycinka wycinać wyciąć nasadzenie",
    "zieleń park skwer trawnik",
    "chodnik trotuar ciąg pieszy",
    "rondo skrzyżowanie",
    "hałas głośny głośno",
    "smog dym zanieczyszczenie powietrze",
    "zasiłek świadczenie zapomoga",
    "podatek danina",
    "ulga zniżka zwolnienie",
    "emerytura emeryt",
    "praca zatrudnienie etat zatrudnić zatrudniać posada",
    "zwolnić zwolnienie odejść odwołać odwołanie",
    "bezrobocie bezrobotny",
    "biblioteka księgozbiór",
    "basen pływalnia",
    "boisko orlik stadion",
    "wodociągi woda hydrofornia",
    "powódź podtopienie zalać zalewać zalanie",
    "pies zwierzę schronisko",
    "umowa kontrakt porozumienie",
    "sprzeciw protest protestować przeciw",
    "zgoda zgodzić zgadzać akceptacja",
    "ankieta konsultacje konsultacja sondaż",
    "plan zamiar planować zamierzać",
    "opóźnienie opóźnić poślizg zwłoka",
    "pismo list podanie wniosek",
    "zepsuty popsuty awaria zepsuć nieczynny",
    "niebezpieczny niebezpiecznie zagrożenie zagrażać groźny",
    "gabinet przychodnia poradnia",
    "powód przyczyna",
    "zysk dochód przychód",
    "strata deficyt",
    "liczyć obliczyć policzyć",
    "narodziny urodzenie urodzić",
    "cmentarz pogrzeb pochówek",
    "świetlica remiza",
    "stypendium nagroda",
    "kierowca szofer",
    "uczestniczyć udział",
    "wybrać wybór zostać",
)


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for group in GROUPS:
        words = frozenset(group.split())
        for word in words:
            table[word] = table.get(word, frozenset()) | words
    return table


def synonyms_of(lemmas: Iterable[str]) -> frozenset[str]:
    """What stands for any of `lemmas`, without the lemmas themselves; empty for most words."""
    own = frozenset(lemmas)
    table = _table()
    return frozenset().union(*(table.get(lemma, frozenset()) for lemma in own)) - own
