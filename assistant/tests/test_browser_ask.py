"""Asking and listening as people do it, in a browser: sentences come one by one, the answer is read aloud and kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from assistant.tests.meetings import bring_in
from assistant.tests.model_server import StreamingServer
from speech.engine.voices import espeak
from transcripts.tests.conftest import LiveSite, _chromium, browser_page, live_site  # noqa: F401  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not espeak.available(), reason="espeak-ng is not installed: no offline voice to read with"),
]

COST = {"text": "Koszt remontu to 200 tysięcy złotych.", "quote": "Koszt remontu to dwieście tysięcy złotych"}
START = {"text": "Remont ulicy Lipowej zacznie się w maju.", "quote": "Remont ulicy Lipowej zaczniemy w maju"}
LIE = {"text": "Remont będzie kosztował milion złotych.", "quote": "Remont kosztuje milion złotych"}


# Sentences are read slowly once the notice was: a busy machine comes too late to see one that is over in two seconds.
_READ_SLOWLY = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (sessionStorage.getItem("read-aloud-noticed")) this.playbackRate = 0.1;
  return play.call(this);
};
"""


@pytest.fixture
def reader(browser_page: Page) -> Page:  # noqa: F811
    browser_page.add_init_script(_READ_SLOWLY)
    return browser_page


@pytest.fixture
def site(live_site: LiveSite, settings: Settings, tmp_path: Path) -> LiveSite:  # noqa: F811
    settings.TTS_VOICE = "espeak:pl"
    settings.TTS_CACHE_DIR = tmp_path / "spoken"
    bring_in(live_site.world.actor(live_site.world.clerk))
    return live_site


def test_sentences_appear_while_the_model_still_writes_and_the_answer_is_read_aloud(
    site: LiveSite,
    reader: Page,
    httpserver: HTTPServer,
    settings: Settings,
    tmp_path: Path,
) -> None:
    page, first_is_seen = reader, threading.Event()
    model = StreamingServer(httpserver)
    model.says(START, LIE, COST)
    model.before_piece = lambda number: None if number < 25 else _wait(first_is_seen)
    model.serve(settings)
    site.sign_in(page, site.world.clerk)
    page.goto(f"{site.url}/lipowa/pytaj/")
    page.get_by_label("Twoje pytanie").fill("Kiedy zacznie się i ile będzie kosztował remont ulicy Lipowej?")
    page.get_by_role("button", name="Zapytaj", exact=True).click()
    live = page.locator(".answer-live li")
    expect(live.first).to_contain_text("zacznie się w maju")
    expect(page.get_by_role("button", name="Zatrzymaj")).to_be_visible()
    first_is_seen.set()
    answer = page.locator("[data-answer]").first
    expect(answer).to_contain_text("200 tysięcy")
    assert "milion" not in answer.inner_text()

    play = answer.get_by_role("button", name="Czytaj na głos")
    play.click()
    now = answer.locator(".speech-now")
    expect(now).to_have_text("Remont ulicy Lipowej zacznie się w maju.")
    expect(answer.locator("[data-speech-voice]")).to_contain_text("Mowa syntetyczna")
    answer.get_by_role("button", name="Następne zdanie").click()
    expect(now).to_have_text("Koszt remontu to 200 tysięcy złotych.")
    answer.get_by_role("button", name="Wstrzymaj").click()

    with page.expect_download() as kept:
        answer.get_by_role("link", name="Pobierz MP3").click()
    kept.value.save_as(tmp_path / "odpowiedz.mp3")
    assert (tmp_path / "odpowiedz.mp3").read_bytes().startswith(b"ID3")

    page.goto(f"{site.url}/lipowa/pytaj/")
    page.get_by_role("link", name="Kiedy zacznie się i ile będzie").click()
    again = page.locator("[data-answer]").first
    again.get_by_role("button", name="Czytaj dalej").click()
    expect(again.locator(".speech-now")).to_have_text("Koszt remontu to 200 tysięcy złotych.")


def test_a_transcript_is_read_with_its_lines_marked(
    site: LiveSite,
    reader: Page,
) -> None:
    page = reader
    site.sign_in(page, site.world.clerk)
    page.goto(f"{site.url}/lipowa/")
    page.get_by_role("link", name="XII sesja").first.click()
    page.get_by_role("button", name="Czytaj na głos").click()
    expect(page.locator("#lines .speech-now")).to_contain_text("Otwieram obrady")
    page.get_by_role("button", name="Następne zdanie").click()
    expect(page.locator("#lines .speech-now")).to_contain_text("Remont ulicy Lipowej")


def _wait(event: threading.Event) -> None:
    assert event.wait(120), "the first sentence was not shown while the model wrote"
