"""Sound and picture by signed links that expire, with byte ranges, in constant memory.

A link is a capability: it names a council, a recording and which of its files, and it works for settings.MEDIA_LINK_TTL
for whoever holds it, as long as the recording exists (and, for a resident's link, is published).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from council.access import Actor, Can
from council.errors import CouncilError
from transcripts import queries, storage

Kind = Literal["media", "audio"]
_SALT = "transcripts.media"
_BLOCK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# What current browsers play: the original is offered to them. AVI, WMA, AMR, MKV... are heard through the FLAC.
_PLAYABLE = frozenset(
    {
        "audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/x-flac",
        "audio/x-m4a", "audio/x-wav", "video/mp4", "video/ogg", "video/quicktime", "video/webm", "video/x-m4v",
    }
)  # fmt: skip
# Chromium refuses "video/quicktime" by its name alone; the content is the same container as MP4.
_SERVED_AS = {"video/quicktime": "video/mp4", "video/x-m4v": "video/mp4", "audio/x-m4a": "audio/mp4"}


@dataclass(frozen=True, slots=True)
class MediaLink:
    """An address for a media element. `kind` is "audio" for the extracted sound."""

    url: str
    media_type: str
    kind: Kind


def media_links(actor: Actor, recording_id: UUID) -> list[MediaLink]:
    """What a player can play, best first: the original if browsers know its type, then the extracted sound.

    Empty while there is neither. Raises CouncilError("not_found").
    """
    links = []
    for kind in ("media", "audio"):
        file = queries.stored_media(actor, recording_id, kind)
        if file is not None and file.media_type in _PLAYABLE:
            links.append(_link(actor, recording_id, file, kind))
    return links


def _link(actor: Actor, recording_id: UUID, file: queries.MediaFile, kind: Kind) -> MediaLink:
    published_only = Can.READ_ALL not in actor.can
    token = signing.dumps([actor.council_id, str(recording_id), kind, published_only], salt=_SALT)
    url = reverse("media", args=[token, f"{kind}{PurePosixPath(file.name).suffix}"])
    return MediaLink(url, _SERVED_AS.get(file.media_type, file.media_type), kind)


@require_safe
def serve_media(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """One file, or the part of it that the Range header asks for. `name` only makes the address readable.

    Raises:
        CouncilError: "not_found" for a link that is forged, expired, or whose recording is gone.
    """
    try:
        council_id, recording_id, kind, published_only = signing.loads(
            token, salt=_SALT, max_age=settings.MEDIA_LINK_TTL
        )
    except signing.BadSignature as error:
        raise CouncilError("not_found", detail=str(error)) from error
    file = queries.linked_media(council_id, UUID(recording_id), kind, published_only=published_only)
    try:
        size = default_storage.size(file.name)
    except FileNotFoundError as error:
        raise CouncilError("not_found", detail=file.name) from error
    etag = f'"{PurePosixPath(file.name).stem}"'  # the name is the content's hash
    if request.headers.get("If-None-Match") == etag:
        return _with_headers(HttpResponse(status=304), file, etag)
    wanted = _wanted_range(request, etag, size)
    if wanted is None:
        start, end, status = 0, size - 1, 200
    elif wanted[0] > wanted[1]:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    else:
        start, end, status = *wanted, 206
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        response = StreamingHttpResponse(_read(file.name, start, end), status=status)  # type: ignore[assignment]
    response["Content-Length"] = str(end - start + 1)
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return _with_headers(response, file, etag)


def _with_headers(response: HttpResponse, file: queries.MediaFile, etag: str) -> HttpResponse:
    known = file.media_type.startswith(("audio/", "video/"))
    disposition = "inline" if known else "attachment"  # what is no sound or picture must not open on our origin
    response["Content-Type"] = _SERVED_AS.get(file.media_type, file.media_type) if known else "application/octet-stream"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(PurePosixPath(file.name).name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; media-src 'self'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response


def _wanted_range(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte (RFC 9110); None for the whole file; first > last when it cannot be satisfied."""
    header, condition = request.headers.get("Range", ""), request.headers.get("If-Range")
    parts = _RANGE.fullmatch(header.strip())
    if parts is None or parts.groups() == ("", "") or (condition is not None and condition != etag):
        return None  # several ranges, another unit, nonsense, or an outdated copy: the whole file is a right answer
    first, last = parts.groups()
    if first == "":
        return (max(size - int(last), 0), size - 1) if int(last) else (size, size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return size, size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


async def _read(name: str, start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes in blocks; an async generator, because ASGI would collect a plain one in memory first."""
    handle = await asyncio.to_thread(storage.open_at, name, start)
    try:
        left = end - start + 1
        while left > 0:
            block = await asyncio.to_thread(handle.read, min(left, _BLOCK_BYTES))
            if not block:
                return
            left -= len(block)
            yield block
    finally:
        handle.close()
