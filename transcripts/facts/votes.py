"""Votes of the council: which counts are its own, what of, with what result, and which were struck out later.

A count is the council's when the chair has put the question just before it, or states the result right after it.
Opinions of committees, votes remembered from other meetings and numbers of anything else are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from transcripts.facts import ballots, checks, results, subjects
from transcripts.facts.calls import Counted, first_of_group, triggers
from transcripts.facts.names import Roster, people_in
from transcripts.facts.presence import Presence
from transcripts.facts.resolutions import number_in
from transcripts.facts.tallies import Tally, find_tallies
from transcripts.facts.tally_items import Choice
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundPoint, FoundVote, Span
from transcripts.facts.voided import strike_out, strike_out_after_motion

_OPINION: Final = re.compile(
    r"\b(?:komisj\w+|klub\w*|rada sołecka|zespół|zespołu) (?:\S+ ){0,14}?(?:zaopiniow\w+|opini\w+|wnioskuj\w+|rekomend\w+|poparł\w*|popiera\w*"
    r"|głosował\w*|przegłosował\w*|uznał\w*|odniosł\w+|rozpatrywał\w+|rozpatrzył\w+)|zaopiniow\w+|\bpozytywn\w+ opini\w+|\bopini\w+ (?:\w+ ){0,3}?(?:pozytywn|negatywn)\w+"
)
_MEMORY: Final = re.compile(
    r"\b(?:(?:na )?(?:poprzedni|ostatni|zeszł|ubiegł|tamt)\w+ (?:\w+ )?(?:sesj\w+|głosowani\w+|rok\w*|kadencj\w+|rad\w+|tygodni\w*|miesiąc\w*|posiedzeni\w+)"
    r"|(?:rok|lat\w*|miesięcy|miesiąc|tygodni\w*|dni) temu|wtedy|wówczas|pamięta\w+|przypom(?:nę|inam|nij|ina)\w* (?!że zmiana)|kiedyś|w poprzedni\w+"
    r"|głosowaliśmy|głosowaliście|przegłosowaliśmy|przegłosowano|w (?:styczniu|lutym|marcu|kwietniu|maju|czerwcu|lipcu|sierpniu|wrześniu"
    r"|październiku|listopadzie|grudniu)|w sejmie|w senacie|w powiecie|w referendum|w innych gminach|wyobraź\w+|gdyby|jeśli|jeżeli|zakładając)\b"
)
_COMMITTEE: Final = re.compile(
    r"\b(?:komisj\w+|opini\w+|zaopiniow\w+|klub\w*|zebrani\w+|mieszkańc\w+|orzekając\w+|izb[ay]"
    r"|zarząd(?= (?:\w+ )?(?:jednogłośn|jednomyśln|przyj|podj)\w+))\b"
)
_CORRECTION: Final = re.compile(
    r"\b(?:przepraszam|poprawiam|pomyłka|chwila|moment|zaraz|jednak|zaczekaj\w*|stop|nie zadziałał\w*|pomyliłem|pomyliłam|pomyłkowo|koryguję|korekta|źle (?:odczyt|policz|przeczyt|widz|poda|powiedz|zobaczy)\w+|chwileczkę|momencik"
    r"|jeszcze raz (?:podaję|podam|odczytam|odczytuję)|prawidłowo|właściwy wynik|sprostowanie)\b"
)
_SUMMED_UP: Final = re.compile(r"\b(?:czyli|zatem|więc|ostatecznie|razem|w sumie)\b")
_NEEDED: Final = re.compile(r"\b(?:potrzeb\w+|wymaga\w*|niezbędn\w+|koniecz\w+|co najmniej|minimum|musi\w*|trzeba)\b")
"""What is counted then is how many votes it takes, not how many there were."""
_SECRET: Final = re.compile(
    r"\b(?:(?:głosowani\w+|wybor\w+) (?:\w+ ){0,2}?tajn\w+|tajn\w+ głosowani\w+|komisj\w+ skrutacyjn\w+|(?:wydano|rozdano|wrzucono|pobrano) (?:\w+ )?#\d+ kart|kart\w? do głosowania|do urny|z urny)\b"
)
_SCRUTINEERS: Final = re.compile(
    r"(?:komisj\w+ skrutacyjn\w+|skład\w* (?:\w+ )?komisj\w+)(?! stwierdza)", re.IGNORECASE
)
"""Choosing who counts the secret votes is an open vote."""
_ABOUT_SCRUTINEERS: Final = re.compile(
    r"\b(?:kto (?:jest )?w komisji skrutacyjnej|komisj\w+ skrutacyjn\w+ (?:\S+ ){0,14}?skład\w*|komisj\w+ (?:skrutacyjn\w+ )?(?:została |jest |mamy )?(?:powołan|wybran)\w+|skład\w* (?:\w+ )?komisj\w+|komisj\w+ (?:skrutacyjn\w+ )?(?:\w+ )?w (?:\w+ )?składzie)"
)
_ALOUD: Final = re.compile(r"\bkto (?:\w+ ){0,5}?(?:za|przeciw)\b")
_NAMED: Final = re.compile(
    r"\b(?:głosowani\w+ (?:\w+ )?imienn\w+|imienn\w+ głosowani\w+|głosuj\w+ imienn\w+|imienny wykaz)\b"
)
_STALE: Final = 260  # words between a question and its count
_AT_ONCE: Final = ("uchwał", "numer", "dziękuj", "podjęt", "przyjęt", "stwierdz", "gratul", "bardzo")
_NUMBER_WITHIN: Final = 16  # words after a count in which the number of the resolution is told
_WINDOW: Final = 55  # words after a count in which its result is stated
_SAID_AGAIN: Final = 150  # words after a count in which the same numbers are the same vote
_VOICES: Final[tuple[Choice, ...]] = ("za", "przeciw", "wstrzymał się")
_AFTERMATH: Final = 45  # words in which a count may be said again or corrected
_NEAR: Final = 30


def find_votes(
    speech: Speech,
    chairs: frozenset[int] | None,
    points: Sequence[FoundPoint],
    presence: Presence,
    roster: Roster,
) -> list[FoundVote]:
    """Votes in order, each with its evidence; those struck out and repeated are marked superseded."""
    asked = triggers(speech, chairs)
    counted = _council_counts(speech, chairs, points, presence, asked)
    counted = _with_silent_votes(speech, points, asked, counted)
    found: list[FoundVote] = []
    for index, entry in enumerate(counted):
        before = counted[index - 1].tally.last if index else 0
        following = counted[index + 1].called if index + 1 < len(counted) else len(speech.units)
        found.append(_vote(speech, points, presence, roster, entry, (before, following), _usual(counted, index)))
    strike_out(speech, chairs, counted, found)
    strike_out_after_motion(speech, counted, found)
    return found


# --- which counts ----------------------------------------------------------------------------------------------------


def _point_start(points: Sequence[FoundPoint], unit: int) -> int:
    index = bisect_right(points, unit, key=lambda point: point.first)
    return points[index - 1].first if index else 0


def _council_counts(
    speech: Speech,
    chairs: frozenset[int] | None,
    points: Sequence[FoundPoint],
    presence: Presence,
    triggers: list[int],
) -> list[Counted]:
    counted: list[Counted] = []
    for tally in find_tallies(speech, presence):
        after = counted[-1].tally.last if counted else 0
        since = [at for at in triggers if after <= at < tally.last and tally.last - at < _STALE]
        since = [at for at in since if at >= _point_start(points, tally.first) - 3]
        opinion = _last(speech, _OPINION, max(tally.first - _NEAR, after), tally.last)
        asked_after_opinion = [at for at in since if opinion is None or at > opinion]
        same_point = _point_start(points, tally.first) < after
        if counted and not since and same_point and _continues(speech, counted[-1], tally):
            continue
        if set(tally.counts) <= {"wstrzymał się", "nie głosował", "obecni", "nieważne"} and not (
            tally.unanimous or tally.everybody or tally.rest_in_favour
        ):
            continue
        most = max((tally.counts.get(voice) or 0 for voice in _VOICES), default=0)
        if presence.statutory is not None and most > 2 * presence.statutory:
            continue  # "sto czterdzieści osób jest za tym": not of this council
        if _NEEDED.search(speech.marks(max(speech.sentence_start(tally.first, 5), after, *since), tally.first)):
            continue
        if asked_after_opinion:
            if _remembered(speech, asked_after_opinion[-1], tally, chairs):
                continue
            counted.append(Counted(tally, first_of_group(since)))
        elif opinion is None and _stated_without_question(speech, chairs, tally):
            counted.append(Counted(tally, tally.first))
    return counted


def _last(speech: Speech, pattern: re.Pattern[str], first: int, last: int) -> int | None:
    found = None
    for match in speech.find_all(pattern, first, last):
        found = speech.index_at(match.end() - 1)
    return found


def _remembered(speech: Speech, asked: int, tally: Tally, chairs: frozenset[int] | None) -> bool:
    """The count between a question and its answer is somebody's memory of another vote."""
    own = speech.turn_start(tally.first) if speech.has_turns else max(asked, tally.first - 25)
    start = max(asked, own, tally.first - 25)
    if chairs is not None and speech.units[tally.first].turn in chairs and tally.first - asked < 12:
        return False
    return speech.find(_MEMORY, start, tally.first) is not None


def _stated_without_question(speech: Speech, chairs: frozenset[int] | None, tally: Tally) -> bool:
    """No question was heard, yet the chair counts and states the result in one breath."""
    if chairs is not None and speech.units[tally.first].turn not in chairs:
        return False
    if tally.instrumental and "za" not in tally.counts:
        return False
    if speech.find(_COMMITTEE, max(tally.first - 8, 0), tally.last + 7):
        return False
    start = max(tally.first - 25, speech.turn_start(tally.first))
    if not speech.has_turns:  # what was said before may be another's
        near = speech.sentence_start(tally.first, 25) if speech.punctuated else tally.first - 10
        start = max(start, near)
    if speech.find(_MEMORY, start, tally.last) is not None:
        return False
    window = min(tally.last + 25, len(speech.units))
    stated = results.stated_result(speech, max(tally.first - 14, start), window)
    voices = len(set(_VOICES) & set(tally.counts))
    enough = voices >= 2 or tally.unanimous or tally.everybody or tally.rest_in_favour
    alone = chairs is not None and "za" in tally.counts
    if stated is None and (enough or alone) and _numbered_at_once(speech, tally):
        return True  # "Uchwała numer ..." said at once is what became of it
    if stated is None and chairs is not None and voices == len(_VOICES) and speech.units[tally.first].speaker:
        return True  # all three counted by the chair alone
    return stated is not None and (enough or stated.formal) and ("za" in tally.counts or tally.unanimous or enough)


def _numbered_at_once(speech: Speech, tally: Tally) -> bool:
    """The resolution's number follows the count; where nobody was counted, at once: "jednogłośnie. Uchwała numer ...",
    not "jednogłośnie uznano, że uchwała numer ..."."""
    last = tally.last
    if last >= len(speech.units):
        return False
    unit = speech.units[last]
    apart = unit.starts or unit.comma if speech.punctuated else unit.mark.startswith(_AT_ONCE)
    numbered = number_in(speech, last, min(last + _NUMBER_WITHIN, len(speech.units)))
    return bool(numbered) and (apart or "za" in tally.counts or len(tally.counts) > 1)


def _continues(speech: Speech, last: Counted, tally: Tally) -> bool:
    """A second count without a new question: the same said again, its missing part, or a correction of it."""
    gap = tally.first - last.tally.last
    units = speech.units
    if _said_again(speech, last, tally, gap):
        last.tally.last = tally.last
        return True
    if gap > _AFTERMATH or (speech.has_turns and units[tally.first].turn != units[last.tally.last - 1].turn):
        return False
    if speech.find(_COMMITTEE, last.tally.last, tally.last + 3) or speech.find(_MEMORY, last.tally.last, tally.first):
        return False
    between = speech.marks(last.tally.last, tally.first)
    known = last.tally.counts
    shared = [choice for choice in tally.counts if choice in known]
    if _CORRECTION.search(between) or (last.corrected and _SUMMED_UP.search(between)):
        known.update(tally.counts)
        last.corrected = True
    elif last.tally.unanimous and any(tally.counts.get(choice) for choice in ("przeciw", "wstrzymał się")):
        return False
    elif any(known[choice] != tally.counts[choice] for choice in shared):
        if "przeciw" in known or results.stated_result(speech, last.tally.last, tally.first) is not None:
            return False
        known.update(tally.counts)  # hands still being counted: "jedenaście. A, to dwanaście. Dwanaście za."
        last.corrected = True
    else:
        for choice, count in tally.counts.items():
            known.setdefault(choice, count)
    last.tally.unanimous |= tally.unanimous
    last.tally.last = tally.last
    return True


def _said_again(speech: Speech, last: Counted, tally: Tally, gap: int) -> bool:
    """ "Stwierdzam, że przy dwunastu głosach za i dwóch przeciw ...": the count of a moment ago, whoever says it."""
    same = len(tally.counts) >= 2 and all(last.tally.counts.get(choice) == n for choice, n in tally.counts.items())
    if not same or gap > _SAID_AGAIN or speech.find(_COMMITTEE, last.tally.last, tally.first + 3):
        return False
    return speech.find(_MEMORY, last.tally.last, tally.first) is None


def _with_silent_votes(
    speech: Speech, points: Sequence[FoundPoint], triggers: list[int], counted: list[Counted]
) -> list[Counted]:
    """Questions that were put and answered by a stated result, without any count heard."""
    taken = [(entry.called, entry.tally.last) for entry in counted]
    found = list(counted)
    asked = [at for at in triggers if speech.marks(at, at + 1) == "kto"]
    at = 0
    while at < len(asked):
        group_end = at
        while group_end + 1 < len(asked) and asked[group_end + 1] - asked[group_end] < 25:
            group_end += 1
        first, last = asked[at], asked[group_end]
        at = group_end + 1
        limit = min([last + 45, *(t for t in triggers if t > last), *(p.first for p in points if p.first > last)])
        if group_end == 0 and first == last:
            continue
        if any(called <= last and first <= end for called, end in taken):
            continue
        stated = results.stated_result(speech, last + 3, limit)
        next_count = next((entry.tally.first for entry in counted if entry.tally.first > last), len(speech.units))
        if stated is None or not stated.formal or next_count < limit or first == last:
            continue
        empty = Tally(stated.first, stated.first)
        found.append(Counted(empty, first))
    return sorted(found, key=lambda entry: entry.tally.first)


def _usual(counted: list[Counted], index: int) -> int | None:
    """How many voted in the nearest vote whose three counts were all said: where nobody heard how many were there."""
    totals = [
        (abs(at - index), sum(entry.tally.counts[choice] for choice in _VOICES))
        for at, entry in enumerate(counted)
        if at != index and all(choice in entry.tally.counts for choice in _VOICES)
    ]
    return min(totals)[1] if totals else None


# --- one vote --------------------------------------------------------------------------------------------------------


def _vote(
    speech: Speech,
    points: Sequence[FoundPoint],
    presence: Presence,
    roster: Roster,
    entry: Counted,
    around: tuple[int, int],
    usual: int | None,
) -> FoundVote:
    tally = entry.tally
    before, following = around
    point = next((point for point in reversed(points) if point.first <= entry.called), None)
    start = max(before, point.first if point else 0)
    next_point = min((p.first for p in points if p.first > tally.first), default=len(speech.units))
    end = min(tally.last + _WINDOW, following, next_point)
    stated = results.stated_result(speech, tally.last, end) or results.stated_result(speech, entry.called, tally.last)
    last = max(tally.last, stated.last if stated and stated.first >= tally.first else 0)
    last = min(max(last, tally.first + 1), len(speech.units))
    point_title = point.title if point else ""
    subject = subjects.subject_of_vote(speech, point_title, start, max(tally.first, tally.answered) + 1)
    about = speech.marks(max(start, entry.called - 120), last)
    of_scrutineers = _of_scrutineers(speech, subject, entry, last)
    if of_scrutineers and "komisj" not in subject.lower():
        subject = "Skład komisji skrutacyjnej"
    vote = FoundVote(
        subject=subject,
        in_favour=tally.counts.get("za"),
        against=tally.counts.get("przeciw"),
        abstained=tally.counts.get("wstrzymał się"),
        kind="secret" if _SECRET.search(about) and not of_scrutineers else "named" if _NAMED.search(about) else "open",
        majority=subjects.majority_of(speech, subject, point_title, start, tally.first + 1),
        result=stated.result if stated else None,
        present=tally.counts.get("obecni") or presence.at(tally.first),
        point=point.label if point else "",
        resolution=number_in(speech, entry.called, end),
        span=Span(
            speech.units[tally.first].start_ms, speech.units[last - 1].end_ms, speech.raw(tally.first, last),
            tally.first, last,
        ),
        called_ms=speech.units[entry.called].start_ms,
        not_voting=tally.counts.get("nie głosował"),
    )  # fmt: skip
    if len(tally.candidates) > 1:
        vote.subject = f"{vote.subject} ({_candidates(speech, roster, tally)})"
        vote.flags.append("several_candidates")
    if entry.corrected:
        vote.flags.append("corrected")
    if vote.result == "przyjęto" and vote.resolution:
        vote.result = "podjęto"
    checks.complete(vote, tally, usual)
    checks.check(vote, presence)
    if vote.kind != "secret":
        vote.named = ballots.named_in(speech, roster, tally.first, min(max(last, tally.last + 20), end))
    return vote


def _of_scrutineers(speech: Speech, subject: str, entry: Counted, last: int) -> bool:
    """Asked aloud who is for the committee that will count the secret votes, or declared elected right after."""
    if _SCRUTINEERS.search(subject):
        return True
    asked = speech.marks(entry.called, entry.tally.last)
    around = speech.marks(max(entry.called - 25, 0), last + 6)
    return _ALOUD.search(asked) is not None and _ABOUT_SCRUTINEERS.search(around) is not None


def _candidates(speech: Speech, roster: Roster, tally: Tally) -> str:
    """ "Adam Wiecha 10, Krystyna Dębska 6": the counts of a vote between several, of which `in_favour` is the most."""
    told = []
    for first, last, count in tally.candidates:
        people = people_in(speech, roster, first, last)
        told.append(f"{people[-1].name if people else '?'} {count}")
    return ", ".join(told)
