"""Followed sources: looked at on a schedule, by one process at a time; new meetings come in by themselves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Now

from council.access import Actor, access_council_from_shell
from council.errors import CouncilError
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import actions, ledger
from transcripts.intake import entries
from transcripts.intake.listing import rows_of_address
from transcripts.intake.meetings import place_recording
from transcripts.intake.rows import Row
from transcripts.models_intake import FollowedSource, IntakeEntry
from transcripts.sources.days import day_of
from transcripts.sources.guard import parse_address

logger = logging.getLogger(__name__)

_LEASE: Final = timedelta(minutes=45)  # longer than a look may take (listing.py)
_MOST_PER_LOOK: Final = 1_000
_RETRY_AFTER: Final = timedelta(minutes=30)
_SLOWEST_RETRY: Final = timedelta(hours=24)


def look_at_due(*, stop: threading.Event | None = None, now: bool = False, slug: str = "") -> int:
    """Look at every followed source that is due (all active ones with `now`); how many new recordings came in.

    `slug` limits it to one council.

    One source's failure is written down at it and does not stop the others.
    """
    taken = 0
    councils = Council.objects.filter(slug=slug) if slug else Council.objects.all()
    for council_slug in list(councils.order_by("pk").values_list("slug", flat=True)):
        actor = access_council_from_shell(council_slug)
        for source in _due(actor, now=now):
            if stop and stop.is_set():
                break
            taken += _look(actor, source, stop) if _claim(actor, source) else 0
    return taken


def _due(actor: Actor, *, now: bool) -> list[FollowedSource]:
    with tenant_scope(actor.council_id):
        sources = FollowedSource.objects.filter(council_id=actor.council_id, active=True)
        if not now:
            sources = sources.filter(Q(next_look_at=None) | Q(next_look_at__lte=Now()))
        return list(sources.order_by(F("looked_at").asc(nulls_first=True), "pk"))


def _claim(actor: Actor, source: FollowedSource) -> bool:
    """Put the source's next look off by a lease; False when it is not as it was found: somebody else has it."""
    with tenant_scope(actor.council_id):
        mine = FollowedSource.objects.filter(
            pk=source.pk, active=True, next_look_at=source.next_look_at, looked_at=source.looked_at
        )
        return mine.update(next_look_at=Now() + _LEASE, looked_at=Now()) == 1


def _look(actor: Actor, source: FollowedSource, stop: threading.Event | None) -> int:
    try:
        rows = newest_first(rows_of_address(actor, source.address, most=_MOST_PER_LOOK, stop=stop))
        wanted = [row for row in rows if matches(row.title, source.filter_words)]
        if not _has_entries(actor, source):
            _leave_out(actor, source, wanted[source.first_items :])
            wanted = wanted[: source.first_items]
        taken = _take_new(actor, source, wanted)
    except CouncilError as error:
        logger.warning("followed source %s: %s", source.pk, error)
        _note(actor, source, error.code)
        return 0
    _note(actor, source, "")
    return taken


def newest_first(rows: list[Row]) -> list[Row]:
    """By the day of the list or of the title, where every row has one; else as the site gave them."""
    days = [row.held_on or day_of(row.title) for row in rows]
    if any(day is None for day in days):
        return rows
    order = sorted(range(len(rows)), key=lambda at: days[at] or date.min, reverse=True)
    return [rows[at] for at in order]


def matches(title: str, filter_words: str) -> bool:
    """Whether a title has one of the words; no words let everything through."""
    words = [word.strip().casefold() for word in filter_words.split(",") if word.strip()]
    return not words or any(word in title.casefold() for word in words)


def _take_new(actor: Actor, source: FollowedSource, rows: Iterable[Row]) -> int:
    keys = {entries.link_key(row.address): row for row in rows}
    with tenant_scope(actor.council_id):
        known = IntakeEntry.objects.filter(origin=IntakeEntry.Origin.FOLLOWED, key__in=list(keys))
        old = set(known.values_list("key", flat=True))
    return sum(_take(actor, source, row, key) for key, row in keys.items() if key not in old)


def _take(actor: Actor, source: FollowedSource, row: Row, key: str) -> int:
    """Bring in one recording and remember it in the same transaction: a deleted one does not come back."""
    title = row.title[: actions.TITLE_CHARS]
    held_on: date | None = day_of(title) or row.held_on
    try:
        parse_address(row.address)
        with tenant_scope(actor.council_id):
            ledger.serialize(f"followed {actor.council_id} {key}")
            if entries.known(IntakeEntry.Origin.FOLLOWED, key) is not None:
                return 0
            recording_id = actions.add_link(actor, address=row.address, title=title, held_on=held_on)
            entries.remember(
                actor.council_id, IntakeEntry.Origin.FOLLOWED, key, name=row.address, recording_id=recording_id,
                source=source,
            )  # fmt: skip
    except CouncilError as error:
        with tenant_scope(actor.council_id):
            entries.remember(
                actor.council_id, IntakeEntry.Origin.FOLLOWED, key, name=row.address, recording_id=None,
                source=source, error_code=error.code,
            )  # fmt: skip
        return 0
    place_recording(actor.council_id, recording_id)
    return 1


def _leave_out(actor: Actor, source: FollowedSource, rows: Iterable[Row]) -> None:
    """What was there before the first look and is older than its newest items stays out for good."""
    with tenant_scope(actor.council_id):
        for row in rows:
            key = entries.link_key(row.address)
            if entries.known(IntakeEntry.Origin.FOLLOWED, key) is None:
                entries.remember(
                    actor.council_id, IntakeEntry.Origin.FOLLOWED, key, name=row.address, recording_id=None,
                    source=source,
                )  # fmt: skip


def _has_entries(actor: Actor, source: FollowedSource) -> bool:
    with tenant_scope(actor.council_id):
        return IntakeEntry.objects.filter(source=source).exists()


def _note(actor: Actor, source: FollowedSource, code: str) -> None:
    failures = source.failures + 1 if code else 0
    after = timedelta(hours=source.every_hours)
    if code:
        after = min(after, _RETRY_AFTER * 2 ** min(failures - 1, 6), _SLOWEST_RETRY)
    with tenant_scope(actor.council_id):
        FollowedSource.objects.filter(pk=source.pk).update(
            next_look_at=Now() + after, looked_at=Now(), failures=min(failures, 1000), error_code=code
        )


def place_settled(actor: Actor, *, most: int = 500) -> int:
    """Recordings that came in without a title: their meeting, once the source has named them; how many were placed."""
    with tenant_scope(actor.council_id):
        waiting = IntakeEntry.objects.filter(
            council_id=actor.council_id,
            settled=False,
            origin__in=[IntakeEntry.Origin.FOLLOWED, IntakeEntry.Origin.IMPORT],
        )
        found = list(waiting.select_related("recording").order_by("pk")[:most])
    placed = 0
    for entry in found:
        recording = entry.recording
        if recording is not None and not recording.content_hash and recording.state == "processing":
            continue
        if recording is not None and place_recording(actor.council_id, recording.pk) is not None:
            placed += 1
        with tenant_scope(actor.council_id):
            IntakeEntry.objects.filter(pk=entry.pk).update(
                settled=True, error_code=recording.error_code if recording is not None else entry.error_code
            )
    return placed
