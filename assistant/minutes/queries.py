"""Reads about minutes: frozen rows, actor first. A resident sees approved minutes of published recordings only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from assistant.minutes.document import Document
from assistant.minutes.markup import unproven_lines
from assistant.minutes.sections import Section, default_sections, places_to_fill, read_sections
from assistant.models_minutes import Minutes, MinutesTemplate, MinutesVersion
from assistant.summaries.words import clean
from council.access import Actor, Can
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts import queries
from transcripts.queries import RecordingRow

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    origin_label: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """One version of the minutes. `unproven`: paragraphs that name no second. `versions`: newest first."""

    recording: RecordingRow
    number: int
    sections: tuple[Section, ...]
    latest: int
    approved_version: int | None
    approved_at: datetime | None
    versions: tuple[VersionRow, ...]

    @property
    def approved(self) -> bool:
        return self.number == self.approved_version

    @property
    def unproven(self) -> int:
        return sum(unproven_lines(section.text) for section in self.sections if section.kind != "signatures")

    @property
    def to_fill(self) -> int:
        """Places that a clerk has yet to fill in."""
        return places_to_fill(self.sections)


@dataclass(frozen=True, slots=True)
class ListedRow:
    """`latest` is 0 where nobody has drafted minutes yet."""

    recording: RecordingRow
    latest: int
    approved_version: int | None


def template_of(actor: Actor) -> tuple[Section, ...]:
    """The council's sections, or the usual ones."""
    with tenant_scope(actor.council_id):
        template = MinutesTemplate.objects.first()
        return read_sections(template.sections) if template else default_sections()


def list_minutes(actor: Actor) -> list[ListedRow]:
    """The newest recordings the actor may see, with how far their minutes are; residents: only with approved ones."""
    rows, _ = queries.list_recordings(actor, limit=MOST_LISTED)
    ready = [row for row in rows if row.state == "ready"]
    with tenant_scope(actor.council_id):
        found = {
            minutes.recording_id: minutes for minutes in Minutes.objects.filter(recording__in=[r.id for r in ready])
        }
        latest = dict(
            MinutesVersion.objects.filter(minutes__in=found.values())
            .order_by("minutes_id", "-number")
            .distinct("minutes_id")
            .values_list("minutes_id", "number")
        )
    listed = []
    for row in ready:
        minutes = found.get(row.id)
        number = latest.get(minutes.pk, 0) if minutes else 0
        listed.append(ListedRow(row, number, minutes.approved_version if minutes else None))
    if Can.READ_ALL in actor.can:
        return listed
    return [row for row in listed if row.approved_version is not None]


def get_minutes(actor: Actor, recording_id: UUID, number: int | None = None) -> MinutesRow:
    """The newest version the actor may see, or the wanted one.

    Raises:
        CouncilError: "not_found".
    """
    recording = queries.get_recording(actor, recording_id)
    with tenant_scope(actor.council_id):
        minutes = Minutes.objects.filter(recording_id=recording_id).first()
        if minutes is None:
            raise CouncilError("not_found")
        versions = list(minutes.versions.select_related("created_by").defer("sections"))
        if Can.READ_ALL not in actor.can:
            versions = [version for version in versions if version.number == minutes.approved_version]
        wanted = next((v for v in versions if number is None or v.number == number), None)
        if wanted is None:
            raise CouncilError("not_found")
        return MinutesRow(
            recording=recording,
            number=wanted.number,
            sections=read_sections(MinutesVersion.objects.get(pk=wanted.pk).sections),
            latest=versions[0].number,
            approved_version=minutes.approved_version,
            approved_at=minutes.approved_at,
            versions=tuple(
                VersionRow(v.number, v.get_origin_display(), v.created_at, str(v.created_by or "")) for v in versions
            ),
        )


def document_of(actor: Actor, row: MinutesRow) -> Document:
    """What a file is written from."""
    return Document(
        council_name=clean(actor.council_name),
        title=" ".join(clean(row.recording.title).split()),
        held_on=row.recording.held_on,
        approved=row.approved,
        version=row.number,
        address=settings.PUBLIC_URL + reverse("recording", args=[actor.council_slug, row.recording.id]),
        sections=row.sections,
    )
