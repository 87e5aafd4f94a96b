"""Words of a question that nobody ever wrote so, put right by what the council's passages hold.

Only words that no dictionary knows and no passage holds are looked at: "oswietelnie" becomes "oświetlenie", a surname
that was never heard of stays. The first letter is taken to be right, as it nearly always is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

from transcripts.lexemes import QueryTerm, fold, is_unknown

ALIKE: Final = 80.0
"""Least likeness, 0..100 (rapidfuzz ratio): one letter of five, two of ten."""
_SHORTEST: Final = 5
_WORD: Final = re.compile(r"[^\W\d_]+")


def doubtful(question: str, terms: Iterable[QueryTerm]) -> list[str]:
    """Words of `question` that may be misspelt, folded; none for most questions."""
    asked = {term.form[1:] for term in terms}
    words = [word for word in _WORD.findall(question) if len(word) >= _SHORTEST and is_unknown(word)]
    return [fold(word) for word in words if fold(word) in asked]


def corrected(question: str, vocabulary: Iterable[str], words: Iterable[str]) -> str:
    """`question` with each of `words` (folded) put as the folded form of `vocabulary` that it resembles most."""
    known = list(vocabulary)
    better = {}
    for word in words:
        near = [form for form in known if form[:1] == word[:1] and abs(len(form) - len(word)) <= 2]
        if word in near:
            continue
        found = process.extractOne(word, near, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if found:
            better[word] = found[0]
    return _WORD.sub(lambda match: _like(match[0], better.get(fold(match[0]), "")), question)


def _like(word: str, better: str) -> str:
    """`better` with the capital letter that `word` has; `word` itself for none."""
    return (better.capitalize() if word[:1].isupper() else better) or word
