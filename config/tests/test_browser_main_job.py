"""The main job, as its people do it: a video goes in, a question about it comes back with a quote that plays.

Everything is real here: browser, server, ffmpeg, voice detection, the small Whisper model, search. The voice
is espeak-ng's, which the small model understands in part; the questions ask about words that it gets right.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from speech.engine.audio import find_ffmpeg
from transcripts import recognition
from transcripts.tests.conftest import LiveSite, _chromium, browser_page, live_site  # noqa: F401  # fixtures
from transcripts.tests.sounds import write_speech
from transcripts.tests.source_site import Page as SitePage
from transcripts.tests.source_site import running_site

pytestmark = [pytest.mark.browser, pytest.mark.engine]


@pytest.fixture
def real_recogniser(live_site: LiveSite, settings: Settings) -> None:  # noqa: F811
    settings.RECOGNIZER = "faster_whisper"
    recognition.recognizer.cache_clear()


def write_video(folder: Path) -> Path:
    """A talking black picture, as small as can be."""
    sound, video = write_speech(folder / "sesja.wav", pause_s=1.5), folder / "sesja.mp4"
    subprocess.run(
        [
            str(find_ffmpeg()), "-v", "error", "-y", "-f", "lavfi", "-i", "color=black:size=160x90:rate=5",
            "-i", str(sound), "-shortest", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", str(video),
        ],
        check=True,
    )  # fmt: skip
    return video


@pytest.mark.usefixtures("real_recogniser")
def test_from_a_dropped_video_to_a_quote_that_plays(
    live_site: LiveSite,  # noqa: F811
    browser_page: Page,  # noqa: F811
    tmp_path: Path,
) -> None:
    page = browser_page
    live_site.sign_in(page, live_site.world.clerk)
    page.get_by_label("Wybierz plik").set_input_files(write_video(tmp_path))
    page.wait_for_url(re.compile("/lipowa/nagrania/"))
    expect(page.locator("[data-part=header] .badge")).to_have_text("gotowe", timeout=300_000)
    expect(page.locator("#lines")).to_contain_text("punktu drugiego")

    page.goto(f"{live_site.url}/lipowa/pytaj/")
    page.get_by_label("Twoje pytanie").fill("Do czego przechodzimy w punkcie drugim?")
    page.get_by_role("button", name="Zapytaj").click()
    answer = page.locator("[data-answer]").first
    expect(answer.locator("blockquote").first).to_contain_text("punktu drugiego")

    answer.get_by_role("link", name=re.compile("posłuchaj")).first.click()
    page.wait_for_url(re.compile(r"/lipowa/nagrania/.*#t=\d+"))
    start_ms = int(page.url.rpartition("#t=")[2])
    page.wait_for_function("() => document.querySelector('#media').readyState > 0")
    page.evaluate("document.querySelector('#media').play()")
    page.wait_for_function(  # it stops there, or the sentence would be over before a slow machine looks at it
        "ms => { const m = document.querySelector('#media');"
        " return m.currentTime * 1000 > ms && !m.paused && (m.pause(), true) }",
        arg=start_ms,
    )
    current = page.locator("#lines [aria-current=true]")
    expect(current).to_contain_text("punktu drugiego")


@pytest.mark.usefixtures("real_recogniser")
def test_a_page_with_a_video_is_ingested_from_the_command_line(
    live_site: LiveSite,  # noqa: F811
    tmp_path: Path,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with running_site() as office:
        settings.FETCH_ALLOWED_HOSTS = frozenset({office.host})
        office.pages["/sesja.mp4"] = SitePage(write_video(tmp_path).read_bytes(), "video/mp4")
        office.pages["/sesja"] = SitePage(
            b"<html><head><title>XXIII sesja Rady Gminy</title></head>"
            b"<body><video src='/sesja.mp4'></video></body></html>"
        )
        call_command("ingest", office.url("/sesja"), council="lipowa", wait=True)
    recording_id = capsys.readouterr().out.split()[-1]
    call_command("export", recording_id, "--format", "txt")
    assert "punktu drugiego" in capsys.readouterr().out
