"""Whether words of a question stand among words that were said: as they are, in another case, as kin or synonyms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from assistant.asking import FORM
from transcripts.lexemes import QueryTerm, document_lexemes

_RELATED: Final = 0.8  # another word of the family: koszt for kosztować
_SYNONYM: Final = 0.75  # what a council says instead (transcripts/synonyms.py)
_LEXEME: Final = re.compile(r"'((?:[^'\\]|''|\\.)*)':")
_UNKNOWN: Final = "_~"  # first characters of what is no lemma: folded forms, stems of unknown words
_PREFIX_CHARS: Final = 3
_PERFECTIVE: Final = re.compile(r"^(?:prze|przy|roz|pod|wy|za|po|od|na|do|z|s|u|o)(?=\w{4,}ć$)")
"""Prefixes that make a verb of another aspect: "zrezygnować" is kin to "rezygnacja", "wyremontować" to "remont"."""
_FAMILY_CHARS: Final = 5
_FAMILY_SHARE: Final = 0.55


@lru_cache(maxsize=16_384)
def lexemes_of(text: str) -> frozenset[str]:
    """Lemmas and folded forms of the words of `text`, as search stores them."""
    return frozenset(match.replace("''", "'") for match in _LEXEME.findall(document_lexemes("", text).vector))


@lru_cache(maxsize=16_384)
def heard_apart(text: str) -> frozenset[str]:
    """Lemmas of words that a recogniser may have written in two: "na Bożeństw" for "nabożeństw".

    A short word and its follower count as one when morfeusz2 knows them together.
    """
    words = re.findall(r"[^\W\d_]+", text)
    found: frozenset[str] = frozenset()
    for short, follower in pairwise(words):
        if len(short) <= _PREFIX_CHARS and len(follower) >= _FAMILY_CHARS:
            lexemes = lexemes_of(short + follower.lower())
            if any(lexeme[0] not in _UNKNOWN for lexeme in lexemes):
                found |= lexemes
    return found


def stem_in(name: str, lexemes: frozenset[str]) -> bool:
    """Whether a folded name stands among folded forms in another case: "zajaca" and "zajac"."""
    stem = name[: max(4, len(name) - 3)]
    return any(lexeme.startswith(stem) and abs(len(lexeme) - len(name)) <= 3 for lexeme in lexemes if lexeme[0] == FORM)


def holds(lexemes: frozenset[str], term: QueryTerm) -> bool:
    return term.form in lexemes or not lexemes.isdisjoint(term.lexemes)


def match(lexemes: frozenset[str], term: QueryTerm) -> float:
    """1 for the word, less for one of its family or one that councils say instead, 0 for none."""
    if holds(lexemes, term):
        return 1.0
    if _kin(term.lexemes + _without_prefixes(term.lexemes), lexemes) or _kin(term.lexemes, _bare(lexemes)):
        return _RELATED
    return _SYNONYM if not lexemes.isdisjoint(term.synonyms) else 0.0


@lru_cache(maxsize=16_384)
def _beginnings(lexemes: frozenset[str]) -> frozenset[str]:
    """What every word of a family has in common with another: one look instead of a comparison with each lexeme."""
    return frozenset(lexeme[:_FAMILY_CHARS] for lexeme in lexemes)


def _kin(asked: Sequence[str], lexemes: frozenset[str]) -> bool:
    beginnings = _beginnings(lexemes)
    near = [lexeme for lexeme in asked if lexeme[:_FAMILY_CHARS] in beginnings]
    return bool(near) and any(_family(lexeme, other) for lexeme in near for other in lexemes)


@lru_cache(maxsize=4_096)
def _without_prefixes(lexemes: tuple[str, ...]) -> tuple[str, ...]:
    """Verbs among `lexemes` without the prefix of their aspect. Never compared with one another: "odwołać" is the
    opposite of "powołać".
    """
    bare = (_PERFECTIVE.sub("", lexeme) for lexeme in lexemes if lexeme[0] not in _UNKNOWN)
    return tuple(lexeme for lexeme in bare if lexeme not in lexemes)


@lru_cache(maxsize=16_384)
def _bare(lexemes: frozenset[str]) -> frozenset[str]:
    return frozenset(_without_prefixes(tuple(lexemes)))


@lru_cache(maxsize=262_144)
def _family(lexeme: str, other: str) -> bool:
    """Whether two lemmas look like one family by their beginning: kosztować and koszt."""
    if lexeme.startswith(FORM) or other.startswith(FORM):
        return False
    shared = 0
    for left, right in zip(lexeme, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= max(_FAMILY_CHARS, _FAMILY_SHARE * max(len(lexeme), len(other)))
