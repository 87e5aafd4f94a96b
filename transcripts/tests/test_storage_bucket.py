"""Recordings in a bucket: the same way through the house with an S3-speaking server and no shared disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import default_storage
from django.test import Client
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from conftest import World
from council.access import Actor
from transcripts import actions, ledger, media, pipeline, queries, recognition, storage
from transcripts.models import RecordingState, RunState, StageRun
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bucket(settings: Settings) -> Iterator[str]:
    """The address of an object storage with one empty bucket, in use as the default storage."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "bucket_name": "nagrania", "endpoint_url": f"http://{host}:{port}", "region_name": "us-east-1",
        "access_key": "klucz", "secret_key": "tajny", "default_acl": None, "file_overwrite": True,
    }  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    default_storage.connection.create_bucket(Bucket="nagrania")  # type: ignore[attr-defined]
    yield options["endpoint_url"]  # type: ignore[misc]
    server.stop()


@pytest.fixture
def clerk(committed_world: World, settings: Settings) -> Actor:
    settings.RECOGNIZER = "fake"
    recognition.recognizer.cache_clear()
    return committed_world.actor(committed_world.clerk)


def work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


def test_a_recording_is_made_played_and_deleted_in_a_bucket(
    bucket: str, clerk: Actor, committed_world: World, tmp_path: Path, settings: Settings
) -> None:
    source = write_speech(tmp_path / "sesja.wav", repeat=2)
    recording_id = actions.add_local_file(clerk, path=source)
    work()
    detail = queries.recording_detail(clerk, recording_id)
    assert (detail.row.state, detail.row.error_code) == (RecordingState.READY, "")
    assert detail.segment_count > 3
    assert not (settings.DATA_DIR / "media" / str(clerk.council_id) / str(recording_id)).exists()
    link = media.media_links(clerk, recording_id)[0]
    part = Client().get(link.url, headers={"Range": "bytes=100-299"})

    async def body() -> bytes:
        return b"".join([block async for block in part.streaming_content])  # type: ignore[attr-defined]

    assert (part.status_code, async_to_sync(body)()) == (206, source.read_bytes()[100:300])
    actions.delete_recording(clerk, recording_id=recording_id)
    assert list(default_storage.bucket.objects.all()) == []  # type: ignore[attr-defined]


def test_one_copy_serves_all_chunks_and_goes_when_nobody_reads_it(
    bucket: str, clerk: Actor, tmp_path: Path, settings: Settings
) -> None:
    source = tmp_path / "a.flac"
    source.write_bytes(b"sound")
    storage.store(source, "1/a/b.flac")
    with storage.local_copy("1/a/b.flac") as first:
        assert first.read_bytes() == b"sound"
    with storage.local_copy("1/a/b.flac") as second:
        assert second == first
    storage.sweep_work_folder()
    assert first.exists()
    long_ago = time.time() - timedelta(hours=2).total_seconds()
    os.utime(first, (long_ago, long_ago))
    storage.sweep_work_folder()
    assert not first.exists()


def test_a_storage_that_is_down_is_waited_for(bucket: str, clerk: Actor, tmp_path: Path, settings: Settings) -> None:
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav", repeat=1))
    up = settings.STORAGES
    down = {**up["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {**up, "default": {**up["default"], "OPTIONS": down}}
    while pipeline.work_once("default"):
        pass
    run = StageRun.objects.get(recording_id=recording_id, stage="fetch")
    assert (run.state, run.error_code) == (RunState.WAITING, "storage_unavailable")
    settings.STORAGES = up
    ledger.reset(StageRun, recording_id, to=RunState.WAITING, stage="fetch")
    work()
    assert queries.recording_detail(clerk, recording_id).row.state == RecordingState.READY
