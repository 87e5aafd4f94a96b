"""The playground as a visitor uses it: a real browser with a microphone that plays a file, a walk through its rooms."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django import Settings

from speech.engine import vad
from speech.engine.model_manager import MODELS
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Span
from speech.engine.voices.fake import FakeVoice
from speech.tests.speech_server import wav

pytestmark = pytest.mark.browser
_PATIENCE_MS = 120_000  # a busy machine may take long; when all is well nothing waits so long
expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's chromium is not installed (apt-get install chromium): no browser to drive")
    microphone = tmp_path / "microphone.wav"
    microphone.write_bytes(wav(5))
    flags = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    flags.append(f"--use-file-for-fake-audio-capture={microphone}")
    failures: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags, timeout=_PATIENCE_MS)
        page = browser.new_page(locale="pl-PL")
        page.set_default_timeout(_PATIENCE_MS)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda line: failures.append(line.text) if "Content Security Policy" in line.text else None)
        yield page
        browser.close()
    assert not failures, failures


def _all_speech(blocks: Iterable[Audio], options: vad.VadOptions | None = None) -> list[Span]:
    return [Span(0, sum(block.duration_ms for block in blocks))]


class _Sent:
    """Counts the seconds of sound that the page sends over its websocket."""

    def __init__(self, page: Page) -> None:
        self.seconds = 0.0
        page.on("websocket", lambda line: line.on("framesent", self._count))

    def _count(self, frame: str | bytes) -> None:
        event = json.loads(frame)
        if event["type"] == "input_audio_buffer.append":
            self.seconds += len(event["audio"]) * 3 / 4 / 48_000  # base64 of 24 kHz, 16 bit


def test_file_microphone_voice_and_models(
    server_url: str, page: Page, fake_recognizer: FakeRecognizer, fake_voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vad, "find_speech", _all_speech)
    sent = _Sent(page)
    page.goto(f"{server_url}/playground/")

    page.set_input_files("#file", {"name": "upload", "mimeType": "", "buffer": wav(4)})
    page.get_by_role("button", name="Zamień na tekst").click()
    expect(page.locator("#file-state")).to_have_text("Gotowe.")
    expect(page.locator("#file-text")).to_have_text("S0 s1 s2 s3 s4 s5 s6 s7")

    page.get_by_role("button", name="Zacznij mówić").click()
    expect(page.locator("#microphone-state")).to_have_text("Słucham.")
    for _ in range(_PATIENCE_MS // 100):  # somebody speaks
        if sent.seconds >= 2:
            break
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Zakończ").click()
    expect(page.locator("#microphone-state")).to_have_text("Zakończono.")
    expect(page.locator("#microphone-text")).to_contain_text("s1")

    page.locator("#voice-input").fill("Otwieram obrady.")
    page.locator("#voice-speed").select_option("1.5")
    page.get_by_role("button", name="Przeczytaj").click()
    expect(page.locator("#voice-state")).to_have_text(re.compile(r"^Gotowe\. Czyta głos syntetyczny \S+\.$"))
    page.wait_for_function("document.querySelector('#voice-sound').duration > 0")

    if any(row.key == vad.VAD_KEY for row in MODELS.listing()):
        MODELS.retire(vad.VAD_KEY)  # once nobody listens any more
    page.locator("#models-choice").select_option("silero_vad_v6")
    page.get_by_role("button", name="Wczytaj").click()
    expect(page.locator("#models-state")).to_have_text("Wczytano silero_vad_v6.")
    page.get_by_role("button", name="Zwolnij silero_vad_v6").click()
    expect(page.locator("#models-state")).to_have_text("Zwolniono silero_vad_v6.")
    vad.load()


def test_a_key_is_asked_for_where_one_is_needed(server_url: str, page: Page, settings: Settings) -> None:
    settings.SPEECH_API_KEY = "tajne"
    page.goto(f"{server_url}/playground")
    expect(page.locator("#rooms")).to_be_hidden()
    page.locator("#key").fill("inny")
    page.get_by_role("button", name="Użyj klucza").click()
    expect(page.locator("#key-error")).not_to_be_empty()
    page.locator("#key").fill("tajne")
    page.get_by_role("button", name="Użyj klucza").click()
    expect(page.locator("#rooms")).to_be_visible()
    expect(page.locator("#voice option").first).to_be_attached()
