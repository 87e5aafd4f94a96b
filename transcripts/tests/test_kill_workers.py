"""kill -9 of any worker process at any moment: the work goes on, nothing is done twice, no word is lost or doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from django.conf import settings as project
from pytest_django import Settings

from conftest import World
from council import processes
from council.access import Actor
from council.tenancy import tenant_scope
from transcripts import actions, pipeline, queries
from transcripts.models import Chunk, Recording, RecordingState, RunState
from transcripts.tests.crew import is_gone, until
from transcripts.tests.sounds import write_speech

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KILLS = 8
KILLS_IN_THE_MIDDLE = 3  # at least so many while a chunk is done and another is being recognised
QUEUES = ("default", "gpu", "gpu")


class Workers:
    """Real worker processes, started anew when they end, as the supervisor does."""

    def __init__(self) -> None:
        self.children: list[subprocess.Popen[str]] = []
        self.queue_of: dict[int, str] = {}

    def keep_running(self) -> None:
        alive = [child for child in self.children if child.poll() is None]
        running = [self.queue_of[child.pid] for child in alive]
        for queue in QUEUES:
            if queue in running:
                running.remove(queue)
                continue
            child = processes.start(
                [sys.executable, str(Path(project.BASE_DIR) / "manage.py"), "worker", queue],
                extra_env={
                    "RECOGNIZER": "fake",
                    "FAKE_RECOGNIZER": "delay_ms=1500",
                    "CHUNK_TARGET_S": "30",
                    "LOG_LEVEL": "ERROR",
                },
            )
            self.queue_of[child.pid] = queue
            alive.append(child)
        self.children = alive

    def all_processes(self) -> list[psutil.Process]:
        found = []
        for child in self.children:
            try:
                process = psutil.Process(child.pid)
                found += [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        return found


@pytest.fixture
def workers() -> Iterator[Workers]:
    crew = Workers()
    yield crew
    processes.stop(crew.children, grace_s=5)


def test_transcript_survives_the_killing_of_its_workers(
    committed_world: World, workers: Workers, tmp_path: Path, settings: Settings
) -> None:
    settings.RECOGNIZER = "fake"
    settings.CHUNK_TARGET = timedelta(seconds=30)
    sound = write_speech(tmp_path / "sesja.wav", repeat=40)
    calm = committed_world.actor(committed_world.stranger, committed_world.debowa)
    undisturbed = actions.add_local_file(calm, path=sound)
    while pipeline.work_once("default", undisturbed) or pipeline.work_once("gpu", undisturbed):
        pass

    actor = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(actor, path=sound)
    finished = _kill_until_done(actor, recording_id, workers, random.Random(23))

    failed = Chunk.objects.filter(recording_id=recording_id, state=RunState.FAILED)
    assert list(failed.values_list("index", "attempts", "error_code")) == []
    assert text_of(actor, recording_id) == text_of(calm, undisturbed)
    assert len(text_of(actor, recording_id)) > 5
    with tenant_scope(actor.council_id):
        now = dict(Chunk.objects.filter(recording_id=recording_id).values_list("index", "finished_at"))
    assert {index: now[index] for index in finished} == finished, "a finished chunk was done again"


def _kill_until_done(actor: Actor, recording_id: UUID, workers: Workers, dice: random.Random) -> dict[int, object]:
    """Kill a process every now and then, most of them amid recognition; when each chunk was first seen finished."""
    finished: dict[int, object] = {}
    kills = in_the_middle = 0
    next_kill = time.monotonic() + 2
    ends = time.monotonic() + 600
    while time.monotonic() < ends:
        workers.keep_running()
        with tenant_scope(actor.council_id):
            chunks = list(Chunk.objects.filter(recording_id=recording_id).values_list("index", "state", "finished_at"))
            state = Recording.objects.get(pk=recording_id).state
        for index, chunk_state, moment in chunks:
            if chunk_state == RunState.DONE:
                finished.setdefault(index, moment)
        assert state != RecordingState.FAILED
        if state == RecordingState.READY:
            assert in_the_middle >= KILLS_IN_THE_MIDDLE, f"only {in_the_middle} of {kills} kills hit recognition"
            return finished
        amid = bool(finished) and any(chunk_state == RunState.RUNNING for _, chunk_state, _ in chunks)
        if kills < KILLS and time.monotonic() > next_kill and (amid or kills < KILLS - KILLS_IN_THE_MIDDLE - 2):
            victims = workers.all_processes()
            if victims:
                with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                    dice.choice(victims).kill()
                kills += 1
                in_the_middle += amid
            next_kill = time.monotonic() + 1.5
        time.sleep(0.1)
    raise AssertionError(f"not done after {kills} kills")


def text_of(actor: Actor, recording_id: UUID) -> list[tuple[int, int, str]]:
    return [(s.start_ms, s.end_ms, s.text) for s in queries.list_segments(actor, recording_id)]


def test_no_process_outlives_a_killed_watcher(committed_world: World, workers: Workers) -> None:
    workers.keep_running()
    watcher = workers.children[0]
    top = psutil.Process(watcher.pid)
    until(lambda: len(top.children(recursive=True)) >= 3, "the watcher has no cluster with its processes")
    family = [top, *top.children(recursive=True)]
    watcher.kill()
    watcher.wait()
    until(lambda: all(map(is_gone, family)), "a process outlived its watcher")
