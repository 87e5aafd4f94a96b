"""A council whose data stays here sends no sound to a recogniser on another machine, and is told so."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from conftest import World
from council.models import Council
from speech.engine.recognizers.remote_config import RemoteConfig
from transcripts import actions, pipeline, queries, recognition
from transcripts.models import RecordingState
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("url", "egress", "state"),
    [
        ("https://api.example.com/v1", False, RecordingState.FAILED),
        ("https://api.example.com/v1", True, RecordingState.READY),
        ("http://127.0.0.1:9/v1", False, RecordingState.READY),
    ],
)
def test_sound_stays_here_when_it_must(
    committed_world: World, tmp_path: Path, settings: Settings, url: str, egress: bool, state: str
) -> None:
    recognition.recognizer.cache_clear()
    settings.RECOGNIZER = "fake"  # whatever would be asked, the check comes before it
    settings.RECOGNITION_SERVER = RemoteConfig(base_url=url, model="whisper-1")
    Council.objects.filter(slug="lipowa").update(egress_allowed=egress)
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav", repeat=2))
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass
    recognition.recognizer.cache_clear()
    row = queries.recording_detail(clerk, recording_id).row
    assert row.state == state
    assert (row.error_code == "recognizer_elsewhere") is (state == RecordingState.FAILED)


def test_another_server_makes_another_transcript(settings: Settings) -> None:
    settings.RECOGNITION_SERVER = RemoteConfig(base_url="https://a.example/v1", model="whisper-1", api_key="tajny")
    first = recognition.settings()
    settings.RECOGNITION_SERVER = RemoteConfig(base_url="https://b.example/v1", model="whisper-1", api_key="tajny")
    assert recognition.settings() != first
    assert "tajny" not in repr(first)
