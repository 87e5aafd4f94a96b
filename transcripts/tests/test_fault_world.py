"""The world around the workers fails: disk, storage, recognition server, clock. The transcript is the same.

Real processes (crew.py); each test compares with what an undisturbed run makes of the same sound.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as project
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from conftest import World
from council.access import Actor
from transcripts import actions
from transcripts.models import Chunk, StageRun
from transcripts.tests.crew import Crew, outcome, undisturbed, until
from transcripts.tests.sounds import write_speech

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEDIA = Path(project.DATA_DIR) / "media"


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew({"FAKE_RECOGNIZER": "delay_ms=400"})
    yield crew
    crew.close()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_speech(tmp_path / "sesja.wav", repeat=3)


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


def told(recording_id: UUID, stage: str, code: str = "") -> Callable[[], bool]:
    """Whether this stage has failed and waits; the code of its failure stands there until it is tried again."""
    failed = StageRun.objects.filter(recording_id=recording_id, stage=stage).exclude(error_code="")
    return (failed.filter(error_code=code) if code else failed).exists


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """The recordings lie on a disk of 20 MB."""
    MEDIA.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(MEDIA)], check=False).returncode:
        pytest.skip("this account may not mount a small disk; test_no_file_may_grow stands for it")
    yield MEDIA
    subprocess.run(["umount", "-l", str(MEDIA)], check=True)


def fill(ballast: Path) -> None:
    """Write until the disk is full."""
    block = bytes(65_536)
    with ballast.open("wb", buffering=0) as handle, suppress(OSError):
        while True:
            handle.write(block)


def test_the_disk_is_full_for_a_while(
    small_disk: Path, committed_world: World, crew: Crew, sound: Path, clerk: Actor
) -> None:
    calm = undisturbed(crew, committed_world, sound)
    recording_id = actions.add_local_file(clerk, path=sound)
    ballast = small_disk / "ballast"
    fill(ballast)
    worker = crew.start(clerk, recording_id)
    until(told(recording_id, "audio", "disk_full"), "the full disk was not noticed")
    ballast.unlink()
    crew.wait(worker)
    assert outcome(clerk, recording_id) == calm


def test_no_file_may_grow(committed_world: World, crew: Crew, sound: Path, clerk: Actor) -> None:
    calm = undisturbed(crew, committed_world, sound)
    recording_id = actions.add_local_file(clerk, path=sound)
    worker = crew.start(clerk, recording_id, file_bytes=100_000)
    until(told(recording_id, "audio"), "the limit was not noticed")
    os.kill(worker, signal.SIGKILL)
    crew.wait(crew.start(clerk, recording_id))
    assert outcome(clerk, recording_id) == calm


def is_back(away: Path) -> bool:
    """Whether the storage stands in its place again; the worker may make a folder there at the same moment."""
    shutil.rmtree(MEDIA, ignore_errors=True)
    try:
        away.rename(MEDIA)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("stage", ["fetch", "audio"])
def test_the_storage_is_away_for_a_while(
    committed_world: World, crew: Crew, sound: Path, clerk: Actor, stage: str
) -> None:
    calm = undisturbed(crew, committed_world, sound)
    recording_id = actions.add_local_file(clerk, path=sound)
    if stage == "audio":
        crew.wait(crew.start(clerk, recording_id, die_at="fetch:committed"))
    away = MEDIA.with_name("away")
    MEDIA.rename(away)
    try:
        worker = crew.start(clerk, recording_id)
        until(told(recording_id, stage), "the missing storage was not noticed")
    finally:
        until(lambda: is_back(away), "the storage could not be brought back")
    crew.wait(worker)
    assert outcome(clerk, recording_id) == calm


@pytest.fixture
def moody_server(httpserver: HTTPServer) -> tuple[HTTPServer, list[Response]]:
    """A recognition server, and the answers it gives before the right ones."""
    faults: list[Response] = []

    def answer(request: Request) -> Response:
        request.get_data()
        if faults:
            return faults.pop(0)
        words = [{"word": f"słowo{k}", "start": 0.5 * k, "end": 0.5 * k + 0.4} for k in range(20)]
        text = " ".join(str(word["word"]) for word in words)
        segment = {"id": 0, "start": 0.0, "end": 10.0, "text": text, "avg_logprob": -0.1, "no_speech_prob": 0.0,
                   "compression_ratio": 1.0, "temperature": 0.0, "seek": 0, "tokens": []}  # fmt: skip
        told = {"task": "transcribe", "language": "pl", "duration": 10.0, "text": text, "words": words}
        return Response(json.dumps({**told, "segments": [segment]}), content_type="application/json")

    httpserver.expect_request("/v1/audio/transcriptions").respond_with_handler(answer)
    return httpserver, faults


def test_the_recognition_server_fails_in_turn(
    committed_world: World, sound: Path, clerk: Actor, moody_server: tuple[HTTPServer, list[Response]]
) -> None:
    server, faults = moody_server
    asks = {"RECOGNIZER": "openai_api", "TRANSCRIPTION_BASE_URL": server.url_for("/v1"), "TRANSCRIPTION_MODEL": "m"}
    crew = Crew(asks)
    try:
        calm = undisturbed(crew, committed_world, sound)
        assert "słowo7" in str(calm["text"])
        faults += [
            Response("{", status=500),
            Response("{}", status=429, headers={"Retry-After": "1"}),
            Response("<html>proxy</html>", content_type="text/html"),
            Response('{"text": 7, "words": "none", "segments": null}', content_type="application/json"),
            Response(b"\xff\x00" * 50, content_type="application/json"),
        ]
        recording_id = actions.add_local_file(clerk, path=sound)
        crew.wait(crew.start(clerk, recording_id))
        assert faults == [], "not every fault was met"
        assert outcome(clerk, recording_id) == calm
    finally:
        crew.close()


def test_clocks_of_workers_are_two_hours_apart(committed_world: World, crew: Crew, sound: Path, clerk: Actor) -> None:
    calm = undisturbed(crew, committed_world, sound)
    recording_id = actions.add_local_file(clerk, path=sound)
    workers = [crew.start(clerk, recording_id, clock_s=seconds) for seconds in (3600, -3600)]
    for worker in workers:
        crew.wait(worker)
    assert outcome(clerk, recording_id) == calm
    chunks = Chunk.objects.filter(recording_id=recording_id)
    assert set(chunks.values_list("attempts", flat=True)) == {1}, "one took what the other was at work on"
