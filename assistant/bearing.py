"""Whether a verified sentence of a model answers the question: true words about something else are no answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assistant.asking import PERSON, missing, understand
from assistant.checks import Verified, with_neighbours
from assistant.matching import lexemes_of, match
from assistant.quotes import Track
from assistant.weighing import kind_weight
from transcripts.lexemes import query_lexemes

MIN_BEARING: Final = 0.25
"""Least share of the question's words (by the weight of their kind) that the sentence, its quote, the speaker or the
meeting's point must hold. Models reword, so it is little; a sentence below it is of another matter."""


_YES_NO: Final = frozenset(["tak", "nie", "nikt", "nic"])


def bearing(question: str, verified: Verified) -> Verified | None:
    """The sentence, if it is of the question's matter; its quote grows by a neighbouring sentence of the same speaker
    where only that one says what it is about: "Przepraszam, poprawiam się, sto dwadzieścia dwa tysiące"."""
    if not _tells_something(question, verified):
        return None
    track = Track(verified.piece.segments)
    for place in with_neighbours(track, verified.place):
        grown = replace(verified, place=place)
        if _bears_on(question, grown):
            return grown
    return None


def _tells_something(question: str, verified: Verified) -> bool:
    """Whether the sentence says more than the question itself and, unless a person is asked for, than who speaks."""
    asked = understand(question)
    known = lexemes_of(question if PERSON in asked.wants else f"{question} {verified.place.speaker}")
    words = verified.text.split()
    return any(word.strip(",.").lower() in _YES_NO or not lexemes_of(word) <= known for word in words)


def _bears_on(question: str, verified: Verified) -> bool:
    terms = query_lexemes(question)
    names = understand(question).names
    weights = [kind_weight(term, names) for term in terms]
    if not sum(weights):
        return True
    place = verified.place
    held = lexemes_of(f"{verified.text} {place.text} {place.speaker} {verified.piece.header}")
    return sum(w * match(held, term) for term, w in zip(terms, weights, strict=True)) >= MIN_BEARING * sum(weights)


def shows_what_is_asked(question: str, verified: Verified) -> bool:
    """Whether it has a figure, time, person or number where the question wants one (of several, at least one)."""
    asked = understand(question)
    told = f"{verified.text} {verified.place.text}"
    return not asked.wants or missing(asked, lexemes_of(told), told) != asked.wants
