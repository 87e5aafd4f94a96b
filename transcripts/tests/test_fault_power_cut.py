"""A power cut while a file was written: its name is there, its bytes are not. Found out, made anew, same transcript."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from conftest import World
from council.access import Actor
from transcripts import actions, ledger, pipeline, queries, recognition, storage
from transcripts.models import Chunk, RecordingState, RunState, StageRun
from transcripts.stages import audio
from transcripts.tests.sounds import write_speech
from transcripts.work import StageJob

pytestmark = pytest.mark.django_db(transaction=True)


def cut_short(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def all_zeros(whole: bytes) -> bytes:
    return bytes(len(whole))


def a_page_lost(whole: bytes) -> bytes:
    at = len(whole) // 2
    return whole[:at] + b"\xff" * 4096 + whole[at + 4096 :]


Damage = Callable[[bytes], bytes]


@pytest.fixture(autouse=True)
def _quick_fakes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RECOGNIZER = "fake"
    settings.CHUNK_TARGET = timedelta(seconds=30)
    recognition.recognizer.cache_clear()
    monkeypatch.setattr(ledger, "RETRY_DELAYS_S", (0,) * 5)


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


@dataclass(frozen=True)
class Calm:
    """What becomes of the same sound without a fault."""

    text: list[tuple[int, int, str]]
    flac_name: str
    flac: bytes


@pytest.fixture
def calm(committed_world: World, sound: Path) -> Calm:
    if not _CALM:  # the same for every test
        actor = committed_world.actor(committed_world.stranger, committed_world.debowa)
        recording_id = actions.add_local_file(actor, path=sound)
        work()
        name = sound_of(actor, recording_id)
        with default_storage.open(name) as handle:
            _CALM.append(Calm(text_of(actor, recording_id), Path(name).name, handle.read()))
    return _CALM[0]


_CALM: list[Calm] = []


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_speech(tmp_path / "sesja.wav", repeat=3)


def work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


def work_until_done(stage: str, recording_id: UUID) -> None:
    rows = StageRun.objects.filter(recording_id=recording_id, stage=stage, state=RunState.DONE)
    while not rows.exists():
        assert pipeline.work_once("default")


def sound_of(actor: Actor, recording_id: UUID) -> str:
    file = queries.stored_media(actor, recording_id, "audio")
    assert file is not None
    return file.name


def damage(name: str, how: Damage) -> None:
    with default_storage.open(name) as handle:
        whole = handle.read()
    default_storage.delete(name)
    default_storage.save(name, ContentFile(how(whole)))


def text_of(actor: Actor, recording_id: UUID) -> list[tuple[int, int, str]]:
    return [(row.start_ms, row.end_ms, row.text) for row in queries.list_segments(actor, recording_id)]


def check_whole(clerk: Actor, recording_id: UUID, calm: Calm) -> None:
    row = queries.get_recording(clerk, recording_id)
    assert (row.state, row.error_code) == (RecordingState.READY, "")
    assert text_of(clerk, recording_id) == calm.text
    with storage.whole_copy(sound_of(clerk, recording_id)) as path:
        assert path.name == calm.flac_name
    assert not Chunk.objects.filter(recording_id=recording_id).exclude(state=RunState.DONE).exists()


@pytest.mark.parametrize("how", [cut_short, all_zeros])
def test_power_went_before_the_stage_was_handed_in(clerk: Actor, calm: Calm, sound: Path, how: Damage) -> None:
    recording_id = actions.add_local_file(clerk, path=sound)
    work_until_done("fetch", recording_id)
    name = storage.artefact_name(clerk.council_id, recording_id, Path(calm.flac_name).stem, ".flac")
    default_storage.save(name, ContentFile(how(calm.flac)))
    work()
    check_whole(clerk, recording_id, calm)


@pytest.mark.parametrize(("after", "how"), [("audio", all_zeros), ("chunks", cut_short), ("chunks", a_page_lost)])
def test_a_file_that_was_safe_is_damaged(clerk: Actor, calm: Calm, sound: Path, how: Damage, after: str) -> None:
    recording_id = actions.add_local_file(clerk, path=sound)
    work_until_done(after, recording_id)
    damage(sound_of(clerk, recording_id), how)
    work()
    check_whole(clerk, recording_id, calm)
    assert StageRun.objects.get(recording_id=recording_id, stage="audio").attempts == 2


def test_damage_amid_recognition_keeps_what_was_recognised(clerk: Actor, calm: Calm, sound: Path) -> None:
    recording_id = actions.add_local_file(clerk, path=sound)
    work_until_done("chunks", recording_id)
    assert pipeline.work_once("gpu")
    damage(sound_of(clerk, recording_id), all_zeros)
    work()
    check_whole(clerk, recording_id, calm)
    attempts = Chunk.objects.filter(recording_id=recording_id).order_by("index").values_list("attempts", flat=True)
    assert attempts[0] == 0, "the finished chunk was recognised again"


@pytest.mark.parametrize("how", [all_zeros, a_page_lost])
def test_an_uploaded_file_that_is_damaged_is_never_passed_over(clerk: Actor, tmp_path: Path, how: Damage) -> None:
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "a.wav"))
    file = queries.stored_media(clerk, recording_id, "media")
    assert file is not None
    damage(file.name, how)
    work()
    row = queries.get_recording(clerk, recording_id)
    assert (row.state, row.error_code) == (RecordingState.FAILED, "stored_file_damaged")
    assert "wgraj" in row.error_message


def test_a_disk_that_damages_everything_comes_to_an_end(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = audio.run

    def make_and_lose(job: StageJob) -> None:
        make(job)
        damage(sound_of(clerk, recording_id), a_page_lost)

    stages = tuple(
        pipeline.Stage(stage.name, make_and_lose, stage.settings) if stage.name == "audio" else stage
        for stage in pipeline.STAGES
    )
    monkeypatch.setattr(pipeline, "_BY_NAME", {stage.name: stage for stage in stages})
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "a.wav"))
    work()
    row = queries.get_recording(clerk, recording_id)
    assert (row.state, row.error_code) == (RecordingState.FAILED, "stored_file_damaged")
    assert StageRun.objects.get(recording_id=recording_id, stage="audio").attempts == ledger.MAX_ATTEMPTS
