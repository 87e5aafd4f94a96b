"""Whom titles, functions, committees and names mean, from one word of a meeting on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from transcripts.facts.numbers import word_list
from transcripts.facts.text import Unit
from transcripts.speakers.roster import Member, committee_key, office_key, role_of, stems, who_is_meant

MASCULINE: Final = frozenset({"pan", "pana", "panu", "panem", "panie", "radny", "radnego", "radnemu", "radnym"})
FEMININE: Final = frozenset({"pani", "panią", "radna", "radnej", "radną"})
_SMALL: Final = frozenset(
    word_list(
        "teraz jeszcze również także proszę bardzo oczywiście jest ad vocem tutaj więc zatem się jako pierwszy pierwsza"
        " kolejny kolejna też już"
    )
)
_OF_OFFICE: Final = frozenset(word_list(
    "gminy miasta powiatu województwa rady gminny gminna miejski miejska miejskiej powiatu powiatowy prawny prawnego"
    " prawnej prawnemu prawna"
))  # fmt: skip
"""Words between a function and the name: "skarbnik gminy, pan Leszek Sum"."""
_USUAL_OFFICES: Final = ("dyrektor", "kierowni", "naczelni", "komendant", "inspektor", "prezes")
_EDGES: Final = ".,;:!?…„”\"'()"
_COMMITTEE_WORDS: Final = 4


def named_from(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> tuple[Member, int] | None:
    """The person named right after a formula, small words aside."""
    while at < last and units[at].mark in _SMALL:
        at += 1
    return named_at(units, at, last, roster)


def named_at(
    units: Sequence[Unit], at: int, last: int, roster: Sequence[Member], *, by_office: bool = False
) -> tuple[Member, int] | None:
    """The member whom titles, functions and names from unit `at` on mean, and the unit after them.

    Without a title both names are needed. `by_office`: "przewodniczący" without a name means somebody, too; else it is
    an address, not a call.
    """
    start = at
    titles: list[str] = []
    roles: list[str] = []
    while at < last and at - start < 6:
        mark = units[at].mark
        if at > start and units[at].comma and not (roles and mark in ("pan", "pani", "pana", "panu", "panią")):
            break
        if mark in MASCULINE or mark in FEMININE:
            titles.append(mark)
        elif (role := role_of(mark) or _office(mark, roster)) is not None:
            roles.append(role)
        elif not (roles and mark in _OF_OFFICE):
            break
        at += 1
    if not titles and not roles:
        member = both_names(units, at, last, roster)
        return (member, at + 2) if member else None
    if at < last and units[at].mark.startswith(("komisj", "klub")):
        return _of_committee(units, at, last, roster, roles)
    words = _name_words(units, at, last, roster)
    if not words and not roles:
        return None
    feminine = True if set(titles) & FEMININE else False if set(titles) & (MASCULINE - {"panie"}) else None
    if not words and {"chair", "vice_chair"} & set(roles) and not by_office:
        return None
    found = who_is_meant(roster, words, roles=roles, feminine=feminine)
    return (found, at + len(words)) if found else None


def _office(mark: str, roster: Sequence[Member]) -> str | None:
    """The office of somebody on the roster, or one that many have beside their name: "dyrektor Pająk"."""
    key = office_key(mark)
    known = key and (mark.startswith(_USUAL_OFFICES) or any(key in one.roles for one in roster))
    return key if known else None


def _of_committee(
    units: Sequence[Unit], at: int, last: int, roster: Sequence[Member], roles: Sequence[str]
) -> tuple[Member, int] | None:
    """ "przewodniczący komisji rewizyjnej, radny Wilk": by the name if there is one, else by the committee."""
    end = min(at + 2 + _COMMITTEE_WORDS, last)
    for place in range(at + 1, end):
        if units[place].mark in MASCULINE | FEMININE:
            return named_at(units, place, last, roster)
    if "chair" not in roles or not units[at].mark.startswith("komisj"):
        return None
    return committee_chair(units, at, last, roster)


def committee_chair(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> tuple[Member, int] | None:
    """Who chairs the committee that unit `at` begins to name, and the unit after its name."""
    said, end = [], at + 1
    while end < min(at + 1 + _COMMITTEE_WORDS, last) and not units[end].comma and not units[end].starts:
        said.append(units[end].mark)
        end += 1
    keys = [committee_key(word) for word in said]
    scored = [(max(len(committee.intersection(keys)) for committee in one.chairs), one) for one in roster if one.chairs]
    best = max((score for score, _ in scored), default=0)
    found = [one for score, one in scored if score == best]
    if not best or len(found) != 1:
        return None
    last_said = max(place for place, key in enumerate(keys) if any(key in committee for committee in found[0].chairs))
    return found[0], at + 2 + last_said


def both_names(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> Member | None:
    """Who is named by first name and surname at unit `at`, in either order."""
    words = [plain(unit) for unit in units[at : min(at + 2, last)]]
    if len(words) < 2 or units[at + 1].comma or not all(words):
        return None
    found = who_is_meant(roster, words)
    given = {stem for name in found.given for stem in stems(name)} if found else set()
    return found if found and any(stems(word) & given for word in words) else None


def plain(unit: Unit) -> str:
    return unit.raw.strip(_EDGES)


def _name_words(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> list[str]:
    """Up to three words that are names of somebody on the roster, or written as names."""
    words: list[str] = []
    known = _name_stems(roster)
    for place in range(at, min(at + 3, last)):
        unit = units[place]
        name = plain(unit)
        if unit.value is not None or (unit.comma and place > at) or not name:
            break
        parts = name.replace("–", "-").split("-")
        on_roster = all(stems(part) & known for part in parts if part)
        if not on_roster and not name[:1].isupper():
            break
        if unit.starts and place > at:
            break
        words.append(name)
        if unit.raw[-1:] in ".,;:?!":
            break
    return words


def _name_stems(roster: Iterable[Member]) -> set[str]:
    return {stem for one in roster for name in (*one.given, *one.surname) for stem in stems(name)}
