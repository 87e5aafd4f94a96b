"""A clerk corrects a transcript in a browser, by keyboard: text, speaker, splitting, taking back."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from council.models import Body, Person, Seat
from council.tenancy import tenant_scope
from speech.engine.types import Segment, Word
from transcripts import corrections_actions, queries
from transcripts.models import ChunkResult
from transcripts.tests.conftest import LiveSite
from transcripts.tests.finished import finished_recording

pytestmark = pytest.mark.browser

SENTENCES = ("Dzień dobry państwu.", "Głos ma radna Gołomb, proszę.", "Remont drogi potrwa rok.", "Dziękuję bardzo.")


def recording_page(site: LiveSite, page: Page, *, as_clerk: bool = True) -> str:
    segments, at_ms = [], 0
    for number, sentence in enumerate(SENTENCES):
        words = []
        for word in sentence.split():
            words.append(Word(at_ms, at_ms + 400, word, 0.9))
            at_ms += 400
        segments.append(
            Segment(words[0].start_ms, at_ms, sentence, tuple(words), "Mówca 2" if number == 2 else "Mówca 1")
        )
    world = site.world
    recording_id = finished_recording(world.lipowa, segments)
    with tenant_scope(world.lipowa.pk):
        body = Body.objects.create(council=world.lipowa, name="Rada Gminy Lipowa")
        person = Person.objects.create(council=world.lipowa, name="Danuta Gołąb")
        Seat.objects.create(council=world.lipowa, person=person, body=body)
        removed = [{"start_ms": 9_000, "end_ms": 9_500, "text": "Do widzenia.", "reason": "no_speech"}]
        ChunkResult.objects.create(
            council=world.lipowa, recording_id=recording_id, index=0, key="k", segments=[], removed=removed
        )
    site.sign_in(page, world.clerk if as_clerk else world.councillor)
    page.goto(f"{site.url}/lipowa/nagrania/{recording_id}/")
    return str(recording_id)


def lines(page: Page) -> list[str]:
    return page.locator("#lines .text").all_inner_texts()


def open_line(page: Page, number: int) -> None:
    if page.get_by_role("button", name="Poprawiaj transkrypcję").get_attribute("aria-pressed") == "false":
        page.get_by_role("button", name="Poprawiaj transkrypcję").press("Enter")
    page.locator("#lines li").nth(number).get_by_role("button", name="Popraw").press("Enter")


def test_a_sentence_is_corrected_by_keyboard_and_taken_back(live_site: LiveSite, browser_page: Page) -> None:
    page = browser_page
    recording_page(live_site, page)
    open_line(page, 1)
    area = page.get_by_label("Treść zdania")
    expect(area).to_be_focused()
    area.fill("Głos ma radna Danuta Gołąb.")
    area.press("Control+Enter")
    expect(page.locator("#correct-status")).to_have_text("Zapisano.")
    assert lines(page)[1] == "Głos ma radna Danuta Gołąb."
    expect(page.locator("#lines li").nth(1).get_by_role("button", name="Popraw")).to_be_focused()

    page.get_by_text("Historia poprawek", exact=True).click()
    expect(page.locator("#corrections li")).to_have_count(1)
    expect(page.locator("#corrections li")).to_contain_text("clerk@example.pl")
    page.get_by_role("button", name="Cofnij: poprawkę numer 1").press("Enter")
    expect(page.locator("#correct-status")).to_have_text("Cofnięto poprawkę.")
    expect(page.locator("#corrections summary")).to_be_focused()
    expect(page.locator("#corrections li")).to_have_count(2)
    expect(page.locator("#lines .text").nth(1)).to_have_text(SENTENCES[1])
    page.reload()
    assert lines(page) == list(SENTENCES)


def test_a_sentence_is_split_joined_and_its_speaker_renamed_everywhere(live_site: LiveSite, browser_page: Page) -> None:
    page = browser_page
    recording_page(live_site, page)
    open_line(page, 2)
    area = page.get_by_label("Treść zdania")
    area.evaluate("area => area.setSelectionRange(7, 7)")
    page.get_by_role("button", name="Podziel w miejscu kursora").click()
    expect(page.locator("#lines li")).to_have_count(5)
    assert lines(page)[2:4] == ["Remont", "drogi potrwa rok."]
    open_line(page, 2)
    page.get_by_role("button", name="Połącz z następnym").click()
    expect(page.locator("#lines li")).to_have_count(4)
    assert lines(page)[2] == "Remont drogi potrwa rok."

    open_line(page, 0)
    page.get_by_label("Mówca", exact=True).fill("Wójt Ewa Nowak")
    page.get_by_label("wszędzie, gdzie mówi: Mówca 1").check()
    page.get_by_role("button", name="Zapisz").first.click()
    expect(page.locator("#correct-status")).to_have_text("Zapisano.")
    assert page.locator("#lines .speaker").all_inner_texts() == ["Wójt Ewa Nowak", "Mówca 2", "Wójt Ewa Nowak"]
    page.reload()
    assert page.locator("#lines .speaker").all_inner_texts() == ["Wójt Ewa Nowak", "Mówca 2", "Wójt Ewa Nowak"]


def test_who_is_late_is_told_and_keeps_their_words(live_site: LiveSite, browser_page: Page) -> None:
    page = browser_page
    recording_id = recording_page(live_site, page)
    open_line(page, 1)
    page.get_by_label("Treść zdania").fill("Moja wersja.")
    clerk = live_site.world.actor(live_site.world.clerk)
    row = queries.list_segments(clerk, UUID(recording_id))[1]
    corrections_actions.correct_text(
        clerk, recording_id=UUID(recording_id), segment_id=row.id, version=row.version, text="Cudza wersja."
    )
    page.get_by_role("button", name="Zapisz").first.click()
    expect(page.locator("#correct-error")).to_contain_text("Ktoś w tym czasie zmienił")
    expect(page.get_by_label("Treść zdania")).to_have_value("Moja wersja.")
    page.get_by_label("Treść zdania").press("Escape")
    expect(page.get_by_label("Treść zdania")).to_have_count(0)


def test_removed_words_come_back_and_a_name_is_taken_over(live_site: LiveSite, browser_page: Page) -> None:
    page = browser_page
    recording_page(live_site, page)
    page.get_by_text("Usunięte przez rozpoznawanie", exact=True).click()
    page.get_by_role("button", name="Przywróć: Do widzenia.").click()
    expect(page.locator("#lines li")).to_have_count(5)
    assert "Do widzenia." in lines(page)
    page.get_by_text("Nazwiska do sprawdzenia", exact=True).click()
    page.get_by_role("button", name="Zmień: Gołomb na Gołąb").click()
    expect(page.locator("#lines .text").nth(1)).to_have_text("Głos ma radna Gołąb, proszę.")


def test_councillors_read_and_do_not_correct(live_site: LiveSite, browser_page: Page) -> None:
    page = browser_page
    recording_page(live_site, page, as_clerk=False)
    expect(page.locator("#lines li")).to_have_count(4)
    expect(page.get_by_role("button", name="Poprawiaj transkrypcję")).to_have_count(0)
