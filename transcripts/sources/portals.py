"""Polish portals of councils' broadcasts that yt-dlp does not know: what their pages say. Pure text, no network.

Layouts as read from public scrapers of these portals, not from the live sites (docs/operations.md, "Where recordings
come from"); a page that fits none of the patterns gives no lead, and the general way is tried on it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from transcripts.sources.days import day_of

Portal = Literal["", "esesja", "transmisjaobrad", "posiedzenia"]

HOSTS: Final[Mapping[str, Portal]] = MappingProxyType(
    {
        "esesja.tv": "esesja",
        "esesja.pl": "esesja",
        "transmisjaobrad.info": "transmisjaobrad",
        "posiedzenia.pl": "posiedzenia",
    }
)
"""Domain, which stands for its subdomains too -> portal."""
PORTALS: Final = frozenset(HOSTS.values())

_REFERERS: Final = {"esesja": "https://esesja.tv/", "transmisjaobrad": "https://transmisjaobrad.info/"}
_VIDEO_PATHS: Final = {"esesja": "/transmisja/", "transmisjaobrad": "/videos/"}
_LIST_PATHS: Final = {"esesja": "/transmisje_z_obrad/", "transmisjaobrad": "/channels/"}
_LIVE_PATHS: Final = {"esesja": "/transmisja_na_zywo/"}
_TITLES: Final = (
    re.compile(r"<h1\b[^>]{0,300}>([^<]{1,400})</h1>", re.IGNORECASE),
    re.compile(r"<title\b[^>]{0,300}>([^<]{1,400})</title>", re.IGNORECASE),
)
_VIDEO_URL: Final = re.compile(r"""videourl\s*[=:]\s*['"]([^'"\s]{5,2000})['"]""", re.IGNORECASE)
_SOURCE: Final = re.compile(r""""(?:src|file)"\s*:\s*"([^"\s]{5,2000}\.(?:m3u8|mp4)(?:[?\\][^"\s]{0,2000})?)\"""")
_SOURCE_TAG: Final = re.compile(
    r"""<(?:source|video)\b[^>]{0,500}?\bsrc=["']([^"']{5,2000}\.(?:m3u8|mp4)[^"']{0,2000})["']""", re.IGNORECASE
)
_TRACK_TAG: Final = re.compile(r"<track\b([^>]{0,3000})>", re.IGNORECASE)
_CAPTIONS_LOOSE: Final = re.compile(r"""kind=["'](?:subtitles|captions)["']\s+src=["']([^"']{1,2000})["']""", re.I)
_SRC: Final = re.compile(r"""\bsrc=["']([^"']{1,2000})["']""", re.IGNORECASE)
_EMBEDDED: Final = re.compile(
    r"""["'](?:https?:)?//((?:www\.)?(?:youtube(?:-nocookie)?\.com/(?:embed/|watch\?v=|live/)|youtu\.be/|player\.vimeo\.com/video/)"""
    r"""[\w-]{5,40})""",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"""<a\b[^>]{0,500}?\bhref=["']([^"'#]{1,1000})["'][^>]{0,500}>(.{0,3000}?)</a>""", re.S | re.I
)
_TAG: Final = re.compile(r"<[^>]{0,2000}>")
_DAY: Final = re.compile(r"\b(?:(20\d\d)[-.](\d{1,2})[-.](\d{1,2})|(\d{1,2})[-.](\d{1,2})[-.](20\d\d))\b")
_NEXT_PAGE: Final = re.compile(
    r"""<a\b[^>]{0,500}?\bhref=["']([^"']{0,500}[?&](?:amp;)?page=(\d{1,4})[^"']{0,200})["']""", re.I
)


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the recording of a page really is. Addresses are absolute; "" where the page names none."""

    media: str
    subtitles: str = ""
    title: str = ""
    held_on: date | None = None
    referer: str = ""


@dataclass(frozen=True, slots=True)
class PortalItem:
    """One meeting of a portal's list."""

    address: str
    title: str
    held_on: date | None


def portal_of(address: str, extra_hosts: Mapping[str, str] | None = None) -> Portal:
    """The portal an address belongs to, "" for none. `extra_hosts`: `host` or `host:port` -> portal, for councils that
    run one of the portals under a name of their own."""
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").lower().removesuffix("."), parts.port
    except ValueError:
        return ""
    for listed in (f"{host}:{port}", host):
        portal = (extra_hosts or {}).get(listed)
        if portal in PORTALS:
            return portal
    return next((portal for domain, portal in HOSTS.items() if host == domain or host.endswith(f".{domain}")), "")


def is_list(portal: Portal, address: str) -> bool:
    """Whether the address is a list of meetings; pages of the voting portal are told apart by their content."""
    return portal in _LIST_PATHS and urlsplit(address).path.startswith(_LIST_PATHS[portal])


def is_live(portal: Portal, address: str) -> bool:
    return portal in _LIVE_PATHS and urlsplit(address).path.startswith(_LIVE_PATHS[portal])


def find_media(portal: Portal, page: str, address: str) -> Lead | None:
    """What the page of one meeting plays: a stream or file of the portal, or a video of a site that it embeds.

    Args:
        page: HTML as text.
        address: where the page came from, after redirects.
    """
    scripts = page.replace("\\/", "/")
    for pattern in (_VIDEO_URL, _SOURCE, _SOURCE_TAG):
        found = pattern.search(scripts)
        media = _absolute(found[1], address) if found else ""
        if media:
            return Lead(
                media,
                _captions(page, address),
                page_title(page),
                day_of(_visible(page)),
                _REFERERS.get(portal, address),
            )
    embedded = _EMBEDDED.search(scripts)
    if embedded is None:
        return None
    return Lead(f"https://{embedded[1]}", _captions(page, address), page_title(page), day_of(_visible(page)))


def list_meetings(portal: Portal, page: str, address: str) -> list[PortalItem]:
    """The meetings a list page links to, in its order, each once; on the voting portal also embedded videos."""
    items: dict[str, PortalItem] = {}
    marker = _VIDEO_PATHS.get(portal)
    for href, inside in _LINK.findall(page):
        target = _absolute(href, address)
        if not target or not _is_meeting(portal, marker, target, address):
            continue
        text = " ".join(html.unescape(_TAG.sub(" ", inside)).split())
        known = items.get(target)
        title = known.title if known and known.title else _without_day(text)
        items[target] = PortalItem(target, title[:300], (known.held_on if known else None) or day_of(text))
    if portal == "posiedzenia":
        for found in _EMBEDDED.findall(page.replace("\\/", "/")):
            items.setdefault(f"https://{found}", PortalItem(f"https://{found}", "", None))
    return list(items.values())


def next_page(page: str, address: str) -> str:
    """The list page after this one; "" when this is the last."""
    at = re.search(r"[?&]page=(\d{1,4})\b", address)
    wanted = (int(at[1]) if at else 1) + 1
    for href, number in _NEXT_PAGE.findall(page):
        target = _absolute(href, address)
        if int(number) == wanted and urlsplit(target).netloc == urlsplit(address).netloc:
            return target
    return ""


def page_title(page: str) -> str:
    """The headline of a page, else its title."""
    for pattern in _TITLES:
        found = pattern.search(page)
        if found and found[1].strip():
            return " ".join(html.unescape(found[1]).split())[:300]
    return ""


def _is_meeting(portal: Portal, marker: str | None, target: str, address: str) -> bool:
    if marker is not None:
        same_place = portal_of(target) == portal or urlsplit(target).netloc == urlsplit(address).netloc
        return same_place and urlsplit(target).path.startswith(marker)
    return _EMBEDDED.match(f'"{target}') is not None


def _captions(page: str, address: str) -> str:
    for attributes in _TRACK_TAG.findall(page):
        source = _SRC.search(attributes)
        if source and not re.search(r"""kind=["'](?:chapters|metadata|descriptions)["']""", attributes, re.I):
            return _absolute(source[1], address)
    loose = _CAPTIONS_LOOSE.search(page)
    return _absolute(loose[1], address) if loose else ""


def _absolute(reference: str, address: str) -> str:
    """An http(s) address, or "": whatever else a page names is not followed."""
    try:
        target = urljoin(address, html.unescape(reference).strip())
        scheme = urlsplit(target).scheme
    except ValueError:
        return ""
    return target if scheme in {"http", "https"} else ""


def _visible(page: str) -> str:
    return _TAG.sub(" ", page)


def _without_day(text: str) -> str:
    return " ".join(_DAY.sub(" ", text).split()).strip(" -–|,")
