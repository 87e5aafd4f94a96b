"""Polish portals rebuilt as small local sites: the media behind a page, ready subtitles, lists of meetings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from council.errors import CouncilError
from transcripts.sources import FetchedMedia, FetchLimits, FetchRequest, ListedItem, list_recordings, source_for
from transcripts.sources.portals import find_media, list_meetings, portal_of
from transcripts.tests.source_media import make_hls, make_mp4
from transcripts.tests.source_site import Page, Site, running_site

LIMITS = FetchLimits(max_bytes=50_000_000, max_duration_ms=3_600_000, timeout_s=60)
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nOtwieram obrady.\n"
ESESJA = """<html><head><title>eSesja.tv</title></head><body><h1>XXIII sesja Rady Gminy Lipowa</h1>
<span class="data">26.03.2026 godz. 10:00</span><script>var player = 1; var videourl='{media}';
jwplayer().setup({{ tracks: [] }});</script><video><track kind="subtitles" src="/napisy/7.vtt"></video></body></html>"""
OBRADY = """<html><head><title>Sesja nr 12 - Transmisja obrad</title></head><body>
<video><track kind="captions" src="/napisy/9.vtt?podpis=a&amp;do=1" srclang="pl"></video>
<script>var o = {{"sources":[{{"src":"{media}","type":"application\\/x-mpegURL"}}]}};</script></body></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def request_for(site: Site, path: str, workdir: Path, portal: str) -> FetchRequest:
    return FetchRequest(
        site.url(path), workdir, LIMITS, allowed_hosts=frozenset({site.host}), portal_hosts={site.host: portal}
    )


def fetch(request: FetchRequest) -> FetchedMedia:
    return source_for(request.address).fetch(request, lambda done, total: None, lambda: False)


def listed(request: FetchRequest, most: int = 100) -> list[ListedItem]:
    items: list[ListedItem] = []
    assert list_recordings(request, items.append, lambda: False, most=most) == len(items)
    return items


@pytest.mark.parametrize(
    ("address", "portal"),
    [
        ("https://esesja.tv/transmisja/7/x.htm", "esesja"),
        ("https://www.esesja.tv/transmisja/7/x.htm", "esesja"),
        ("https://lipowa.esesja.pl/transmisje_z_obrad/7/x.htm", "esesja"),
        ("https://transmisjaobrad.info/videos/9/s", "transmisjaobrad"),
        ("https://lipowa.posiedzenia.pl/", "posiedzenia"),
        ("https://portal.posiedzenia.pl/lipowa", "posiedzenia"),
        ("https://zlaesesja.tv/transmisja/7", ""),
        ("https://esesja.tv.example.com/transmisja/7", ""),
        ("https://sesje.gmina.pl:8443/x", "esesja"),
        ("https://sesje.gmina.pl/x", ""),
        ("https://inne.gmina.pl/x", ""),
        ("https://[::1", ""),
    ],
)
def test_whose_page_it_is(address: str, portal: str) -> None:
    assert portal_of(address, {"sesje.gmina.pl:8443": "esesja", "inne.gmina.pl": "cokolwiek"}) == portal


def test_esesja_page_gives_the_recording_title_day_and_subtitles(site: Site, tmp_path: Path) -> None:
    media = make_mp4(tmp_path / "s.mp4", duration_s=2)
    site.pages["/transmisja/7/sesja.htm"] = Page(ESESJA.format(media=site.url("/stream/s.mp4")).encode())
    site.pages["/stream/s.mp4"] = Page(media, "video/mp4")
    site.pages["/napisy/7.vtt"] = Page(VTT.encode(), "text/vtt")

    found = fetch(request_for(site, "/transmisja/7/sesja.htm", tmp_path / "work", "esesja"))

    assert found.path.read_bytes() == media
    assert (found.title, found.published_on) == ("XXIII sesja Rady Gminy Lipowa", date(2026, 3, 26))
    assert found.webpage_url == site.url("/transmisja/7/sesja.htm")
    assert found.subtitles is not None
    assert found.subtitles.path.read_text() == VTT
    referers = [headers.get("Referer") for headers in site.headers_seen]
    assert "https://esesja.tv/" in referers


def test_stream_with_signed_subtitles_of_transmisjaobrad(site: Site, tmp_path: Path) -> None:
    for name, body in make_hls(tmp_path / "hls", duration_s=4).items():
        site.pages[f"/h/{name}"] = Page(
            body, "application/vnd.apple.mpegurl" if name.endswith("m3u8") else "video/mp2t"
        )
    address = site.url("/h/live.m3u8").replace("/", "\\/")
    site.pages["/videos/9/cokolwiek"] = Page(OBRADY.format(media=address).encode())
    site.pages["/napisy/9.vtt"] = Page(VTT.encode(), "text/vtt")

    found = fetch(request_for(site, "/videos/9/cokolwiek", tmp_path / "work", "transmisjaobrad"))

    assert found.title == "Sesja nr 12 - Transmisja obrad"
    assert found.subtitles is not None
    assert not found.subtitles.automatic


def test_subtitles_that_fail_cost_nothing(site: Site, tmp_path: Path) -> None:
    site.pages["/transmisja/7/s.htm"] = Page(ESESJA.format(media="/s.mp4").encode())
    site.pages["/s.mp4"] = Page(make_mp4(tmp_path / "s.mp4", duration_s=1), "video/mp4")
    found = fetch(request_for(site, "/transmisja/7/s.htm", tmp_path / "work", "esesja"))
    assert found.subtitles is None


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/x.mp4", "http://169.254.169.254/x.mp4", "http://10.0.0.1/x.m3u8"]
)
def test_a_portal_cannot_lead_into_inner_networks(site: Site, tmp_path: Path, target: str) -> None:
    site.pages["/transmisja/7/s.htm"] = Page(ESESJA.format(media=target).encode())
    with pytest.raises(CouncilError) as failure:
        fetch(request_for(site, "/transmisja/7/s.htm", tmp_path, "esesja"))
    assert failure.value.code == "link_forbidden"


@pytest.mark.parametrize(
    ("path", "code"), [("/transmisja_na_zywo/1/x.htm", "link_live"), ("/transmisje_z_obrad/1/x.htm", "source_playlist")]
)
def test_pages_that_are_no_single_recording(site: Site, tmp_path: Path, path: str, code: str) -> None:
    with pytest.raises(CouncilError) as failure:
        fetch(request_for(site, path, tmp_path, "esesja"))
    assert failure.value.code == code
    assert site.requests == []


def test_list_of_esesja(site: Site, tmp_path: Path) -> None:
    site.pages["/transmisje_z_obrad/1/lipowa.htm"] = Page(
        b"""<a href="/transmisja/8/xxiv.htm"><img src="m.jpg"></a>
        <a href="/transmisja/8/xxiv.htm">XXIV sesja Rady Gminy <b>30.04.2026</b></a>
        <a href="/transmisja/7/xxiii.htm">XXIII sesja &amp; inne 2026-03-26</a>
        <a href="/kontakt.htm">Kontakt</a><a href="https://example.com/transmisja/1/obce.htm">Obce</a>"""
    )
    assert listed(request_for(site, "/transmisje_z_obrad/1/lipowa.htm", tmp_path, "esesja")) == [
        ListedItem(site.url("/transmisja/8/xxiv.htm"), "XXIV sesja Rady Gminy", date(2026, 4, 30)),
        ListedItem(site.url("/transmisja/7/xxiii.htm"), "XXIII sesja & inne", date(2026, 3, 26)),
    ]


def test_pages_of_a_list_are_turned_until_the_last(site: Site, tmp_path: Path) -> None:
    first = '<a href="/videos/3/s">Sesja 3</a><a href="/channels/1/x?page=2">2</a>'
    site.pages["/channels/1/x"] = Page(first.encode())  # the local site answers the same for every page of it
    items = listed(request_for(site, "/channels/1/x", tmp_path, "transmisjaobrad"))
    assert [item.title for item in items] == ["Sesja 3"]
    assert 2 <= len([path for _, path, _ in site.requests if path == "/channels/1/x"]) <= 3


def test_voting_portal_hands_on_the_videos_it_embeds() -> None:
    page = """<h1>Sesja XII</h1><p>26.03.2026</p><iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0"></iframe>
    <a href="https://youtu.be/aaaaaaaaaaa">Sesja XI 26.02.2026</a>"""
    lead = find_media("posiedzenia", page, "https://lipowa.posiedzenia.pl/s/1")
    assert lead is not None
    assert (lead.media, lead.title, lead.held_on) == (
        "https://www.youtube.com/embed/dQw4w9WgXcQ", "Sesja XII", date(2026, 3, 26)
    )  # fmt: skip
    items = list_meetings("posiedzenia", page, "https://lipowa.posiedzenia.pl/")
    assert {item.address for item in items} == {
        "https://youtu.be/aaaaaaaaaaa", "https://www.youtube.com/embed/dQw4w9WgXcQ"
    }  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "", "<html>", "videourl='javascript:alert(1)'", "videourl='file:///etc/passwd'", '"src":"' + "x" * 100_000,
        "<track " * 50_000, "<a href=" * 50_000, "\x00\ud800", "<h1>" * 50_000,
    ],
    ids=range(9),
)  # fmt: skip
def test_hostile_pages_name_nothing(page: str) -> None:
    assert find_media("esesja", page, "https://esesja.tv/transmisja/1/x.htm") is None
    assert list_meetings("esesja", page, "https://esesja.tv/transmisje_z_obrad/1/x.htm") == []
