"""The older routes of edge-tts: a file to keep, a voice tried, the list of voices."""

from __future__ import annotations

import httpx2
import pytest
from pytest_django import Settings

from speech.engine.errors import EngineError
from speech.engine.voices.fake import FakeVoice
from speech.tests import patient_client


def post(url: str, route: str, **body: object) -> httpx2.Response:
    return patient_client.post(f"{url}/api/edge-tts/{route}", json=body)


@pytest.mark.parametrize("voice", [None, "", "pl-PL-MarekNeural", "edge:pl-PL-ZofiaNeural", "nova"])
def test_a_text_is_answered_as_a_file_to_keep(
    server_url: str, fake_voice: FakeVoice, settings: Settings, voice: str | None
) -> None:
    settings.READ_ALOUD_ONLINE = True
    answer = post(server_url, "synthesize", text="Otwieram sesję.", voice=voice)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert answer.headers["content-disposition"] == 'attachment; filename="mowa.mp3"'
    assert answer.content[:2] == b"\xff\xf3"
    assert fake_voice.spoken == ["Otwieram sesję."]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "Tak.", "voice": "nikt"}, "voice"),
        ({"text": "Tak.", "voice": 5}, "voice"),
    ],
)
def test_a_wrong_wish_is_refused_by_name(
    server_url: str, fake_voice: FakeVoice, body: dict[str, object], param: str
) -> None:
    answer = post(server_url, "synthesize", **body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_the_test_says_whether_the_voice_speaks(server_url: str, fake_voice: FakeVoice, settings: Settings) -> None:
    settings.READ_ALOUD_ONLINE = True
    assert post(server_url, "test").json()["success"] is True
    assert patient_client.post(f"{server_url}/api/edge-tts/test").json()["success"] is True
    fake_voice.fail_with = EngineError("voice_unavailable")
    answer = post(server_url, "test", voice="pl-PL-ZofiaNeural")
    assert answer.status_code == 200
    assert answer.json() == {
        "success": False,
        "voice": "pl-PL-ZofiaNeural",
        "message": "The voice does not speak: voice_unavailable.",
    }


def test_what_may_not_be_asked_is_not_asked(server_url: str) -> None:
    told = post(server_url, "test").json()
    assert (told["success"], told["message"]) == (False, "Voices over the internet are switched off here.")
    assert post(server_url, "test", voice="nikt").json()["success"] is False
    assert post(server_url, "test", voice=5).status_code == 400


def test_the_voices_are_listed_while_they_may_be_used(server_url: str, settings: Settings) -> None:
    assert patient_client.get(f"{server_url}/api/edge-tts/voices").json() == {"voices": []}
    settings.READ_ALOUD_ONLINE = True
    voices = patient_client.get(f"{server_url}/api/edge-tts/voices/").json()["voices"]
    assert [(voice["name"], voice["gender"]) for voice in voices] == [
        ("pl-PL-ZofiaNeural", "Female"),
        ("pl-PL-MarekNeural", "Male"),
    ]


@pytest.mark.parametrize("route", ["test", "synthesize", "voices"])
def test_without_the_key_nothing_is_said(server_url: str, settings: Settings, route: str) -> None:
    settings.SPEECH_API_KEY = "tajne"
    method = "GET" if route == "voices" else "POST"
    assert patient_client.request(method, f"{server_url}/api/edge-tts/{route}").status_code == 401
