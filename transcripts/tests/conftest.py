"""A running site and a browser, for the tests marked `browser`."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from channels.routing import get_default_application
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import Settings

from conftest import World
from council import jobs
from council.models import User
from transcripts import pipeline, recognition

_PATIENCE_MS = 120_000  # a busy machine may take long; when all is well nothing waits so long
expect.set_options(timeout=_PATIENCE_MS)

_CHROMIUM_FLAGS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@dataclass(frozen=True)
class LiveSite:
    """The real application on a real server; `world` is committed, recordings are worked on by threads of the test."""

    url: str
    world: World

    def sign_in(self, page: Page, person: User) -> None:
        page.goto(f"{self.url}/zaloguj/")
        page.get_by_label("Adres e-mail").fill(person.email)
        page.get_by_label("Hasło").fill("haslo-do-testow")
        page.get_by_role("button", name="Zaloguj się").click()
        page.wait_for_url(lambda url: "/zaloguj/" not in url)


@pytest.fixture
def live_site(committed_world: World, settings: Settings, tmp_path: Path) -> Iterator[LiveSite]:
    """The site on a free port of loopback, with the fake recogniser and one worker a queue."""
    settings.RECOGNIZER = "fake"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    recognition.recognizer.cache_clear()
    server = uvicorn.Server(
        uvicorn.Config(
            get_default_application(), port=0, lifespan="off", log_level="warning", timeout_graceful_shutdown=2
        )
    )
    stop = threading.Event()
    threads = [threading.Thread(target=server.run, name="site")]
    threads += [threading.Thread(target=_work, args=(queue, stop), name=f"worker-{queue}") for queue in jobs.QUEUES]
    for thread in threads:
        thread.start()
    try:
        while not server.started:
            assert threads[0].is_alive(), "the site did not start"
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield LiveSite(f"http://127.0.0.1:{port}", committed_world)
    finally:
        stop.set()
        server.should_exit = True
        for thread in threads:
            thread.join(timeout=120)
        recognition.recognizer.cache_clear()


def _work(queue: jobs.Queue, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            if not pipeline.work_once(queue):
                stop.wait(0.1)
    finally:
        connections.close_all()


@pytest.fixture
def _chromium() -> Iterator[Browser]:
    # Not for the whole session: Playwright's event loop would stand in the way of the asynchronous tests that follow.
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's chromium is not installed (apt-get install chromium): no browser to drive")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_CHROMIUM_FLAGS, timeout=_PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(_chromium: Browser) -> Iterator[Page]:
    """A fresh browser profile in Polish. An error in the page's scripts, or a policy violation, fails the test."""
    context = _chromium.new_context(locale="pl-PL", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda line: failures.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert not failures, failures
