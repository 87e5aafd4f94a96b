"""What a clerk does in a browser: drop a file, watch it become a transcript, click a sentence and hear it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from speech.engine.types import Segment, Word
from transcripts.tests.conftest import LiveSite
from transcripts.tests.finished import finished_recording
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.browser


def test_a_dropped_file_becomes_a_transcript_before_the_clerks_eyes(
    live_site: LiveSite, browser_page: Page, tmp_path: Path
) -> None:
    page = browser_page
    live_site.sign_in(page, live_site.world.clerk)
    page.get_by_text("Tytuł i data").click()
    page.get_by_label("Tytuł", exact=True).fill("XXIII sesja")
    page.get_by_label("Wybierz plik").set_input_files(write_speech(tmp_path / "sesja.wav"))
    page.wait_for_url(re.compile("/lipowa/nagrania/"))
    expect(page.get_by_role("heading", name="XXIII sesja")).to_be_visible()
    # without a reload: the socket says that it is done, and the page takes the fresh parts
    expect(page.locator("[data-part=header] .badge")).to_have_text("gotowe")
    sentences = page.locator("#lines .text")
    expect(sentences.first).not_to_be_empty()

    line = page.locator("#lines li").last
    start_ms = int(line.get_attribute("data-start") or 0)
    line.locator(".time").click()
    page.wait_for_function(
        "ms => { const m = document.querySelector('#media'); return m.readyState > 1 && m.currentTime * 1000 >= ms }",
        arg=start_ms,
    )
    expect(line).to_have_attribute("aria-current", "true")


def test_a_broken_file_says_what_is_wrong_and_offers_a_retry(
    live_site: LiveSite, browser_page: Page, tmp_path: Path
) -> None:
    page = browser_page
    live_site.sign_in(page, live_site.world.clerk)
    (tmp_path / "sesja.mp3").write_text("to nie jest dźwięk " * 100)
    page.get_by_label("Wybierz plik").set_input_files(tmp_path / "sesja.mp3")
    expect(page.get_by_role("alert")).to_contain_text("To nie jest nagranie")
    expect(page.get_by_role("button", name="Ponów")).to_be_visible()


def test_an_empty_file_is_refused_before_anything_is_made(
    live_site: LiveSite, browser_page: Page, tmp_path: Path
) -> None:
    page = browser_page
    live_site.sign_in(page, live_site.world.clerk)
    (tmp_path / "pusty.mp3").touch()
    page.get_by_label("Wybierz plik").set_input_files(tmp_path / "pusty.mp3")
    expect(page.locator("#upload-status")).to_contain_text("Plik jest pusty")
    expect(page).to_have_url(f"{live_site.url}/lipowa/")


def test_a_four_hour_transcript_is_all_there_in_order_and_a_link_leads_into_its_middle(
    live_site: LiveSite, browser_page: Page
) -> None:
    segments = [
        Segment(
            i * 4_000, i * 4_000 + 3_500, f"Zdanie numer {i}.", words=(Word(i * 4_000, i * 4_000 + 500, "Zdanie", 1.0),)
        )
        for i in range(3_600)
    ]
    recording_id = finished_recording(live_site.world.lipowa, segments)
    page = browser_page
    live_site.sign_in(page, live_site.world.councillor)
    page.goto(f"{live_site.url}/lipowa/nagrania/{recording_id}/#t=8000000")
    expect(page.locator("#lines li")).to_have_count(3_600)
    indexes = page.evaluate("[...document.querySelectorAll('#lines li')].map(line => Number(line.dataset.index))")
    assert indexes == list(range(3_600))
    expect(page.get_by_text("Zdanie numer 2000.")).to_be_in_viewport()


def test_pages_fit_a_phone_and_the_keyboard_reaches_everything(live_site: LiveSite, browser_page: Page) -> None:
    recording_id = finished_recording(live_site.world.lipowa, [Segment(0, 900, "Dzień dobry. " * 30, speaker="Anna")])
    page = browser_page
    page.set_viewport_size({"width": 320, "height": 640})
    live_site.sign_in(page, live_site.world.clerk)
    for address in ("/lipowa/", f"/lipowa/nagrania/{recording_id}/", "/lipowa/pytaj/"):
        page.goto(live_site.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Przejdź do treści")).to_be_focused()
