"""Nouns that a Roman (or "23.") numeral puts in order: XXIII sesja, w III kwartale, w XX wieku. Data only."""

from __future__ import annotations

from typing import Final

from speech.engine.reading.numbers import Case, Gender, word_list

_ORDER: Final[tuple[Case, ...]] = ("nom", "gen", "dat", "acc", "instr", "loc")

_FORMS: Final[dict[Gender, str]] = {
    "f": """
        sesja sesji sesji sesję sesją sesji
        kadencja kadencji kadencji kadencję kadencją kadencji
        część części części część częścią części
        tura tury turze turę turą turze
        edycja edycji edycji edycję edycją edycji
        klasa klasy klasie klasę klasą klasie
        wojna wojny wojnie wojnę wojną wojnie
        instancja instancji instancji instancję instancją instancji
        grupa grupy grupie grupę grupą grupie
        kategoria kategorii kategorii kategorię kategorią kategorii
        liga ligi lidze ligę ligą lidze
        transza transzy transzy transzę transzą transzy
        rocznica rocznicy rocznicy rocznicę rocznicą rocznicy
        kolejka kolejki kolejce kolejkę kolejką kolejce
        nagroda nagrody nagrodzie nagrodę nagrodą nagrodzie
        rata raty racie ratę ratą racie
        poprawka poprawki poprawce poprawkę poprawką poprawce
        rzeczpospolita rzeczypospolitej rzeczypospolitej rzeczpospolitą rzecząpospolitą rzeczypospolitej
    """,
    "m": """
        kwartał kwartału kwartałowi kwartał kwartałem kwartale
        wiek wieku wiekowi wiek wiekiem wieku
        etap etapu etapowi etap etapem etapie
        rozdział rozdziału rozdziałowi rozdział rozdziałem rozdziale
        dział działu działowi dział działem dziale
        tom tomu tomowi tom tomem tomie
        przetarg przetargu przetargowi przetarg przetargiem przetargu
        stopień stopnia stopniowi stopień stopniem stopniu
        punkt punktu punktowi punkt punktem punkcie
        nabór naboru naborowi nabór naborem naborze
        filar filaru filarowi filar filarem filarze
        konkurs konkursu konkursowi konkurs konkursem konkursie
        turniej turnieju turniejowi turniej turniejem turnieju
        festiwal festiwalu festiwalowi festiwal festiwalem festiwalu
        zjazd zjazdu zjazdowi zjazd zjazdem zjeździe
        tydzień tygodnia tygodniowi tydzień tygodniem tygodniu
        załącznik załącznika załącznikowi załącznik załącznikiem załączniku
        tytuł tytułu tytułowi tytuł tytułem tytule
        dzień dnia dniowi dzień dniem dniu
        rok roku rokowi rok rokiem roku
    """,
    "n": """
        półrocze półrocza półroczu półrocze półroczem półroczu
        czytanie czytania czytaniu czytanie czytaniem czytaniu
        miejsce miejsca miejscu miejsce miejscem miejscu
        liceum liceum liceum liceum liceum liceum
        posiedzenie posiedzenia posiedzeniu posiedzenie posiedzeniem posiedzeniu
        piętro piętra piętru piętro piętrem piętrze
        tysiąclecie tysiąclecia tysiącleciu tysiąclecie tysiącleciem tysiącleciu
    """,
}
"""One noun a line: nominative, genitive, dative, accusative, instrumental, locative of the singular."""

_UNCHANGED: Final[dict[str, Gender]] = {"lo": "n", "liceum": "n", "rp": "f"}


def _ordered() -> dict[str, tuple[Gender, frozenset[Case]]]:
    table: dict[str, tuple[Gender, frozenset[Case]]] = {}
    for gender, lines in _FORMS.items():
        for line in lines.strip().splitlines():
            for form, case in zip(word_list(line), _ORDER, strict=True):
                table[form] = (gender, table.get(form, (gender, frozenset()))[1] | {case})
    return table | {word: (gender, frozenset(_ORDER)) for word, gender in _UNCHANGED.items()}


ORDERED: Final = _ordered()
"""Form -> gender and the cases that it may stand for."""


def case_of(form: str, asked: Case) -> tuple[Gender, Case]:
    """Gender and case of a numeral beside `form`: as asked for by the words before, as far as the form allows."""
    gender, cases = ORDERED[form]
    order: tuple[Case, ...] = (asked, "nom", "gen", "acc", "loc", "instr", "dat")
    return gender, next(case for case in order if case in cases)
