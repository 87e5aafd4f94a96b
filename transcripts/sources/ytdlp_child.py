"""The child process that runs yt-dlp: one job on standard input, events as lines of JSON on standard output."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from yt_dlp import YoutubeDL
from yt_dlp.downloader.external import FFmpegFD
from yt_dlp.networking import Request
from yt_dlp.utils import YoutubeDLError

from council.errors import CouncilError
from transcripts.sources import portals
from transcripts.sources.ytdlp import FetchJob
from transcripts.sources.ytdlp_errors import error_for
from transcripts.sources.ytdlp_extras import chapters_of, check_broadcast_is_over, fetch_subtitles
from transcripts.sources.ytdlp_listing import list_items, read_page

# One file with picture and sound, so that the page can play it; 480 lines show who speaks at about 0.5 GB an hour, and
# are the smallest step above when there is nothing smaller. H.264 with AAC in mp4 plays in every browser.
_FORMAT: Final = "b/bv*+ba/ba"
_FORMAT_SORT: Final = ["res:480", "vcodec:h264", "acodec:aac", "ext:mp4:m4a", "proto"]
# What yt-dlp downloads itself, over HTTP.
_PROTOCOLS: Final = frozenset({"http", "https", "m3u8", "m3u8_native", "http_dash_segments"})
_SEGMENT_LENGTH: Final = re.compile(r"#EXTINF:(\d+(?:\.\d+)?)")
_MAX_PLAYLIST_BYTES: Final = 16 * 1024 * 1024
_RETRIES: Final = 3
_EVENT_INTERVAL_S: Final = 0.25

Send = Callable[[dict[str, Any]], None]


def main() -> None:
    """Run the one job; exits 0 after sending a `found`, `listed` or `failed` event."""
    # Tools we start inherit standard output: keep it for events alone.
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def send(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    job = FetchJob(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _allow_only_proxy(job.proxy_port)
    _keep_ffmpeg_off_the_network()
    meter = _Meter(job, send)
    try:
        if job.most_items:
            send({"event": "listed", "count": _list(job, send)})
        else:
            send({"event": "found", **_fetch(job, meter)})
    except (YoutubeDLError, CouncilError, OSError) as error:
        failure = error_for(error, has_begun=meter.done_bytes > 0)
        send(
            {
                "event": "failed",
                "code": failure.code,
                "retryable": failure.retryable,
                "detail": failure.detail[:2000],
                "context": failure.context,
            }
        )


def _end_with_parent() -> None:
    """Standard input ends when the parent does, however it died; then nobody needs us or our children."""
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGKILL)


def _allow_only_proxy(port: int) -> None:
    """Second lock beside the proxy setting: Python code in this process can connect to nothing else."""
    proxy_address = ("127.0.0.1", port)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in {"socket.connect", "socket.sendto"} and tuple(args[1][:2]) != proxy_address:
            raise PermissionError(f"connection past the proxy to {args[1]}")
        if event in {"socket.getaddrinfo", "socket.gethostbyname"} and args[0] != proxy_address[0]:
            raise PermissionError(f"name lookup past the proxy for {args[0]}")

    sys.addaudithook(hook)


def _keep_ffmpeg_off_the_network() -> None:
    """ffmpeg only ever joins and repairs local files: as a downloader it leaves out missing segments without a word and
    speaks protocols that no HTTP proxy filters."""

    def refuse(*_: object) -> int:
        raise CouncilError("link_unsupported", detail="this stream can only be downloaded by ffmpeg")

    FFmpegFD.available = classmethod(lambda cls, path=None: False)
    FFmpegFD._call_downloader = refuse


class _Meter:
    """Bytes over all parts of a recording (picture and sound may come as two files), against the limit."""

    def __init__(self, job: FetchJob, send: Send) -> None:
        self._max_bytes = job.max_bytes
        self._send = send
        self._done: dict[str, int] = {}
        self._total: dict[str, int] = {}
        self._expected_bytes = 0
        self._sent_at_s = 0.0

    @property
    def done_bytes(self) -> int:
        return sum(self._done.values())

    def expect(self, formats: list[dict[str, Any]]) -> None:
        """Take note of the sizes a source states; raises source_too_large for an exact one above the limit."""
        exact = sum(part.get("filesize") or 0 for part in formats)
        self._expected_bytes = sum(part.get("filesize") or part.get("filesize_approx") or 0 for part in formats)
        self._check(exact)

    def hook(self, status: dict[str, Any]) -> None:
        """yt-dlp's progress hook."""
        name = status.get("filename") or ""
        self._done[name] = int(status.get("downloaded_bytes") or status.get("total_bytes") or 0)
        self._total[name] = int(status.get("total_bytes") or status.get("total_bytes_estimate") or 0)
        # An estimate of a stream may be far off at its beginning: only exact totals end a download early.
        self._check(max(self.done_bytes, int(status.get("total_bytes") or 0)))
        now_s = time.monotonic()
        if status.get("status") == "finished" or now_s - self._sent_at_s >= _EVENT_INTERVAL_S:
            self._sent_at_s = now_s
            total = max(self._expected_bytes, sum(self._total.values()), self.done_bytes)
            self._send({"event": "progress", "done_bytes": self.done_bytes, "total_bytes": total})

    def _check(self, size_bytes: int) -> None:
        if size_bytes > self._max_bytes:
            raise CouncilError("source_too_large", detail=f"{size_bytes} bytes")


class _Quiet:
    """yt-dlp's logger: failures come as exceptions, warnings go to standard error for the record."""

    def debug(self, message: str) -> None:
        pass

    def warning(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")

    def error(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")


def _options(job: FetchJob, meter: _Meter) -> dict[str, Any]:
    return {
        "logger": _Quiet(),
        "proxy": job.proxy_url,
        "socket_timeout": job.timeout_s,
        "format": _FORMAT,
        "format_sort": _FORMAT_SORT,
        "merge_output_format": "mp4",
        # One name for all attempts, so that the next one finds the unfinished part of the same format.
        "outtmpl": {"default": "media.%(format_id).40s.%(ext)s"},
        "paths": {"home": job.workdir},
        "restrictfilenames": True,
        "external_downloader": {"default": "native"},
        "skip_unavailable_fragments": False,  # the default loses a missing segment silently
        "retries": _RETRIES,
        "fragment_retries": _RETRIES,
        "js_runtimes": {"deno": {}, "node": {}},  # YouTube needs one; whichever is on the PATH
        "extractor_retries": 1,
        "default_search": "error",
        "noplaylist": True,
        "extract_flat": "in_playlist",
        "playlist_items": "1:2",  # one, and whether there is another
        "cookiefile": job.cookies_file,
        "cachedir": False,
        "updatetime": False,
        "progress_hooks": [meter.hook],
        "noprogress": True,
    }


def _list(job: FetchJob, send: Send) -> int:
    options = {
        "logger": _Quiet(),
        "proxy": job.proxy_url,
        "socket_timeout": job.timeout_s,
        "extract_flat": True,
        "lazy_playlist": True,
        "ignoreerrors": False,
        "playlistend": job.most_items,
        "default_search": "error",
        "extractor_retries": 1,
        "js_runtimes": {"deno": {}, "node": {}},
        "cookiefile": job.cookies_file,
        "cachedir": False,
    }
    with YoutubeDL(options) as downloader:
        portal = portals.portal_of(job.address, job.portal_hosts)
        return list_items(downloader, job.address, portal, job.most_items, lambda item: send({"event": "item", **item}))


def _fetch(job: FetchJob, meter: _Meter) -> dict[str, Any]:
    with YoutubeDL(_options(job, meter)) as downloader:
        info = _of_portal(downloader, job) or _single(downloader, job.address)
        formats = info.get("requested_formats") or [info]
        _check_before_download(downloader, info, formats, job)
        meter.expect(formats)
        done = downloader.process_ie_result(info, download=True)
        subtitles = fetch_subtitles(downloader, info, Path(job.workdir))
    downloads = done.get("requested_downloads") or []
    path = Path(downloads[0]["filepath"]) if downloads else None
    if path is None or not path.is_file():
        raise CouncilError("link_unsupported", detail="yt-dlp finished without a file")
    if path.stat().st_size == 0:
        path.unlink()
        raise CouncilError("media_empty", detail=job.address)
    published = info.get("release_date") or info.get("upload_date")
    return {
        "path": str(path),
        "title": _title(info),
        "published_on": f"{published[:4]}-{published[4:6]}-{published[6:8]}" if published else None,
        "extractor": str(info.get("extractor") or ""),
        "source_id": str(info.get("id") or ""),
        "duration_ms": _duration_ms(info),
        "webpage_url": info.get("webpage_url"),
        "chapters": chapters_of(info),
        "subtitles": subtitles,
    }


def _of_portal(downloader: YoutubeDL, job: FetchJob) -> dict[str, Any] | None:
    """The recording that the page of a portal plays; None for other sites, and where the page names nothing."""
    portal = portals.portal_of(job.address, job.portal_hosts)
    if not portal:
        return None
    if portals.is_live(portal, job.address):
        raise CouncilError("link_live", detail="the portal's page of a running broadcast")
    if portals.is_list(portal, job.address):
        raise CouncilError("source_playlist", detail=job.address)
    page, landed = read_page(downloader, job.address)
    lead = portals.find_media(portal, page, landed)
    if lead is None:
        return None
    if lead.referer:
        downloader.params.setdefault("http_headers", {})["Referer"] = lead.referer
    info = _single(downloader, lead.media)
    info["webpage_url"] = landed
    info["title"] = lead.title or info.get("title")
    if lead.held_on:
        info["release_date"] = lead.held_on.strftime("%Y%m%d")
    if lead.subtitles:
        extension = "srt" if urlsplit(lead.subtitles).path.lower().endswith(".srt") else "vtt"
        info["subtitles"] = {"pl": [{"url": lead.subtitles, "ext": extension}], **(info.get("subtitles") or {})}
    return info


def _single(downloader: YoutubeDL, address: str) -> dict[str, Any]:
    """The one recording behind the address; a list that holds exactly one counts as that one."""
    info: dict[str, Any] = downloader.extract_info(address, download=False)
    if "entries" in info:
        entries = [entry for entry in info["entries"] if entry]
        if not entries:
            raise CouncilError("link_unsupported", detail="empty playlist")
        if len(entries) > 1:
            raise CouncilError("source_playlist", detail=str(info.get("title")))
        info = entries[0]
        if info.get("_type") in {"url", "url_transparent"}:
            info = downloader.extract_info(info["url"], ie_key=info.get("ie_key"), download=False)
        if "entries" in info:
            raise CouncilError("source_playlist", detail=str(info.get("title")))
    return info


def _check_before_download(
    downloader: YoutubeDL, info: dict[str, Any], formats: list[dict[str, Any]], job: FetchJob
) -> None:
    check_broadcast_is_over(info, _duration_ms(info), _duration_ms(info), waited=False)
    for part in formats:
        if part.get("protocol") not in _PROTOCOLS:
            raise CouncilError("link_unsupported", detail=f"protocol {part.get('protocol')}")
        if part["protocol"].startswith("m3u8"):
            info["duration"] = _finished_stream_duration_s(downloader, part)
    duration_ms = _duration_ms(info)
    check_broadcast_is_over(info, duration_ms, job.seen_duration_ms, waited=job.waited)
    if duration_ms is not None and duration_ms > job.max_duration_ms:
        raise CouncilError("source_too_long", detail=f"{duration_ms} ms")


def _finished_stream_duration_s(downloader: YoutubeDL, part: dict[str, Any]) -> float:
    """Length of an HLS stream by its own list of segments; link_live when the list is not closed yet.

    yt-dlp looks at the first quality only and forgives a failure, and a running stream would then be taken for the few
    segments of this moment.
    """
    request = Request(part["url"], headers=part.get("http_headers") or {})
    with closing(downloader.urlopen(request)) as response:
        playlist = response.read(_MAX_PLAYLIST_BYTES).decode("utf-8", "replace")
    if "#EXT-X-ENDLIST" not in playlist:
        raise CouncilError("link_live", detail="playlist without an end")
    return sum(float(length_s) for length_s in _SEGMENT_LENGTH.findall(playlist))


def _title(info: dict[str, Any]) -> str | None:
    title = info.get("title")
    if title and info.get("extractor") == "html5":
        return str(title).removesuffix(" (1)")  # yt-dlp numbers the videos of a page even when there is one
    return title


def _duration_ms(info: dict[str, Any]) -> int | None:
    duration_s = info.get("duration")
    return round(duration_s * 1000) if duration_s else None


if __name__ == "__main__":
    main()
