"""The agenda as the chair reads it out before the meeting goes through it: titles, not points opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from transcripts.facts import titles
from transcripts.facts.text import Speech

_ENTRY: Final = re.compile(r"\b(?:w )?(?:punk(?:t|cie)|pkt|ad)(?: numer)? (?P<n>[@#]\d{1,2})\b")
_BARE_ENTRY: Final = re.compile(
    r"(?<!\S)(?<!ad )(?<!pkt )(?<!punkt )(?P<n>[@#]\d{1,2})(?!\S)(?! (?:za|przeciw|wstrz|głos|osób|osoby|radn))"
)
_PREAMBLE: Final = re.compile(
    r"\b(?:porząd\w+ (?:obrad|dzienn\w+|sesji|posiedzenia|dzisiejsz\w+|naszej)|porządek jest|odczyta\w+ porządek)\b"
)
_BUSINESS: Final = re.compile(
    r"\b(?:kto jest|głosujemy|pod głosowanie|głosów za|za głosowało|otwieram dyskusję|oddaję głos)\b"
)
_WITHDRAWN: Final = re.compile(
    r"\b(?:zdejmuj\w+|wycofuj\w+|wykreśla\w+|skreśla\w+|zdjęciem|wycofaniem)(?: (?:z porządku(?: obrad)?|projekt\w*|uchwały))* "
    r"(?:punkt\w*|pkt)(?: numer)? (?P<n>[@#]\d{1,2})\b"
    r"|\b(?:punkt|pkt) (?P<m>[@#]\d{1,2}) (?:\w+ ){0,2}?(?:zdjęty|wycofany|wykreślony|skreślony)\b"
)
_INSERTED: Final = re.compile(
    r"\b(?:jako|żeby był to|będzie to|byłby to|to będzie|w|po) (?:nowy )?(?:punkt|punkcie|pkt) (?P<n>[@#]\d{1,2})\b"
)
_SHIFTS: Final = re.compile(
    r"\b(?:pozostałe|kolejne|następne|dalsze)(?: punkty)? (?:\w+ ){0,3}?(?:przesun|zmieni|otrzyma)\w*"
)
_LIST_ENDS: Final = re.compile(
    r"\b(?:czy|kto|dziękuję|przechodzimy|przystępujemy|uwagi?|proszę|to (?=przech|przyst))\b"
)
_LONGEST_ENTRY: Final = 40
_FEWEST: Final = 3
_LIKE_ENOUGH: Final = 0.5


@dataclass(slots=True)
class Outline:
    """`entries`: label -> title. `spans`: units where the list was read, in which no point is opened."""

    entries: dict[str, str] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)

    def title_of(self, label: str) -> str:
        return self.entries.get(label, "")

    def after(self, major: int) -> str:
        """The label of the point that comes next: withdrawn ones are passed over."""
        following = major + 1
        while following in self.withdrawn:
            following += 1
        return str(following)

    def label_of(self, name: str) -> str | None:
        """The only entry that begins like `name` ("interpelacji" is "Interpelacje i zapytania")."""
        wanted = titles.in_nominative(name).lower()[:7]
        found = [label for label, title in self.entries.items() if title.lower().startswith(wanted)]
        return found[0] if len(found) == 1 else None


def read_outline(speech: Speech) -> Outline:
    plan = Outline()
    _read_list(speech, plan)
    for match in speech.find_all(_WITHDRAWN):
        number = int((match["n"] or match["m"])[1:])
        start = speech.sentence_start(speech.index_at(match.start()), 8)
        if not re.search(
            r"\b(?:nie|czy|dlaczego|proszę|wniosek|wnoszę)\b", speech.marks(start, speech.index_at(match.start()))
        ):
            plan.withdrawn.add(number)
    for match in speech.find_all(_SHIFTS):
        at = speech.index_at(match.start())
        inserted = list(speech.find_all(_INSERTED, max(at - 60, 0), at))
        if inserted and plan.spans and plan.spans[0][0] < at:
            _shift(plan, int(inserted[-1]["n"][1:]))
    return plan


def match_agenda(imported: list[tuple[str, str]], found: list[tuple[str, str]]) -> dict[int, int]:
    """Which entry of an imported agenda each found point is. Both are (label, title); the result maps indexes.

    The likest pairs are taken first, each entry once. A label in common counts for a pair; two that differ count little
    against it, for points are inserted and swapped.
    """
    scores = [
        (_likeness(title, other) + _labels(label, other_label), -index, -at)
        for index, (label, title) in enumerate(found)
        for at, (other_label, other) in enumerate(imported)
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for score, index, at in sorted(scores, reverse=True):
        if score >= _LIKE_ENOUGH and -index not in pairs and -at not in taken:
            pairs[-index] = -at
            taken.add(-at)
    return pairs


def _labels(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    return 0.35 if one == other else -0.1


def _likeness(one: str, other: str) -> float:
    """Share of words in common by their first five letters, or likeness of the letters, whichever is more."""
    words = [{word[:5] for word in re.findall(r"\w{3,}", title.lower())} for title in (one, other)]
    if not words[0] or not words[1]:
        return 0.0
    common = len(words[0] & words[1]) / min(len(words[0]), len(words[1]))
    return max(common * 0.9, SequenceMatcher(None, one.lower(), other.lower()).ratio())


def _read_list(speech: Speech, plan: Outline) -> None:
    for pattern, needs_preamble in ((_ENTRY, False), (_BARE_ENTRY, True)):
        matches = [(speech.span(match), int(match["n"][1:])) for match in speech.find_all(pattern)]
        at = 0
        while at < len(matches):
            run = _run(speech, matches, at)
            first = run[0][0][0]
            announced = speech.find(_PREAMBLE, max(first - 45, 0), first) is not None
            if len(run) >= (_FEWEST if announced else _FEWEST + 1) and (announced or not needs_preamble):
                _take(speech, plan, run)
            at += len(run)
        if plan.entries:
            return


_Entry = tuple[tuple[int, int], int]


def _run(speech: Speech, matches: list[_Entry], at: int) -> list[_Entry]:
    run = [matches[at]]
    for entry in matches[at + 1 :]:
        (first, _), number = entry
        (before, _), last_number = run[-1]
        same = speech.units[first].turn == speech.units[before].turn
        if number != last_number + 1 or not same or first - before > _LONGEST_ENTRY:
            break
        if speech.find(_BUSINESS, before, first):
            break
        run.append(entry)
    return run


def _take(speech: Speech, plan: Outline, run: list[_Entry]) -> None:
    for index, ((_, last), number) in enumerate(run):
        end = run[index + 1][0][0] if index + 1 < len(run) else speech.sentence_end(last, 25)
        title = titles.title_at(speech, last, end)
        if title:
            plan.entries.setdefault(str(number), title)
    last_end = speech.sentence_end(run[-1][0][1] - 1, 25)
    stop = None if speech.punctuated else speech.find(_LIST_ENDS, run[-1][0][1], last_end)
    last_end = speech.index_at(stop.start()) if stop else last_end
    plan.spans.append((run[0][0][0], max(last_end, run[-1][0][1])))


def _shift(plan: Outline, inserted: int) -> None:
    plan.entries = {
        str(int(label) + 1) if label.isdigit() and int(label) >= inserted else label: title
        for label, title in plan.entries.items()
    }
