"""Followed sources: a feed on a small local site, looked at through the filtering proxy."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from conftest import World
from council.models import Council, Meeting
from council.tenancy import tenant_scope
from transcripts import actions
from transcripts.intake import following
from transcripts.models import Recording
from transcripts.models_intake import FollowedSource, IntakeEntry
from transcripts.tests.source_site import Page, Site, running_site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[Site]:
    with running_site() as running:
        settings.FETCH_ALLOWED_HOSTS = frozenset({running.host})
        yield running


def publish(site: Site, *titles: str) -> None:
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid>"
        f'<enclosure url="{site.url(f"/{title.split()[0]}.mp3")}" type="audio/mpeg"/></item>'
        for title in titles
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Sesje</title>{items}</channel></rss>'
    site.pages["/kanal.xml"] = Page(feed.encode(), "application/rss+xml")


def follow(council: Council, site: Site, **values: object) -> FollowedSource:
    with tenant_scope(council.pk):
        return FollowedSource.objects.create(council=council, address=site.url("/kanal.xml"), **values)


def titles(council: Council) -> set[str]:
    with tenant_scope(council.pk):
        return set(Recording.objects.values_list("title", flat=True))


def source_of(council: Council) -> FollowedSource:
    with tenant_scope(council.pk):
        return FollowedSource.objects.get()


THREE = ("XXIII sesja Rady Gminy 26.03.2026", "XXII sesja Rady Gminy 26.02.2026", "XXI sesja Rady Gminy 29.01.2026")


def test_the_newest_come_in_first_and_later_only_what_is_new(committed_world: World, site: Site) -> None:
    lipowa = committed_world.lipowa
    publish(site, THREE[2], THREE[0], THREE[1])  # in no order
    follow(lipowa, site, first_items=2)

    assert following.look_at_due() == 2
    assert titles(lipowa) == {THREE[0], THREE[1]}
    assert following.look_at_due() == 0, "not due yet"
    assert following.look_at_due(now=True) == 0

    publish(site, "XXIV sesja Rady Gminy 30.04.2026", *THREE)
    assert following.look_at_due(now=True) == 1
    assert titles(lipowa) == {THREE[0], THREE[1], "XXIV sesja Rady Gminy 30.04.2026"}
    assert titles(committed_world.debowa) == set()
    with tenant_scope(lipowa.pk):
        meetings = {(meeting.title, str(meeting.held_on)) for meeting in Meeting.objects.all()}
        assert ("XXIV sesja Rady Gminy 30.04.2026", "2026-04-30") in meetings
        assert not Recording.objects.filter(meeting=None).exists()


def test_a_deleted_recording_does_not_come_back(committed_world: World, site: Site) -> None:
    publish(site, THREE[0])
    follow(committed_world.lipowa, site)
    following.look_at_due()
    with tenant_scope(committed_world.lipowa.pk):
        recording_id = Recording.objects.get().pk
    actions.delete_recording(committed_world.actor(committed_world.clerk), recording_id=recording_id)
    assert following.look_at_due(now=True) == 0
    assert titles(committed_world.lipowa) == set()


def test_only_titles_with_the_words(committed_world: World, site: Site) -> None:
    publish(site, "Dożynki 2026", "XXIII SESJA Rady", "Koncert")
    follow(committed_world.lipowa, site, filter_words="sesja, komisja")
    following.look_at_due()
    assert titles(committed_world.lipowa) == {"XXIII SESJA Rady"}


def test_a_dead_feed_is_noted_and_tried_again_soon(committed_world: World, site: Site) -> None:
    follow(committed_world.lipowa, site, every_hours=24)
    publish(site, THREE[0])
    with tenant_scope(committed_world.debowa.pk):
        FollowedSource.objects.create(council=committed_world.debowa, address=site.url("/kanal.xml"))
    site.pages["/kanal.xml"], good = Page(b"", status=503), site.pages["/kanal.xml"]

    following.look_at_due()
    source = source_of(committed_world.lipowa)
    assert source.error_code == "link_dead"
    assert source.next_look_at is not None
    assert source.next_look_at < timezone.now() + timedelta(hours=2)

    site.pages["/kanal.xml"] = good
    assert following.look_at_due(now=True) == 2
    assert source_of(committed_world.lipowa).error_code == ""


def test_no_way_out_and_inner_networks_stay_closed(committed_world: World, site: Site, settings: Settings) -> None:
    publish(site, THREE[0])
    follow(committed_world.lipowa, site)
    settings.FETCH_ALLOWED_HOSTS = frozenset()
    following.look_at_due()
    assert source_of(committed_world.lipowa).error_code == "link_forbidden"
    Council.objects.filter(slug="lipowa").update(egress_allowed=False)
    following.look_at_due(now=True)
    assert source_of(committed_world.lipowa).error_code == "egress_off"
    assert site.requests == []


def test_looks_side_by_side_take_each_thing_once(committed_world: World, site: Site) -> None:
    publish(site, *THREE)
    follow(committed_world.lipowa, site)

    def look(_: int) -> int:
        try:
            return following.look_at_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(look, range(3))) == 3
    assert [path for _, path, _ in site.requests].count("/kanal.xml") <= 3, "one of them looked"
    with tenant_scope(committed_world.lipowa.pk):
        assert IntakeEntry.objects.count() == 3


def test_an_inactive_source_is_left_alone(committed_world: World, site: Site) -> None:
    publish(site, *THREE)
    follow(committed_world.lipowa, site, active=False)
    assert following.look_at_due(now=True) == 0
    assert site.requests == []
