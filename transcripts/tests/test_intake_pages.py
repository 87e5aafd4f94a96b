"""What a clerk finds of sources: on the pages of recordings, and in the administration."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from conftest import World
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts.models_intake import SourceNotes
from transcripts.tests.finished import finished_recording


@pytest.fixture
def clerk(client: Client, world: World) -> Client:
    world.clerk.is_staff = True
    world.clerk.save()
    client.force_login(world.clerk)
    return client


def test_every_page_of_sources_is_a_link_away_from_the_list(clerk: Client, world: World) -> None:
    page = clerk.get(reverse("recordings", args=["lipowa"])).content.decode()
    for name in ("followedsource", "sourcecookies", "intakeentry"):
        address = f"/admin/transcripts/{name}/"
        assert f'href="{address}"' in page
        assert clerk.get(address).status_code == 200


def test_who_may_not_use_the_administration_sees_no_links_to_it(client: Client, world: World) -> None:
    client.force_login(world.clerk)
    assert "/admin/" not in client.get(reverse("recordings", args=["lipowa"])).content.decode()


def test_the_recording_says_what_its_source_said(clerk: Client, world: World) -> None:
    recording_id = finished_recording(world.lipowa, [Segment(0, 900, "Otwieram.")])
    with tenant_scope(world.lipowa.pk):
        SourceNotes.objects.create(
            council=world.lipowa,
            recording_id=recording_id,
            chapters=[{"start_ms": 61_000, "end_ms": 90_000, "title": "Punkt <2>"}],
            subtitles_name="x.vtt",
            subtitles_agreement=0.934,
            subtitles_automatic=True,
            sound_track=2,
            sound_tracks=3,
        )
    page = clerk.get(f"/lipowa/nagrania/{recording_id}/").content.decode()
    assert "zgadza się 93% słów" in page
    assert "Te napisy też powstały automatycznie" in page
    assert 'data-seek="61000">1:01</a> Punkt &lt;2&gt;' in page
    assert "Plik ma 3 ścieżki dźwięku" in page
    assert "nr 2" in page


def test_a_recording_without_notes_says_nothing(clerk: Client, world: World) -> None:
    recording_id = finished_recording(world.lipowa, [Segment(0, 900, "Otwieram.")])
    page = clerk.get(f"/lipowa/nagrania/{recording_id}/").content.decode()
    assert "napisami ze źródła" not in page
    assert "Rozdziały" not in page
