"""Cancelled while each stage is at work: within seconds the worker stops, and no program that it started is left."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
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
from transcripts.tests.crew import Crew, is_gone, until
from transcripts.tests.sounds import write_speech

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# The worker looks every 2 s; the rest is patience with a busy machine, but less than the work would take.
DOWNLOAD_S = 120.0  # of one that never ends
DECODING_S = 120.0  # of thirteen hours, which take four minutes
RECOGNITION_S = 28.0


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew({"FAKE_RECOGNIZER": f"delay_ms={RECOGNITION_S * 1000:.0f}", "CHUNK_TARGET_S": "600"})
    yield crew
    crew.close()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


def children(worker: int) -> list[psutil.Process]:
    return psutil.Process(worker).children(recursive=True)


def runs(worker: int, program: str) -> bool:
    """Whether the worker has a child that was called so."""
    for child in children(worker):
        with suppress(psutil.Error):  # it may end while it is looked at
            if program in " ".join([child.name(), *child.cmdline()]):
                return True
    return False


def stops_in_time(crew: Crew, clerk: Actor, recording_id: object, worker: int, within_s: float) -> None:
    """Cancel; the worker leaves the work, ends by itself (its recording is finished), and leaves nothing behind."""
    programs = children(worker)
    actions.cancel_recording(clerk, recording_id=recording_id)  # type: ignore[arg-type]
    crew.wait(worker, timeout_s=within_s)
    until(lambda: all(map(is_gone, programs)), "a program that the worker started lives on")
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
        until(lambda: runs(worker, "ytdlp_child"), "no download began")
        time.sleep(1)  # amid it
        stops_in_time(crew, clerk, recording_id, worker, DOWNLOAD_S)
    finally:
        over.set()


def test_a_long_file_is_being_decoded(crew: Crew, clerk: Actor, tmp_path: Path) -> None:
    hour, long = tmp_path / "godzina.mp3", tmp_path / "dluga.mp3"
    command = [str(find_ffmpeg()), "-v", "error", "-f", "lavfi", "-i", "sine=300:sample_rate=8000:duration=3600"]
    subprocess.run([*command, "-b:a", "8k", str(hour)], check=True)
    long.write_bytes(hour.read_bytes() * 13)  # such files may follow one another
    recording_id = actions.add_local_file(clerk, path=long)
    worker = crew.start(clerk, recording_id)
    until(lambda: runs(worker, "ffmpeg"), "decoding did not begin")
    stops_in_time(crew, clerk, recording_id, worker, DECODING_S)


def test_a_chunk_is_being_recognised(crew: Crew, clerk: Actor, tmp_path: Path) -> None:
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "a.wav"))
    worker = crew.start(clerk, recording_id)
    running = Chunk.objects.filter(recording_id=recording_id, state=RunState.RUNNING)
    until(running.exists, "recognition did not begin")
    actions.cancel_recording(clerk, recording_id=recording_id)
    crew.wait(worker, timeout_s=RECOGNITION_S - 2)  # the recogniser asks between its steps, of a quarter of it
    assert queries.get_recording(clerk, recording_id).error_code == "cancelled"
    assert Chunk.objects.get(recording_id=recording_id).state == RunState.FAILED
