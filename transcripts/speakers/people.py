"""The council's people as they are in the database."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from council.models import Person, Seat
from council.models_facts import AgendaItem, FactStatus
from transcripts.models import Recording
from transcripts.speakers.hotwords import hotwords_for
from transcripts.speakers.roster import Member, member


def load_roster(held_on: date | None) -> tuple[Member, ...]:
    """Everybody who had a seat on that day (or has one without dates), and those without any. Needs the scope."""
    in_office = Q()
    if held_on is not None:
        in_office = (Q(starts_on__isnull=True) | Q(starts_on__lte=held_on)) & (
            Q(ends_on__isnull=True) | Q(ends_on__gte=held_on)
        )
        in_office &= Q(term__ends_on__isnull=True) | Q(term__ends_on__gte=held_on)
        in_office &= Q(term__starts_on__isnull=True) | Q(term__starts_on__lte=held_on)
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.filter(in_office).select_related("body"):
        seats.setdefault(seat.person_id, []).append(seat)
    former = set(Seat.objects.exclude(person_id__in=list(seats)).values_list("person_id", flat=True))
    people = Person.objects.exclude(pk__in=former).order_by("name", "pk")
    return tuple(
        member(
            person.pk, person.name,
            [(seat.function, seat.body.name) for seat in seats.get(person.pk, ())],
        )
        for person in people
    )  # fmt: skip


def recording_hotwords(recording: Recording) -> str:
    """Names to expect in a recording: of the council's people then, of places in its name and in the meeting's agenda,
    which somebody confirmed or brought in before. "" where none are known. Needs the scope."""
    roster = load_roster(day_of(recording))
    agenda: list[str] = []
    if recording.meeting_id is not None:
        items = AgendaItem.objects.filter(meeting_id=recording.meeting_id, status=FactStatus.CONFIRMED)
        agenda = list(items.values_list("title", flat=True))
    if not roster and not agenda:
        return ""
    return hotwords_for(roster, council=recording.council.name, agenda=agenda)


def day_of(recording: Recording) -> date | None:
    """When the meeting was, as far as it is known."""
    return recording.held_on or (recording.meeting.held_on if recording.meeting else None)
