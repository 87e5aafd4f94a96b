"""Numbers in figures, as a layer to read: the spoken form stays what pages, quotes and captions carry by default."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from conftest import World
from council.models import User
from speech.engine.types import Segment, Word
from transcripts.tests.conftest import LiveSite
from transcripts.tests.finished import finished_recording

SPOKEN = "Otwieram dwudziestą trzecią sesję. Na remont drogi dajemy sto dwadzieścia dwa tysiące złotych."
FIGURES = "Otwieram XXIII sesję. Na remont drogi dajemy 122\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}zł."
WORDS = tuple(Word(k * 100, k * 100 + 90, word, 0.9) for k, word in enumerate(SPOKEN.split()))


def said(world: World) -> UUID:
    lines = [Segment(0, 2_000, SPOKEN, WORDS, "Anna")]
    lines += [Segment(k * 3_000, k * 3_000 + 900, f"{k}: za piętnaście minut przerwa.") for k in range(1, 160)]
    return finished_recording(world.lipowa, lines)


@pytest.fixture
def recording_id(world: World) -> UUID:
    return said(world)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(client: Client, recording_id: UUID, query: str = "") -> str:
    return client.get(f"/lipowa/nagrania/{recording_id}/{query}").content.decode()


def test_the_api_gives_both_forms(world: World, recording_id: UUID) -> None:
    address = f"/api/v1/councils/lipowa/recordings/{recording_id}/segments/?limit=1"
    segment = signed_in(world.councillor).get(address).json()["segments"][0]
    assert (segment["text"], segment["written"]) == (SPOKEN, FIGURES)


def test_the_page_says_what_was_said_unless_asked_for_figures(world: World, recording_id: UUID) -> None:
    clerk = signed_in(world.clerk)
    spoken, figures = page_of(clerk, recording_id), page_of(clerk, recording_id, "?zapis=cyfry")
    assert SPOKEN in spoken
    assert 'href="?zapis=cyfry">Liczby cyframi</a>' in spoken
    assert FIGURES in figures
    assert SPOKEN not in figures
    assert 'id="correct-tools"' in spoken
    assert 'id="correct-tools"' not in figures, "figures must not be saved as what was said"
    assert SPOKEN in page_of(clerk, recording_id, "?zapis=%00żółw")


def test_only_plain_text_is_exported_in_figures(world: World, recording_id: UUID) -> None:
    address = f"/api/v1/councils/lipowa/recordings/{recording_id}/export/"
    client = signed_in(world.councillor)
    assert FIGURES.partition("\N{NO-BREAK SPACE}")[0] in client.get(f"{address}?format=txt&figures=1").content.decode()
    assert SPOKEN in client.get(f"{address}?format=txt").content.decode()
    assert SPOKEN in client.get(f"{address}?format=txt&figures=0").content.decode()
    for fmt in ("vtt", "srt", "json"):
        assert client.get(f"{address}?format={fmt}&figures=1").status_code == 400


@pytest.mark.browser
def test_the_toggle_in_the_browser(live_site: LiveSite, browser_page: Page) -> None:
    recording_id = said(live_site.world)
    live_site.sign_in(browser_page, live_site.world.clerk)
    browser_page.goto(f"{live_site.url}/lipowa/nagrania/{recording_id}/")
    browser_page.get_by_role("link", name="Liczby cyframi", exact=True).click()
    lines = browser_page.locator("#lines .text")
    expect(lines).to_have_count(160)
    expect(lines.first).to_contain_text("XXIII sesję")
    expect(lines.last).to_have_text("159: za 15 minut przerwa.")
    expect(browser_page.get_by_role("button", name="Popraw")).to_have_count(0)
    browser_page.get_by_role("link", name="Liczby cyframi", exact=True).click()
    expect(lines.first).to_have_text(SPOKEN)
