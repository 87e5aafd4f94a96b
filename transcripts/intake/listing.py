"""What a channel, playlist, feed, portal or page offers, as rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from django.conf import settings

from council.access import Actor
from council.sealing import unseal
from council.tenancy import tenant_scope
from transcripts.intake.rows import Row
from transcripts.models_intake import SourceCookies
from transcripts.sources import FetchLimits, FetchRequest, ListedItem, list_recordings

MOST_ITEMS = 5_000
_LOOK_DEADLINE_S = 1_800.0


def rows_of_address(
    actor: Actor, address: str, *, most: int = MOST_ITEMS, stop: threading.Event | None = None
) -> list[Row]:
    """Up to `most` recordings behind an address, in the site's order (as a rule the newest first).

    Raises:
        CouncilError: as transcripts.sources.list_recordings.
    """
    found: list[ListedItem] = []
    with TemporaryDirectory() as folder, _cookies(actor.council_id) as cookies:
        request = FetchRequest(
            address=address,
            workdir=Path(folder),
            limits=FetchLimits(
                max_bytes=settings.MAX_SOURCE_BYTES,
                max_duration_ms=round(settings.MAX_SOURCE_DURATION.total_seconds() * 1000),
                deadline_s=_LOOK_DEADLINE_S,
            ),
            egress_allowed=actor.egress_allowed,
            allowed_hosts=settings.FETCH_ALLOWED_HOSTS,
            cookies_file=cookies,
            portal_hosts=settings.FETCH_PORTAL_HOSTS,
        )
        list_recordings(request, found.append, stop.is_set if stop else lambda: False, most=most)
    return [
        Row(number, item.address, address=item.address, title=item.title, held_on=item.held_on)
        for number, item in enumerate(found, 1)
    ]


@contextmanager
def _cookies(council_id: int) -> Iterator[Path | None]:
    with tenant_scope(council_id):
        row = SourceCookies.objects.filter(council_id=council_id).first()
    if row is None:
        yield None
        return
    with NamedTemporaryFile("w", encoding="utf-8", prefix="cookies-") as handle:  # made with mode 0600
        handle.write(unseal(row.sealed))
        handle.flush()
        yield Path(handle.name)
