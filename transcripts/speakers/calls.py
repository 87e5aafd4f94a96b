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
from transcripts.facts.text import Speech, Unit, Utterance, read_speech
from transcripts.speakers.own_words import introduced, presides
from transcripts.speakers.persons_named import committee_chair, named_at, named_from
from transcripts.speakers.roster import Member

Kind = Literal["called", "asked", "answered", "thanked", "introduced", "stated", "presided"]

_GIVES: Final = re.compile(
    r"\b(?:(?:udziel(?:am|amy|ę|imy)|odda(?:ję|jemy|m)|przekazuj(?:ę|emy)|daj(?:ę|emy))(?: \S+){0,2}? głos(?:u)?"
    r"|głos (?:ma|zabierze|zabiera|otrzymuje|dostaje|zabrał|zabrała|oddaję|przekazuję|udzielam|należy do)"
    r"|(?:zapraszam|zapraszamy|zaprosić|poprosić)(?: do głosu| do mikrofonu| do mównicy| na mównicę| teraz)?"
    r"|(?:po)?(?:proszę|prosimy)(?: bardzo)?(?: o zabranie głosu| o wypowiedź| o odpowiedź| o głos)?"
    r"|(?:do głosu )?zgłosi(?:ł|ła) się|zgłasza się|zgłoszenie(?: od)?|do głosu zapisan[ya] jest"
    r"|jako (?:pierwsz|następn|kolejn|ostatni)\w*|ad vocem|wywołuję"
    r"|referuje|zreferuje|referować będzie|przedstawi|przedstawia|omówi|odpowie|odpowiada|odpowiedzi udzieli"
    r"|mikrofon (?:ma|dla))\b"
)
_TURNS_TO: Final = re.compile(
    r"\b(?:teraz|jeszcze|następnie|dalej|kolejn\w+(?: głos| mówca| osoba)?(?: to)?|następn\w+(?: w kolejności)?|i)\b"
)
"""Words that give the floor only where nothing but a name follows."""
_ASKS: Final = re.compile(
    r"^(?:\S+ ){0,2}?(?:(?:bardzo |serdecznie )?(?:proszę|prosimy|zapraszam)(?: bardzo)?"
    r"(?=$| o (?:zabranie|wypowiedź|opinię|przedstawienie|odpowiedź|zreferowanie|informację|głos)\b)"
    r"|udzielam(?: \S+)? głosu$|ma (?:pan|pani) głos$|głos ma$|ma głos$|ad vocem$"
    r"|(?:jako )?(?:@1|następn[ya]|kolejn[ya]|ostatni|ostatnia)$"
    r"|(?:raz jeszcze|jeszcze raz|śmiało|słucham|słuchamy)$|w trybie (?:sprostowania|ad vocem)$"
    r"|(?:prosi|prosił|prosiła) o głos$|(?:się )?zgłasza(?: się)?$|(?:chciał|chciała|chce) (?:jeszcze )?(?:uzupełnić"
    r"|zabrać głos|odpowiedzieć|dodać|ad vocem)|(?:odpowie|przedstawi|zreferuje|omówi|wyjaśni|zabierze głos)\b)"
)
_HANDS_OVER: Final = re.compile(r"\b(?:przekazuję|przekażę|oddaję|oddam) prowadzenie(?: obrad| sesji)?\b")
_THANKS: Final = re.compile(r"\b(?:dziękuję|dziękujemy)(?: bardzo| serdecznie| za \S+){0,2}\b")
_THANKED_FORMS: Final = ("panu", "pani", "panie", "emu", "owi", "ej", "ce")
"""Who is thanked stands in the dative or the vocative; "dziękuję, radny Zając, proszę" turns to the next."""
_VOTE_WORDS: Final = re.compile(r"^(?:(?:jestem|głosuję) )?(?:za|przeciw\w*|wstrzym\w+(?: się)?|obecn[ya]|jestem)$")
_OPINION: Final = re.compile(r"\b(?:opini\w+|stanowisk\w+|komisj\w+)\b")
_NEAR_END: Final = 30
"""A call that the chair goes on talking after for more words than this is not answered by the next turn."""
_VERY_END: Final = 3
"""Words that may follow a name which only its place at the end makes a call."""
_FIRST_WORDS: Final = 12
"""Thanks stand at the beginning of a turn."""
_ANSWER: Final = 3
"""A turn of fewer words ("tak, dziękuję") is as likely a voice from the hall."""
_ADDRESS: Final = 8
"""Words at either end of a question in which the one who is asked may be named."""
_INQUIRES: Final = re.compile(r"\b(?:pytam|zapytać|zapytanie do|pytanie do|prośba do|proszę) (?=pan[aią]\b|pani\b)")
_REPORT: Final = re.compile(r"\b(?:informacj[aię]|sprawozdani[ea]|wystąpieni[ea]|raport) (?:z pracy |z działalności )?")
_OFFICES: Final = frozenset({"head", "deputy", "treasurer", "secretary", "marshal", "lawyer"})


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
    turns = _turns(speech)
    calls: list[Call] = []
    presiding: set[str] = set()
    for number, (first, last) in enumerate(turns):
        unit = speech.units[first]
        calls += _own_words(speech, roster, first, last)
        if not unit.speaker:
            continue
        opened = presides(speech, roster, first, last)
        if opened is not None:
            presiding.add(unit.speaker)
            calls += (
                [_call("presided" if opened.by_name else "stated", unit, opened.member, opened.start_ms, opened.said)]
                if opened.member
                else []
            )
        if unit.turn not in chairs and unit.speaker not in presiding:
            calls += _addressed(speech, roster, (first, last), turns[number + 1 : number + 2])
            continue
        if number + 1 < len(turns):
            calls += _next_speaker(speech, roster, (first, last), turns[number + 1])
        if number:
            calls += _thanked(speech, roster, (first, last), turns[number - 1])
    return calls


def _call(kind: Kind, unit: Unit, member: Member, start_ms: int, said: str) -> Call:
    return Call(kind, unit.turn, unit.speaker, member, start_ms, said[:200])


def _own_words(speech: Speech, roster: Sequence[Member], first: int, last: int) -> list[Call]:
    unit = speech.units[first]
    found = introduced(speech, roster, first, last) if unit.speaker else None
    if found is None or found.member is None:
        return []
    return [_call("introduced" if found.by_name else "stated", unit, found.member, found.start_ms, found.said)]


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
    units, answer = speech.units, speech.units[following[0]]
    if not answer.speaker:
        return []
    if following[1] - following[0] < _ANSWER:
        return _roll_call(speech, roster, mine, following)
    low = max(mine[0], mine[1] - _NEAR_END)
    found = _given(speech, roster, low, mine[1])
    for at in range(low, mine[1]):  # "Radny Zając, proszę": the name first
        person = named_at(units, at, mine[1], roster)
        if person is None or (found is not None and at <= found[0]) or _in_question(units, at):
            continue
        rest = speech.marks(person[1], min(person[1] + 6, mine[1]))
        if _ASKS.search(rest) or (person[1] == mine[1] and _is_bare(units, at, mine)):
            found = (at, person[0])
    for match in speech.find_all(_HANDS_OVER, low, mine[1]):
        person = named_at(units, speech.span(match)[1], mine[1], roster, by_office=True)
        if person is not None:
            found = (speech.span(match)[0], person[0])
    if found is None:
        return _asked(speech, roster, mine, answer)
    at, member = found
    return [_call("called", answer, member, units[at].start_ms, speech.raw(at, mine[1]))]


def _given(speech: Speech, roster: Sequence[Member], low: int, last: int) -> tuple[int, Member] | None:
    """The last formula within units [low, last) that names somebody."""
    found: tuple[int, Member] | None = None
    for pattern, most_after in ((_GIVES, _NEAR_END), (_TURNS_TO, _VERY_END)):
        for match in speech.find_all(pattern, low, last):
            at, after = speech.span(match)
            person = named_from(speech.units, after, last, roster)
            if person is not None and last - person[1] <= most_after and (found is None or at > found[0]):
                found = (at, person[0])
    return found


def _in_question(units: Sequence[Unit], at: int) -> bool:
    """ "Czy radny Zając chce zabrać głos?" gives it to nobody yet."""
    return any(units[place].mark in ("czy", "jeśli", "jeżeli") for place in range(max(at - 2, 0), at))


def _is_bare(units: Sequence[Unit], at: int, mine: tuple[int, int]) -> bool:
    """ "Panie skarbniku.": a sentence at the end of the chair's turn that is a name and nothing else."""
    return units[at].starts and at > mine[0] and units[mine[1] - 1].raw[-1:] in ".!"


def _roll_call(
    speech: Speech, roster: Sequence[Member], mine: tuple[int, int], following: tuple[int, int]
) -> list[Call]:
    """ "Radna Sęk?" "Za.": votes by name, called one after another. One alone names nobody."""
    if not _VOTE_WORDS.match(speech.marks(*following)):
        return []
    answer = speech.units[following[0]]
    for at in range(max(mine[0], mine[1] - 4), mine[1]):
        person = named_at(speech.units, at, mine[1], roster)
        if person is not None and person[1] == mine[1]:
            said = f"{speech.raw(at, mine[1])} {speech.raw(*following)}"
            return [_call("answered", answer, person[0], speech.units[at].start_ms, said)]
    return []


def _asked(speech: Speech, roster: Sequence[Member], mine: tuple[int, int], answer: Unit) -> list[Call]:
    """A turn that ends with an address alone, "Panie burmistrzu?", or somebody's matter. One alone names nobody."""
    units = speech.units
    for at in range(max(mine[0], mine[1] - 6), mine[1]):
        person = named_at(units, at, mine[1], roster) if units[at].starts else None
        if person is not None and person[1] == mine[1] and units[mine[1] - 1].raw.endswith("?"):
            return [_call("asked", answer, person[0], units[at].start_ms, speech.raw(at, mine[1]))]
    return _by_subject(speech, roster, mine, answer)


def _by_subject(speech: Speech, roster: Sequence[Member], mine: tuple[int, int], answer: Unit) -> list[Call]:
    """Whose turn it is by what the point is: a committee's opinion, an office's report."""
    units = speech.units
    found: tuple[Member, int] | None = None
    for at in range(max(mine[0], mine[1] - 10), mine[1]):
        if units[at].mark.startswith("komisj") and speech.find(_OPINION, max(mine[0], at - 4), mine[1]):
            found = found or committee_chair(units, at, mine[1], roster)
    for match in speech.find_all(_REPORT, max(mine[0], mine[1] - _NEAR_END // 2), mine[1]):
        person = named_at(units, speech.span(match)[1], mine[1], roster)
        found = found or (person if person and person[0].roles & _OFFICES else None)
    if found is None:
        return []
    at = max(mine[0], mine[1] - 10)
    return [_call("asked", answer, found[0], units[at].start_ms, speech.raw(at, mine[1]))]


def _addressed(
    speech: Speech, roster: Sequence[Member], mine: tuple[int, int], following: Sequence[tuple[int, int]]
) -> list[Call]:
    """A question put to somebody who answers at once: "Panie wójcie, kiedy ruszą prace?" One names nobody."""
    units = speech.units
    first, last = mine
    if not following or following[0][1] - following[0][0] < _ANSWER:
        return []
    answer = units[following[0][0]]
    places: list[int] = []
    if units[last - 1].raw.endswith("?"):
        near = [*range(first, min(first + _ADDRESS, last)), *range(max(first, last - 2 * _ADDRESS), last)]
        places = [at for at in near if units[at].mark in ("panie", "pani")]
    places += [speech.span(match)[1] for match in speech.find_all(_INQUIRES, max(first, last - _NEAR_END), last)]
    for at in places:
        person = named_at(units, at, last, roster)
        if person is not None and person[0].roles & _OFFICES and answer.speaker not in ("", units[first].speaker):
            return [_call("asked", answer, person[0], units[at].start_ms, speech.raw(at, last))]
    return []


def _thanked(speech: Speech, roster: Sequence[Member], mine: tuple[int, int], previous: tuple[int, int]) -> list[Call]:
    """ "Dziękuję panu radnemu Zającowi" at the beginning of a turn: who spoke just before."""
    units = speech.units
    if previous[1] - previous[0] < _ANSWER or not units[previous[0]].speaker:
        return []
    for match in speech.find_all(_THANKS, mine[0], min(mine[0] + _FIRST_WORDS, mine[1])):
        first, end = speech.span(match)
        if end >= mine[1] or units[end].starts or not units[end].mark.endswith(_THANKED_FORMS):
            continue
        person = named_at(units, end, mine[1], roster)
        if person is not None and not _ASKS.search(speech.marks(person[1], min(person[1] + 6, mine[1]))):
            said = speech.raw(first, person[1])
            return [_call("thanked", units[previous[0]], person[0], units[first].start_ms, said)]
    return []
