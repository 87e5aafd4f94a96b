"""What speakers say of themselves: their name, their office, that they lead the meeting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from transcripts.facts.text import Speech
from transcripts.speakers.persons_named import both_names, committee_chair, named_at, plain
from transcripts.speakers.roster import Member, role_of, who_is_meant

_INTRODUCES: Final = re.compile(r"\b(?:nazywam się|z tej strony|mówi|moje nazwisko(?: to)?|jestem|tu)\b")
_BY_SURNAME: Final = ("nazywam się", "moje nazwisko", "moje nazwisko to")
_IN_OFFICE: Final = re.compile(r"\b(?:ja (?:\S+ )?jako|jestem) (?=\S)")
_OPENS: Final = re.compile(
    r"\b(?:otwieram|otwieramy|rozpoczynam|rozpoczynamy|wznawiam|wznawiamy) (?:\S+ ){0,6}?"
    r"(?:sesj\w+|obrad\w*|posiedzeni\w+)"
)
_STANDS_IN: Final = re.compile(
    r"\b(?:pod nieobecność|w zastępstwie|w imieniu|na prośbę) (?:pan\w* )?(?:pani )?przewodnicz\w+"
    r"|\b(?:jako|jestem) (?:\S+ )?(?:wiceprzewodnicz|zastępc|najstarsz|radny senior|radna senior)\w*|\bz upoważnienia\b"
)
_TAKES_OVER: Final = re.compile(r"\bprzejmuję (?:\S+ ){0,2}?prowadzenie\b")
_FIRST_WORDS: Final = 12
"""Introductions stand at the beginning of a turn."""
_STATED_OFFICES: Final = frozenset({"head", "treasurer", "secretary", "marshal", "lawyer", "village"})
_EVERY_WORD: Final = 120
"""Words of a turn in which an office may be stated."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Who says it; `member` None: it was said, but not by whom. `by_name`: not by the office alone."""

    member: Member | None
    start_ms: int
    said: str
    by_name: bool = True


def introduced(speech: Speech, roster: Sequence[Member], first: int, last: int) -> OwnWords | None:
    """ "Nazywam się Zenon Dudek", "Zenon Dudek, sołtys", "ja jako skarbnik"."""
    return _by_formula(speech, roster, first, last) or _by_names(speech, roster, first, last) or _by_office(
        speech, roster, first, last
    )  # fmt: skip


def _by_formula(speech: Speech, roster: Sequence[Member], first: int, last: int) -> OwnWords | None:
    units = speech.units
    for match in speech.find_all(_INTRODUCES, first, min(first + _FIRST_WORDS, last)):
        at = speech.span(match)[1]
        if at >= last:
            continue
        member = both_names(units, at, last, roster)
        if match[0] in ("tu", "mówi", "jestem") and not (at + 1 < last and units[at + 1].raw[-1:] in ".,"):
            member = None  # "tu Marek Kozioł pisał" is about somebody
        if member is None and match[0] in _BY_SURNAME:
            member = who_is_meant(roster, [plain(units[at])])
        if member is None and match[0] == "z tej strony":
            person = named_at(units, at, last, roster)
            member = person[0] if person else None
        if member is not None:
            return OwnWords(member, units[at].start_ms, speech.raw(at, at + 2))
    return None


def _by_names(speech: Speech, roster: Sequence[Member], first: int, last: int) -> OwnWords | None:
    """Both names as a phrase of their own at the beginning, with the function after them or before."""
    units = speech.units
    for at in range(first, min(first + _FIRST_WORDS, last - 1)):
        member = both_names(units, at, last, roster) if plain(units[at])[:1].isupper() else None
        if member is None:
            continue
        after = units[at + 2].mark if at + 2 < last else ""
        begins = units[at].starts or units[at].comma
        titled = (
            at > first and units[at - 1].mark in ("radny", "radna") and (units[at - 1].starts or units[at - 1].comma)
        )
        if begins and (role_of(after) or after.startswith("radn")):
            return OwnWords(member, units[at].start_ms, speech.raw(at, at + 3))
        if (begins or titled) and at - first < 4 and units[at + 1].raw[-1:] in ".,":
            return OwnWords(member, units[at].start_ms, speech.raw(at, at + 2))
    return None


def _by_office(speech: Speech, roster: Sequence[Member], first: int, last: int) -> OwnWords | None:
    """ "Ja jako skarbnik", "jestem sekretarzem gminy": where one person alone holds that office."""
    units = speech.units
    for match in speech.find_all(_IN_OFFICE, first, min(first + _EVERY_WORD, last)):
        at = speech.index_at(match.end())
        role = role_of(units[at].mark) if at < last else None
        if role in _STATED_OFFICES:
            member = who_is_meant(roster, [], roles=[role])
            if member is not None:
                return OwnWords(member, units[at].start_ms, speech.raw(at - 2, at + 1), by_name=False)
    return None


def presides(speech: Speech, roster: Sequence[Member], first: int, last: int) -> OwnWords | None:
    """Who opens or resumes a meeting is the chair, of the council or of that committee; None: nobody does here.

    Who takes over leads without being the chair; who stands in is the deputy where there is one only, for the chair may
    be replaced by a deputy alone (act on municipal self-government of 8 March 1990, art. 19 par. 2).
    """
    match = speech.find(_OPENS, first, last)
    if match is None:
        match = speech.find(_TAKES_OVER, first, last)
        return OwnWords(None, speech.units[speech.index_at(match.start())].start_ms, match[0]) if match else None
    at, end = speech.span(match)
    unit = speech.units[at]
    nobody = OwnWords(None, unit.start_ms, match[0])
    if speech.find(_STANDS_IN, first, last) is not None:
        return replace(nobody, member=_only(roster, "vice_chair"), by_name=False)
    if end < last and speech.units[end].mark.startswith(("komisj", "połączon", "wspóln")):
        chair = committee_chair(speech.units, end, last, roster)
        return OwnWords(chair[0], unit.start_ms, speech.raw(at, chair[1])) if chair else nobody
    if not speech.units[end - 1].mark.startswith(("sesj", "obrad")) and not _of_council(speech, end, last):
        return nobody
    if match[0].startswith("wznawia"):
        return nobody  # a deputy may resume
    return replace(nobody, member=_only(roster, "chair"))


def _only(roster: Sequence[Member], role: str) -> Member | None:
    found = [one for one in roster if role in one.roles]
    return found[0] if len(found) == 1 else None


def _of_council(speech: Speech, at: int, last: int) -> bool:
    return at < last and speech.units[at].mark in ("rady", "sejmiku")
