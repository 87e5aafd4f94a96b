"""Fact cards: one short passage for each vote, resolution, promise, interpellation and person present or not.

A card's header says the fact in the words in which it is asked for ("Wynik głosowania ... za 11, przeciw 2") and is
searched; its text is what was really said at that place, so a citation of a card quotes the transcript. A card of a
secret vote holds the totals only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from council.models_facts import (
    AgendaItem,
    Attendance,
    FactStatus,
    Interpellation,
    MeetingFact,
    Promise,
    Vote,
    VoteKind,
)
from transcripts.lexemes import fold

_Fact = TypeVar("_Fact", bound=MeetingFact)

_WORDS_CHARS: Final = 600
SPEECH: Final = "speech"
VOTE: Final = "vote"
PROMISE: Final = "promise"
INTERPELLATION: Final = "interpellation"
ATTENDANCE: Final = "attendance"
KINDS: Final = (SPEECH, VOTE, PROMISE, INTERPELLATION, ATTENDANCE)


def _folded(pattern: str) -> re.Pattern[str]:
    """Questions are read folded: many are typed without diacritics."""
    return re.compile(fold(pattern))


_ASKED: Final = (
    (
        VOTE,
        _folded(
            r"głosow|wynik\w* |jaki numer|numer\w* uchwał|uchwał|przegłosowa|(?:przeszł|odrzuc|przyję|podję)\w*"
            r"|przeciw|wstrzyma|jednogłośn|\bkto był\w* za\b"
        ),
    ),
    (PROMISE, _folded(r"do kiedy|\bkiedy\b|obieca|zobowiąza|w jakim terminie|termin")),
    (INTERPELLATION, _folded(r"interpel|zapytani|o co pyta|w jakiej sprawie")),
    (
        ATTENDANCE,
        _folded(
            r"obecn|spóźni|nie przysz|nie było na|kto był na|kworum|ilu radnych (?:był|przysz)|usprawiedliw|opuści"
        ),
    ),
)
_WHY: Final = _folded(r"\b(?:dlaczego|czemu|powod\w*|uzasadni\w*)\b")
"""Reasons are given in the debate, not in the result."""
_CHOICES: Final = {"za": "Za głosowali", "przeciw": "Przeciw głosowali", "wstrzymał się": "Wstrzymali się"}
_STATES: Final = {
    "present": "Przybył na sesję, obecny",
    "absent": "Nieobecny na sesji, nieobecność",
    "excused": "Nieobecny na sesji usprawiedliwiony, nieobecność",
    "late": "Spóźnił się na sesję, spóźniony",
    "left": "Opuścił obrady, wyszedł",
}


@dataclass(frozen=True, slots=True)
class Card:
    """`words` are searched; the sentences of `quote`, said from `start_ms` to `end_ms`, are quoted."""

    kind: str
    start_ms: int
    end_ms: int
    words: str
    quote: str


def kinds_asked(question: str) -> tuple[str, ...]:
    """The kinds of cards that a question asks for, none for most questions."""
    asked = fold(question)
    kinds = (kind for kind, pattern in _ASKED if pattern.search(asked))
    return tuple(kind for kind in kinds if kind != VOTE or not _WHY.search(asked))


def asks_why(question: str) -> bool:
    """Whether a question asks for reasons."""
    return _WHY.search(fold(question)) is not None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda and when it was opened."""

    start_ms: int
    name: str


def points_of(recording_id: UUID) -> list[Point]:
    """The agenda as it was really gone through. Needs the council's scope."""
    rows = _decided(AgendaItem.objects.all(), recording_id)
    return [Point(row.start_ms or 0, f"Punkt {row.label}. {row.title}" if row.label else row.title) for row in rows]


def cards_of(recording_id: UUID) -> list[Card]:
    """Cards of all facts of a recording but those that a clerk rejected, in the order of speech. Needs the scope."""
    cards = [
        *(
            _card(VOTE, row, _vote_words(row))
            for row in _decided(Vote.objects.prefetch_related("ballots"), recording_id)
        ),
        *(
            _card(PROMISE, row, ("Zobowiązanie, termin", row.who, row.what, row.due))
            for row in _decided(Promise.objects.all(), recording_id)
        ),
        *(
            _card(INTERPELLATION, row, (row.kind.capitalize(), row.author, f"w sprawie {row.subject}"))
            for row in _decided(Interpellation.objects.all(), recording_id)
        ),
        *(
            _card(ATTENDANCE, row, (f"{_STATES.get(row.state, row.state)}: {row.name}",))
            for row in _decided(Attendance.objects.all(), recording_id)
        ),
    ]
    return sorted(cards, key=lambda card: (card.start_ms, card.kind))


def _decided(rows: QuerySet[_Fact], recording_id: UUID) -> QuerySet[_Fact]:
    found = rows.filter(recording_id=recording_id, start_ms__isnull=False, end_ms__isnull=False)
    return found.exclude(status=FactStatus.REJECTED).order_by("start_ms", "pk")


def _card(kind: str, row: MeetingFact, words: Iterable[str]) -> Card:
    told = ". ".join(part for part in words if part)[:_WORDS_CHARS]
    return Card(kind, row.start_ms or 0, row.end_ms or 0, told, row.quote)


def _vote_words(vote: Vote) -> list[str]:
    secret = vote.kind == VoteKind.SECRET
    counts = [("za", vote.in_favour), ("przeciw", vote.against), ("wstrzymało się", vote.abstained)]
    words = ["Wynik tajnego głosowania" if secret else "Wynik głosowania", vote.subject]
    words.append(", ".join(f"{name} {count}" for name, count in counts if count is not None))
    words.append("unieważnione lub powtórzone" if vote.superseded else vote.result)
    words.append(f"uchwała numer {vote.resolution_number}" if vote.resolution_number else "")
    names: dict[str, list[str]] = {}
    for ballot in () if secret else vote.ballots.all():
        names.setdefault(ballot.choice, []).append(ballot.name)
    return words + [
        f"{_CHOICES.get(choice, choice)}: {', '.join(sorted(who))}" for choice, who in sorted(names.items())
    ]
