"""Where recordings come from. `source_for` picks the source of an address; all of them speak `base.Source`."""

from __future__ import annotations

from council.errors import CouncilError
from transcripts.sources.base import WAITING_CODES, FetchedMedia, FetchLimits, FetchRequest, ListedItem, Source
from transcripts.sources.local_file import LocalFileSource
from transcripts.sources.ytdlp import YtDlpSource, list_recordings

__all__ = [
    "WAITING_CODES",
    "FetchLimits",
    "FetchRequest",
    "FetchedMedia",
    "ListedItem",
    "Source",
    "list_recordings",
    "source_for",
]


def source_for(address: str, *, local_files: bool = False) -> Source:
    """The source that fetches `address`.

    Args:
        address: an http(s) address or, with `local_files`, a path.
        local_files: True only where the caller may read the server's files (the command line), never for the web.

    Raises:
        CouncilError: link_invalid when no source takes it.
    """
    sources: list[Source] = [YtDlpSource()]
    if local_files:
        sources.append(LocalFileSource())
    for source in sources:
        if source.matches(address):
            return source
    raise CouncilError("link_invalid", detail=address[:200])
