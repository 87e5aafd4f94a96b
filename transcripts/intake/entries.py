"""The memory of what came in: one row per thing, so that no run takes it twice."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from transcripts.models import Segment
from transcripts.models_intake import FollowedSource, IntakeEntry

SILENT: Final = "recording_silent"
"""Not a failure: a recording that is ready and has no words. Whoever sent it is told, for it may be the wrong file."""


def has_words() -> Exists:
    """For a query of entries: whether their recordings have a transcript with words in it."""
    return Exists(Segment.objects.filter(recording_id=OuterRef("recording_id")))


def link_key(address: str) -> str:
    """Which link this is: its SHA-256, hex."""
    return _sha256(f"link|{address.strip()}")


def file_key(path: Path) -> str:
    """Which state of which file this is, without reading it: a changed file is another one. Raises OSError."""
    status = path.stat()
    return _sha256(f"file|{path.resolve()}|{status.st_size}|{status.st_mtime_ns}")


def content_key(digest: str) -> str:
    return _sha256(f"content|{digest}")


def known(origin: str, key: str) -> IntakeEntry | None:
    """The entry, if there is one. Needs the council's scope."""
    return IntakeEntry.objects.filter(origin=origin, key=key).first()


def remember(
    council_id: int,
    origin: str,
    key: str,
    *,
    name: str,
    recording_id: UUID | None,
    source: FollowedSource | None = None,
    error_code: str = "",
) -> None:
    """Write down that it came in (or could not). Needs the council's scope; commits with the caller's work."""
    IntakeEntry.objects.update_or_create(
        council_id=council_id,
        origin=origin,
        key=key,
        defaults={
            "name": printable(name)[:1000],
            "recording_id": recording_id,
            "source": source,
            "error_code": error_code,
            "settled": recording_id is None,
        },
    )


def printable(text: str) -> str:
    """Text that the database and a terminal can take: no control characters, no halves of characters, single blanks."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(char if char.isprintable() else " " for char in whole).split())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
