"""Which of the chair's formulae make the agenda that was really gone through: each point once, in a likely order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from transcripts.facts import titles
from transcripts.facts.outline import Outline
from transcripts.facts.text import Speech

ONLY_IN_ORDER: Final = 0.5
"""Strength of a bare "punkt siódmy" in words without punctuation: believed as the very next point only."""
_GREETED: Final = re.compile(
    r"\b(?:witam|witamy) (?:\S+ ){0,8}?na (?:\S+ ){0,4}?(?:sesji|posiedzeniu)\b|(?<!\S)@\d{1,3} (?:\w+ ){0,2}?sesj(?:ę|a|i)\b"
)
"""Said when a meeting opens; believed where the words that open it were not understood."""
_GREETED_WITHIN: Final = 200


@dataclass(frozen=True, slots=True)
class Opened:
    first: int
    last: int  # the unit after the formula: the title begins here
    label: str  # "" when the formula says no number
    sub: str
    strength: float
    kind: Literal["opening", "point", "closing", "sub", "return", "order"] = "point"
    name: str = ""
    title: str = ""  # said before the number: "Sprawy różne, punkt szósty"


def in_order(speech: Speech, plan: Outline, candidates: list[Opened]) -> list[Opened]:
    """Candidates that make a meeting: opened once, closed last, points not opened again while they are open."""
    chosen: list[Opened] = []
    done: set[str] = set()
    current, major = "", 0
    if len(candidates) > 1 and not any(entry.kind == "opening" or entry.label == "1" for entry in candidates):
        greeted = speech.find(_GREETED, 0, min(_GREETED_WITHIN, candidates[0].first))
        if greeted:
            first, last = speech.span(greeted)
            candidates = [Opened(speech.sentence_start(first, 12), last, "", "", 0.5, kind="opening"), *candidates]
    candidates = _with_order_of_business(candidates)
    closing = max((i for i, c in enumerate(candidates) if c.kind == "closing"), default=None)
    for index, entry in enumerate(candidates):
        if entry.kind == "opening":
            if not chosen:
                chosen.append(entry)
                current, major = "1", 1
            continue
        if entry.kind == "closing":
            if index == closing:
                _close(speech, chosen, _after(done, major, plan), entry)
                break
            continue
        if entry.name and chosen and _goes_on(speech, chosen[-1], entry):
            continue
        label = _label(entry, done, major, plan)
        if entry.kind == "return" and label in done:
            continue
        if label is None or (label == current and not _fresh_opening(chosen, label)):
            continue
        number = int(re.match(r"\d+", label)[0]) if re.match(r"\d", label) else major  # type: ignore[index]
        if entry.strength <= ONLY_IN_ORDER and not _in_turn(entry, number, done, major, plan):
            continue
        if entry.strength < 0.9 and entry.label and not _plausible(number, major, speech, entry):
            continue
        if label == current and chosen and chosen[-1].kind == "opening":
            chosen[-1] = Opened(chosen[-1].first, entry.last, label, entry.sub, 0.95)
            continue
        chosen.append(_labelled(entry, label, entry.sub))
        done.add(label)
        current, major = label, number
    return chosen


def _with_order_of_business(candidates: list[Opened]) -> list[Opened]:
    """The order of business opens the second point when nothing else does: the next point announced is the third."""
    asked = [entry for entry in candidates if entry.kind == "order"]
    rest = [entry for entry in candidates if entry.kind != "order"]
    opening = next((entry.first for entry in rest if entry.kind == "opening"), None)
    first = next((entry for entry in rest if entry.kind not in ("opening", "return") and entry.label != "1"), None)
    if opening is None or first is None or first.label != "3":
        return rest
    between = [entry for entry in asked if opening < entry.first < first.first]
    return sorted([*rest, *between[:1]], key=lambda entry: entry.first)


def _in_turn(entry: Opened, number: int, done: set[str], major: int, plan: Outline) -> bool:
    """The very next point, or the very next letter of the point that is open ("5a" may open the fifth itself)."""
    letter = _letter(entry.sub) or entry.label.lstrip("0123456789")
    if letter in ("bis", "ter", "prim"):
        return number == major
    if letter.startswith("."):
        minor = int(letter[1:])
        return number == major and (minor == 1 or f"{number}.{minor - 1}" in done)
    if not letter:
        return str(number) == _after(done, major, plan)
    following = next((one for one in "abcdefghijklmnoprstuwz" if f"{number}{one}" not in done), "")
    return letter == following and (number == major or str(number) == _after(done, major, plan))


def _goes_on(speech: Speech, opened: Opened, entry: Opened) -> bool:
    """ "Przechodzimy do zapytań" within "Interpelacje i zapytania" opens nothing new."""
    if entry.first <= opened.last + 2:
        return True  # "Punkt czwarty. Interpelacje i zapytania.": the title of what is open
    title = titles.title_at(speech, opened.last, entry.first).lower()
    return titles.in_nominative(entry.name).lower()[:6] in title


def _fresh_opening(chosen: list[Opened], label: str) -> bool:
    return label == "1" and bool(chosen) and chosen[-1].kind == "opening"


def _label(entry: Opened, done: set[str], major: int, plan: Outline) -> str | None:
    if entry.kind == "sub":
        return f"{major}{_letter(entry.sub)}" if major else None
    if entry.label:
        return f"{entry.label}{_letter(entry.sub)}"
    wanted = plan.label_of(entry.name) if entry.name else None
    return wanted or _after(done, major, plan)


def _after(done: set[str], major: int, plan: Outline) -> str:
    """The point that comes next: those withdrawn, and those taken earlier out of their order, are passed over."""
    label = plan.after(major)
    while label in done:
        label = plan.after(int(label))
    return label


def _letter(sub: str) -> str:
    spelled = {"be": "b", "ce": "c", "de": "d", "ef": "f", "gie": "g"}
    return f".{sub}" if sub.isdigit() else spelled.get(sub, sub)


def _plausible(number: int, major: int, speech: Speech, entry: Opened) -> bool:
    """A bare "punkt siódmy" is believed when it follows the point before, give or take a few."""
    if speech.punctuated and speech.units[entry.first].starts:
        return number > major - 3
    return major < number <= major + 4 or (number == major and not (entry.label + entry.sub).isdigit())


def _close(speech: Speech, chosen: list[Opened], label: str, entry: Opened) -> None:
    """The last point: the one opened as "zamknięcie sesji", else one of its own at the words that close."""
    if chosen and chosen[-1].kind == "point":
        tail = speech.marks(chosen[-1].last, chosen[-1].last + 4)
        if re.search(r"zamknięci|zakończeni|^(?:\w+ ){0,2}wyczerpani", tail) or entry.first <= chosen[-1].last + 1:
            chosen[-1] = replace(chosen[-1], kind="closing")
            return
    chosen.append(_labelled(entry, label, ""))


def _labelled(entry: Opened, label: str, sub: str) -> Opened:
    return Opened(entry.first, entry.last, label, sub, entry.strength, entry.kind, entry.name, entry.title)
