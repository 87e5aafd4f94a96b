"""What a question asks for, and whether words have it: a figure, a sum, a time, a person, a resolution's number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from transcripts.cards import VOTE, asks_why, kinds_asked
from transcripts.facts.numbers import numbers_in
from transcripts.lexemes import fold, is_only_a_name, may_be_a_surname, query_lexemes


def _folded(pattern: str) -> re.Pattern[str]:
    """For questions in lower case without diacritics, which is how many are typed on a phone."""
    return re.compile(fold(pattern))


FORM: Final = "_"
"""Marks folded forms among lexemes (transcripts/lexemes.py)."""

NUMBER: Final = "number"
MONEY: Final = "money"
TIME: Final = "time"
PERSON: Final = "person"
RESOLUTION: Final = "resolution"

_NUMBERS_WORDS: Final = """
    jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście
    piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści czterdzieści pięćdziesiąt
    sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto dwieście trzysta czterysta pięćset sześćset
    siedemset osiemset dziewięćset tysiąc milion miliard bilion połowa półtora zero nikt żaden jednogłośnie dwoje
    troje czworo pięcioro sześcioro siedmioro kilka kilkanaście kilkadziesiąt
"""
_NUMBERS: Final = frozenset(_NUMBERS_WORDS.split())
CURRENCY: Final = frozenset(["złoty", "zł", "grosz", "euro", "dolar"])
_MONEY: Final = CURRENCY | {"procent", "tysiąc", "milion", "miliard", "bilion", "tys", "mln", "mld", "połowa"}
_MULTIPLES: Final = frozenset(["tysiąc", "milion", "miliard", "bilion", "tys", "mln", "mld"])
_COUNTED: Final = frozenset(
    ["sztuka", "osoba", "mieszkaniec", "tona", "metr", "kilometr", "hektar", "litr", "kilogram"]
)
_TIME_WORDS: Final = """
    styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień poniedziałek
    wtorek środa czwartek piątek sobota niedziela miesiąc tydzień dzień kwartał półrocze godzina jutro pojutrze wiosna
    jesień zima lato wakacje ferie wielkanoc święto święta boże sylwester dożynki weekend
"""
_TIME: Final = frozenset(_TIME_WORDS.split())
_OCCASIONS: Final = frozenset(["wakacje", "ferie", "wielkanoc", "święto", "święta", "sylwester", "dożynki", "weekend"])
"""Times that are things to ask about as well: "kiedy będą dożynki" is not answered by the word."""
_DATED: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}\.\d{1,2}\b|\bo \d{1,2}\b|\bdwa tysiące \w+"
    r"|\bo (?:pierwsz|drugi|trzeci|czwart|piąt|szóst|siódm|ósm|dziewiąt|dziesiąt|\w+nast|dwudziest)ej\b"
    r"|\b(?:w|do końca|na koniec|od) (?:przyszł|tego|następn|bieżąc|zeszł|ubiegł|tym)\w* (?:roku|rok)\b",
    re.IGNORECASE,
)

_ASKS_NUMBER: Final = _folded(
    r"\b(?:ile|ilu|iloma|jakim wynikiem|jaki (?:był|jest) wynik|jak głosowano|jak(?:a|ą|iej) kwot\w+"
    r"|jak(?:i|a|ie) (?:(?:jest|był[ao]?|będzie|są|były) )?(?:koszt|cen|stawk|opłat|kwot)\w*)\b"
)
_ASKS_TIME: Final = _folded(
    r"\b(?:kiedy|w którym roku|w jakim roku|którego dnia|o której|w jakich godzinach|(?:w )?jaki\w* termin\w*)\b"
)
_ASKS_RESOLUTION: Final = _folded(r"\b(?:jaki|który|jakim)\w* (?:\w+ ){0,2}numer\w*|\bnumer\w* (?:\w+ )?uchwał")
_ASKS_PERSON: Final = _folded(
    r"\b(?:kto|kogo|komu|któr[ay] (?:radn[ya]|firma|spółka|osoba)|jaka firma|jak(?:a jest nazwa|ie nazwisko)"
    r"|jak (?:się )?nazywa\w*)\b"
)
_ABOUT_MONEY: Final = _folded(
    r"koszt|cen[aęy]\b|kwot|pieni|zapłac|płac[iąę]|wyda[łjćnw]|opłat|stawk|dofinans|dopłat|zarabia|zarobi|pensj"
    r"|wynagrodz|\bkar[aęy]\b"
)
_ABOUT_COST: Final = _folded(r"koszt|cen[aęy]\b|zapłac|wyda[łjćnw]")
_COST: Final = _folded(r"koszt|cen[aęy]\b|\bwart|płac|opłat|wyda[łjćnt]")
_NO_COST: Final = _folded(r"oszczędn|oszczędz|\bdochod|przych[oó]d|\bwpływ[uyó]|\bzysk|\bmandat")
"""A sum that is one of these is no answer to what something costs."""
_OFFICES: Final = "radny radna wójt burmistrz skarbnik sekretarz firma spółka nikt wszyscy"
_NUMBERED: Final = re.compile(r"\b(?:numer\w*|nr|łaman\w+)\b|/", re.IGNORECASE)
_NAMED_BY_NUMBER: Final = re.compile(r"\buchwał\w+ (\w+)", re.IGNORECASE)  # "uchwała dwieście osiemdziesiąta piąta"
_NAME_OR_OFFICE: Final = frozenset(_OFFICES.split())
_SPEAKING_OFFICES: Final = """
    burmistrz wójt starosta prezydent marszałek skarbnik sekretarz przewodniczący przewodnicząca dyrektor komendant
    naczelnik sołtys wicestarosta wiceburmistrz zastępca kierownik prezes
"""
OFFICES: Final = frozenset(_SPEAKING_OFFICES.split())
"""Lemmas by which a question names a speaker without a surname."""
_SPEAKS: Final = _folded(
    r"\b(?:mówi|powiedzia|twierdz|uważa|sądzi|zdani|opini|interpel|pyta|zapyta|propon|zapropon|wniosk|sprzeciw|popar"
    r"|popier|argument|obieca|tłumacz|skarży|chce|chcia|przeciw|krytyk|żąda(?!n)|wypowi|odpowiedzia|odpowie"
    r"|deklar|zadeklar|przyrzek|zapowiedzia|zapowiada|zapewni[ał]|stwierdzi|wyjaśni[ał]|ostrzega|ostrzeg[łl]|apelowa"
    r"|zaapelowa|prosi|domaga|zarzuc|oskarż|narzeka|oburz|przekonywa|pochwal|przyzna[łl]|sugerowa|zasugerowa)\w*"
)
_NOBODY: Final = re.compile(
    r"\b(?:(?:we?|na|przy|nad|koło|obok|ul\.|ulic\w+|miejscowości|gminie|powiecie) [A-ZŻŹĆĄŚĘŁÓŃ]\w+"
    r"|Wielkanoc\w*|Boż\w+ Narodzeni\w+)"
)
"""A capital letter that is a place's or a feast's."""
_FIRST_PERSON: Final = re.compile(
    r"\b(?:proponuję|wnoszę|wnioskuję|składam|złożył[ae]m|zgłaszam|zgłosił[ae]m|pytam|popieram|uważam|proszę o"
    r"|interpeluję)\b",
    re.IGNORECASE,
)
_WORDS_ABOUT: Final = _folded(
    r"\bco\b.{0,60}\b(?:mówi|powiedzia|sądzi|uważa|twierdz|myśl)\w*.{0,40}\b(?:o|na temat|w sprawie)\b"
)
_AFTER_OFFICE: Final = re.compile(
    r"\b(?:radn(?:y|a|ego|ej|emu|ym)|pan(?:a|u|em|i|ia)?|soltys\w*|burmistrz\w*|skarbni\w+) ([^\W\d_]{4,})"
)
_ONE_VOTER: Final = _folded(r"\b(?:jak|czy)\b.{0,60}\b(?:za)?głosował[a]?\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """`wants` are kinds of things that an answer must show; `names` folded forms of names and figures.

    `speaks`: it asks what somebody said or wanted, `about`: of a matter that it names. `one_voter`: how one person
    voted. `yes_no`: whether it is so. `cost`: what something costs.
    `times`: lemmas that tell a time, but for an occasion that the question holds.
    """

    wants: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]  # all words, folded
    offices: frozenset[str]
    kinds: tuple[str, ...]
    speaks: bool
    about: bool
    one_voter: bool
    yes_no: bool
    cost: bool
    times: frozenset[str]

    @property
    def how_people_voted(self) -> bool:
        """How a person voted, or who voted how: the law may keep it back, whatever a model would say."""
        return self.one_voter or (PERSON in self.wants and VOTE in self.kinds)


@lru_cache(maxsize=1_024)
def understand(question: str) -> Asked:
    """What `question` asks for, by its words alone."""
    asked = fold(question)
    wants = set()
    if _ASKS_RESOLUTION.search(asked):
        wants.add(RESOLUTION)
    elif _ASKS_NUMBER.search(asked):
        wants.add(MONEY if _ABOUT_MONEY.search(asked) else NUMBER)
    if _ASKS_TIME.search(asked):
        wants.add(TIME)
    if _ASKS_PERSON.search(asked):
        wants.add(PERSON)
    words = re.findall(r"[^\W_]+", question)
    names = frozenset(FORM + fold(word) for word in words[1:] if word[0].isupper() or word.isdigit())
    if not any(word[0].isupper() for word in words[1:]):
        names |= _names_in_lower_case(asked)
    return Asked(
        frozenset(wants), names, frozenset(fold(word) for word in words),
        OFFICES & _lemmas(question), kinds_asked(question),
        bool(_SPEAKS.search(asked)) or (asks_why(question) and bool(names)), bool(_WORDS_ABOUT.search(asked)),
        bool(_ONE_VOTER.search(asked)) and "glosowala rada" not in asked,
        asked.startswith("czy "), bool(_ABOUT_COST.search(asked)), _TIME - (_OCCASIONS & _lemmas(question)),
    )  # fmt: skip


def _names_in_lower_case(asked: str) -> frozenset[str]:
    """Nouns after an office ("co radny zajac mowil" names Zając) and words that are nothing but names."""
    followers = [word for word in _AFTER_OFFICE.findall(asked) if may_be_a_surname(word)]
    return frozenset(FORM + word for word in (*followers, *filter(is_only_a_name, re.findall(r"[^\W\d_]+", asked))))


def _lemmas(question: str) -> frozenset[str]:
    return frozenset(lexeme for term in query_lexemes(question) for lexeme in term.lexemes)


def missing(asked: Asked, lexemes: frozenset[str], text: str) -> frozenset[str]:
    """What of `asked.wants` words with these lexemes do not show."""
    return frozenset(want for want in asked.wants if not _shows(want, asked, lexemes, text))


def _shows(want: str, asked: Asked, lexemes: frozenset[str], text: str) -> bool:
    figures = any(lexeme.isdigit() for lexeme in lexemes) or not _NUMBERS.isdisjoint(lexemes)
    if want == RESOLUTION:
        return figures and (bool(_NUMBERED.search(text)) or any(map(numbers_in, _NAMED_BY_NUMBER.findall(text))))
    if want == MONEY:
        return figures and _tells_a_sum(lexemes) and not (asked.cost and _is_no_cost(fold(text)))
    if want == TIME:
        return not asked.times.isdisjoint(lexemes) or bool(_DATED.search(text))
    if want == PERSON:
        return _names_somebody(asked, lexemes, text)
    return figures


def _tells_a_sum(lexemes: frozenset[str]) -> bool:
    """ "Tysiąc dwieście sztuk" is none."""
    return not (_MONEY - _MULTIPLES if _COUNTED & lexemes else _MONEY).isdisjoint(lexemes)


def _is_no_cost(text: str) -> bool:
    return bool(_NO_COST.search(text)) and not _COST.search(text)


def _names_somebody(asked: Asked, lexemes: frozenset[str], text: str) -> bool:
    """A capitalised word inside a sentence that the question does not hold itself; text without capitals passes."""
    if asked.speaks and _FIRST_PERSON.search(text):
        return True  # whoever speaks
    if text == text.lower():
        return not _NAME_OR_OFFICE.isdisjoint(lexemes)
    inside = re.findall(r"(?<=[^.!?…]\s)[^\W\d_]+", _NOBODY.sub(" ", text))
    return any(word[0].isupper() and fold(word) not in asked.words for word in inside) or bool(
        {"nikt", "wszyscy"} & lexemes
    )
