"""Numbers in figures, as a layer to read: the spoken form stays what pages, quotes and captions carry by default."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from conftest import World
from council.models import User
from speech.engine.types import Segment, Word
from transcripts.exports.cues import cues_of
from transcripts.exports.in_figures import with_figures
from transcripts.queries import SegmentRow
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


def test_every_export_has_figures_on_wish_and_json_keeps_the_spoken_words(world: World, recording_id: UUID) -> None:
    address = f"/api/v1/councils/lipowa/recordings/{recording_id}/export/"
    client = signed_in(world.councillor)

    def exported(fmt: str, figures: str) -> str:
        return " ".join(client.get(f"{address}?format={fmt}{figures}").content.decode().split())

    assert "Otwieram XXIII sesję. Na remont drogi dajemy 122 000 zł." in exported("txt", "&figures=1")
    for fmt in ("vtt", "srt"):
        assert "122 000 zł" in exported(fmt, "&figures=1")
        assert "dwadzieścia" not in exported(fmt, "&figures=1")
    for fmt in ("txt", "vtt", "srt"):
        for figures in ("", "&figures=0"):
            assert "dwudziestą trzecią" in exported(fmt, figures)
            assert "XXIII" not in exported(fmt, figures)
    both = client.get(f"{address}?format=json&figures=1").json()["segments"][0]
    assert (both["text"], both["written"]) == (SPOKEN, FIGURES)
    assert "written" not in client.get(f"{address}?format=json").json()["segments"][0]


def test_a_figure_in_a_caption_stands_in_the_time_of_its_words(world: World) -> None:
    row = SegmentRow(0, 0, 5_000, SPOKEN, "", tuple((w.start_ms, w.end_ms, w.text, w.probability) for w in WORDS))
    figures = with_figures([row])[0]
    assert figures.text == FIGURES
    assert [word[2] for word in figures.words] == FIGURES.split(" ")
    assert figures.words[1] == (100, 290, "XXIII", 0.9)
    assert figures.words[-1][:2] == (WORDS[-5].start_ms, WORDS[-1].end_ms)
    assert [line for cue in cues_of([figures]) for line in cue.lines if "122" in line] == [
        line for cue in cues_of([figures]) for line in cue.lines if "zł" in line
    ], "an amount is not broken over lines"


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
    browser_page.get_by_role("link", name="Liczby słowami", exact=True).click()
    expect(lines.first).to_have_text(SPOKEN)
