"""Recordings behind a link: a media file, a page with a video, a stream, or a site that yt-dlp knows.

yt-dlp runs in a child process (`ytdlp_child.py`) whose only way out is our filtering proxy. A process of its own gives
a clean environment (the proxy for every tool it starts, no exceptions from it, none of our secrets), can be cancelled
at any moment, and takes the memory of a thousand extractors with it when it ends.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, Final

import imageio_ffmpeg

from council.errors import CouncilError
from transcripts.sources.base import (
    Chapter,
    FetchedMedia,
    FetchedSubtitles,
    FetchRequest,
    IsCancelled,
    ListedItem,
    Progress,
)
from transcripts.sources.guard import AddressRules, check_address
from transcripts.sources.local_file import hash_file
from transcripts.sources.proxy import FilteringProxy, filtering_proxy

_PROJECT_ROOT: Final = Path(__file__).resolve().parents[2]
_POLL_S: Final = 0.25
# Beside the media come pages, playlists, and parts that are asked for twice; the file itself is measured in the child.
_OVERHEAD_FACTOR: Final = 1.25
_OVERHEAD_BYTES: Final = 64 * 1024 * 1024
_LIST_BYTES: Final = 512 * 1024 * 1024  # pages of a long channel


@dataclass(frozen=True)
class FetchJob:
    """What the child is told, as one line of JSON on its standard input.

    Attributes:
        proxy_url, proxy_port: the filtering proxy.
        cookies_file: a copy that the child may write to; None for none.
        portal_hosts: see FetchRequest.
        waited, seen_duration_ms: see FetchRequest.
        most_items: list up to so many recordings behind the address instead of fetching one; 0 fetches.
    """

    address: str
    workdir: str
    proxy_url: str
    proxy_port: int
    max_bytes: int
    max_duration_ms: int
    timeout_s: float
    cookies_file: str | None
    portal_hosts: dict[str, str] = field(default_factory=dict)
    waited: bool = False
    seen_duration_ms: int | None = None
    most_items: int = 0


class YtDlpSource:
    """Any http(s) address."""

    def matches(self, address: str) -> bool:
        """True for http(s) addresses."""
        return address.strip().lower().startswith(("http://", "https://"))

    def fetch(self, request: FetchRequest, progress: Progress, is_cancelled: IsCancelled) -> FetchedMedia:
        """Download one recording.

        Unfinished parts stay in `request.workdir` when the failure is retryable or the fetch was cancelled, and the
        next call goes on from them; remove the folder to start anew. After any other failure they are removed.

        Raises:
            CouncilError: egress_off, link_invalid, link_forbidden, link_dead, link_login, link_unsupported,
                link_interrupted, source_playlist, source_too_large, source_too_long, media_empty, storage_full,
                cancelled, internal_error; those of WAITING_CODES, whose context is for the next request; why a site
                refuses: link_bot_wall, link_private, link_members_only, link_age, link_geo_blocked, link_removed.
        """
        rules = _checked(request)
        request.workdir.mkdir(parents=True, exist_ok=True)
        proxy_bytes = int(request.limits.max_bytes * _OVERHEAD_FACTOR) + _OVERHEAD_BYTES
        with filtering_proxy(rules, timeout_s=request.limits.timeout_s, max_bytes=proxy_bytes) as proxy:
            try:
                found = _run_child(request, proxy, lambda event: _tell(event, progress), is_cancelled)
            except CouncilError as error:
                judged = _judge(error, proxy)
                if not judged.retryable and judged.code != "cancelled":
                    _remove_media(request.workdir)
                raise judged from error
        path = Path(found["path"])
        sha256, size_bytes = hash_file(path, is_cancelled)
        return FetchedMedia(
            path=path,
            title=found["title"],
            published_on=date.fromisoformat(found["published_on"]) if found["published_on"] else None,
            extractor=found["extractor"],
            source_id=found["source_id"],
            duration_ms=found["duration_ms"],
            sha256=sha256,
            size_bytes=size_bytes,
            webpage_url=found["webpage_url"],
            chapters=tuple(Chapter(**chapter) for chapter in found["chapters"]),
            subtitles=_subtitles(found["subtitles"]),
        )


def list_recordings(
    request: FetchRequest, on_item: Callable[[ListedItem], None], is_cancelled: IsCancelled, *, most: int
) -> int:
    """Call `on_item` for up to `most` recordings behind an address (channel, playlist, feed, portal, page); how many.

    Nothing is downloaded; `request.workdir` stays as it is. Every connection goes through the filtering proxy.

    Raises:
        CouncilError: as YtDlpSource.fetch.
    """

    def on_event(event: dict[str, Any]) -> None:
        day = event.get("held_on")
        on_item(ListedItem(event["address"], event["title"], date.fromisoformat(day) if day else None))

    rules = _checked(request)
    with filtering_proxy(rules, timeout_s=request.limits.timeout_s, max_bytes=_LIST_BYTES) as proxy:
        try:
            return int(_run_child(request, proxy, on_event, is_cancelled, most_items=most)["count"])
        except CouncilError as error:
            raise _judge(error, proxy) from error


def _checked(request: FetchRequest) -> AddressRules:
    if not request.egress_allowed:
        raise CouncilError("egress_off")
    rules = AddressRules(request.allowed_hosts)
    check_address(request.address, rules)
    return rules


def _tell(event: dict[str, Any], progress: Progress) -> None:
    if event["event"] == "progress":
        progress(event["done_bytes"], event["total_bytes"])


def _subtitles(found: dict[str, Any] | None) -> FetchedSubtitles | None:
    if found is None:
        return None
    return FetchedSubtitles(Path(found["path"]), found["language"], found["automatic"])


def _run_child(
    request: FetchRequest,
    proxy: FilteringProxy,
    on_event: Callable[[dict[str, Any]], None],
    is_cancelled: IsCancelled,
    *,
    most_items: int = 0,
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="fetch-") as home, tempfile.TemporaryFile() as stderr:
        job = _job(request, proxy, Path(home), most_items)
        # First on the child's path, so that the same ffmpeg joins picture and sound on every machine.
        (Path(home) / "ffmpeg").symlink_to(shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe())
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "transcripts.sources.ytdlp_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=home,
            env=_child_environment(proxy.url, home),
            start_new_session=True,
        )
        try:
            return _follow(child, job, request.limits.deadline_s, on_event, is_cancelled)
        except _ChildLost as error:
            size_bytes = stderr.seek(0, os.SEEK_END)
            stderr.seek(max(0, size_bytes - 2000))
            tail = stderr.read().decode("utf-8", "replace")
            raise CouncilError("internal_error", retryable=True, detail=f"downloader ended: {tail}") from error
        finally:
            _end(child)


class _ChildLost(Exception):
    """The child ended without a result."""


def _follow(
    child: subprocess.Popen[bytes],
    job: FetchJob,
    deadline_s: float,
    on_event: Callable[[dict[str, Any]], None],
    is_cancelled: IsCancelled,
) -> dict[str, Any]:
    commands, events = child.stdin, child.stdout
    if commands is None or events is None:
        raise _ChildLost
    with suppress(BrokenPipeError):  # a child that is gone already is noticed below
        commands.write(json.dumps(asdict(job)).encode() + b"\n")
        commands.flush()  # and stays open: its end tells the child that we are gone
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(events, lines), name="fetch-events", daemon=True).start()
    ends_at_s = time.monotonic() + deadline_s
    while True:
        if is_cancelled():
            raise CouncilError("cancelled")
        if time.monotonic() > ends_at_s:
            raise CouncilError("link_interrupted", retryable=True, detail=f"not finished within {deadline_s:.0f} s")
        try:
            line = lines.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if line is None:
            raise _ChildLost
        event = json.loads(line)
        if event["event"] in {"progress", "item"}:
            on_event(event)
        elif event["event"] == "failed":
            raise CouncilError(event["code"], retryable=event["retryable"], detail=event["detail"], **event["context"])
        else:
            return dict(event)


def _read_lines(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with suppress(ValueError):  # the stream was closed under us: the fetch is over
        for line in stream:
            lines.put(line)
    lines.put(None)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started."""
    with suppress(ProcessLookupError):  # all gone already
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()


def _job(request: FetchRequest, proxy: FilteringProxy, home: Path, most_items: int) -> FetchJob:
    cookies_file = None
    if request.cookies_file is not None:
        cookies_file = home / "cookies.txt"  # yt-dlp writes cookies back: the council's own file must not change
        cookies_file.touch(mode=0o600)
        shutil.copyfile(request.cookies_file, cookies_file)
    return FetchJob(
        address=request.address.strip(),
        workdir=str(request.workdir.resolve()),
        proxy_url=proxy.url,
        proxy_port=proxy.port,
        max_bytes=request.limits.max_bytes,
        max_duration_ms=request.limits.max_duration_ms,
        timeout_s=request.limits.timeout_s,
        cookies_file=str(cookies_file) if cookies_file else None,
        portal_hosts=dict(request.portal_hosts),
        waited=request.waited,
        seen_duration_ms=request.seen_duration_ms,
        most_items=most_items,
    )


def _child_environment(proxy_url: str, home: str) -> dict[str, str]:
    # Built from nothing: no_proxy, credentials and plugin folders of ours must not reach the child.
    return {
        "PATH": f"{home}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(_PROJECT_ROOT),
        "PYTHONUTF8": "1",
        "HOME": home,
        "TMPDIR": home,
        "YTDLP_NO_PLUGINS": "1",
        "http_proxy": proxy_url,
        "https_proxy": proxy_url,
        "HTTP_PROXY": proxy_url,
        "HTTPS_PROXY": proxy_url,
    }


def _judge(error: CouncilError, proxy: FilteringProxy) -> CouncilError:
    """What the proxy saw explains a failure better than what the child made of it."""
    if error.code in {"cancelled", "source_too_large", "source_too_long"}:
        return error
    if proxy.refusals:
        return CouncilError("link_forbidden", detail="; ".join(proxy.refusals[:3]))
    if proxy.is_over_limit:
        return CouncilError("source_too_large", detail=f"more than {proxy.max_bytes} bytes came over the network")
    if proxy.unreachable and error.code in {"link_dead", "link_unsupported"}:
        cause = proxy.unreachable[-1]
        return CouncilError("link_dead", retryable=cause.retryable, detail=cause.detail)
    return error


def _remove_media(workdir: Path) -> None:
    for pattern in ("media.*", "subtitles.*"):
        for path in workdir.glob(pattern):
            path.unlink(missing_ok=True)
