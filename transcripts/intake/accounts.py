"""What clerks set up for sources: cookies of the council's account, and what is followed."""

from __future__ import annotations

from typing import Final

from council.access import Actor, Can
from council.errors import CouncilError
from council.sealing import seal
from council.tenancy import tenant_scope
from transcripts.models_intake import FollowedSource, SourceCookies
from transcripts.sources.guard import parse_address

MOST_COOKIE_BYTES: Final = 1024 * 1024
_HEADER: Final = "# Netscape HTTP Cookie File\n"
_HTTP_ONLY: Final = "#HttpOnly_"
_MOST_SITES_CHARS: Final = 300


def check_cookies(content: bytes) -> None:
    """Raises CouncilError("cookies_invalid") when no line is a cookie."""
    if not _cookies_in(content)[0]:
        raise CouncilError("cookies_invalid")


def save_cookies(actor: Actor, *, content: bytes) -> int:
    """Keep a cookies.txt of the council, sealed, in place of the one before; its id.

    Raises:
        CouncilError: "cookies_invalid" when no line is a cookie.
    """
    actor.require(Can.EDIT)
    check_cookies(content)
    lines, sites = _cookies_in(content)
    shown = ", ".join(sorted(sites))
    with tenant_scope(actor.council_id):
        row, _ = SourceCookies.objects.update_or_create(
            council_id=actor.council_id,
            defaults={
                "sealed": seal(_HEADER + "\n".join(lines) + "\n"),
                "sites": shown if len(shown) <= _MOST_SITES_CHARS else f"{shown[: _MOST_SITES_CHARS - 1]}…",
            },
        )
    return int(row.pk)


def save_followed(actor: Actor, source: FollowedSource) -> None:
    """Keep a followed source and look at it at once (within a minute).

    Raises:
        CouncilError: "link_invalid".
    """
    actor.require(Can.EDIT)
    source.address = source.address.strip()
    parse_address(source.address)
    source.council_id = actor.council_id
    source.next_look_at = None
    with tenant_scope(actor.council_id):
        source.save()


def _cookies_in(content: bytes) -> tuple[list[str], set[str]]:
    """Lines of domain, flag, path, secure, expiry, name, value, parted by tabs; everything else is left out."""
    if len(content) > MOST_COOKIE_BYTES:
        return [], set()
    lines: list[str] = []
    sites: set[str] = set()
    for line in content.decode("utf-8", "replace").replace("\0", "").splitlines():
        fields = line.removeprefix(_HTTP_ONLY).split("\t")
        if len(fields) != 7 or line.startswith("# ") or (fields[4] and not fields[4].isdigit()):
            continue
        if "." not in fields[0] or {fields[1], fields[3]} - {"TRUE", "FALSE"}:
            continue
        lines.append(line)
        sites.add(fields[0].lstrip(".")[:100])
    return lines, sites
