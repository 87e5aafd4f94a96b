"""Servers of a council's own: chosen on one page, tried, kept secret, gone back from, and really asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from assistant.models import ProviderConfig, ProviderUsage
from assistant.provider_actions import ProviderKind, ProviderWish, note_usage, save_provider
from assistant.providers import list_providers
from assistant.tests.meetings import bring_in
from assistant.tests.model_server import StreamingServer
from assistant.voice import speak
from conftest import World
from council.access import Actor, access_council_from_shell
from council.errors import CouncilError
from council.models import Council, User
from council.tenancy import tenant_scope
from speech.engine.voices import espeak
from transcripts import actions, pipeline, queries, recognition
from transcripts.models import EMBEDDING_DIMENSIONS, Passage
from transcripts.search import search
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/lipowa/pytaj/dostawcy/"
KEY = "sk-tajny-klucz-abcd"


@pytest.fixture
def operator(committed_world: World) -> Actor:
    return access_council_from_shell("lipowa")


@pytest.fixture
def operators_browser(committed_world: World, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator@example.pl", "haslo-do-testow"))
    return client


@pytest.fixture
def server(httpserver: HTTPServer) -> HTTPServer:
    """One server for everything: chat, transcriptions, speech and vectors."""
    chat = StreamingServer(httpserver)
    chat.reply = lambda _: "Rada gminy uchwala budżet i prawo miejscowe."
    httpserver.expect_request("/v1/audio/transcriptions").respond_with_handler(_transcribed)
    httpserver.expect_request("/v1/embeddings").respond_with_handler(_embedded)
    return httpserver


def _transcribed(request: Request) -> Response:
    words = [{"word": "Dzień", "start": 0.2, "end": 0.6}, {"word": "dobry", "start": 0.6, "end": 1.0}]
    segment = {"id": 0, "start": 0.2, "end": 1.0, "text": " Dzień dobry.", "words": words}
    body = {"text": "Dzień dobry.", "language": "polish", "duration": 2.0, "segments": [segment], "words": words}
    return Response(json.dumps(body), content_type="application/json")


def _embedded(request: Request, size: int = EMBEDDING_DIMENSIONS) -> Response:
    texts = json.loads(request.data)["input"]
    rows = [
        {"object": "embedding", "index": index, "embedding": [0.1 + len(text) % 7] + [0.05] * (size - 1)}
        for index, text in enumerate(texts)
    ]
    body = {"object": "list", "data": rows, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    return Response(json.dumps(body), content_type="application/json")


def fields(server: HTTPServer, kind: str, **more: str) -> dict[str, str]:
    about = {"kind": kind, "base_url": server.url_for("/v1"), "model": "bielik", "api_key": KEY}
    return {**about, "max_tokens": "5000", "summary_max_tokens": "8000", **more}


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("language_model", "Rada gminy uchwala budżet"),
        ("recognition", "Serwer odpowiedział na dwie sekundy"),
        ("embeddings", f"wektor o {EMBEDDING_DIMENSIONS} liczbach"),
    ],
)
def test_each_kind_is_tried_chosen_and_its_key_never_shown(
    operators_browser: Client, operator: Actor, server: HTTPServer, kind: str, says: str
) -> None:
    tried = operators_browser.post(PAGE, fields(server, kind, do="test")).content.decode()
    assert "Działa." in tried
    assert says in tried
    assert not [row for row in list_providers(operator) if row.id], "trying chooses nothing"
    saved = operators_browser.post(PAGE, fields(server, kind, do="save"), follow=True).content.decode()
    assert "ustawiony, kończy się na …abcd" in saved
    assert KEY not in saved
    assert KEY not in tried
    with tenant_scope(operator.council_id):
        assert KEY not in ProviderConfig.objects.get(active=True).sealed_key


def test_a_server_that_fails_is_told_in_polish(operators_browser: Client, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/audio/transcriptions").respond_with_data("no", status=401)
    shown = operators_browser.post(PAGE, fields(httpserver, "recognition", do="test"))
    assert shown.status_code == 200
    assert "Nie działa." in shown.content.decode()


def test_one_click_goes_back_to_the_server_before(
    operators_browser: Client, operator: Actor, server: HTTPServer
) -> None:
    operators_browser.post(PAGE, fields(server, "language_model", model="stary", do="save"))
    operators_browser.post(PAGE, fields(server, "language_model", model="nowy", do="save"))
    assert [(row.model, row.active) for row in list_providers(operator)] == [("nowy", True), ("stary", False)]
    operators_browser.post(PAGE, {"kind": "language_model", "do": "back"})
    assert [(row.model, row.active) for row in list_providers(operator)] == [("stary", True), ("nowy", False)]
    operators_browser.post(PAGE, {"kind": "language_model", "do": "off"})
    assert not any(row.active for row in list_providers(operator))


def test_a_councils_server_recognises_its_recordings_and_nobody_elses(
    committed_world: World, operator: Actor, server: HTTPServer, settings: Settings, tmp_path: Path
) -> None:
    settings.RECOGNIZER = "fake"
    recognition.recognizer.cache_clear()
    _choose(operator, server, ProviderKind.RECOGNITION, model="whisper-rady")
    ours = _recorded(committed_world.actor(committed_world.clerk), tmp_path)
    theirs = _recorded(committed_world.actor(committed_world.stranger, committed_world.debowa), tmp_path)
    recognition.recognizer.cache_clear()
    assert "Dzień dobry." in ours
    assert "Dzień dobry." not in theirs
    asked = [request for request, _ in server.log if request.path == "/v1/audio/transcriptions"]
    assert asked
    assert all(request.headers["Authorization"] == f"Bearer {KEY}" for request in asked)


def test_without_egress_a_recogniser_elsewhere_gets_nothing(
    committed_world: World, operator: Actor, settings: Settings, tmp_path: Path
) -> None:
    settings.RECOGNIZER = "fake"
    recognition.recognizer.cache_clear()
    save_provider(operator, wish=ProviderWish(ProviderKind.RECOGNITION, "https://api.example.com/v1", "whisper-1"))
    Council.objects.filter(slug="lipowa").update(egress_allowed=False)
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav"))
    _work()
    assert queries.recording_detail(clerk, recording_id).row.error_code == "recognizer_elsewhere"


def test_another_model_of_vectors_is_built_and_asked(
    committed_world: World, operators_browser: Client, server: HTTPServer
) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    before = _models(clerk)
    operators_browser.post(PAGE, fields(server, "embeddings", model="wektory-rady", do="save"))
    assert queries.recording_detail(clerk, recording_id).row.state == "ready", "readers keep it meanwhile"
    assert search(clerk, "remont ulicy Lipowej").hits, "found by words meanwhile"
    _work()
    assert _models(clerk) == {"wektory-rady"}
    assert search(clerk, "remont ulicy Lipowej").mode == "hybrid"
    assert json.loads(server.log[-1][0].data)["model"] == "wektory-rady"
    operators_browser.post(PAGE, {"kind": "embeddings", "do": "off"})
    _work()
    assert _models(clerk) == before


def test_a_server_without_vectors_is_refused_before_it_is_chosen(
    operators_browser: Client, operator: Actor, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v1/embeddings").respond_with_data("no", status=404)
    shown = operators_browser.post(PAGE, fields(httpserver, "embeddings", do="save"))
    assert shown.status_code >= 400
    assert "ask-error" in shown.content.decode() or "errorlist" in shown.content.decode()
    assert not [row for row in list_providers(operator) if row.kind == "embeddings"]


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is not installed: no offline voice to make the sound")
def test_a_councils_voice_is_asked(operator: Actor, httpserver: HTTPServer, settings: Settings, tmp_path: Path) -> None:
    settings.TTS_CACHE_DIR = tmp_path
    sound = speak(operator, "Dzień dobry państwu.", offline=True).audio
    httpserver.expect_request("/v1/audio/speech").respond_with_data(sound, content_type="audio/mpeg")
    _choose(operator, httpserver, ProviderKind.VOICE, model="tts", voice="zofia")
    assert speak(operator, "Dzień dobry.").voice.name == "openai:zofia"


@pytest.mark.parametrize("kind", ["recognition", "voice", "embeddings"])
def test_a_clerk_chooses_only_the_language_model(
    committed_world: World, client: Client, server: HTTPServer, settings: Settings, kind: str
) -> None:
    client.force_login(committed_world.clerk)
    assert f'value="{kind}"' not in client.get(PAGE).content.decode()
    assert client.post(PAGE, fields(server, kind, do="save")).status_code == 400
    private = client.post(PAGE, fields(server, "language_model", do="save"))
    assert private.status_code == 400
    assert "nie widać z internetu" in private.content.decode()
    settings.PROVIDER_ALLOWED_HOSTS = frozenset({"localhost"})
    assert client.post(PAGE, fields(server, "language_model", do="save")).status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        "ftp://models.example.com/v1", "https://kto:haslo@models.example.com/v1", "http://[::1", "https://models:0/v1",
        "file:///etc/passwd", "https://models.example.com/v1?x=1", "http://\0", "x" * 600, "", "https://",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(operator: Actor, url: str) -> None:
    with pytest.raises(CouncilError) as caught:
        save_provider(operator, wish=ProviderWish(ProviderKind.LANGUAGE_MODEL, url, "m"))
    assert caught.value.code == "provider_address_invalid"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:11434/v1", "http://[::1]/v1", "http://169.254.169.254/latest", "http://10.0.0.5/v1",
        "http://0x7f.1/v1", "http://2130706433/v1", "http://localhost/v1", "http://ollama/v1", "http://db.internal/v1",
        "http://[::ffff:10.0.0.1]/v1",
    ],
)  # fmt: skip
def test_a_clerk_reaches_no_private_machine(committed_world: World, url: str) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    with pytest.raises(CouncilError) as caught:
        save_provider(clerk, wish=ProviderWish(ProviderKind.LANGUAGE_MODEL, url, "m"))
    assert caught.value.code in ("provider_address_private", "provider_address_invalid")


def test_the_key_goes_to_the_address_it_was_given_for_only(operators_browser: Client, server: HTTPServer) -> None:
    operators_browser.post(PAGE, fields(server, "embeddings", do="save"))
    operators_browser.post(PAGE, fields(server, "embeddings", model="inny", api_key="", do="save"))
    assert server.log[-1][0].headers["Authorization"] == f"Bearer {KEY}"
    elsewhere = server.url_for("/v1").replace("localhost", "127.0.0.1")
    operators_browser.post(PAGE, fields(server, "embeddings", base_url=elsewhere, api_key="", do="save"))
    assert KEY not in server.log[-1][0].headers["Authorization"]


def test_what_is_spent_adds_up_by_month_and_is_shown(operators_browser: Client, operator: Actor) -> None:
    for _ in range(2):
        note_usage(operator.council_id, ProviderKind.LANGUAGE_MODEL, "bielik", _Counts())
    with tenant_scope(operator.council_id):
        usage = ProviderUsage.objects.get()
    assert (usage.requests, usage.tokens_in, usage.tokens_out) == (2, 2000, 100)
    assert "bielik" in operators_browser.get(PAGE).content.decode()


class _Counts:
    requests, unmeasured, tokens_in, tokens_out = 1, 0, 1000, 50


def _choose(actor: Actor, server: HTTPServer, kind: ProviderKind, **wish: Any) -> None:
    save_provider(actor, wish=ProviderWish(kind, server.url_for("/v1"), api_key=KEY, **wish))


def _recorded(actor: Actor, folder: Path) -> str:
    recording_id = actions.add_local_file(actor, path=write_speech(folder / f"{actor.council_slug}.wav", repeat=2))
    _work()
    return " ".join(segment.text for segment in queries.list_segments(actor, recording_id))


def _work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


def _models(actor: Actor) -> set[str]:
    with tenant_scope(actor.council_id):
        return set(Passage.objects.values_list("embedding_model", flat=True))
