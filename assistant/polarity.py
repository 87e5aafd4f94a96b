"""Whether a sentence says yes where its quote says no, or gives votes to the other side.

Words, figures and names may all stand in the quote and the sentence still be false: "Gmina weźmie kredyt" of "Nie
planujemy kredytu", "dwunastu było przeciw" of "za dwunastu, przeciw dwóch". Rules only: a sentence that is doubtful by
them is dropped, which loses a sentence at worst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from assistant.asking import FORM
from assistant.matching import lexemes_of
from transcripts.facts.numbers import word_list
from transcripts.facts.presence import Presence
from transcripts.facts.tallies import find_tallies
from transcripts.facts.text import Utterance, read_speech

_CLAUSE: Final = re.compile(r"[,;:.!?…–—()]+|\b(?:ale|lecz|jednak|natomiast|a|i|oraz|więc|bo|że|żeby)\b", re.IGNORECASE)
_DENIES: Final = re.compile(
    r"\b(?:nie(?! (?:tylko|więcej|mniej|później|wcześniej|dalej|dłużej|niż|ma (?:przeszkód|wątpliwości)))"
    r"|bez|brak\w*|zabrak\w+|żad\w+|nikt|nikogo|nikomu|ani|nigdy|nic|niczego)\b",
    re.IGNORECASE,
)
"""Words that turn a clause into its opposite; "nie później niż" and the like do not."""
_AGAINST: Final = re.compile(
    r"\b(?:nie\w{4,}|przeciw\w*|sprzeciw\w*|odrzuc\w+|odmów\w*|odmow\w+|odmawia\w*|wyklucz\w*|zrezygn\w+|rezygn\w+"
    r"|wycof\w+|unieważn\w+|zakaz\w*|uchyl\w+|odwoł\w+|wstrzym\w+|przepad\w+|zapobieg\w+|unik\w+|oddal\w+|zamiast"
    r"|zamkn\w+|skończ\w+|wątp\w+|anulow\w+|zaprzecz\w+|krytyk\w+|negatywn\w+|jednogłośn\w+|jednomyśln\w+)\b",
    re.IGNORECASE,
)
"""Words that may stand for a "nie" of the other side."""
_EMPTY: Final = frozenset(word_list("nie być mieć móc zostać rok radny rada gmina pan pani wójt miasto powiat uchwała"))


@lru_cache(maxsize=2_048)
def denies_otherwise(text: str, quote: str) -> bool:
    """Whether one of a sentence and the quote that it stands on denies what the other says."""
    told = [(_content(clause), _denied(clause)) for clause in _clauses(text)]
    said = [(_content(clause), _denied(clause)) for clause in _clauses(quote)]
    for words, denied in told:
        alike = max((len(words & other) for other, _ in said), default=0)
        about = [other for other in said if alike and len(words & other[0]) == alike]
        if not about:
            continue
        if not denied and not _against(text) and all(other for _, other in about):
            return True
        if denied and not any(other for _, other in said) and not _against(quote):
            return True
    return False


@lru_cache(maxsize=2_048)
def counts_otherwise(text: str, quote: str) -> bool:
    """Whether votes for, against and withheld are told otherwise than in the quote, where that has any."""
    said = list(_tallies(quote))
    return bool(said) and not all(any(_within(told, other) for other in said) for told in _tallies(text))


def _within(told: Mapping[str, int], said: Mapping[str, int]) -> bool:
    return all(said.get(choice, 0) == count for choice, count in told.items())


def _tallies(text: str) -> Iterator[Mapping[str, int]]:
    speech = read_speech([Utterance(0, 1_000, text, "", ())])
    for tally in find_tallies(speech, Presence()):
        if tally.counts:
            yield {str(choice): count for choice, count in tally.counts.items()}


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause and clause.strip()]


def _denied(clause: str) -> bool:
    return bool(_DENIES.search(clause))


def _against(text: str) -> bool:
    return bool(_AGAINST.search(text) or _DENIES.search(text))


def _content(clause: str) -> frozenset[str]:
    return frozenset(lexeme for lexeme in lexemes_of(clause) if not lexeme.startswith((FORM, "~"))) - _EMPTY
