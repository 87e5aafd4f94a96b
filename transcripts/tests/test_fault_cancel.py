"""Cancelled while each stage is at work: within seconds the worker stops, and no program that it started is left."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from conftest import World
from council.access import Actor
from speech.engine.audio import find_ffmpeg
from transcripts import actions, queries
from transcripts.models import Chunk, RecordingState, RunState
from transcripts.tests.crew import Crew, until
from transcripts.tests.sounds import write_speech

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WITHIN_S = 6.0  # the worker looks every 2 s; the rest is patience with a busy machine


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew({"FAKE_RECOGNIZER": "delay_ms=20000", "CHUNK_TARGET_S": "600"})
    yield crew
    crew.close()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


def children(worker: int) -> list[psutil.Process]:
    return psutil.Process(worker).children(recursive=True)


def stops_in_time(crew: Crew, clerk: Actor, recording_id: object, worker: int) -> None:
    """Cancel; the worker leaves the work, ends by itself (its recording is finished), and leaves nothing behind."""
    programs = children(worker)
    actions.cancel_recording(clerk, recording_id=recording_id)  # type: ignore[arg-type]
    crew.wait(worker, timeout_s=WITHIN_S)
    _, alive = psutil.wait_procs(programs, timeout=1)
    assert alive == []
    row = queries.get_recording(clerk, recording_id)  # type: ignore[arg-type]
    assert (row.state, row.error_code) == (RecordingState.FAILED, "cancelled")


def test_a_download_that_never_ends(crew: Crew, clerk: Actor, httpserver: HTTPServer, tmp_path: Path) -> None:
    head = write_speech(tmp_path / "a.wav").read_bytes()[:65_536]
    over = threading.Event()

    def drip(request: Request) -> Response:
        def body() -> Iterator[bytes]:
            yield head
            while not over.wait(0.1):
                yield b"\0" * 64

        return Response(body(), headers={"Content-Length": "900000000"}, content_type="audio/wav")

    httpserver.expect_request("/sesja.wav").respond_with_handler(drip)
    recording_id = actions.add_link(clerk, address=httpserver.url_for("/sesja.wav"))
    worker = crew.start(clerk, recording_id)
    try:
        until(lambda: any("ytdlp_child" in " ".join(one.cmdline()) for one in children(worker)), "no download began")
        time.sleep(1)  # amid it
        stops_in_time(crew, clerk, recording_id, worker)
    finally:
        over.set()


def test_a_long_file_is_being_decoded(crew: Crew, clerk: Actor, tmp_path: Path) -> None:
    long = tmp_path / "dluga.mp3"
    command = [str(find_ffmpeg()), "-v", "error", "-f", "lavfi", "-i", "sine=300:sample_rate=8000:duration=28800"]
    subprocess.run([*command, "-b:a", "8k", str(long)], check=True, timeout=120)
    recording_id = actions.add_local_file(clerk, path=long)
    worker = crew.start(clerk, recording_id)
    until(lambda: any("ffmpeg" in one.name() for one in children(worker)), "decoding did not begin")
    stops_in_time(crew, clerk, recording_id, worker)


def test_a_chunk_is_being_recognised(crew: Crew, clerk: Actor, tmp_path: Path) -> None:
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "a.wav"))
    worker = crew.start(clerk, recording_id)
    running = Chunk.objects.filter(recording_id=recording_id, state=RunState.RUNNING)
    until(running.exists, "recognition did not begin")
    actions.cancel_recording(clerk, recording_id=recording_id)
    crew.wait(worker, timeout_s=5 + WITHIN_S)  # the recogniser asks between its steps, here of 5 s
    assert queries.get_recording(clerk, recording_id).error_code == "cancelled"
    assert Chunk.objects.get(recording_id=recording_id).state == RunState.FAILED
