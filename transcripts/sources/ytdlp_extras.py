"""Beside the media: whether a broadcast is over, chapters, and ready subtitles. Runs in the child process only."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from yt_dlp import YoutubeDL
from yt_dlp.networking import Request
from yt_dlp.utils import YoutubeDLError

from council.errors import CouncilError

_MAX_SUBTITLE_BYTES: Final = 20 * 1024 * 1024
_LANGUAGES: Final = ("pl", "pl-PL", "pl-orig", "und", "")
_FORMATS: Final = ("vtt", "srt")
_JUST_ENDED_S: Final = 3 * 3600
_MAX_CHAPTERS: Final = 500


def check_broadcast_is_over(
    info: dict[str, Any], duration_ms: int | None, seen_duration_ms: int | None, *, waited: bool
) -> None:
    """Refuse what is not a complete archive yet.

    An archive that we waited for, or whose broadcast ended within the last hours, counts as complete once two looks
    find the same length.

    Raises:
        CouncilError: link_live, link_upcoming, link_processing; the context holds what the next look needs
            (`starts_at_s`, Unix time; `duration_ms`).
    """
    status = info.get("live_status")
    if status == "is_upcoming":
        raise CouncilError("link_upcoming", starts_at_s=info.get("release_timestamp"))
    if info.get("is_live") or status == "is_live":
        raise CouncilError("link_live", detail=str(status))
    if status == "post_live":
        raise CouncilError("link_processing", duration_ms=duration_ms)
    if not (waited or _ended_lately(info)) or duration_ms is None:
        return
    if seen_duration_ms is None or seen_duration_ms != duration_ms:
        raise CouncilError(
            "link_processing", detail=f"{seen_duration_ms} then {duration_ms} ms", duration_ms=duration_ms
        )


def _ended_lately(info: dict[str, Any]) -> bool:
    began_s, duration_s = info.get("release_timestamp"), info.get("duration")
    if info.get("live_status") != "was_live" or not began_s or not duration_s:
        return False
    return bool(0 <= time.time() - (began_s + duration_s) < _JUST_ENDED_S)


def chapters_of(info: dict[str, Any]) -> list[dict[str, Any]]:
    """[{start_ms, end_ms, title}], at most 500; entries without a usable time are left out."""
    found = []
    for chapter in (info.get("chapters") or [])[:_MAX_CHAPTERS]:
        start_s, end_s = chapter.get("start_time"), chapter.get("end_time")
        if not all(isinstance(time_s, int | float) and 0 <= time_s < 7 * 86_400 for time_s in (start_s, end_s)):
            continue
        title = " ".join(str(chapter.get("title") or "").split())[:300]
        found.append({"start_ms": round(start_s * 1000), "end_ms": round(end_s * 1000), "title": title})
    return found


def choose_subtitles(info: dict[str, Any]) -> dict[str, Any] | None:
    """{url, language, automatic, ext} of the best ready subtitles: by people before automatic, Polish or unnamed."""
    for field, automatic in (("subtitles", False), ("automatic_captions", True)):
        tracks = info.get(field) or {}
        for language in _LANGUAGES:
            offers = tracks.get(language) or []
            for wanted in _FORMATS:
                for offer in offers:
                    if offer.get("ext") == wanted and offer.get("url"):
                        return {"url": offer["url"], "language": language, "automatic": automatic, "ext": wanted}
    return None


def fetch_subtitles(downloader: YoutubeDL, info: dict[str, Any], workdir: Path) -> dict[str, Any] | None:
    """Download the best subtitles into `workdir`: {path, language, automatic}, or None.

    They are a second source, so their failure is noted in the log and does not cost the recording.
    """
    chosen = choose_subtitles(info)
    if chosen is None:
        return None
    try:
        request = Request(chosen["url"], headers=info.get("http_headers") or {})
        with closing(downloader.urlopen(request)) as response:
            content: bytes = response.read(_MAX_SUBTITLE_BYTES + 1)
    except (YoutubeDLError, OSError, ValueError) as error:
        sys.stderr.write(f"subtitles: {error}\n")
        return None
    if not content.strip() or len(content) > _MAX_SUBTITLE_BYTES:
        return None
    path = workdir / f"subtitles.{chosen['ext']}"
    path.write_bytes(content)
    return {"path": str(path), "language": chosen["language"], "automatic": chosen["automatic"]}
