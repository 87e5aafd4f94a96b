"""Points opened in fewer words: "Piątka, zmiany w budżecie", "idziemy do trójki", "pod numerem szóstym mamy ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from transcripts.facts import agenda_formulae as formulae
from transcripts.facts import agenda_signs as signs
from transcripts.facts import titles
from transcripts.facts.agenda_order import ONLY_IN_ORDER, Opened
from transcripts.facts.numbers import value_of_noun
from transcripts.facts.text import Speech

_ENTERED: Final = 0.85
_RETURNED: Final = 0.9
_BARE: Final = 0.6
_MOST_AHEAD: Final = 8  # words of a sentence before "jako punkt drugi" or after "czyli punkt trzeci"
_FEWEST_ALONE: Final = 3
"""A bare "drugi, ..." may be the second of anything; points so called are told apart from the third on."""
_PERSON: Final = re.compile(
    r"(?:pan\w*|radn\w+|komisj\w+|klub\w*|wnios\w+|wniosek|popraw\w+|głos\w*|pytani\w+|termin\w*|kandydat\w*|raz|dzień|rok|dni)$"
)


_COUNTED: Final = re.compile(r"(?:się|za|przeciw\w*|wstrzym\w+|osób|dzieci|uczniów|radnych|z|w|na|i|plus)$")
_OF_SOMETHING: Final = re.compile(
    r"(?:ta|tej|nasza|moja|linia|autobus|tramwaj|klasa|dom|szkoła|szkole|przedszkole|numer|za|przeciw|w|na|do|z|od|po|i|a|jest|była|nasz)$"
)


def short_formulae(speech: Speech) -> Iterator[Opened]:
    """Points opened without the word "punkt", or by a number said after their title."""
    yield from _by_noun(speech)
    yield from _by_number_alone(speech)
    yield from _later_in_sentence(speech)
    yield from _title_then_number(speech)
    yield from _together(speech)


def _by_noun(speech: Speech) -> Iterator[Opened]:
    for match in speech.find_all(formulae.NOUN_ENTERED):
        label = str(value_of_noun(match["noun"]))
        first, last = speech.span(match)
        entering_only = speech.marks(first, first + 1) in ("czas", "kolej", "pora", "mamy", "jesteśmy")
        if entering_only and not signs.begins_something(speech, first):
            continue
        if signs.may_open(speech, match, formulae.NOT_YET):
            yield Opened(first, last, label, "", _ENTERED)
    for match in speech.find_all(formulae.NOUN_RETURN):
        if signs.may_open(speech, match, formulae.NOT_YET):
            yield Opened(*speech.span(match), str(value_of_noun(match["noun"])), "", _RETURNED, kind="return")
    for match in speech.find_all(formulae.NOUN_BARE):
        first, last = speech.span(match)
        after = speech.line[match.end() : match.end() + 60]
        if not match["noun"].endswith("a") or formulae.UNDONE.match(after):
            continue
        begins = signs.begins_something(speech, first)
        if speech.punctuated:
            apart = _apart(speech, last) or titles.USUAL_TITLE.match(after)
            if not apart or not (begins or speech.units[first].comma):
                continue
        elif not begins and not _alone(speech, first, last):
            continue
        strength = _BARE if speech.punctuated and begins else ONLY_IN_ORDER
        yield Opened(first, last, str(value_of_noun(match["noun"])), "", strength)


def _alone(speech: Speech, first: int, last: int) -> bool:
    """Without punctuation: neither somebody's number nor the subject of what is said next."""
    before, after = speech.marks(first - 1, first), speech.marks(last, last + 1)
    told = _PERSON.match(after) or _COUNTED.match(after) or signs.is_said(after)
    return not told and _OF_SOMETHING.match(before) is None and not before.startswith("#")


def _by_number_alone(speech: Speech) -> Iterator[Opened]:
    if not speech.punctuated:
        return
    for match in speech.find_all(formulae.SHORT_NUMBER):
        first, last = speech.span(match)
        if not signs.begins_something(speech, first) or formulae.UNDONE.match(
            speech.line[match.end() : match.end() + 60]
        ):
            continue
        said = next((match[name] for name in ("n", "n2", "n3", "n4") if match[name]), "")
        number = int(said[1:]) if said else value_of_noun(match["noun"])
        following = speech.units[last].mark if last < len(speech.units) else ""
        if match["n4"]:
            ordinal = speech.units[last - 1].raw.lower().rstrip(",:–-").endswith(("y", "i"))
            if not (ordinal and number >= _FEWEST_ALONE and _apart(speech, last)):
                continue
        elif match[0].startswith(("numer", "pozycja")) and not _apart(speech, last):
            continue
        if number and not _PERSON.match(following):
            yield Opened(first, last, str(number), "", ONLY_IN_ORDER)


def _later_in_sentence(speech: Speech) -> Iterator[Opened]:
    for match in speech.find_all(formulae.LATER_IN_SENTENCE):
        first, last = speech.span(match)
        start, end = speech.sentence_start(first, _MOST_AHEAD), speech.sentence_end(last - 1, 15)
        said = match["n"] or match["n2"] or match["n3"]
        as_point = match[0].startswith("jako")
        if as_point and (formulae.AS_THE_AGENDA_CHANGES.search(speech.marks(start, end)) or not speech.punctuated):
            continue
        if not as_point and not signs.may_open(speech, match, formulae.NOT_YET):
            continue
        yield Opened(first, last, said.lstrip("#@"), "", ONLY_IN_ORDER)


def _title_then_number(speech: Speech) -> Iterator[Opened]:
    for match in speech.find_all(formulae.TITLE_THEN_NUMBER):
        first, last = speech.span(match)
        title = signs.title_before(speech, first, last)
        if title:
            start = speech.sentence_start(first, _MOST_AHEAD)
            yield Opened(start, last, match["n"].lstrip("#@"), "", ONLY_IN_ORDER, title=title)


def _together(speech: Speech) -> Iterator[Opened]:
    for match in speech.find_all(formulae.TOGETHER):
        first, last = speech.span(match)
        in_a_row = int(match["b"][1:]) == int(match["a"][1:]) + 1
        entered = signs.may_open(speech, match, formulae.NOT_YET_BEFORE_BARE) and signs.begins_something(speech, first)
        joined = speech.marks(first - 1, first) == "łączymy"
        undone = formulae.UNDONE.match(speech.line[match.end() : match.end() + 60])
        if in_a_row and (entered or joined) and not undone:
            yield Opened(speech.span(match, "b")[0], last, match["b"][1:], "", ONLY_IN_ORDER)


def _apart(speech: Speech, last: int) -> bool:
    """Punctuation follows: what comes next is a title or another sentence."""
    return last >= len(speech.units) or speech.units[last].comma or speech.units[last].starts
