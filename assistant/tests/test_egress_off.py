"""A council that allows no connections: whatever its people do, no socket is opened to another machine."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from assistant.provider_actions import ProviderKind, ProviderWish, save_provider
from assistant.tests.meetings import bring_in
from conftest import World
from council.access import access_council_from_shell
from council.models import Council
from speech.engine.recognizers.remote_config import RemoteConfig
from speech.engine.voices import espeak
from transcripts import actions, pipeline, recognition
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)

ELSEWHERE = "https://models.example.com/v1"
_HERE = ("127.", "::1", "localhost")


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every machine that a name was looked up of or a connection was begun to, but this one; all attempts fail."""
    machines: list[str] = []
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def refuse(host: Any) -> None:
        if not str(host).startswith(_HERE):
            machines.append(str(host))
            raise OSError("this test has no network")

    def connect_here(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse(address[0])
        return connect(self, address)

    def lookup_here(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse(host.decode() if isinstance(host, bytes) else host)
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", lookup_here)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.com:3128")
    return machines


@pytest.fixture(params=["deployment", "council"])
def servers_elsewhere(request: pytest.FixtureRequest, committed_world: World, settings: Settings) -> None:
    """All kinds of server are on another machine, chosen by the operator for all, or for this council."""
    settings.RECOGNIZER = "fake"
    settings.RERANKER_BASE_URL, settings.RERANKER_MODEL = ELSEWHERE, "kolejność"
    if request.param == "deployment":
        settings.LLM_BASE_URL, settings.LLM_MODEL = ELSEWHERE, "gpt"
        settings.EMBEDDINGS_BASE_URL, settings.EMBEDDINGS_MODEL = ELSEWHERE, "wektory"
        settings.RECOGNITION_SERVER = RemoteConfig(ELSEWHERE, model="whisper-1")
        settings.TTS_VOICE, settings.TTS_BASE_URL = "openai:zofia", ELSEWHERE
    else:
        operator = access_council_from_shell("lipowa")
        for kind in ProviderKind:
            save_provider(operator, wish=ProviderWish(kind, ELSEWHERE, "model", voice="zofia"))
    Council.objects.filter(slug="lipowa").update(egress_allowed=False)


@pytest.mark.usefixtures("servers_elsewhere")
@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is not installed: no offline voice to read with")
def test_nothing_leaves(
    committed_world: World, client: Client, reached: list[str], settings: Settings, tmp_path: Path
) -> None:
    settings.TTS_CACHE_DIR = tmp_path
    recognition.recognizer.cache_clear()
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    client.force_login(committed_world.clerk)
    shown = client.post("/lipowa/pytaj/", {"question": "Ile kosztuje remont ulicy Lipowej?"}, follow=True)
    assert "dwieście tysięcy" in shown.content.decode()
    speech = client.get(f"/api/v1/councils/lipowa/recordings/{recording_id}/speech/").json()
    assert client.get(speech["sentences"][0]["url"]).status_code == 200
    assert client.get("/api/v1/councils/lipowa/search/?q=remont").status_code == 200
    for kind in ProviderKind:
        wish = {"kind": kind.value, "base_url": ELSEWHERE, "model": "m", "max_tokens": 500, "summary_max_tokens": 500}
        client.post("/lipowa/pytaj/dostawcy/", {**wish, "do": "test"})
    for style in ("normal", "plain"):
        client.post(f"/lipowa/streszczenia/{recording_id}/napisz/", {"point": "", "style": style})
    client.post(f"/lipowa/protokoly/{recording_id}/projekt/", {"model": "1"})
    actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav"))
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass
    recognition.recognizer.cache_clear()
    assert reached == []


@pytest.mark.usefixtures("servers_elsewhere")
def test_the_guard_of_this_test_sees_what_leaves(
    committed_world: World, client: Client, reached: list[str], settings: Settings
) -> None:
    Council.objects.filter(slug="lipowa").update(egress_allowed=True)
    bring_in(committed_world.actor(committed_world.clerk))
    client.force_login(committed_world.clerk)
    client.post("/lipowa/pytaj/", {"question": "Ile kosztuje remont ulicy Lipowej?"})
    assert reached
