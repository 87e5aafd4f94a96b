"""The administration page of recordings: states, and actions that go the same way as everywhere else."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from conftest import World
from council.models import User
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts.models import Gap, Recording, RecordingState, RunState, StageRun
from transcripts.pipeline import STAGES
from transcripts.tests.finished import finished_recording

pytestmark = pytest.mark.django_db
LIST = "admin:transcripts_recording_changelist"
ONE = "admin:transcripts_recording_change"


@pytest.fixture
def clerk(world: World, client: Client) -> Client:
    User.objects.filter(pk=world.clerk.pk).update(is_staff=True)
    client.force_login(world.clerk)
    return client


def _do(client: Client, action: str, *recordings: UUID) -> str:
    chosen = {"action": action, "_selected_action": [str(recording) for recording in recordings]}
    return client.post(reverse(LIST), chosen, follow=True).content.decode()


def _recording(world: World, recording: UUID) -> Recording:
    with tenant_scope(world.lipowa.pk):
        return Recording.objects.get(pk=recording)


def test_the_list_and_the_page_tell_states_and_gaps(clerk: Client, world: World) -> None:
    failed = finished_recording(
        world.lipowa, [], title="Urwana", state=RecordingState.FAILED, error_code="media_truncated"
    )
    foreign = finished_recording(world.debowa, [], title="Cudza")
    with tenant_scope(world.lipowa.pk):
        row = Recording.objects.get(pk=failed)
        Gap.objects.create(council=world.lipowa, recording=row, start_ms=0, end_ms=61_000, reason="uncovered")
    listed = clerk.get(reverse(LIST)).content.decode()
    assert "Urwana" in listed
    assert "wymaga uwagi" in listed
    assert "Cudza" not in listed
    page = clerk.get(reverse(ONE, args=[failed])).content.decode()
    assert "Plik jest urwany" in page
    assert "00:00:00–00:01:01" in page
    assert reverse("recording", args=["lipowa", failed]) in page
    assert clerk.get(reverse(ONE, args=[foreign])).status_code == 302


def test_publishing_reaches_residents_and_says_what_is_not_ready(clerk: Client, world: World) -> None:
    ready = finished_recording(world.lipowa, [])
    unfinished = finished_recording(world.lipowa, [], state=RecordingState.PROCESSING)
    page = _do(clerk, "publish", ready, unfinished)
    assert "Transkrypcja nie jest jeszcze gotowa" in page
    assert _recording(world, ready).published_at is not None
    assert _recording(world, unfinished).published_at is None
    _do(clerk, "unpublish", ready)
    assert _recording(world, ready).published_at is None


def test_retry_puts_what_failed_back_into_the_queue(clerk: Client, world: World) -> None:
    failed = finished_recording(world.lipowa, [], state=RecordingState.FAILED, error_code="link_dead")
    StageRun.objects.filter(recording_id=failed).update(state=RunState.FAILED, attempts=6)
    _do(clerk, "retry", failed)
    assert _recording(world, failed).state == RecordingState.PROCESSING
    assert StageRun.objects.get(recording_id=failed).state == RunState.WAITING


def test_deleting_takes_the_files_too(clerk: Client, world: World) -> None:
    recording = finished_recording(world.lipowa, [Segment(0, 1000, "Dzień dobry.")])
    name = default_storage.save(f"{world.lipowa.pk}/{recording}/abc.mp3", ContentFile(b"dzwiek"))
    address = reverse("admin:transcripts_recording_delete", args=[recording])
    assert "Sesja próbna z transkrypcją i plikami" in clerk.get(address).content.decode()
    clerk.post(address, {"post": "yes"})
    assert not default_storage.exists(name)
    with tenant_scope(world.lipowa.pk):
        assert not Recording.objects.exists()


def test_another_councils_recording_cannot_be_touched(clerk: Client, world: World) -> None:
    foreign = finished_recording(world.debowa, [])
    _do(clerk, "publish", foreign)
    clerk.post(reverse("admin:transcripts_recording_delete", args=[foreign]), {"post": "yes"})
    clerk.post(reverse(ONE, args=[foreign]), {"title": "Przejęte"})
    with tenant_scope(world.debowa.pk):
        row = Recording.objects.get()
    assert (row.title, row.published_at) == ("Sesja próbna", None)


def test_a_new_title_is_searched_at_once_again(clerk: Client, world: World) -> None:
    recording = finished_recording(world.lipowa, [])
    names = [stage.name for stage in STAGES]
    with tenant_scope(world.lipowa.pk):
        StageRun.objects.bulk_create(
            StageRun(council=world.lipowa, recording_id=recording, stage=name, position=position, state=RunState.DONE)
            for position, name in enumerate(names)
            if name != "fetch"
        )
    clerk.post(reverse(ONE, args=[recording]), {"title": "XXIV sesja", "held_on": "2026-04-30"})
    row = _recording(world, recording)
    assert (row.title, row.state) == ("XXIV sesja", RecordingState.PROCESSING)
    again = {run.stage for run in StageRun.objects.filter(recording_id=recording).exclude(state=RunState.DONE)}
    assert again == {"facts", "passages", "embeddings"}
