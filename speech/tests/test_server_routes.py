"""What holds for every route: keys, request ids, JSON for all refusals, names of models with slashes, no redirects."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
import websockets.sync.client
from django.conf import settings as django_settings
from pytest_django import Settings

from speech.tests import patient_client
from speech.tests.speech_server import free_port


def test_health_says_it_in_both_dialects(server_url: str) -> None:
    assert patient_client.get(f"{server_url}/health").json() == {"status": "ok", "message": "OK"}


_IDS = ["whisper-1", "Systran/faster-whisper-base", "Systran%2Ffaster-whisper-base", "tts-1/"]


@pytest.mark.parametrize("path", _IDS)
def test_a_model_is_found_by_name(server_url: str, path: str) -> None:
    model = patient_client.get(f"{server_url}/v1/models/{path}").json()
    assert model["id"] == path.replace("%2F", "/").rstrip("/")
    assert (model["object"], type(model["created"])) == ("model", int)


def test_models_are_listed_by_task(server_url: str) -> None:
    ids = [model["id"] for model in patient_client.get(f"{server_url}/v1/models").json()["data"]]
    assert {django_settings.WHISPER_MODEL, "whisper-1", "tts-1"} <= set(ids)
    speaking = patient_client.get(f"{server_url}/v1/models?task=text-to-speech").json()["data"]
    assert "tts-1" in [model["id"] for model in speaking]
    assert "whisper-1" not in [model["id"] for model in speaking]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/models/gpt-9", 404),
        ("POST", "/v1/audio/translations", 400),
        ("GET", "/v1/audio/transcriptions", 405),
        ("DELETE", "/v1/audio/speech", 405),
        ("POST", "/v1/models", 405),
        ("POST", "/v1/audio/speech/", 400),  # no redirect: the view itself answers
    ],
)
def test_refusals_are_json(server_url: str, method: str, path: str, status: int) -> None:
    answer = patient_client.request(method, f"{server_url}{path}", headers={"accept": "image/png"})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert answer.headers["x-request-id"]
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic tajne", "tajne", "Bearer zażółć"])
def test_without_the_key_nothing_but_health_is_answered(
    server_url: str, settings: Settings, header: str | None
) -> None:
    settings.SPEECH_API_KEY = "tajne"
    headers = {b"authorization": header.encode()} if header else {}
    for method, path in (("GET", "/v1/models"), ("POST", "/v1/audio/transcriptions"), ("GET", "/anything")):
        answer = patient_client.request(method, f"{server_url}{path}", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["x-request-id"]
    assert patient_client.get(f"{server_url}/health", headers=headers).status_code == 200


def test_the_key_opens(server_url: str, settings: Settings) -> None:
    settings.SPEECH_API_KEY = "tajne"
    for scheme in ("Bearer", "bearer"):
        answer = patient_client.get(f"{server_url}/v1/models", headers={"authorization": f"{scheme} tajne"})
        assert answer.status_code == 200


@pytest.mark.slow
def test_the_command_serves_where_no_database_can_be_reached(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, str(django_settings.BASE_DIR / "manage.py"), "speechserver", "--port", str(port)]
    nowhere = {"DATABASE_URL": "postgresql://app:x@127.0.0.1:1/council", "DATA_DIR": str(tmp_path)}
    environment = {**os.environ, **nowhere, "RECOGNIZER": "fake"}  # noqa: TID251 - the child's environment
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            assert _answers(f"http://127.0.0.1:{port}/v1/models", process)
            with websockets.sync.client.connect(f"ws://127.0.0.1:{port}/v1/realtime", open_timeout=120) as websocket:
                assert websocket.protocol.extensions == [], "compressed frames may unpack to gigabytes"
        finally:
            process.terminate()
        _, complaints = process.communicate(timeout=120)
    assert complaints == b""
    assert process.returncode in (0, -signal.SIGTERM)  # uvicorn stops in order and then gives the signal its due


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return patient_client.get(url).status_code == 200
        except httpx2.TransportError:
            time.sleep(0.2)
    return False
