"""Models over HTTP: on the disk, in memory, by task; the real base model where one must be loaded."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from speech.engine import model_store, vad
from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS, ModelKey
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Span
from speech.server import recognition
from speech.server.caller import Caller, current_caller
from speech.server.catalogue import loading
from speech.server.catalogue.models import chosen_recogniser
from speech.tests import patient_client
from speech.tests.speech_server import wav

BASE = "Systran/faster-whisper-base"
SMALL = "Systran/faster-whisper-small"


@pytest.fixture
def models_dir(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """An empty folder of models and nothing of Whisper in memory."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.RECOGNIZER = "faster_whisper"
    settings.WHISPER_MODEL = "base"
    _forget()
    yield tmp_path / "models"
    _forget()


def _forget() -> None:
    recognition.recognizer.cache_clear()
    for row in MODELS.listing():
        if row.key.task == "stt":
            MODELS.retire(row.key)  # once nobody uses it any more


def put_weights(models_dir: Path, repository: str) -> Path:
    """What a finished download leaves, without a usable model in it."""
    folder = models_dir / f"models--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc123")
    (folder / "snapshots" / "abc123").mkdir(parents=True)
    for name in ("model.bin", "config.json"):
        (folder / "snapshots" / "abc123" / name).write_text("{}")
    return folder


def ids(url: str) -> list[str]:
    return [row["id"] for row in patient_client.get(url).json()["data"]]


def test_what_is_installed_is_listed_and_the_rest_is_in_the_registry(server_url: str, models_dir: Path) -> None:
    assert SMALL not in ids(f"{server_url}/v1/models")
    put_weights(models_dir, SMALL)
    listed = ids(f"{server_url}/v1/models")
    assert listed[:3] == ["base", "whisper-1", BASE]
    assert {SMALL, "tts-1", "silero_vad_v6"} <= set(listed)
    rows = {row["id"]: row for row in patient_client.get(f"{server_url}/v1/registry").json()["data"]}
    assert (rows[SMALL]["installed"], rows["Systran/faster-whisper-large-v3"]["installed"]) == (True, False)
    assert rows["Systran/faster-whisper-large-v3"]["memory_bytes"]["float16"] == 6_000_000_000
    assert rows["Systran/faster-distil-whisper-large-v3"]["language"] == ["en"]
    assert "pl" in rows[BASE]["language"]


@pytest.mark.parametrize("route", ["v1/models", "v1/registry"])
def test_models_by_task(server_url: str, route: str) -> None:
    for task in ("automatic-speech-recognition", "text-to-speech", "voice-activity-detection", "speaker-embedding"):
        rows = patient_client.get(f"{server_url}/{route}?task={task}").json()["data"]
        assert {row["task"] for row in rows} <= {task}
    for wrong in ("recognition", "\ud800".encode("utf-8", "surrogatepass"), "x" * 3_000):
        answer = patient_client.get(f"{server_url}/{route}", params={"task": wrong})
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "task")


@pytest.mark.usefixtures("fake_diarizer")
@pytest.mark.parametrize("route", ["v1/models", "v1/registry"])
def test_an_engine_of_two_tasks_is_listed_once(server_url: str, route: str) -> None:
    assert "speaker-diarization" in ids(f"{server_url}/{route}?task=speaker-embedding")
    listed = ids(f"{server_url}/{route}")
    assert listed.count("speaker-diarization") == 1
    assert len(listed) == len(set(listed))


def test_what_speaks_has_a_list_of_its_own(server_url: str) -> None:
    body = patient_client.get(f"{server_url}/v1/audio/models").json()
    assert body["object"] == "list"
    assert {row["task"] for row in body["models"]} == {"text-to-speech"}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "model", ["nobody/knows-this", "%00", "..%2F..%2Fetc%2Fpasswd", "%ff%fe", "%ED%A0%80", "x" * 4_000]
)
def test_unknown_names_are_not_found(server_url: str, method: str, model: str, models_dir: Path) -> None:
    for route in ("v1/models", "api/ps"):
        answer = patient_client.request(method, f"{server_url}/{route}/{model}")
        assert answer.status_code in (404, 405)
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert not models_dir.exists()


def test_a_known_model_that_is_not_here_says_how_to_get_it(server_url: str, models_dir: Path) -> None:
    for method, route in (("GET", "v1/models"), ("DELETE", "v1/models"), ("POST", "api/ps")):
        answer = patient_client.request(method, f"{server_url}/{route}/{quote(SMALL, safe='')}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_installed")
        assert "POST /v1/models/" in answer.json()["error"]["message"]


@pytest.mark.engine
def test_the_bundled_model_is_fetched_without_a_network_and_deleted(server_url: str, models_dir: Path) -> None:
    address = f"{server_url}/v1/models/whisper-1"
    assert [patient_client.post(address).status_code for _ in range(2)] == [201, 200]
    assert len(list(models_dir.glob("whisper-base-*/model.bin"))) == 1
    answer = patient_client.delete(address)
    assert (answer.status_code, answer.json()["deleted"]) == (200, True)
    assert not list(models_dir.glob("*whisper-base-*/*"))
    assert patient_client.delete(address).status_code == 404


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (EngineError("model_unknown", "no such repository"), 404, "model_unknown"),
        (ConnectionError("Name or service not known"), 503, "model_unavailable"),
        (OSError(28, "No space left on device"), 503, "disk_full"),
    ],
)
def test_a_download_that_fails_is_told(
    server_url: str, models_dir: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int, code: str
) -> None:
    def fetch(repository: str, folder: Path) -> object:
        assert (repository, folder) == (SMALL, models_dir)
        raise failure

    monkeypatch.setattr(model_store, "fetch_from_hub", fetch)
    answer = patient_client.post(f"{server_url}/v1/models/small")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_download_is_kept(server_url: str, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_store, "fetch_from_hub", lambda repository, folder: put_weights(folder, repository))
    address = f"{server_url}/v1/models/{SMALL}"
    assert [patient_client.post(address).status_code for _ in range(2)] == [201, 200]
    assert patient_client.get(address).json()["id"] == SMALL
    assert patient_client.delete(address).status_code == 200
    assert list(models_dir.iterdir()) == []
    assert patient_client.get(address).status_code == 404


@pytest.mark.parametrize("model", ["tts-1", "silero_vad_v6"])
def test_parts_of_the_server_cannot_be_deleted(server_url: str, model: str) -> None:
    assert patient_client.delete(f"{server_url}/v1/models/{model}").status_code == 400
    assert patient_client.post(f"{server_url}/v1/models/{model}").status_code == 200


@pytest.mark.engine
def test_into_memory_and_out_of_it(server_url: str, models_dir: Path) -> None:
    address = f"{server_url}/api/ps/{quote(BASE, safe='')}"
    assert patient_client.delete(address).status_code == 404
    assert patient_client.get(address).json()["error"]["code"] == "model_not_loaded"
    assert [patient_client.post(address).status_code for _ in range(2)] == [201, 409]
    body = patient_client.get(f"{server_url}/api/ps").json()
    assert BASE in body["models"]
    (detail,) = [row for row in body["details"] if row["id"] == BASE]
    assert (detail["device"], detail["precision"], detail["users"]) == ("cpu", "int8", 0)
    assert (detail["memory_is"], detail["expires_in_s"] > 500) == ("measured", True)
    for name in (quote(BASE, safe=""), BASE, "whisper-1"):
        assert [row["id"] for row in patient_client.get(f"{server_url}/api/ps/{name}").json()["details"]] == [BASE]
    (held,) = [row.key for row in MODELS.listing() if row.key.task == "stt"]
    with MODELS.using(held, _not_called):
        for route in ("api/ps", "v1/models"):
            answer = patient_client.delete(f"{server_url}/{route}/whisper-1")
            assert (answer.status_code, answer.headers["x-should-retry"]) == (409, "false")
        assert BASE in patient_client.get(f"{server_url}/api/ps").json()["models"]
    assert list(models_dir.glob("whisper-base-*/model.bin"))
    assert patient_client.delete(address).status_code == 200
    assert BASE not in patient_client.get(f"{server_url}/api/ps").json()["models"]


def _not_called() -> object:
    raise AssertionError("it is loaded")


@pytest.mark.engine
def test_of_two_who_load_at_once_one_did_it(server_url: str, models_dir: Path) -> None:
    answers: list[int] = []
    address = f"{server_url}/api/ps/whisper-1"
    threads = [
        threading.Thread(target=lambda: answers.append(patient_client.post(address).status_code)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409]


def test_the_detector_of_speech_can_be_loaded_by_either_name(server_url: str) -> None:
    with ExitStack() as stack:
        if any(row.key == vad.VAD_KEY for row in MODELS.listing()):
            MODELS.retire(vad.VAD_KEY)  # once nobody listens any more
        stack.callback(vad.load)
        assert patient_client.post(f"{server_url}/api/ps/silero_vad_v5").status_code == 201
        assert "silero_vad_v6" in patient_client.get(f"{server_url}/api/ps").json()["models"]
        assert patient_client.delete(f"{server_url}/api/ps/silero_vad_v6").status_code == 200


def test_a_voice_is_nothing_to_load(server_url: str) -> None:
    assert patient_client.post(f"{server_url}/api/ps/tts-1").json()["error"]["code"] == "model_not_loadable"


def test_those_who_use_the_server_do_not_manage_its_models(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from speech.server.gate import Admission, KeyGate

    async def admit(self: KeyGate, scope: object) -> Admission:
        return Admission(Caller("council", may_leave=True, may_manage=False))

    monkeypatch.setattr(KeyGate, "admit", admit)
    for method, path in (("POST", "v1/models/base"), ("DELETE", "v1/models/base"), ("POST", "api/ps/base")):
        answer = patient_client.request(method, f"{server_url}/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "role_not_allowed")
    assert patient_client.get(f"{server_url}/api/ps").status_code == 200
    assert current_caller.get().may_manage


def test_a_request_chooses_among_the_installed_models(models_dir: Path) -> None:
    put_weights(models_dir, SMALL)
    for name in ("whisper-1", "base", BASE):
        assert chosen_recogniser(name) == ""
    engine = recognition.recognizer(chosen_recogniser("small"))
    assert engine.model_id == SMALL
    assert recognition.recognizer(chosen_recogniser(SMALL)) is engine
    assert recognition.recognizer("") is not engine


@pytest.mark.engine
def test_another_installed_model_is_really_the_one_that_is_used(server_url: str, models_dir: Path) -> None:
    """The configured model is one that is not here; the request names the bundled one."""
    django_settings.WHISPER_MODEL = "large-v3"
    try:
        upload = {"file": ("sound.wav", wav(3.0, level=0.3))}
        data = {"model": "Systran/faster-whisper-base", "language": "pl"}
        answer = patient_client.post(f"{server_url}/v1/audio/transcriptions", files=upload, data=data)
        assert answer.status_code == 200
        engine = recognition.recognizer(chosen_recogniser("base"))
        assert (
            engine.recognize(Audio(np.zeros(16_000, np.float32)), [Span(0, 1_000)], RecognitionOptions()).model_id
            == BASE
        )
    finally:
        django_settings.WHISPER_MODEL = "base"


def test_a_preload_of_an_unknown_model_is_an_error_at_start(settings: Settings) -> None:
    settings.PRELOAD_MODELS = ["rhasspy/piper-voices"]
    with pytest.raises(CommandError, match="PRELOAD_MODELS names 'rhasspy/piper-voices'"):
        call_command("speechserver")


def test_a_preload_that_fails_is_told_and_stops_nothing(
    server_url: str, models_dir: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(repository: str, folder: Path) -> object:
        raise ConnectionError("no network")

    monkeypatch.setattr(model_store, "fetch_from_hub", fetch)
    monkeypatch.setattr(loading, "_preload_failures", [])
    settings.PRELOAD_MODELS = ["small", "tts-1", "silero_vad_v6"]
    loading.check_preload()
    loading.preload()
    body = patient_client.get(f"{server_url}/api/ps").json()
    assert body["preload_failures"] == [{"id": "small", "code": "model_unavailable"}]
    assert "silero_vad_v6" in body["models"]


def test_keys_of_copies_are_told_apart() -> None:
    one = ModelKey("stt", BASE, precision="int8", expected_bytes=1)
    assert one == ModelKey("stt", BASE, precision="int8", expected_bytes=2)
    assert one != ModelKey("stt", BASE, precision="float16")
    assert json.dumps(str(one))


@pytest.mark.parametrize(
    "name", ["gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-transcribe-diarize", "gpt-transcribe"]
)
def test_openais_names_mean_the_configured_recogniser(
    server_url: str, fake_recognizer: FakeRecognizer, name: str
) -> None:
    assert name in ids(f"{server_url}/v1/models")
    assert patient_client.get(f"{server_url}/v1/models/{name}").json()["task"] == "automatic-speech-recognition"
    sound = {"file": ("a.wav", wav(3))}
    answer = patient_client.post(f"{server_url}/v1/audio/transcriptions", data={"model": name}, files=sound)
    assert (answer.status_code, bool(answer.json()["text"])) == (200, True)
