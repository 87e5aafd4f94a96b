"""What a channel, playlist, feed or page offers, without downloading any of it. Runs in the child process only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

from yt_dlp import YoutubeDL
from yt_dlp.networking import Request
from yt_dlp.utils import unsmuggle_url

from council.errors import CouncilError
from transcripts.sources import portals

_MAX_PAGE_BYTES: Final = 8 * 1024 * 1024
_MAX_LIST_PAGES: Final = 200
_CHANNEL_TABS: Final = ("videos", "streams", "live")
_MAX_DEPTH: Final = 2  # a channel holds tabs, a tab holds recordings

Item = dict[str, Any]


def read_page(downloader: YoutubeDL, address: str, referer: str = "") -> tuple[str, str]:
    """A page as text, and its address after redirects."""
    headers = {"Referer": referer} if referer else {}
    with closing(downloader.urlopen(Request(address, headers=headers))) as response:
        body: bytes = response.read(_MAX_PAGE_BYTES)
        return body.decode("utf-8", "replace"), str(response.url or address)


def list_items(
    downloader: YoutubeDL, address: str, portal: portals.Portal, most: int, send: Callable[[Item], None]
) -> int:
    """Send {address, title, held_on} of up to `most` recordings behind an address, newest first where the site says so.

    Returns how many. An address of one recording is a list of one.
    """
    found = _of_portal(downloader, address, portal) if portal else _of_site(downloader, address)
    seen: set[str] = set()
    for item in found:
        if item["address"] in seen:
            continue
        seen.add(item["address"])
        send(item)
        if len(seen) >= most:
            break
    return len(seen)


def _of_portal(downloader: YoutubeDL, address: str, portal: portals.Portal) -> Iterator[Item]:
    visited: set[str] = set()
    while address and address not in visited and len(visited) < _MAX_LIST_PAGES:
        visited.add(address)
        page, landed = read_page(downloader, address)
        meetings = portals.list_meetings(portal, page, landed)
        if not meetings and len(visited) == 1:
            lead = portals.find_media(portal, page, landed)
            if lead is None:
                raise CouncilError("link_unsupported", detail="no meeting on the portal's page")
            yield _item(address, lead.title, lead.held_on.isoformat() if lead.held_on else None)
            return
        for meeting in meetings:
            yield _item(meeting.address, meeting.title, meeting.held_on.isoformat() if meeting.held_on else None)
        address = portals.next_page(page, landed) if meetings else ""


def _of_site(downloader: YoutubeDL, address: str) -> Iterator[Item]:
    info: Item | None = downloader.extract_info(address, download=False)
    if info is None:
        raise CouncilError("link_unsupported", detail="nothing behind the address")
    if "entries" not in info:
        yield _entry(info, address)
        return
    yield from _entries(downloader, info, 1)


def _entries(downloader: YoutubeDL, info: Item, depth: int) -> Iterator[Item]:
    for entry in info["entries"]:
        if not entry:
            continue
        if "entries" in entry:
            yield from _entries(downloader, entry, depth + 1)
        elif _is_list(entry) and depth < _MAX_DEPTH:
            inside = downloader.extract_info(entry["url"], download=False)
            if inside and "entries" in inside:
                yield from _entries(downloader, inside, depth + 1)
        elif entry.get("live_status") != "is_upcoming" and (entry.get("url") or entry.get("webpage_url")):
            yield _entry(entry, "")


def _is_list(entry: Item) -> bool:
    """A channel given by its bare address lists its tabs."""
    return entry.get("ie_key") == "YoutubeTab" or str(entry.get("url") or "").rstrip("/").endswith(
        tuple(f"/{tab}" for tab in _CHANNEL_TABS)
    )


def _entry(entry: Item, address: str) -> Item:
    day = entry.get("release_date") or entry.get("upload_date")
    held_on = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if isinstance(day, str) and len(day) == 8 else None
    stamp = entry.get("release_timestamp") or entry.get("timestamp")
    if held_on is None and isinstance(stamp, int | float) and 0 < stamp < 4_102_444_800:
        held_on = datetime.fromtimestamp(stamp, UTC).date().isoformat()
    # A page's own videos are found by yt-dlp's number again, so the file's address stands for it.
    found = address or entry.get("webpage_url") or entry.get("url") or ""
    if entry.get("_type") in {"url", "url_transparent"}:
        found = entry.get("url") or found
    elif not address and entry.get("extractor_key") in {"Generic", "HTML5MediaEmbed"}:
        formats = entry.get("formats") or []
        found = entry.get("url") or (formats[-1].get("url") if formats else "") or found
    return _item(str(found), str(entry.get("title") or ""), held_on)


def _item(address: str, title: str, held_on: str | None) -> Item:
    plain, _ = unsmuggle_url(address)  # yt-dlp carries notes of its own behind a feed's addresses
    return {"address": plain[:2000], "title": " ".join(title.split())[:300], "held_on": held_on}
