"""Whose meeting a recording is: the council's itself or a committee's, and who sits there.

A recording belongs to the body whose name stands in its title or its meeting's, in any case form ("Posiedzenie Komisji
Budżetu i Finansów"); the longest name wins. A session ("XXIII sesja") that names none is the council's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from council.access import Actor, Can
from council.models import Body, Person
from council.tenancy import tenant_scope
from transcripts.lexemes import QueryTerm, document_lexemes, query_lexemes
from transcripts.models import Recording, RecordingState

_MAIN: Final = re.compile(r"^(?:rada|sejmik)\b", re.IGNORECASE)
_SESSION: Final = re.compile(r"\bsesj", re.IGNORECASE)
_LEXEME: Final = re.compile(r"'((?:[^'\\]|''|\\.)*)':")


@dataclass(frozen=True, slots=True)
class BodyRow:
    id: int
    name: str


def list_bodies(actor: Actor) -> list[BodyRow]:
    """The council's bodies by name."""
    actor.require(Can.READ_PUBLISHED)
    with tenant_scope(actor.council_id):
        return [BodyRow(pk, name) for pk, name in Body.objects.order_by("name").values_list("pk", "name")]


def people_of(actor: Actor) -> list[str]:
    """Full names of everybody on the council's roster."""
    actor.require(Can.READ_PUBLISHED)
    with tenant_scope(actor.council_id):
        return list(Person.objects.order_by("name").values_list("name", flat=True))


def recordings_of_body(actor: Actor, body_id: int) -> tuple[UUID, ...]:
    """Recordings of a body's meetings, none for a body that the council does not have. Visibility is not looked at."""
    bodies = {row.id: row.name for row in list_bodies(actor)}
    if body_id not in bodies:
        return ()
    with tenant_scope(actor.council_id):
        rows = list(Recording.objects.values_list("pk", "title", "meeting__title"))
    named = sorted(bodies.items(), key=lambda item: -len(item[1]))
    terms = [(pk, name, query_lexemes(name)) for pk, name in named]
    return tuple(pk for pk, title, meeting in rows if _body_of(f"{title} {meeting or ''}", terms) == body_id)


def _body_of(title: str, bodies: Iterable[tuple[int, str, tuple[QueryTerm, ...]]]) -> int | None:
    held = {found.replace("''", "'") for found in _LEXEME.findall(document_lexemes("", title).vector)}
    main = None
    for pk, name, terms in bodies:
        if terms and all(not held.isdisjoint(term.lexemes) or term.form in held for term in terms):
            return pk
        if _MAIN.match(name):
            main = pk if main is None else main
    return main if _SESSION.search(title) else None


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """What a search can be narrowed to: a meeting with all its recordings, or a recording of no known meeting."""

    meeting_id: int | None
    recording_id: UUID | None
    title: str
    held_on: date | None

    @property
    def key(self) -> str:
        """As it stands in an address: "p12" or the recording's id."""
        return f"p{self.meeting_id}" if self.meeting_id else str(self.recording_id)


def list_meetings(actor: Actor) -> list[MeetingRow]:
    """Meetings with recordings that are ready and that the actor may see, the newest first."""
    actor.require(Can.READ_PUBLISHED)
    with tenant_scope(actor.council_id):
        ready = Recording.objects.filter(council_id=actor.council_id, state=RecordingState.READY)
        if Can.READ_ALL not in actor.can:
            ready = ready.filter(published_at__isnull=False)
        found = list(ready.values_list("pk", "title", "held_on", "meeting_id", "meeting__title", "meeting__held_on"))
    rows = {
        (meeting or recording): MeetingRow(
            meeting, None if meeting else recording, of_meeting or title or str(recording), met_on or held_on
        )
        for recording, title, held_on, meeting, of_meeting, met_on in found
    }
    return sorted(rows.values(), key=lambda row: (row.held_on or date.min, row.title), reverse=True)
