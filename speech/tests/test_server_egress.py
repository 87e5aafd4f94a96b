"""The words of a council that keeps them here are not sent to a recogniser on another machine."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.remote_config import RemoteConfig
from speech.server.caller import Caller
from speech.server.gate import Admission, KeyGate
from speech.tests import patient_client
from speech.tests.speech_server import wav


@pytest.mark.parametrize(
    ("base_url", "may_leave", "status"),
    [
        ("https://api.example.com/v1", False, 403),
        ("https://api.example.com/v1", True, 200),
        ("http://127.0.0.1:9/v1", False, 200),
    ],
)
@pytest.mark.parametrize("stream", ["false", "true"])
def test_sound_is_recognised_here_or_not_at_all(
    server_url: str,
    fake_recognizer: FakeRecognizer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    base_url: str,
    may_leave: bool,
    status: int,
    stream: str,
) -> None:
    settings.RECOGNITION_SERVER = RemoteConfig(base_url=base_url, model="whisper-1")

    async def admit(self: KeyGate, scope: object) -> Admission:
        return Admission(Caller("council:1", may_leave=may_leave))

    monkeypatch.setattr(KeyGate, "admit", admit)
    answer = patient_client.post(
        f"{server_url}/v1/audio/transcriptions",
        data={"model": "whisper-1", "stream": stream},
        files={"file": ("a.wav", wav(4))},
    )
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["error"]["code"] == "recognizer_elsewhere"
