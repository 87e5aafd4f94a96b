"""Who was there: how many councillors at each moment, and who came, left or stayed away."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final, Literal

from transcripts.facts.names import Roster, people_in
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundAttendance, Span

_STATUTORY: Final = re.compile(
    r"\b(?:ustawow\w+ skład\w*|skład\w* ustawow\w+|skład\w* rady|stan\w* ustawow\w+|stan\w* rady|na)(?: \w+){0,4}? (?P<n>#\d{1,2})"
    r"(?: radnych| osób)?(?= (?:radnych )?(?:w sesji|w obradach|udział|jest|obecn\w+|na sali|w posiedzeniu|bierze))"
    r"|\b(?:ustawow\w+ skład\w*|skład\w* ustawow\w+|stan\w* ustawow\w+)(?: \w+){0,5}? (?P<m>#\d{1,2})\b"
    r"|\bna (?P<k>#\d{1,2}) radnych\b|\bradnych na (?P<j>#\d{1,2})\b|\brada (?:\w+ )?(?:liczy|ma|składa się z) (?P<l>#\d{1,2})(?= radnych| osób| członków)"
    r"|\b(?:jest nas|radnych jest|radnych mamy|zalogowan\w+|obecn\w+)(?: \w+){0,2}? #\d{1,2} na (?P<h>#\d{1,2})(?!\S)"
    r"|(?<= )#\d{1,2} (?:osób |radnych )?(?:zalogowanych|obecnych|w systemie|na liście) na (?P<g>#\d{1,2})(?!\S)"
    r"|(?<= )#\d{1,2} (?:z|spośród|na) (?P<i>#\d{1,2})(?= (?:wszystkich )?radnych)"
)
_PRESENT: Final = re.compile(
    r"\b(?:obecn(?:ych|i|a|y)(?: na sali| w tej chwili| teraz| dzisiaj| na sesji| jest| są| mamy| nas)*"
    r"|na sali(?: jest| mamy| znajduje się| obecnych| pozostało| zostało)*|podpisał[oa]? się|jest nas(?: teraz| już| dziś| dzisiaj| obecnie)*|(?:zostało|pozostało|zostaje) nas(?: teraz| już)?|radnych (?:jest|mamy)|uczestniczy|bierze udział|udział bierze"
    r"|w obradach uczestniczy|w sesji uczestniczy|stawiło się|zalogował[oay] się|obecność (?:\w+ )?potwierdzi(?:ło|li)|potwierdziło (?:swoją )?obecność|zalogowan\w+(?: jest)?|połączon\w+(?: jest)?) (?P<n>#\d{1,2})\b"
    r"|(?P<m>#\d{1,2}) (?:\w+ )?(?:radnych |osób |radni )?(?:jest )?(?:obecnych(?! (?:na sali |na sesji |dzisiaj )?(?:jest |są |mamy |było )?#)|zalogowanych|w systemie|na liście|podpisało się|na sali|bierze udział"
    r"|uczestniczy|stawiło się|zalogowało się|potwierdziło obecność)\b"
    r"|(?P<l>#\d{1,2}) (?:z|spośród|na) #\d{1,2}(?= (?:wszystkich )?radnych)"
    r"|\b(?:jest|mamy|obecność|liczba) (?P<k>#\d{1,2}) (?:radnych|osób)(?= (?:\w+ ){0,5}?(?:kworum|quorum|forum|prawomocn))"
)
_CAME: Final = re.compile(
    r"\b(?:dojechał[ai]?|odnotow\w+ przybycie|(?:już )?jest (?:już )?z nami|(?:wszedł|weszła|dotarł[ai]?|przybył[ai]?) właśnie|właśnie (?:wszedł|weszła|dotarł[ai]?|przybył[ai]?)|na salę (?:obrad )?(?:przybył[ai]?|wszedł|weszła|dotarł[ai]?|powrócił[ai]?|wrócił[ai]?)|przybył[ai]? (?:na salę|na sesję"
    r"|na obrady|do nas|radn)|dołączył[ai]?(?: do nas| do obrad| do sesji)?|dotarł[ai]? (?:do nas|radn|na)|doszedł|doszła"
    r"|wrócił[ai]? na salę|powrócił[ai]? na salę|witam (?:spóźnion\w+ )?(?:pan\w* )?radn\w+ (?:\w+ ){1,3}?który (?:dotarł|przybył))"
)
_WENT: Final = re.compile(
    r"\b(?:sal[ęi] (?:obrad )?opuścił[ai]?|opuścił[ai]? sal[ęi]|opuścił[ai]? (?:obrady|posiedzenie|sesję|nas)|wyszedł z sali|wyszła z sali"
    r"|z sali wysz\w+|opuszcza (?:salę|obrady|nas)|rozłączył[ao]? się|rozłączył[ao]? nas|musiał[ao]? (?:\w+ )?(?:wyjść|opuścić)|(?P<bare>wyszedł|wyszła|wyjechał[ao]?)\b(?! (?:z|na|od|o|po)\b))"
)
"""The bare verb counts only with a councillor named right before it."""
_ABSENT: Final = re.compile(
    r"\b(?:(?:nie)?obecn\w+ usprawiedliwi(?:on|en)\w+|usprawiedliwi(?:on|en)\w+ (?:są|jest|nieobecn\w+)|nieobecn(?:y|a|i|e|ość|ych)(?! #)|nie ma (?:dzisiaj |dziś )?"
    r"(?=pan|radn)|usprawiedliwi(?:ł|ła|li|ły)(?: się|(?: swoją)? nieobecność))"
)
_LATE: Final = re.compile(
    r"\b(?:się spóźni\w*|spóźni się|spóźnion\w+|dojedzie|dotrze później|dołączy później|przyjdzie później|dojdzie później|będzie później|ma dojechać)\b"
)
_HYPOTHETICAL: Final = re.compile(r"\b(?:jeśli|jeżeli|gdyby|czy|kiedyś|poprzedni\w+|zawsze|często)\b")
_SIDE_WORDS: Final = 12
_SAME_LIST: Final = 40  # words


@dataclass(slots=True)
class Presence:
    """How many were present: `counts` are (unit, number) in order."""

    statutory: int | None = None
    counts: list[tuple[int, int]] = field(default_factory=list)
    moves: list[FoundAttendance] = field(default_factory=list)

    def at(self, unit: int) -> int | None:
        index = bisect_right(self.counts, (unit, 10_000)) - 1
        return self.counts[index][1] if index >= 0 else None

    @property
    def at_start(self) -> int | None:
        return self.counts[0][1] if self.counts else None

    @property
    def quorum(self) -> int | None:
        """At least half of the statutory number (Act on communal self-government, art. 14 ust. 1)."""
        return (self.statutory + 1) // 2 if self.statutory else None


def read_presence(speech: Speech, roster: Roster) -> Presence:
    presence = Presence()
    _read_counts(speech, presence)
    _read_moves(speech, roster, presence)
    return presence


def _read_counts(speech: Speech, presence: Presence) -> None:
    statutory_at: set[int] = set()
    for match in speech.find_all(_STATUTORY):
        group = next(name for name in "nmkjlihg" if match[name])
        value = int(match[group][1:])
        near = speech.span(match)
        context = speech.marks(near[0] - 3, near[1] + 8)
        if 10 <= value <= 60 and (
            group in "nmlhg" or "obecn" in context or "udział" in context or "kworum" in context or "zalogow" in context
        ):
            if presence.statutory is None:
                presence.statutory = value
            statutory_at.add(speech.span(match, group)[0])
    for match in speech.find_all(_PRESENT):
        group = next(name for name in "nmkl" if match[name])
        at = speech.span(match, group)[0]
        value = int(match[group][1:])
        if at in statutory_at or not 1 <= value <= (presence.statutory or 60):
            continue
        around = speech.marks(max(at - 8, speech.sentence_start(at, 8)), min(at + 8, speech.sentence_end(at, 8)))
        quorum = presence.quorum
        if quorum is not None and value < quorum and not re.search(r"\b(?:kworum|quorum|na sali|przerw\w+)\b", around):
            continue
        if re.search(
            r"\b(?:klub\w*|komisj\w+|mieszkańc\w+|zebrani\w+|gości|sołtysów|nieobecnych|uczniów|dzieci)\b", around
        ):
            continue
        presence.counts.append((at, value))
    presence.counts.sort()


def _read_moves(speech: Speech, roster: Roster, presence: Presence) -> None:
    kinds: tuple[tuple[re.Pattern[str], Literal["absent", "late", "present", "left"]], ...] = (
        (_CAME, "present"), (_WENT, "left"), (_LATE, "late"), (_ABSENT, "absent"),
    )  # fmt: skip
    seen: set[tuple[str, int]] = set()
    for pattern, status in kinds:
        for match in speech.find_all(pattern):
            first, last = speech.span(match)
            start, end = speech.sentence_start(first, _SIDE_WORDS), speech.sentence_end(last - 1, _SIDE_WORDS + 6)
            if _HYPOTHETICAL.search(speech.marks(start, last)):
                continue
            bare = "bare" in pattern.groupindex and match["bare"] is not None
            for name in _who(speech, roster, status, (start, first, first if bare else last, first if bare else end)):
                if (name, end) in seen or (status == "absent" and _comes_later(presence, name, first)):
                    continue
                seen.add((name, end))
                _add(speech, presence, name, status, (start, first, last, end))
    presence.moves.sort(key=lambda move: move.span.start_ms)


def _comes_later(presence: Presence, name: str, unit: int) -> bool:
    """ "Nieobecni są radny Cygan oraz radny Sęk, który dojedzie": the second is late."""
    return any(
        move.name == name and move.status == "late" and abs(move.span.first - unit) < _SAME_LIST
        for move in presence.moves
    )


def _who(speech: Speech, roster: Roster, status: str, place: tuple[int, int, int, int]) -> list[str]:
    start, first, last, end = place
    stop = speech.find(re.compile(r"\b(?:a|natomiast|obecnych|oraz radny \w+ \w+ zgłosił)\b"), last, end)
    after = people_in(speech, roster, max(first, last - 2), speech.index_at(stop.start()) if stop else end)
    before = [named for named in people_in(speech, roster, start, first) if first - named.last <= 4]
    if status == "late":
        after = []
    if status in ("present", "left") and before:
        after = []
    found = before[-1:] if status != "absent" or not after else after
    return [named.name for named in (found or after)]


def _add(speech: Speech, presence: Presence, name: str, status: str, place: tuple[int, int, int, int]) -> None:
    start, first, _, end = place
    told = next((value for at, value in presence.counts if start <= at < end + 8), None)
    base = presence.at(start)
    if status in ("present", "left") and told is None and base is not None:
        told = base + (1 if status == "present" else -1)
        if 0 < told <= (presence.statutory or 60):
            presence.counts.append((first, told))
            presence.counts.sort()
    is_excused = status == "absent" and "usprawiedliw" in speech.marks(start, end)
    quote = Span(speech.units[start].start_ms, speech.units[end - 1].end_ms, speech.raw(start, end), start, end)
    final: Literal["present", "absent", "excused", "late", "left"] = "excused" if is_excused else status  # type: ignore[assignment]
    count = told if status in ("present", "left") else None
    presence.moves.append(FoundAttendance(name, final, count, quote))
