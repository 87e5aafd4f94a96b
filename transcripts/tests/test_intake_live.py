"""Broadcasts that are not over: the recording waits in the queue, without that counting as a failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from yt_dlp import YoutubeDL  # noqa: TID251 - what the room under test gets to see

from conftest import World
from council.errors import CouncilError
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import actions, pipeline
from transcripts.models import ProgressEvent, Recording, RecordingState, RunState, StageRun
from transcripts.models_intake import SourceNotes
from transcripts.sources.ytdlp_extras import chapters_of, check_broadcast_is_over, choose_subtitles
from transcripts.tests.source_media import make_hls, make_mp3
from transcripts.tests.source_site import Page, Site, running_site

NOW_S = 1_790_000_000


def normalised(**values: Any) -> dict[str, Any]:
    """A recording of YouTube as yt-dlp's own normaliser hands it on."""
    raw = {
        "id": "abc", "extractor": "youtube", "extractor_key": "Youtube", "title": "XXIII sesja",
        "webpage_url": "https://www.youtube.com/watch?v=abc",
        "formats": [{"format_id": "18", "url": "https://r.example/v.mp4", "ext": "mp4", "protocol": "https"}],
        **values,
    }  # fmt: skip
    with YoutubeDL({"quiet": True}) as downloader:
        return dict(downloader.process_ie_result(raw, download=False))


def verdict(info: dict[str, Any], seen_ms: int | None = None, *, waited: bool = False) -> str:
    duration_s = info.get("duration")
    try:
        check_broadcast_is_over(info, round(duration_s * 1000) if duration_s else None, seen_ms, waited=waited)
    except CouncilError as error:
        return error.code
    return "complete"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"live_status": "is_live"}, "link_live"),
        ({"is_live": True}, "link_live"),
        ({"live_status": "is_upcoming", "release_timestamp": NOW_S}, "link_upcoming"),
        ({"live_status": "post_live", "duration": 7200}, "link_processing"),
        ({"live_status": "was_live", "duration": 7200, "release_timestamp": 1_700_000_000}, "complete"),
        ({"live_status": "not_live", "duration": 7200}, "complete"),
    ],
)
def test_state_of_a_broadcast(values: dict[str, Any], code: str) -> None:
    assert verdict(normalised(**values)) == code


def test_an_archive_is_complete_when_two_looks_find_the_same_length() -> None:
    info = normalised(live_status="was_live", duration=7200, release_timestamp=1_700_000_000)
    assert verdict(info, waited=True) == "link_processing"
    assert verdict(info, 7_100_000, waited=True) == "link_processing"
    assert verdict(info, 7_200_000, waited=True) == "complete"


def test_a_broadcast_that_ended_just_now_is_looked_at_twice() -> None:
    info = normalised(live_status="was_live", duration=3600, release_timestamp=int(time.time()) - 3700)
    assert verdict(info) == "link_processing"
    assert verdict(info, 3_600_000) == "complete"


def test_chapters_and_the_best_subtitles() -> None:
    info = normalised(
        duration=100,
        chapters=[{"start_time": 0, "title": "Otwarcie"}, {"start_time": 60, "title": "Budżet"}],
        subtitles={"live_chat": [{"url": "https://x/c", "ext": "json"}], "en": [{"url": "https://x/e", "ext": "vtt"}]},
        automatic_captions={"pl-orig": [{"url": "https://x/j", "ext": "json3"}, {"url": "https://x/p", "ext": "vtt"}]},
    )
    assert chapters_of(info) == [
        {"start_ms": 0, "end_ms": 60_000, "title": "Otwarcie"},
        {"start_ms": 60_000, "end_ms": 100_000, "title": "Budżet"},
    ]
    chosen = choose_subtitles(info)
    assert chosen is not None
    assert (chosen["url"], chosen["automatic"]) == ("https://x/p", True)
    info["subtitles"]["pl"] = [{"url": "https://x/pl", "ext": "vtt"}]
    chosen = choose_subtitles(info)
    assert chosen is not None
    assert (chosen["url"], chosen["automatic"]) == ("https://x/pl", False)
    assert choose_subtitles(normalised()) is None


# --- in the queue ----------------------------------------------------------------------------------------------------


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[Site]:
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "stored")},
    }
    settings.STORAGES = {**settings.STORAGES, "default": files}
    with running_site() as running:
        settings.FETCH_ALLOWED_HOSTS = frozenset({running.host})
        yield running


def _fetch_once(council: Council) -> tuple[StageRun, Recording]:
    StageRun.objects.update(not_before=None)
    assert pipeline.work_once("default")
    with tenant_scope(council.pk):
        return StageRun.objects.get(stage="fetch"), Recording.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_running_broadcast_comes_in_when_it_is_over(committed_world: World, site: Site, tmp_path: Path) -> None:
    lipowa = committed_world.lipowa
    parts = make_hls(tmp_path / "hls", duration_s=6)
    for name, body in parts.items():
        site.pages[f"/{name}"] = Page(body, "video/mp2t")
    whole = parts["live.m3u8"]
    running = whole.replace(b"#EXT-X-ENDLIST", b"").replace(b"#EXT-X-PLAYLIST-TYPE:VOD\n", b"")
    site.pages["/live.m3u8"] = Page(running, "application/vnd.apple.mpegurl")
    actions.add_link(committed_world.actor(committed_world.clerk), address=site.url("/live.m3u8"))

    for _ in range(8):  # more often than a failing stage is tried
        run, recording = _fetch_once(lipowa)
        assert (run.state, run.attempts, run.error_code) == (RunState.WAITING, 0, "link_live")
        assert run.not_before is not None
        assert run.not_before > timezone.now() + timedelta(minutes=4)
        assert recording.state == RecordingState.PROCESSING
    with tenant_scope(lipowa.pk):
        told = ProgressEvent.objects.order_by("sequence").last()
        assert told is not None
        assert (told.state, told.error_code) == (RunState.WAITING, "link_live")

    site.pages["/live.m3u8"] = Page(whole, "application/vnd.apple.mpegurl")
    run, recording = _fetch_once(lipowa)
    assert (run.state, run.error_code) == (RunState.WAITING, "link_processing"), "its length is seen once only"
    run, recording = _fetch_once(lipowa)
    assert run.state == RunState.DONE
    assert recording.media_name


@pytest.mark.django_db(transaction=True)
def test_a_camera_that_never_stops_is_given_up(committed_world: World, site: Site, tmp_path: Path) -> None:
    running = make_hls(tmp_path / "hls", duration_s=4)["live.m3u8"].replace(b"#EXT-X-ENDLIST", b"")
    site.pages["/live.m3u8"] = Page(running, "application/vnd.apple.mpegurl")
    actions.add_link(committed_world.actor(committed_world.clerk), address=site.url("/live.m3u8"))
    _fetch_once(committed_world.lipowa)
    with tenant_scope(committed_world.lipowa.pk):
        SourceNotes.objects.update(waiting_since=timezone.now() - timedelta(days=4))
    run, recording = _fetch_once(committed_world.lipowa)
    assert (run.state, recording.state) == (RunState.FAILED, RecordingState.FAILED)
    assert recording.error_code == "link_never_ended"


@pytest.mark.django_db(transaction=True)
def test_the_day_that_the_title_names_counts_before_that_of_publication(
    committed_world: World, site: Site, tmp_path: Path
) -> None:
    page = '<html><title>XXIII sesja 26 marca 2026 r.</title><body><video src="/s.mp3"></video></body></html>'
    site.pages["/p"] = Page(page.encode())
    uploaded = {"Last-Modified": "Mon, 30 Mar 2026 10:00:00 GMT"}
    site.pages["/s.mp3"] = Page(make_mp3(tmp_path / "s.mp3", duration_s=1), "audio/mpeg", headers=uploaded)
    actions.add_link(committed_world.actor(committed_world.clerk), address=site.url("/p"))
    _, recording = _fetch_once(committed_world.lipowa)
    assert recording.held_on == date(2026, 3, 26)
