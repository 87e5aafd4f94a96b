"""What happens between any two steps: deletions, duplicates, other people's edits, clocks and lost connections."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.db.models.functions import Now
from pytest_django import Settings

from conftest import World
from council import jobs
from council.access import Actor
from council.errors import CouncilError
from council.models import WorkerHeartbeat
from council.tenancy import tenant_scope
from speech.engine import audio
from speech.engine.types import Segment
from transcripts import actions, ledger, pipeline, progress, queries, recognition, storage
from transcripts.management.commands.worker import Watcher
from transcripts.models import Chunk, RecordingState, StageRun
from transcripts.sources import FetchedMedia, FetchRequest
from transcripts.stages import fetch
from transcripts.tests.crew import until
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fake_recogniser(settings: Settings) -> None:
    settings.RECOGNIZER = "fake"
    recognition.recognizer.cache_clear()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


@pytest.fixture
def added(clerk: Actor, tmp_path: Path) -> UUID:
    """A recording that waits to be fetched."""
    return actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav"), title="stary tytuł")


def work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


def elsewhere(work_there: Callable[[], object]) -> None:
    """Run in another thread, with a database connection of its own, and wait."""

    def run() -> None:
        work_there()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    assert not thread.is_alive()


def files_of(actor: Actor, recording_id: UUID) -> list[str]:
    folder = f"{actor.council_id}/{recording_id}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def claimed_chunk() -> ledger.Lease:
    found = ledger.claim(Chunk)
    assert found is not None
    return found[0]


def claimed_stage() -> ledger.Lease:
    found = ledger.claim(StageRun)
    assert found is not None
    return found[0]


def test_retry_of_what_has_not_failed_changes_nothing(clerk: Actor, added: UUID) -> None:
    work()
    actions.retry_recording(clerk, recording_id=added)
    assert queries.get_recording(clerk, added).state == RecordingState.READY


class WavSource:
    """A link behind which there is a file we have already."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fetch(self, request: FetchRequest, progress: object, is_cancelled: object) -> FetchedMedia:
        target = request.workdir / "media.wav"
        shutil.copy(self.path, target)
        return FetchedMedia(
            path=target, title="z internetu", published_on=None, extractor="generic", source_id="1", duration_ms=None,
            sha256=storage.sha256_of(target), size_bytes=target.stat().st_size, webpage_url=None,
        )  # fmt: skip


@pytest.fixture
def same_by_link(clerk: Actor, added: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UUID:
    work()
    monkeypatch.setattr(fetch, "source_for", lambda address: WavSource(tmp_path / "sesja.wav"))
    second = actions.add_link(clerk, address="https://example.pl/sesja")
    work()
    row = queries.get_recording(clerk, second)
    assert (row.state, row.duplicate_of) == (RecordingState.DUPLICATE, added)
    return second


def test_a_duplicate_found_by_its_bytes_keeps_no_files(clerk: Actor, same_by_link: UUID) -> None:
    assert files_of(clerk, same_by_link) == []


def test_a_link_works_again_after_its_original_was_deleted(clerk: Actor, added: UUID, same_by_link: UUID) -> None:
    actions.delete_recording(clerk, recording_id=added)
    again = actions.add_link(clerk, address="https://example.pl/sesja")
    work()
    assert queries.get_recording(clerk, again).state == RecordingState.READY


def test_deleting_while_progress_is_written(clerk: Actor, added: UUID) -> None:
    fired: list[threading.Thread] = []

    def note() -> None:
        try:
            with tenant_scope(clerk.council_id):
                progress.note(clerk.council_id, added, stage="fetch", state="running", done=1, total=2)
        except Exception as error:  # noqa: BLE001  # the recording is gone: any refusal by the database will do
            refused.append(error)
        finally:
            connection.close()

    def interfere(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('DELETE FROM "transcripts_recording"') and not fired:
            fired.append(threading.Thread(target=note))
            fired[0].start()
            time.sleep(0.3)
        return execute(sql, params, many, context)

    refused: list[Exception] = []
    with connection.execute_wrapper(interfere):
        actions.delete_recording(clerk, recording_id=added)
    fired[0].join(120)
    assert refused, "an event of a recording that is gone was written"
    with pytest.raises(CouncilError, match="not_found"):
        queries.get_recording(clerk, added)


def test_deleting_while_a_stage_works_leaves_no_files(
    clerk: Actor, added: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pipeline.work_once("default")
    extract = audio.extract_speech_audio

    def extract_and_lose(*arguments: Any, **limits: Any) -> int:
        done = extract(*arguments, **limits)
        elsewhere(lambda: actions.delete_recording(clerk, recording_id=added))
        return done

    monkeypatch.setattr(audio, "extract_speech_audio", extract_and_lose)
    pipeline.work_once("default")
    assert files_of(clerk, added) == []


def test_a_title_edited_meanwhile_stays(clerk: Actor, added: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = audio.probe

    def probe_and_edit(path: Path) -> Any:
        elsewhere(lambda: actions.describe_recording(clerk, recording_id=added, title="nowy tytuł", held_on=None))
        return probe(path)

    monkeypatch.setattr(audio, "probe", probe_and_edit)
    work()
    assert queries.get_recording(clerk, added).title == "nowy tytuł"


def test_a_title_that_is_too_long_is_refused_before_anything_is_stored(clerk: Actor, tmp_path: Path) -> None:
    with pytest.raises(CouncilError, match="title_too_long"):
        actions.add_local_file(clerk, path=write_speech(tmp_path / "a.wav"), title="x" * 301)
    assert queries.list_recordings(clerk)[1] == 0


def test_text_is_no_media_for_an_imported_transcript(clerk: Actor, tmp_path: Path) -> None:
    (tmp_path / "sesja.mp3").write_text("to nie dźwięk")
    with pytest.raises(CouncilError, match="media_unreadable"):
        actions.add_transcript(
            clerk,
            segments=[Segment(0, 900, "Dzień dobry.")],
            content_hash="a" * 64,
            file_name="sesja.json",
            media=tmp_path / "sesja.mp3",
        )


def test_a_heartbeat_survives_a_lost_connection(added: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "HEARTBEAT_S", 0.05)
    lease, beats, extend = claimed_stage(), [0], ledger.extend

    def flaky(which: ledger.Lease) -> bool:
        beats[0] += 1
        if beats[0] == 1:
            raise OperationalError("server closed the connection")
        return extend(which)

    monkeypatch.setattr(ledger, "extend", flaky)
    with ledger.heartbeat(lease) as lost:
        until(lambda: beats[0] > 2, "it did not go on after the lost connection")
        assert not lost.is_set()


def test_the_sweeper_and_a_finisher_do_not_deadlock(clerk: Actor, added: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        assert pipeline.work_once("default")
    Chunk.objects.filter(recording_id=added).update(losses=ledger.MAX_LOSSES - 1)
    lease = claimed_chunk()
    Chunk.objects.filter(pk=lease.row_id).update(lease_until=Now() - timedelta(seconds=1))
    with tenant_scope(clerk.council_id):
        assert ledger.held(lease)
        sweeper = threading.Thread(target=elsewhere, args=[pipeline.sweep])
        sweeper.start()
        time.sleep(0.5)
        ledger.finish(lease)
        pipeline.fan_in(clerk.council_id, added)
    sweeper.join(120)
    assert not sweeper.is_alive()
    assert Chunk.objects.get(pk=lease.row_id).state == "done"


def a_watcher(name: str) -> Watcher:
    watcher = Watcher("gpu")
    watcher.name = name
    watcher.started_at = watcher.busy_at = watcher.started_at - timedelta(minutes=10)
    jobs.register_worker("gpu", name)
    return watcher


def test_a_cluster_is_not_silent_the_moment_its_long_work_ends(added: UUID, clerk: Actor) -> None:
    for _ in range(3):
        assert pipeline.work_once("default")
    watcher, lease = a_watcher("here:1"), claimed_chunk()
    assert not watcher._is_silent()
    ledger.give_up(lease, "x", retryable=True)
    assert not watcher._is_silent()


def test_another_machines_cluster_does_not_answer_for_a_dead_one(monkeypatch: pytest.MonkeyPatch) -> None:
    dead, alive = a_watcher("machine-a:1"), a_watcher("machine-b:1")
    jobs.send_canary("gpu")
    monkeypatch.setattr(jobs, "_watcher", alive.name)
    jobs.answer_canary("gpu")
    assert dead._is_silent()
    assert not alive._is_silent()


def test_a_cluster_that_only_starts_and_falls_does_not_count_as_alive() -> None:
    watcher = a_watcher("here:2")
    assert not watcher._is_proven()
    assert not jobs.workers_alive("gpu")
    WorkerHeartbeat.objects.filter(worker=watcher.name).update(canary_at=Now())
    assert watcher._is_proven()
    jobs.note_worker("gpu", watcher.name)
    assert jobs.workers_alive("gpu")


def test_what_killed_processes_left_is_swept_away_and_the_rest_stays(settings: Settings, tmp_path: Path) -> None:
    settings.WORK_DIR = tmp_path
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "media.part").write_bytes(b"x")
    day_ago = time.time() - 86_400
    for path in (old / "media.part", old, fresh):
        os.utime(path, (day_ago, day_ago))
    storage.sweep_work_folder()
    assert not old.exists()
    assert (fresh / "media.part").exists()
