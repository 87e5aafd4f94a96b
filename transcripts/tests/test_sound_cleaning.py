"""A noisy recording is recognised from a cleaned copy; people go on hearing the original."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import World
from council.tenancy import tenant_scope
from speech.engine.sound_quality import SoundQuality
from transcripts import actions, pipeline, queries, recognition
from transcripts.models import Recording, RecordingState
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("cleaning", "cleaned"), [("always", True), ("never", False), ("auto", False)])
def test_the_recogniser_hears_the_copy_that_the_setting_asks_for(
    committed_world: World, client: Client, tmp_path: Path, settings: Settings, cleaning: str, cleaned: bool
) -> None:
    recognition.recognizer.cache_clear()
    settings.RECOGNIZER, settings.SOUND_CLEANING = "fake", cleaning
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav", repeat=2))
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass
    recognition.recognizer.cache_clear()
    assert queries.recording_detail(clerk, recording_id).row.state == RecordingState.READY
    client.force_login(committed_world.clerk)
    page = client.get(f"/lipowa/nagrania/{recording_id}/").content.decode()
    assert "Dźwięk: mowa -" in page
    assert ("oczyszczonej z szumu" in page) is cleaned
    with tenant_scope(clerk.council_id):
        recording = Recording.objects.get(pk=recording_id)
    assert bool(recording.clean_audio_name) is cleaned
    assert recording.clean_audio_name != recording.audio_name
    quality = SoundQuality(**recording.sound)
    assert quality.speech_share > 0
    assert not quality.noisy
