"""A recording that was recognised with less than the configured model says so wherever it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import World
from council.access import Actor
from council.models import User
from council.tenancy import tenant_scope
from transcripts import actions, exports, pipeline, queries, recognition
from transcripts.models import ChunkResult, RecordingState
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_card_with_little_memory(settings: Settings) -> Iterator[None]:
    settings.RECOGNIZER = "fake"
    settings.FAKE_RECOGNIZER = "oom_times=2"
    recognition.recognizer.cache_clear()
    yield
    recognition.recognizer.cache_clear()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


def recorded(actor: Actor, folder: Path) -> queries.RecordingDetail:
    recording_id = actions.add_local_file(actor, path=write_speech(folder / "sesja.wav", repeat=2))
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass
    return queries.recording_detail(actor, recording_id)


def test_the_steps_are_kept_and_shown(
    clerk: Actor, committed_world: World, client: Client, tmp_path: Path, settings: Settings
) -> None:
    detail = recorded(clerk, tmp_path)
    assert detail.row.state == RecordingState.READY
    assert detail.degraded
    (used,) = detail.recognizers
    assert (used.precision, used.device, used.chunks) == ("int8", "cuda", 1)
    assert len(used.steps) == 2
    User.objects.filter(pk=committed_world.clerk.pk).update(is_staff=True)
    client.force_login(committed_world.clerk)
    page = client.get(f"/lipowa/nagrania/{detail.row.id}/").content.decode()
    assert "Rozpoznano słabszym sposobem, niż ustawiono" in page
    assert "Zabrakło pamięci; dalej: fake:oom_times=2, int8, karta graficzna, po 1 naraz." in page
    admin = client.get(reverse("admin:transcripts_recording_change", args=[detail.row.id])).content.decode()
    assert "Zabrakło pamięci" in admin
    api = client.get(reverse("api-recording", args=["lipowa", detail.row.id])).json()
    assert api["recognizers"][0]["steps"] == list(used.steps)
    document = json.loads(exports.export(clerk, detail.row.id, "json").text)
    assert document["recognition"][0]["steps"] == list(used.steps)


def test_enough_memory_is_no_warning(
    clerk: Actor, committed_world: World, client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.FAKE_RECOGNIZER = ""
    recognition.recognizer.cache_clear()
    detail = recorded(clerk, tmp_path)
    assert not detail.degraded
    client.force_login(committed_world.clerk)
    page = client.get(f"/lipowa/nagrania/{detail.row.id}/").content.decode()
    assert "Rozpoznano słabszym" not in page
    assert "Model rozpoznawania: fake" in " ".join(page.split())


def test_workers_that_did_it_differently_are_all_told(clerk: Actor, committed_world: World, tmp_path: Path) -> None:
    detail = recorded(clerk, tmp_path)
    whole = {"model": "large-v3", "precision": "float16", "device": "cuda", "steps": []}
    with tenant_scope(committed_world.lipowa.pk):
        for index in (1, 2):
            ChunkResult.objects.create(
                council=committed_world.lipowa, recording_id=detail.row.id, index=index, key="", segments=[],
                recognition=whole,
            )  # fmt: skip
        ChunkResult.objects.create(
            council=committed_world.lipowa, recording_id=detail.row.id, index=3, key="", segments=[]
        )
    again = queries.recording_detail(clerk, detail.row.id)
    assert [(used.model, used.chunks, bool(used.steps)) for used in again.recognizers] == [
        ("large-v3", 2, False),
        ("fake:oom_times=2", 1, True),
    ]
    assert again.degraded
