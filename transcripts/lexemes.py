"""Polish text to lexemes for a `simple` tsvector, and questions to the terms that look for them.

A word is stored under every lemma that morfeusz2 knows for it, so that each inflected form finds the others, and under
its diacritics-folded form with the prefix `_`, so that a word which morfeusz2 does not know (a village, a company, a
recogniser's slip) is found as it was written, with diacritics or without. A question typed without diacritics
("oswietlenie drog") has them restored: every spelling that morfeusz2 knows becomes an alternative.

A number is stored as digits too, however it was said or written: "sto dwadzieścia dwa tysiące", "122 tys.", "122 000".
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import morfeusz2

from transcripts.acronyms import EXPANSIONS
from transcripts.facts.numbers import number_at
from transcripts.figures import scaled_decimals
from transcripts.synonyms import synonyms_of

VERSION: Final = 3
"""Changes when the same text would give other lexemes: passages are then rebuilt."""

_MAX_POSITION: Final = 16_383  # of a lexeme in a tsvector (PostgreSQL, "Limitations" of text search)
_MAX_LEXEME_CHARS: Final = 100  # PostgreSQL allows 2 kB; a longer "word" is noise
_MAX_QUERY_TERMS: Final = 32
_MAX_SPELLINGS: Final = 512  # of one word typed without diacritics
_MAX_DIACRITICS: Final = 4  # in one word
_MAX_NUMBER: Final = 10**15
_NUMBER_WORDS: Final = 16  # of the longest number that is looked for
_EDGES: Final = ".,;:!?…„”“\"'()[]«»–—-"

_STEM: Final = "~"  # before the stem of a word that morfeusz2 does not know
_TOKEN: Final = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)|[^\W_]+")
_ROMAN: Final = re.compile(r"(?=[MDCLXVI]{2,}$|[VX]$)M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_FOLD: Final = str.maketrans("łŁøØđĐ", "lLoOdD")
_WITH_DIACRITICS: Final = {
    "a": "aą", "c": "cć", "e": "eę", "l": "lł", "n": "nń", "o": "oó", "s": "sś", "z": "zźż",
}  # fmt: skip
_IMPOSSIBLE: Final = re.compile("[ćńśź][aąeęioóuy]|[ąę][aąeęoóuy]")
_NEVER_FIRST: Final = frozenset("ąęń")
"""Polish orthography: these pairs and first letters never occur (nor a last "ó"), so they need not be looked up."""
_ENDING: Final = re.compile(
    "(?<=.{4})(?:owie|owi|iego|iemu|ego|emu|iach|ach|iami|ami|ich|ych|imi|ymi|iej|iom|om|iem|em|ow|ie|ej|[ia]?a|i?u|[eioy])$"
)
"""Endings of Polish nouns and adjectives, folded: "Modrzewicy" is "Modrzewica", a name morfeusz2 does not know."""
_LETTER_NAMES: Final = {
    "b": "be", "c": "ce", "d": "de", "f": "ef", "g": "gie", "h": "ha", "j": "jot", "k": "ka", "l": "el", "m": "em",
    "n": "en", "p": "pe", "r": "er", "s": "es", "ś": "eś", "t": "te", "w": "wu", "z": "zet",
}  # fmt: skip

_SKIPPED_TAGS: Final = ("interp", "aglt", "sp")

_STOP: Final = """
    a aby ale albo ani aż bo bowiem być by chyba co coś czy czyli dla do gdy gdyż go i ich im inny iż ja jak
    jaki jako jakiś jednak jego jej jeśli jeżeli już każdy kto który ktoś lub ma mój my na nad nasz nawet nic
    nich nie niech nim niż no o obok od on ona one oni ono oraz pan pani po pod podczas ponieważ przed przez
    przy raz sam się swój ta tak taki tam te tego ten to tu twój tutaj ty tylko tym u w wasz więc wy z za zaś ze
    że zostać żaden żeby
"""
STOP_LEMMAS: Final = frozenset(_STOP.split())
"""A word with one of these among its lemmas carries nothing, in speech or in a question."""

_QUESTION: Final = "dlaczego dokąd gdzie ile kiedy mieć móc nazywać skąd według"
_QUESTION_LEMMAS: Final = frozenset(_QUESTION.split())
_EMPTY_LEMMAS: Final = STOP_LEMMAS | _QUESTION_LEMMAS


@dataclass(frozen=True, slots=True)
class DocumentLexemes:
    """`vector` is the text form of a tsvector; `count` how many words of the text carried something."""

    vector: str
    count: int


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One word of a question: lexemes that all stand for it, and the folded form in which it was typed.

    `synonyms` are lemmas that a council says instead (transcripts/synonyms.py): they count less.
    """

    lexemes: tuple[str, ...]
    form: str
    synonyms: tuple[str, ...] = ()

    def tsquery(self) -> str:
        """The text form of a tsquery that any of the lexemes satisfies."""
        return " | ".join(_quoted(lexeme) for lexeme in self.lexemes)

    def any_tsquery(self) -> str:
        """What a passage must hold for this term to count: any form of a known word stands under its lemma too."""
        unknown = any(lexeme.startswith(_STEM) for lexeme in self.lexemes)
        return f"{self.tsquery()} | {self.form_tsquery()}" if unknown else self.tsquery()

    def synonym_tsquery(self) -> str:
        """The text form of a tsquery for what stands for the word; empty when nothing does."""
        return " | ".join(_quoted(lexeme) for lexeme in self.synonyms)

    def form_tsquery(self) -> str:
        """The text form of a tsquery for the very form that was typed, diacritics aside."""
        return _quoted(self.form)


def fold(text: str) -> str:
    """Lower case without diacritics: "Świderską" -> "swiderska"."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_FOLD).lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def document_lexemes(header: str, text: str) -> DocumentLexemes:
    """Lexemes of a passage: the header's with weight A, the text's with weight D."""
    entries: dict[str, list[str]] = {}
    position = 0
    count = 0
    for part, weight in ((header, "A"), (text, "D")):
        for lexemes in _words(part):
            position = min(position + 1, _MAX_POSITION)
            count += weight == "D"
            for lexeme in lexemes:
                entries.setdefault(lexeme, []).append(f"{position}{weight}")
        for figure in _figures(part):
            entries.setdefault(figure, []).append(f"{max(position, 1)}{weight}")
    vector = " ".join(f"{_quoted(lexeme)}:{','.join(places[:255])}" for lexeme, places in entries.items())
    return DocumentLexemes(vector, count)


def query_lexemes(question: str) -> tuple[QueryTerm, ...]:
    """What a question asks about: its words without question words and words that carry nothing, each once."""
    plain = fold(question) == question.lower()  # typed without any diacritics: restore them in every word
    terms: dict[str, QueryTerm] = {}
    before = ""
    for token, figures in _question_tokens(question):
        dated, before = before.isdigit(), token  # "3 maja" is a day, "maja" alone may be "mają"
        if not _carries(token) or (plain and not dated and _restored(token) & _EMPTY_LEMMAS):
            continue
        lexemes = _token_lexemes(token)
        if lexemes & _QUESTION_LEMMAS:
            continue
        if plain or _is_unknown(token):
            lexemes |= _restored(token)
        synonyms = tuple(sorted(synonyms_of(lexemes)))
        term = QueryTerm(tuple(sorted(lexemes | figures)), f"_{fold(token)}", synonyms)
        terms.setdefault(" ".join(term.lexemes), term)
    return tuple(terms.values())[:_MAX_QUERY_TERMS]


def spans_of(terms: Iterable[QueryTerm], text: str) -> list[tuple[int, int]]:
    """Where words of `text` stand that a question's terms found: (first, end character) of each, in order.

    A number said in several words is found as a whole and has no span.
    """
    wanted = frozenset().union(*({*term.lexemes, *term.synonyms, term.form} for term in terms))
    spans = []
    for match in _TOKEN.finditer(text):
        token = match[0].replace(" ", "").replace("\u00a0", "")[:_MAX_LEXEME_CHARS]
        if _carries(token) and not wanted.isdisjoint(_token_lexemes(token) | {f"_{fold(token)}"}):
            spans.append(match.span())
    return spans


# --- numbers ---------------------------------------------------------------------------------------------------------


def _figures(text: str) -> Iterator[str]:
    """Every number that `text` says in words or with a word ("122 tys."), in digits. Plain digits are words already."""
    words = [word.strip(_EDGES) for word in text.split()]
    at = 0
    yield from map(str, scaled_decimals(text))
    while at < len(words):
        number = number_at(words, at)
        if number is not None and (number.spelled or number.size > 1) and number.value < _MAX_NUMBER:
            yield str(number.value)
        at += number.size if number else 1


def _question_tokens(question: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Words of a question with the digits each stands for; a number of several words is one word, its digits."""
    words = question.split()
    at = 0
    while at < len(words):
        number = number_at([word.strip(_EDGES) for word in words[at : at + _NUMBER_WORDS]], 0)
        if number is not None and number.size > 1 and number.value < _MAX_NUMBER:
            yield str(number.value), frozenset()
        else:
            figures = frozenset([str(number.value)] if number is not None and number.value < _MAX_NUMBER else [])
            for token in _tokens(words[at]):
                yield token, figures
        at += number.size if number else 1


# --- words -----------------------------------------------------------------------------------------------------------


def _tokens(text: str) -> list[str]:
    return [token.replace(" ", "").replace("\u00a0", "")[:_MAX_LEXEME_CHARS] for token in _TOKEN.findall(text)]


def _words(text: str) -> Iterator[set[str]]:
    """The lexemes of each word of a document that carries something, in order."""
    tokens = _tokens(text)
    acronyms = _acronyms_spelled_out(tokens)
    for index, token in enumerate(tokens):
        lexemes = set(acronyms.get(index, ()))
        if _carries(token):
            lexemes |= _token_lexemes(token) | _expansion_lexemes(token.lower()) | {f"_{fold(token)}"}
        if lexemes:
            yield lexemes


def _carries(token: str) -> bool:
    """Single letters are initials, endings of acronyms ("WPF-u") and slips of the recogniser."""
    long_enough = len(token) > 1 or token.isdigit() or _roman_value(token) is not None
    return long_enough and not _token_lexemes(token) & STOP_LEMMAS


@lru_cache(maxsize=65_536)
def _token_lexemes(token: str) -> frozenset[str]:
    """Every lemma of one word, lower case; a Roman numeral also as a number; an unknown word also as its stem."""
    lexemes = {lemma for lemma, tag in _analyses(token) if tag not in _SKIPPED_TAGS}
    if _is_unknown(token):
        lexemes.add(f"{_STEM}{_ENDING.sub('', fold(token))}")
    value = _roman_value(token)
    if value is not None:
        lexemes.add(str(value))
    if token.isdigit():
        lexemes = {token.lstrip("0") or "0"}
    return frozenset(lexemes)


def is_unknown(word: str) -> bool:
    """Whether no dictionary knows a word, with diacritics or, typed without any, with them put back."""
    return _is_unknown(word) and not _restored(word)


@lru_cache(maxsize=8_192)
def is_only_a_name(word: str) -> bool:
    """Whether the dictionary has a word typed in lower case, diacritics put back, as a name alone: "zakrzewku"."""
    with _morfeusz_lock:
        found = [_analyser().analyse(spelling) for spelling in _spellings(word.lower())]
    lemmas = [lemma for each in found for _, _, (_, lemma, tag, _, _) in each if tag != "ign"]
    return bool(lemmas) and all(lemma[0].isupper() for lemma in lemmas)


@lru_cache(maxsize=8_192)
def may_be_a_surname(word: str) -> bool:
    """Whether a word typed in lower case, diacritics put back, may name somebody: the dictionary knows it as a surname
    or in no other way than as a noun, or does not know it ("zajac" is "zając" too, "chce" only a verb).
    """
    with _morfeusz_lock:
        found = [_analyser().analyse(text) for each in _spellings(word.lower()) for text in (each, each.capitalize())]
    readings = [reading for each in found for _, _, reading in each if reading[1] != "ign"]
    if any("nazwisko" in label for _, _, _, labels, _ in readings for label in labels):
        return True
    return all(tag.startswith("subst") for _, _, tag, _, _ in readings)


def _is_unknown(token: str) -> bool:
    return all(tag == "ign" for _, tag in _analyses(token))


def _roman_value(token: str) -> int | None:
    """23 for "XXIII". Single letters other than V and X are words ("I", "C") far more often."""
    if not _ROMAN.fullmatch(token):
        return None
    values = [_ROMAN_VALUES[char] for char in token]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


_morfeusz_lock = threading.Lock()  # an analyser keeps its state in itself
_morfeusz: Any = None


def _analyser() -> Any:
    """To be used with the lock held."""
    global _morfeusz
    if _morfeusz is None:
        _morfeusz = morfeusz2.Morfeusz(generate=False)
    return _morfeusz


def _analyses(text: str) -> list[tuple[str, str]]:
    """(lemma in lower case, part of speech) of every reading of every part of `text`; "ign" when unknown."""
    with _morfeusz_lock:
        readings = _analyser().analyse(text)
    return [(_plain_lemma(lemma), tag.split(":")[0]) for _, _, (_, lemma, tag, _, _) in readings]


def _plain_lemma(lemma: str) -> str:
    """Without the homonym's number: "zając:Sm1" -> "zając"."""
    return (lemma.split(":")[0] if len(lemma) > 1 else lemma).lower()


# --- typed without diacritics ----------------------------------------------------------------------------------------


@lru_cache(maxsize=8_192)
def _restored(token: str) -> frozenset[str]:
    """Lemmas of every spelling with diacritics that morfeusz2 knows: "drog" -> {"droga", "drogi"}."""
    lexemes: set[str] = set()
    for spelling in _spellings(token.lower()):
        for text in (spelling, spelling.capitalize()):  # names are known with their capital letter only
            lexemes.update(lemma for lemma, tag in _analyses(text) if tag != "ign" and tag not in _SKIPPED_TAGS)
    return frozenset(lexemes)


def _spellings(word: str) -> Iterator[str]:
    """`word` with diacritics put where they can stand, at most `_MAX_DIACRITICS` of them."""
    partial = [("", 0)]
    for char in word:
        partial = [
            (spelling + choice, used + (choice != char))
            for spelling, used in partial
            for choice in _WITH_DIACRITICS.get(char, char)
            if used + (choice != char) <= _MAX_DIACRITICS and not _IMPOSSIBLE.search(spelling[-1:] + choice)
        ][:_MAX_SPELLINGS]
    for spelling, _ in partial:
        if spelling[:1] not in _NEVER_FIRST and not spelling.endswith("ó"):
            yield spelling


# --- acronyms --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Phrase:
    """An acronym's long form: one set of lemmas per word, any of which will do."""

    acronym: str
    words: tuple[frozenset[str], ...]


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[_Phrase]]:
    """Long forms, and names of letters as a recogniser writes them ("wu pe ef"), by the lemmas of their first word."""
    by_first: dict[str, list[_Phrase]] = {}
    for acronym, expansion in EXPANSIONS.items():
        spoken = " ".join(_LETTER_NAMES.get(letter, letter) for letter in acronym)
        for words in (_tokens(expansion), spoken.split()):
            phrase = _Phrase(acronym, tuple(_token_lexemes(word) for word in words))
            for lexeme in phrase.words[0]:
                by_first.setdefault(lexeme, []).append(phrase)
    return by_first


def _acronyms_spelled_out(tokens: list[str]) -> dict[int, set[str]]:
    """Acronyms whose long form stands in the text, by the index of its first word."""
    found: dict[int, set[str]] = {}
    phrases = _phrases()
    for index, token in enumerate(tokens):
        for phrase in {phrase for lexeme in _token_lexemes(token) for phrase in phrases.get(lexeme, ())}:
            words = tokens[index : index + len(phrase.words)]
            if len(words) == len(phrase.words) and all(
                _token_lexemes(word) & wanted for word, wanted in zip(words, phrase.words, strict=True)
            ):
                found.setdefault(index, set()).add(phrase.acronym)
    return found


@lru_cache(maxsize=256)
def _expansion_lexemes(acronym: str) -> frozenset[str]:
    words = _tokens(EXPANSIONS.get(acronym, ""))
    return frozenset(lexeme for word in words if _carries(word) for lexeme in _token_lexemes(word))


def _quoted(lexeme: str) -> str:
    """As tsvector and tsquery read it: in quotes, with quotes and backslashes doubled."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
