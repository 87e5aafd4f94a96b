"""What a meeting says about who speaks: the chair gives the floor and thanks, people introduce themselves.

Source of the formulae: the project's study of council sessions (domain notes, formulae 11, 14, 31), tried on synthetic
sessions in benchmarks/speakers.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from transcripts.facts.chair import chair_turns
from transcripts.facts.numbers import word_list
from transcripts.facts.text import Speech, Unit, Utterance, read_speech
from transcripts.speakers.roster import Member, role_of, stems, who_is_meant

Kind = Literal["called", "asked", "thanked", "introduced", "presided"]

_GIVES: Final = re.compile(
    r"\b(?:(?:udzielam|oddaję|oddam|przekazuję|daję|udzielę)(?: \S+){0,2}? głos(?:u)?"
    r"|głos (?:ma|zabierze|zabiera|otrzymuje|dostaje|zabrał|zabrała|oddaję|przekazuję)"
    r"|zapraszam(?: do głosu| do mównicy| na mównicę)?|(?:po)?proszę(?: bardzo)?(?: o zabranie głosu)?"
    r"|(?:do głosu )?zgłosi(?:ł|ła) się|do głosu zapisan[ya] jest|jako (?:pierwsz|następn|kolejn)\w+)\b"
)
_ASKS: Final = re.compile(
    r"\b(?:bardzo )?proszę(?: bardzo)?$|\budzielam(?: \S+)? głosu$|\bma (?:pan|pani) głos$|\bgłos ma$"
)
_HANDS_OVER: Final = re.compile(r"\b(?:przekazuję|przekażę|oddaję|oddam) prowadzenie(?: obrad| sesji)?\b")
_THANKS: Final = re.compile(r"\bdziękuję(?: bardzo| serdecznie| za \S+){0,2}\b")
_INTRODUCES: Final = re.compile(r"\b(?:nazywam się|z tej strony|mówi|moje nazwisko)\b")
_OPENS: Final = re.compile(r"\b(?:otwieram|rozpoczynamy?) (?:\S+ ){0,6}?(?:sesj\w+|obrad\w*|posiedzeni\w+)")
_STANDS_IN: Final = re.compile(r"\b(?:pod nieobecność|w zastępstwie|w imieniu) (?:pan\w* )?(?:pani )?przewodnicz\w+")
_SMALL: Final = frozenset(
    word_list(
        "teraz jeszcze również także proszę bardzo oczywiście jest ad vocem tutaj więc zatem się jako pierwszy pierwsza"
        " kolejny kolejna"
    )
)
_MASCULINE: Final = frozenset({"pan", "pana", "panu", "panem", "panie", "radny", "radnego", "radnemu", "radnym"})
_FEMININE: Final = frozenset({"pani", "panią", "radna", "radnej", "radną"})
_NEAR_END: Final = 30
"""A call that the chair goes on talking after for more words than this is not answered by the next turn."""
_FIRST_WORDS: Final = 12
"""Thanks and introductions stand at the beginning of a turn."""
_ANSWER: Final = 3
"""A turn of fewer words ("tak, dziękuję") is as likely a voice from the hall."""


@dataclass(frozen=True, slots=True)
class Call:
    """What names one turn's speaker. `turn` is a number of `Unit.turn`; `said` word for word."""

    kind: Kind
    turn: int
    label: str
    member: Member
    start_ms: int
    said: str


def find_calls(utterances: Sequence[Utterance], roster: Sequence[Member]) -> list[Call]:
    """Everything that names a speaker, in order. `Utterance.speaker` is the voice's label."""
    speech = read_speech(utterances)
    if not speech.has_turns or not roster:
        return []
    chairs = chair_turns(speech) or frozenset()
    openers = {speech.units[speech.index_at(match.start())].speaker for match in speech.find_all(_OPENS)}
    turns = _turns(speech)
    calls: list[Call] = []
    for number, (first, last) in enumerate(turns):
        label = speech.units[first].speaker
        calls += _introductions(speech, roster, first, last)
        if not label or (speech.units[first].turn not in chairs and label not in openers):
            continue
        calls += _presiding(speech, roster, first, last)
        if number + 1 < len(turns):
            calls += _next_speaker(speech, roster, (first, last), turns[number + 1])
        if number:
            calls += _thanked(speech, roster, (first, last), turns[number - 1])
    return calls


def _turns(speech: Speech) -> list[tuple[int, int]]:
    """First and last + 1 unit of every turn."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(speech.units):
        end = speech.turn_end(at)
        found.append((at, end))
        at = end
    return found


def _next_speaker(
    speech: Speech, roster: Sequence[Member], mine: tuple[int, int], following: tuple[int, int]
) -> list[Call]:
    """The last person to whom this turn gives the floor, as the speaker of the next one."""
    units = speech.units
    if following[1] - following[0] < _ANSWER or not units[following[0]].speaker:
        return []
    low = max(mine[0], mine[1] - _NEAR_END)
    found: tuple[int, Member] | None = None
    for match in speech.find_all(_GIVES, low, mine[1]):
        at = speech.span(match)[1]
        meant = _named_from(units, at, mine[1], roster)
        if meant is not None:
            found = (speech.span(match)[0], meant)
    for at in range(low, mine[1]):  # "Radny Zając, proszę": the name first
        person = _named_at(units, at, mine[1], roster)
        if person is None:
            continue
        member, end = person
        rest = " ".join(unit.mark for unit in units[end : min(end + 4, mine[1])])
        if _ASKS.search(rest) and (found is None or at > found[0]):
            found = (at, member)
    for match in speech.find_all(_HANDS_OVER, low, mine[1]):
        at = speech.span(match)[1]
        person = _named_at(units, at, mine[1], roster, by_office=True)
        if person is not None:
            found = (speech.span(match)[0], person[0])
    unit = units[following[0]]
    if found is None:
        return _asked(speech, roster, mine, unit)
    at, member = found
    return [Call("called", unit.turn, unit.speaker, member, units[at].start_ms, speech.raw(at, mine[1])[:200])]


def _asked(speech: Speech, roster: Sequence[Member], mine: tuple[int, int], answer: Unit) -> list[Call]:
    """A turn that ends with nothing but an address: "Panie burmistrzu?" One alone names nobody."""
    units = speech.units
    for at in range(max(mine[0], mine[1] - 4), mine[1]):
        person = _named_at(units, at, mine[1], roster) if units[at].starts else None
        if person is not None and person[1] == mine[1] and units[mine[1] - 1].raw.endswith("?"):
            said = speech.raw(at, mine[1])
            return [Call("asked", answer.turn, answer.speaker, person[0], units[at].start_ms, said)]
    return []


def _thanked(speech: Speech, roster: Sequence[Member], mine: tuple[int, int], previous: tuple[int, int]) -> list[Call]:
    """ "Dziękuję panu radnemu Zającowi" at the beginning of a turn: who spoke just before."""
    units = speech.units
    if previous[1] - previous[0] < _ANSWER or not units[previous[0]].speaker:
        return []
    for match in speech.find_all(_THANKS, mine[0], min(mine[0] + _FIRST_WORDS, mine[1])):
        first, end = speech.span(match)
        person = _named_at(units, end, mine[1], roster)
        if person is not None:
            unit = units[previous[0]]
            said = speech.raw(first, person[1])
            return [Call("thanked", unit.turn, unit.speaker, person[0], units[first].start_ms, said)]
    return []


def _introductions(speech: Speech, roster: Sequence[Member], first: int, last: int) -> list[Call]:
    """ "Nazywam się Zenon Dudek", "Zenon Dudek, sołtys": both names, at the beginning of the turn."""
    units = speech.units
    if not units[first].speaker:
        return []
    for match in speech.find_all(_INTRODUCES, first, min(first + _FIRST_WORDS, last)):
        at = speech.span(match)[1]
        member = _both_names(units, at, last, roster)
        if member is not None:
            return [Call("introduced", units[first].turn, units[first].speaker, member, units[at].start_ms,
                         speech.raw(at, at + 2))]  # fmt: skip
    for at in range(first, min(first + _FIRST_WORDS, last - 2)):
        member = _both_names(units, at, last, roster)
        after = units[at + 2].mark if at + 2 < last else ""
        if member is not None and (role_of(after) or after.startswith("radn")) and units[at].starts | units[at].comma:
            return [Call("introduced", units[first].turn, units[first].speaker, member, units[at].start_ms,
                         speech.raw(at, at + 3))]  # fmt: skip
    return []


def _presiding(speech: Speech, roster: Sequence[Member], first: int, last: int) -> list[Call]:
    """Who opens the session is the council's chair, unless they say that they stand in."""
    match = speech.find(_OPENS, first, last)
    if match is None or speech.find(_STANDS_IN, first, last) is not None:
        return []
    chair = [one for one in roster if "chair" in one.roles]
    if len(chair) != 1:
        return []
    at = speech.index_at(match.start())
    unit = speech.units[at]
    return [Call("presided", unit.turn, unit.speaker, chair[0], unit.start_ms, match[0])]


# --- who is named ----------------------------------------------------------------------------------------------------


def _named_from(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> Member | None:
    """The person named right after a formula, small words aside."""
    while at < last and units[at].mark in _SMALL:
        at += 1
    person = _named_at(units, at, last, roster)
    return person[0] if person else None


def _named_at(
    units: Sequence[Unit], at: int, last: int, roster: Sequence[Member], *, by_office: bool = False
) -> tuple[Member, int] | None:
    """The member whom titles, functions and names from unit `at` on mean, and the unit after them.

    `by_office`: "przewodniczący" without a name means somebody, too; else it is an address, not a call.
    """
    start, titles, roles = at, [], []
    while at < last and at - start < 5:
        mark = units[at].mark
        if at > start and units[at].comma:
            break
        if mark in _MASCULINE or mark in _FEMININE:
            titles.append(mark)
        elif (role := role_of(mark)) is not None:
            roles.append(role)
        else:
            break
        at += 1
    if not titles and not roles:
        return None
    if any(units[place].mark.startswith(("komisj", "klub")) for place in range(at, min(at + 1, last))):
        return None  # "przewodniczący komisji": which one is not said
    words = _name_words(units, at, last, roster)
    if not words and not roles:
        return None
    feminine = True if set(titles) & _FEMININE else False if set(titles) & (_MASCULINE - {"panie"}) else None
    if not words and {"chair", "vice_chair"} & set(roles) and not by_office:
        return None
    found = who_is_meant(roster, words, roles=roles, feminine=feminine)
    return (found, at + len(words)) if found else None


def _name_words(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> list[str]:
    """Up to three words that are names of somebody on the roster, or written as names."""
    words: list[str] = []
    known = {stem for one in roster for name in (*one.given, *one.surname) for stem in stems(name)}
    for place in range(at, min(at + 3, last)):
        unit = units[place]
        plain = unit.raw.strip(".,;:!?…„”\"'()")
        if unit.value is not None or (unit.comma and place > at) or not plain:
            break
        parts = plain.replace("–", "-").split("-")
        on_roster = all(stems(part) & known for part in parts if part)
        if not on_roster and not plain[:1].isupper():
            break
        if unit.starts and place > at:
            break
        words.append(plain)
        if unit.raw[-1:] in ".,;:?!":
            break
    return words


def _both_names(units: Sequence[Unit], at: int, last: int, roster: Sequence[Member]) -> Member | None:
    words = [unit.raw.strip(".,;:!?…„”\"'()") for unit in units[at : min(at + 2, last)]]
    if len(words) < 2 or not all(word[:1].isupper() for word in words):
        return None
    found = who_is_meant(roster, words)
    return found if found and any(stems(words[0]) & stems(name) for name in found.given) else None
