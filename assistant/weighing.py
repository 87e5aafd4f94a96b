"""How much the words of a question weigh: by their rarity in the evidence and by their kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from assistant.asking import FORM
from assistant.matching import holds
from assistant.sentences import Candidate
from transcripts.lexemes import QueryTerm

_NAME: Final = 1.1
VERB: Final = 0.6
_ADJECTIVE: Final = 0.8
_EMPTY: Final = 0.2
_EMPTY_LIST: Final = """
    mowa mówić powiedzieć wypowiadać wspominać wspomnieć wynosić wynieść dotyczyć odbyć odbywać sprawa temat kwestia
    liczba ilość nazwa numer planować zamierzać chcieć musieć sądzić uważać zdanie stać jak jaki przeznaczyć nosić rok
    gmina miasto powiat rada radny radna uchwała sesja zrobić robić działać wynik mieszkaniec człowiek ludzie osoba
    powód przyczyna każdy wszystek ostateczny ostatecznie dokładnie łącznie właściwie trzeba można należeć
"""
_EMPTY_WORDS: Final = frozenset(_EMPTY_LIST.split())
"""Words that questions about meetings are built with, whatever they ask about."""


def weights_of(terms: Sequence[QueryTerm], names: frozenset[str], candidates: Sequence[Candidate]) -> list[float]:
    """One weight for each of `terms`; a word that is nowhere in the evidence weighs most."""
    weights = []
    for term in terms:
        holders = sum(1 for c in candidates if holds(c.own, term) or holds(c.around, term))
        rarity = math.log(1 + len(candidates) / (1 + holders)) + 0.5
        weights.append(rarity * kind_weight(term, names))
    return weights


def kind_weight(term: QueryTerm, names: frozenset[str]) -> float:
    """Names are rarely said otherwise, verbs and adjectives often: poprzeć, głosować za, być przychylnym."""
    lemmas = [lexeme for lexeme in term.lexemes if not lexeme.startswith(FORM)]
    if not _EMPTY_WORDS.isdisjoint(lemmas):
        return _EMPTY
    if term.form in names:
        return _NAME
    if lemmas and all(lemma.endswith("ć") for lemma in lemmas):
        return VERB
    if any(lemma.endswith("y") for lemma in lemmas) or (lemmas and all(lemma.endswith("i") for lemma in lemmas)):
        return _ADJECTIVE
    return 1.0


def is_topic(term: QueryTerm, names: frozenset[str]) -> bool:
    """Whether a word says what a question is about: no name, no verb, no adjective, no word of every question."""
    return term.form not in names and kind_weight(term, names) == 1.0
