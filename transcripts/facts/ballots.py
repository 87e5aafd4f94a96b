"""Names said with a count of an open vote: "przeciw dwoje, to jest radny Kozioł i radna Gołąb"."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts.names import Roster, people_in
from transcripts.facts.text import Speech

_CHOICES: Final = (
    ("przeciw", re.compile(r"\bprzeciw\w*")),
    ("wstrzymał się", re.compile(r"\b(?:wstrzymał\w*|wstrzymując\w+)")),
    ("za", re.compile(r"\bza (?:głosował\w*|był\w*|jest)(?: tylko)? (?=radn|pan)")),
)
_END: Final = re.compile(
    r"\b(?:stwierdz\w+|uchwał\w+|wniosek|dziękuję|przechodz\w+|punkt|głos ma|proszę|oddaję|udzielam)\b"
)


def named_in(speech: Speech, roster: Roster, first: int, last: int) -> dict[str, list[str]]:
    """Choice -> names, within units [first, last); each name goes with the choice that stands nearest before it."""
    stop = speech.find(_END, first, last)
    end = speech.index_at(stop.start()) if stop else last
    choices: list[tuple[int, str]] = []
    for choice, pattern in _CHOICES:
        choices += [(speech.index_at(match.start()), choice) for match in speech.find_all(pattern, first, end)]
    choices.sort()
    found: dict[str, list[str]] = {}
    for person in people_in(speech, roster, first, end):
        before = [choice for at, choice in choices if at < person.first and person.first - at <= 14]
        if before and person.name not in found.get(before[-1], []):
            found.setdefault(before[-1], []).append(person.name)
    return found
