"""What a source of recordings is: something that turns an address into one media file on disk.

Plain Python: no Django models, no settings. Limits and permissions come in with the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Protocol

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in total); the total is 0 while unknown. Called often: the receiver throttles."""

IsCancelled = Callable[[], bool]
"""Asked a few times a second while a fetch runs."""


@dataclass(frozen=True)
class FetchLimits:
    """What one fetch may cost.

    Args:
        max_bytes: largest media file.
        max_duration_ms: longest recording; enforced here when the source states a duration before the download.
        timeout_s: how long a peer may stay silent before it counts as dead.
        deadline_s: wall time of the whole fetch, so that a peer that drips bytes cannot hold a worker for ever.
    """

    max_bytes: int
    max_duration_ms: int
    timeout_s: float = 30.0
    deadline_s: float = 6 * 3600.0


@dataclass(frozen=True)
class FetchRequest:
    """One recording to fetch.

    Args:
        address: http(s) address, or the path of a local file.
        workdir: folder that belongs to this recording alone; unfinished parts are kept in it between attempts.
        limits: see FetchLimits.
        egress_allowed: False when nothing may leave the machine (a setting of the council).
        allowed_hosts: `host` or `host:port` (`[v6]:port`) that may be reached though private or on an unusual port.
        cookies_file: Netscape cookies of an account of the council; read, never written.
        portal_hosts: `host` or `host:port` -> portal (portals.PORTALS), beside the portals' own domains.
        waited: True when an earlier request ended with one of WAITING_CODES.
        seen_duration_ms: length of the broadcast's archive at the last look, from that error's context.
    """

    address: str
    workdir: Path
    limits: FetchLimits
    egress_allowed: bool = True
    allowed_hosts: frozenset[str] = frozenset()
    cookies_file: Path | None = None
    portal_hosts: Mapping[str, str] = field(default_factory=dict)
    waited: bool = False
    seen_duration_ms: int | None = None


WAITING_CODES: Final = frozenset({"link_live", "link_upcoming", "link_processing"})
"""Not a failure: the broadcast is not over or its archive not complete; ask again later."""


@dataclass(frozen=True)
class Chapter:
    """A chapter named by the source: a hint of the agenda."""

    start_ms: int
    end_ms: int
    title: str


@dataclass(frozen=True)
class FetchedSubtitles:
    """Ready subtitles (WebVTT or SubRip) inside the workdir. `automatic`: made by the site's own recogniser."""

    path: Path
    language: str
    automatic: bool


@dataclass(frozen=True)
class ListedItem:
    """One recording that a list offers; the day is that of the broadcast or publication, where the list says it."""

    address: str
    title: str
    held_on: date | None


@dataclass(frozen=True)
class FetchedMedia:
    """One complete media file and what its source says about it.

    Args:
        path: the file, inside the request's workdir.
        title: the source's title, as found.
        published_on: day of publication or of the broadcast.
        extractor: who found it ("generic", "youtube", "file").
        source_id: the recording's id within that extractor.
        duration_ms: as stated by the source; None when it does not say. Not measured.
        sha256: hex digest of the file's bytes.
        size_bytes: length of the file.
        webpage_url: address of the page for people; None for a local file.
        chapters: as the source names them.
        subtitles: ready ones, where the source has any in Polish or without a language.
    """

    path: Path
    title: str | None
    published_on: date | None
    extractor: str
    source_id: str
    duration_ms: int | None
    sha256: str
    size_bytes: int
    webpage_url: str | None
    chapters: tuple[Chapter, ...] = ()
    subtitles: FetchedSubtitles | None = None


class Source(Protocol):
    """One kind of place recordings come from."""

    def matches(self, address: str) -> bool:
        """True when this source is the one to fetch `address`; looks at the text only, never at the network."""
        ...

    def fetch(self, request: FetchRequest, progress: Progress, is_cancelled: IsCancelled) -> FetchedMedia:
        """Fetch into `request.workdir`; raises CouncilError. Retryable failures and cancelling keep unfinished parts,
        so that the next call with the same workdir goes on from there; all others leave no media behind."""
        ...
