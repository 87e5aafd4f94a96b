"""The council's cookies: uploaded by a clerk, sealed, used for its fetches alone, never shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import World
from council.models import User
from council.tenancy import tenant_scope
from transcripts import actions, pipeline
from transcripts.intake import accounts
from transcripts.models_intake import FollowedSource, SourceCookies
from transcripts.tests.source_media import make_mp3
from transcripts.tests.source_site import Page, Site, running_site

COOKIES = b"# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsesja\tsekret123\n"
ADD = "admin:transcripts_sourcecookies_add"
LIST = "admin:transcripts_sourcecookies_changelist"


@pytest.fixture
def clerk(world: World, client: Client) -> Client:
    User.objects.filter(pk=world.clerk.pk).update(is_staff=True)
    client.force_login(world.clerk)
    return client


@pytest.mark.django_db
def test_a_clerk_uploads_and_nobody_reads(clerk: Client, world: World) -> None:
    answer = clerk.post(reverse(ADD), {"file": SimpleUploadedFile("cookies.txt", COOKIES)}, follow=True)
    assert "127.0.0.1" in answer.content.decode()
    with tenant_scope(world.lipowa.pk):
        row = SourceCookies.objects.get()
    assert "sekret123" not in row.sealed
    page = clerk.get(reverse("admin:transcripts_sourcecookies_change", args=[row.pk])).content.decode()
    assert "sekret123" not in page
    assert row.sealed not in page
    with tenant_scope(world.debowa.pk):
        assert not SourceCookies.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"{}", b"\xff\xfe\x00" * 50, b"a\tb\n", b"x" * 2_000_000])
def test_what_is_no_cookies_file_is_refused(clerk: Client, world: World, content: bytes) -> None:
    page = clerk.post(reverse(ADD), {"file": SimpleUploadedFile("cookies.txt", content)}).content.decode()
    assert "To nie jest plik cookies" in page
    with tenant_scope(world.lipowa.pk):
        assert not SourceCookies.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["councillor", "resident", "stranger"])
def test_others_see_nothing_of_it(world: World, client: Client, person: str) -> None:
    accounts.save_cookies(world.actor(world.clerk), content=COOKIES)
    user = getattr(world, person)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    assert "127.0.0.1" not in client.get(reverse(LIST), follow=True).content.decode()


@pytest.mark.django_db
def test_a_clerk_follows_a_channel_and_a_wrong_address_is_explained(clerk: Client, world: World) -> None:
    add = reverse("admin:transcripts_followedsource_add")
    values = {"address": "javascript:alert(1)", "every_hours": 6, "first_items": 5, "active": "on"}
    assert "To nie jest adres" in clerk.post(add, values).content.decode()
    clerk.post(add, {**values, "address": "https://www.youtube.com/@gmina"})
    with tenant_scope(world.lipowa.pk):
        assert FollowedSource.objects.get().next_look_at is None
    listed = clerk.get(reverse("admin:transcripts_followedsource_changelist")).content.decode()
    assert "youtube.com/@gmina" in listed


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


@pytest.mark.django_db(transaction=True)
def test_only_the_councils_own_fetches_carry_them(committed_world: World, site: Site, tmp_path: Path) -> None:
    site.pages["/s.mp3"] = Page(make_mp3(tmp_path / "s.mp3", duration_s=1), "audio/mpeg")
    accounts.save_cookies(committed_world.actor(committed_world.clerk), content=COOKIES)
    actions.add_link(
        committed_world.actor(committed_world.stranger, committed_world.debowa), address=site.url("/s.mp3")
    )
    assert pipeline.work_once("default")
    assert site.headers_seen
    assert all("sekret123" not in headers.get("Cookie", "") for headers in site.headers_seen)
    site.headers_seen.clear()
    actions.add_link(committed_world.actor(committed_world.clerk), address=site.url("/s.mp3"))
    assert pipeline.work_once("default")
    while not site.headers_seen and pipeline.work_once("default"):
        pass
    assert any("sesja=sekret123" in headers.get("Cookie", "") for headers in site.headers_seen)
