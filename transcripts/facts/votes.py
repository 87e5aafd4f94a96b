"""Votes of the council: which counts are its own, what of, with what result, and which were struck out later.

A count is the council's when the chair has put the question just before it, or states the result right after it.
Opinions of committees, votes remembered from other meetings and numbers of anything else are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from transcripts.facts import ballots, checks, results, subjects
from transcripts.facts.names import Roster
from transcripts.facts.presence import Presence
from transcripts.facts.resolutions import number_in
from transcripts.facts.tallies import Tally, find_tallies
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundPoint, FoundVote, Span

_TRIGGER: Final = re.compile(
    r"\b(?:kto (?:(?!kto|przeciw|wstrz)\w+ ){0,9}?(?:jest |głosuje |opowiada się )?za\b(?! (?:to|ile|co|nami|tym (?:stoi|przemawia))\b)"
    r"|kto (?:\w+ ){0,4}?(?:jest )?przeciw\w*|kto (?:\w+ ){0,4}?wstrzyma\w+|(?:przystępujemy|przechodzimy|przystąpimy|przejdziemy) (?:\w+ ){0,2}?do głosowania"
    r"|(?:poddaję|poddajemy) (?:\S+ ){0,14}?pod głosowanie|pod głosowanie poddaj\w+|zarządzam głosowanie|otwieram głosowanie"
    r"|rozpoczynam(?:y)? głosowanie|głosujemy|proszę o (?:oddanie|oddawanie|podniesienie|naciśnięcie|przyciśnięcie) (?:\w+ ){0,2}?(?:głos\w+|ręk\w+|przycisk\w*)"
    r"|proszę (?:\w+ ){0,2}?głosować|proszę o (?:za|prze)?głosowanie|proszę o przegłosowanie|zamykam głosowanie"
    r"|(?:podaję|ogłaszam|odczytam|odczytuję|proszę (?:\w+ ){0,3}?o|wyświetl\w+) (?:\w+ ){0,2}?wynik\w*|wynik(?:i)? głosowania|głosowanie (?:jest )?zakończone"
    r"|w wyniku głosowania|w (?:\w+ )?głosowaniu tajnym|wydano (?:\w+ )?#\d+ kart|w głosowaniu (?:\w+ ){0,3}?(?:udział|wzięło|za\b)|czy (?:\w+ ){0,4}?(?:jest|są) przeciw\w*)"
)
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
    r"\b(?:przepraszam|poprawiam|pomyłka|pomyliłem|pomyliłam|pomyłkowo|koryguję|korekta|źle (?:odczyt|policz|przeczyt|widz|poda|powiedz|zobaczy)\w+|chwileczkę|momencik"
    r"|jeszcze raz (?:podaję|podam|odczytam|odczytuję)|prawidłowo|właściwy wynik|sprostowanie)\b"
)
_NEEDED: Final = re.compile(r"\b(?:potrzeb\w+|wymaga\w*|niezbędn\w+|koniecz\w+|co najmniej|minimum|musi\w*|trzeba)\b")
"""What is counted then is how many votes it takes, not how many there were."""
_VOID: Final = re.compile(
    r"\b(?:unieważniam\w*|anuluj(?:ę|emy)|kasujemy|głosowanie (?:jest|zostaje|było|uznaję za|uważam za) nieważne"
    r"|uzna(?:ję|jemy) (?:\S+ ){0,4}?(?:niebył\w+|nieważn\w+)|powtarzamy|powtórzymy|powtórzmy|(?:musimy|będziemy|trzeba) (?:\w+ )?(?:powtórzyć|powtarzać)"
    r"|głosujemy (?:\w+ ){0,2}?(?:jeszcze raz|ponownie|powtórnie)|(?:zarządzam|przeprowadz\w+|przystępujemy do) (?:\w+ )?(?:ponown\w+ głosowani\w+|powtórn\w+ głosowani\w+"
    r"|reasumpcj\w+|powtórzeni\w+)|ponawiam(?:y)? głosowanie|jeszcze raz (?:poddaję|głosujemy|zagłosujemy))"
)
_VOID_IN_DOUBT: Final = re.compile(
    r"\b(?:czy|wniosek o|wnoszę o|proszę o|dlaczego|nie|żeby|aby|może|jeśli|gdyby)(?: \w+)?$"
)
_SECRET: Final = re.compile(
    r"\b(?:(?:głosowani\w+|wybor\w+) (?:\w+ ){0,2}?tajn\w+|tajn\w+ głosowani\w+|komisj\w+ skrutacyjn\w+|wydano (?:\w+ )?#\d+ kart|kart\w? do głosowania|do urny)\b"
)
_SCRUTINEERS: Final = re.compile(r"komisj\w+ skrutacyjn\w+", re.IGNORECASE)
"""Choosing who counts the secret votes is an open vote."""
_NAMED: Final = re.compile(
    r"\b(?:głosowani\w+ (?:\w+ )?imienn\w+|imienn\w+ głosowani\w+|głosuj\w+ imienn\w+|imienny wykaz)\b"
)
_STALE: Final = 260  # words between a question and its count
_WINDOW: Final = 55  # words after a count in which its result is stated
_AFTERMATH: Final = 45  # words in which a count may be said again or corrected
_NEAR: Final = 30


@dataclass(slots=True)
class _Counted:
    """A count taken for the council's, before it is made a vote."""

    tally: Tally
    called: int  # unit where the question was put
    window: int  # unit where its aftermath ends
    corrected: bool = False
    extra: list[Tally] = field(default_factory=list)


def find_votes(
    speech: Speech,
    chairs: frozenset[int] | None,
    points: Sequence[FoundPoint],
    presence: Presence,
    roster: Roster,
) -> list[FoundVote]:
    """Votes in order, each with its evidence; those struck out and repeated are marked superseded."""
    triggers = _triggers(speech, chairs)
    counted = _council_counts(speech, chairs, points, triggers)
    counted = _with_silent_votes(speech, points, triggers, counted)
    found: list[FoundVote] = []
    for index, entry in enumerate(counted):
        before = counted[index - 1].tally.last if index else 0
        following = counted[index + 1].called if index + 1 < len(counted) else len(speech.units)
        found.append(_vote(speech, points, presence, roster, entry, before, following))
    _strike_out(speech, chairs, counted, found)
    _strike_out_after_motion(speech, counted, found)
    return found


# --- which counts ----------------------------------------------------------------------------------------------------


def _triggers(speech: Speech, chairs: frozenset[int] | None) -> list[int]:
    places = []
    for match in speech.find_all(_TRIGGER):
        at = speech.index_at(match.start())
        if chairs is not None and speech.units[at].turn not in chairs and not match[0].startswith(("w ", "wydano")):
            continue
        lead = speech.marks(speech.sentence_start(at, 4), at)
        if re.search(r"(?:^| )(?:zanim|kiedy|gdy|jeśli|dlaczego|nie|będziemy|wtedy|potem)(?: \w+)?$", lead):
            continue
        places.append(at)
    return places


def _point_start(points: Sequence[FoundPoint], unit: int) -> int:
    index = bisect_right(points, unit, key=lambda point: point.first)
    return points[index - 1].first if index else 0


def _council_counts(
    speech: Speech, chairs: frozenset[int] | None, points: Sequence[FoundPoint], triggers: list[int]
) -> list[_Counted]:
    counted: list[_Counted] = []
    for tally in find_tallies(speech):
        after = counted[-1].tally.last if counted else 0
        since = [at for at in triggers if after <= at < tally.last and tally.last - at < _STALE]
        since = [at for at in since if at >= _point_start(points, tally.first) - 3]
        opinion = _last(speech, _OPINION, max(tally.first - _NEAR, after), tally.last)
        asked_after_opinion = [at for at in since if opinion is None or at > opinion]
        same_point = _point_start(points, tally.first) <= after
        if counted and not since and same_point and _continues(speech, counted[-1], tally):
            continue
        if set(tally.counts) <= {"wstrzymał się", "nie głosował", "obecni", "nieważne"} and not (
            tally.unanimous or tally.everybody
        ):
            continue
        if _NEEDED.search(speech.marks(max(tally.first - 5, after), tally.first)):
            continue
        if asked_after_opinion:
            if _remembered(speech, asked_after_opinion[-1], tally, chairs):
                continue
            counted.append(_Counted(tally, _first_of_group(since), tally.last))
        elif opinion is None and _stated_without_question(speech, chairs, tally):
            counted.append(_Counted(tally, tally.first, tally.last))
    return counted


def _first_of_group(since: list[int]) -> int:
    """The first question of the last row of questions: earlier ones belong to what was broken off."""
    first = since[-1]
    for at in reversed(since[:-1]):
        if first - at > 60:
            break
        first = at
    return first


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
    if speech.find(_MEMORY, start, tally.last) is not None:
        return False
    window = min(tally.last + 25, len(speech.units))
    stated = results.stated_result(speech, max(tally.first - 14, start), window)
    enough = len({"za", "przeciw", "wstrzymał się"} & set(tally.counts)) >= 2 or tally.unanimous
    return stated is not None and (enough or stated.formal) and ("za" in tally.counts or tally.unanimous or enough)


def _continues(speech: Speech, last: _Counted, tally: Tally) -> bool:
    """A second count without a new question: the same said again, its missing part, or a correction of it."""
    gap = tally.first - last.tally.last
    units = speech.units
    if gap > _AFTERMATH or (speech.has_turns and units[tally.first].turn != units[last.tally.last - 1].turn):
        return False
    if speech.find(_COMMITTEE, last.tally.last, tally.last + 3) or speech.find(_MEMORY, last.tally.last, tally.first):
        return False
    between = speech.marks(last.tally.last, tally.first)
    known = last.tally.counts
    shared = [choice for choice in tally.counts if choice in known]
    if _CORRECTION.search(between):
        known.update(tally.counts)
        last.corrected = True
    elif any(known[choice] != tally.counts[choice] for choice in shared):
        return False
    else:
        for choice, count in tally.counts.items():
            known.setdefault(choice, count)
    last.tally.unanimous |= tally.unanimous
    last.tally.last = tally.last
    return True


def _with_silent_votes(
    speech: Speech, points: Sequence[FoundPoint], triggers: list[int], counted: list[_Counted]
) -> list[_Counted]:
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
        found.append(_Counted(empty, first, stated.first))
    return sorted(found, key=lambda entry: entry.tally.first)


# --- one vote --------------------------------------------------------------------------------------------------------


def _vote(
    speech: Speech,
    points: Sequence[FoundPoint],
    presence: Presence,
    roster: Roster,
    entry: _Counted,
    before: int,
    following: int,
) -> FoundVote:
    tally = entry.tally
    point = next((point for point in reversed(points) if point.first <= entry.called), None)
    start = max(before, point.first if point else 0)
    next_point = min((p.first for p in points if p.first > tally.first), default=len(speech.units))
    end = min(tally.last + _WINDOW, following, next_point)
    stated = results.stated_result(speech, tally.last, end) or results.stated_result(speech, entry.called, tally.last)
    last = max(tally.last, stated.last if stated and stated.first >= tally.first else 0)
    last = min(max(last, tally.first + 1), len(speech.units))
    point_title = point.title if point else ""
    subject = subjects.subject_of_vote(speech, point_title, start, tally.first + 1)
    about = speech.marks(max(start, entry.called - 120), last)
    vote = FoundVote(
        subject=subject,
        in_favour=tally.counts.get("za"),
        against=tally.counts.get("przeciw"),
        abstained=tally.counts.get("wstrzymał się"),
        kind="secret" if _SECRET.search(about) and not _SCRUTINEERS.search(subject) else "named" if _NAMED.search(about) else "open",
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
    if entry.corrected:
        vote.flags.append("corrected")
    if vote.result == "przyjęto" and vote.resolution:
        vote.result = "podjęto"
    checks.complete(vote, tally, presence)
    checks.check(vote, presence)
    if vote.kind != "secret":
        vote.named = ballots.named_in(speech, roster, tally.first, min(max(last, tally.last + 20), end))
    return vote


# --- struck out ------------------------------------------------------------------------------------------------------


def _strike_out(speech: Speech, chairs: frozenset[int] | None, counted: list[_Counted], found: list[FoundVote]) -> None:
    triggers = _triggers(speech, chairs)
    for match in speech.find_all(_VOID):
        at = speech.index_at(match.start())
        if chairs is not None and speech.units[at].turn not in chairs:
            continue
        if _VOID_IN_DOUBT.search(speech.marks(speech.sentence_start(at, 5), at)):
            continue
        earlier = [index for index, entry in enumerate(counted) if entry.tally.last <= at]
        if not earlier:
            continue
        target = earlier[-1]
        if _asked_to_repeat(speech, counted[target], found[target]) and target > 0:
            if found[target].result == "odrzucono":
                continue
            target -= 1
        broken_off = any(counted[earlier[-1]].tally.last < t < at for t in triggers)
        repeated = any(entry.tally.first > at for entry in counted)
        definite = match[0].startswith(("unieważni", "anuluj", "kasuj", "głosowanie", "uzna"))
        if (repeated or definite) and not (broken_off and found[target].result and not definite):
            far = at - counted[target].tally.last > 400 and not definite
            if not far:
                found[target].superseded = True


def _asked_to_repeat(speech: Speech, entry: _Counted, vote: FoundVote) -> bool:
    """The vote was over voting once more, not over the matter itself."""
    asked = speech.marks(entry.called, entry.tally.last + 6)
    return "reasumpcj" in vote.subject.lower() or "reasumpcj" in asked


def _strike_out_after_motion(speech: Speech, counted: list[_Counted], found: list[FoundVote]) -> None:
    """A motion to vote again that was carried and acted upon: the vote before it no longer counts."""
    for index in range(1, len(found) - 1):
        motion, following = found[index], found[index + 1]
        carried = motion.result in ("przyjęto", "podjęto") and motion.point == following.point
        if carried and _asked_to_repeat(speech, counted[index], motion):
            found[index - 1].superseded = True
            motion.superseded = False
