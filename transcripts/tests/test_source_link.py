"""A link becomes one media file."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from council.errors import CouncilError
from transcripts.sources import FetchedMedia, FetchLimits, FetchRequest, source_for
from transcripts.tests.source_media import make_mp3, make_mp4
from transcripts.tests.source_site import Page, Site, running_site

LIMITS = FetchLimits(max_bytes=50_000_000, max_duration_ms=3_600_000, timeout_s=60)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture(scope="module")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_mp4(tmp_path_factory.mktemp("media") / "sesja.mp4")


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_mp3(tmp_path_factory.mktemp("media") / "sesja.mp3")


def request_for(site: Site, path: str, workdir: Path) -> FetchRequest:
    return FetchRequest(site.url(path), workdir, LIMITS, allowed_hosts=frozenset({site.host}))


def fetch(request: FetchRequest) -> FetchedMedia:
    return source_for(request.address).fetch(request, lambda done, total: None, lambda: False)


def test_page_with_video_gives_the_file_and_the_title_of_the_page(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/sesja"] = Page(
        "<html><head><title>XII sesja Rady Gminy Łąck</title></head>"
        '<body><video src="/v/sesja.mp4"></video></body></html>'.encode()
    )
    site.pages["/v/sesja.mp4"] = Page(mp4, "video/mp4")

    media = fetch(request_for(site, "/sesja", tmp_path))

    assert media.path.read_bytes() == mp4
    assert media.path.suffix == ".mp4"
    assert media.title == "XII sesja Rady Gminy Łąck"
    assert media.sha256 == hashlib.sha256(mp4).hexdigest()
    assert media.size_bytes == len(mp4)
    assert media.webpage_url == site.url("/sesja")
    assert [path.name for path in tmp_path.iterdir()] == [media.path.name]


def test_direct_sound_file_with_its_date_and_progress_to_the_end(site: Site, mp3: bytes, tmp_path: Path) -> None:
    last_modified = {"Last-Modified": "Mon, 14 Sep 2026 10:00:00 GMT"}
    site.pages["/nagrania/sesja-12.mp3"] = Page(mp3, "audio/mpeg", headers=last_modified)
    seen: list[tuple[int, int]] = []
    request = request_for(site, "/nagrania/sesja-12.mp3", tmp_path)

    media = source_for(request.address).fetch(request, lambda done, total: seen.append((done, total)), lambda: False)

    assert media.path.read_bytes() == mp3
    assert media.title == "sesja-12"
    assert media.published_on == date(2026, 9, 14)
    assert seen[-1] == (len(mp3), len(mp3))
    assert seen == sorted(seen)


def test_chain_of_redirects_within_allowed_hosts_is_followed(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/a"] = Page(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Page(status=301, headers={"Location": site.url("/c.mp4")})
    site.pages["/c.mp4"] = Page(mp4, "video/mp4")

    assert fetch(request_for(site, "/a", tmp_path)).path.read_bytes() == mp4


def test_interrupted_download_goes_on_where_it_stopped(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(mp4, "video/mp4", cut_after_bytes=len(mp4) // 10)
    request = request_for(site, "/s.mp4", tmp_path)

    with pytest.raises(CouncilError) as failure:
        fetch(request)
    kept = next(tmp_path.glob("*.part")).stat().st_size
    site.requests.clear()
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")
    media = fetch(request)

    assert (failure.value.code, failure.value.retryable) == ("link_interrupted", True)
    assert kept > 0
    assert f"bytes={kept}-" in {asked_range for _, _, asked_range in site.requests}
    assert media.path.read_bytes() == mp4
    assert media.sha256 == hashlib.sha256(mp4).hexdigest()


def test_same_link_fetched_again_after_it_was_complete(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")
    first = fetch(request_for(site, "/s.mp4", tmp_path))

    assert fetch(request_for(site, "/s.mp4", tmp_path)) == first


def test_cancelling_stops_the_download_and_keeps_its_part(site: Site, mp4: bytes, tmp_path: Path) -> None:
    begun = threading.Event()
    site.pages["/s.mp4"] = Page(mp4, "video/mp4", cut_after_bytes=len(mp4) // 10)
    request = request_for(site, "/s.mp4", tmp_path)

    with pytest.raises(CouncilError) as failure:
        source_for(request.address).fetch(request, lambda done, total: begun.set(), begun.is_set)

    assert failure.value.code == "cancelled"
    assert list(tmp_path.glob("*.part"))


def test_cookies_of_the_council_open_its_login_wall_and_stay_as_they_were(
    site: Site, mp4: bytes, tmp_path: Path
) -> None:
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsesja\tsekret123\n")
    before = cookies.read_bytes()
    site.pages["/s.mp4"] = Page(mp4, "video/mp4", headers={"Set-Cookie": "nowy=1"})

    fetch(replace(request_for(site, "/s.mp4", tmp_path / "work"), cookies_file=cookies))

    assert all("sesja=sekret123" in headers.get("Cookie", "") for headers in site.headers_seen)
    assert cookies.read_bytes() == before


def test_proxy_secret_never_reaches_the_site(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")

    fetch(request_for(site, "/s.mp4", tmp_path))

    names = {name.lower() for headers in site.headers_seen for name in headers}
    assert "user-agent" in names
    assert not {name for name in names if name.startswith("proxy")}


def test_list_of_one_recording_counts_as_that_recording(site: Site, mp3: bytes, tmp_path: Path) -> None:
    site.pages["/feed.xml"] = rss(site, ["a"])
    site.pages["/a.mp3"] = Page(mp3, "audio/mpeg")

    assert fetch(request_for(site, "/feed.xml", tmp_path)).path.read_bytes() == mp3


def test_list_of_several_recordings_is_refused(site: Site, mp3: bytes, tmp_path: Path) -> None:
    site.pages["/feed.xml"] = rss(site, ["a", "b", "c"])
    site.pages["/a.mp3"] = Page(mp3, "audio/mpeg")

    with pytest.raises(CouncilError) as failure:
        fetch(request_for(site, "/feed.xml", tmp_path))

    assert (failure.value.code, failure.value.retryable) == ("source_playlist", False)


def rss(site: Site, names: list[str]) -> Page:
    items = "".join(
        f'<item><title>Sesja {name}</title><enclosure url="{site.url(f"/{name}.mp3")}" type="audio/mpeg"/></item>'
        for name in names
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Sesje</title>{items}</channel></rss>'
    return Page(text.encode(), "application/rss+xml")
