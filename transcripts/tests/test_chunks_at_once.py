"""A worker with several chunks in hand: the same transcript, each chunk handed in by itself, a crash costs no more."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as project
from pytest_django import Settings

from conftest import World
from council import processes
from council.access import Actor
from council.tenancy import tenant_scope
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.types import Audio, Progress, Span
from transcripts import actions, pipeline, queries, recognition
from transcripts.models import Chunk, RunState
from transcripts.tests.sounds import write_speech
from transcripts.work import side_by_side

AT_ONCE = 3


class Crowd(FakeRecognizer):
    """Counts how many ask it at the same moment; each waits a little for company."""

    def __init__(self, spec: str = "") -> None:
        super().__init__(spec)
        self.now = self.most = 0
        self._changed = threading.Condition()

    def recognize(
        self, audio: Audio, speech: Sequence[Span], options: RecognitionOptions, on_progress: Progress | None = None
    ) -> Recognition:
        with self._changed:
            self.now += 1
            self.most = max(self.most, self.now)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= AT_ONCE, timeout=120)
        try:
            return super().recognize(audio, speech, options, on_progress)
        finally:
            with self._changed:
                self.now -= 1


@pytest.fixture
def at_once(settings: Settings) -> Settings:
    settings.RECOGNIZER = "fake"
    settings.CHUNK_TARGET = timedelta(seconds=30)
    settings.CHUNKS_AT_ONCE = AT_ONCE
    return settings


@pytest.fixture(autouse=True)
def fresh_recognizer() -> Iterator[None]:
    clear = recognition.recognizer.cache_clear
    clear()
    yield
    clear()


def prepared(actor: Actor, sound: Path) -> UUID:
    recording_id = actions.add_local_file(actor, path=sound)
    while pipeline.work_once("default", recording_id):
        pass
    return recording_id


def finished(recording_id: UUID) -> None:
    while pipeline.work_once("default", recording_id) or pipeline.work_once("gpu", recording_id):
        pass


def text_of(actor: Actor, recording_id: UUID) -> list[tuple[int, str]]:
    return [(row.start_ms, row.text) for row in queries.list_segments(actor, recording_id)]


@pytest.mark.django_db(transaction=True)
def test_several_at_once_give_the_same_transcript(
    committed_world: World, at_once: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = write_speech(tmp_path / "sesja.wav", repeat=40)
    stranger = committed_world.actor(committed_world.stranger, committed_world.debowa)
    one_by_one = prepared(stranger, sound)
    finished(one_by_one)

    crowd = Crowd()
    monkeypatch.setattr(recognition, "recognizer", lambda own=None: crowd)
    actor = committed_world.actor(committed_world.clerk)
    together = prepared(actor, sound)
    pipeline.look("gpu")
    finished(together)
    assert crowd.most == AT_ONCE
    assert text_of(actor, together) == text_of(stranger, one_by_one)
    chunks = Chunk.objects.filter(recording_id=together)
    assert set(chunks.values_list("state", "attempts")) == {(RunState.DONE, 1)}


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_fails_leaves_the_others_alone(
    committed_world: World, at_once: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd("fail_at_ms=40000")
    monkeypatch.setattr(recognition, "recognizer", lambda own=None: crowd)
    actor = committed_world.actor(committed_world.clerk)
    recording_id = prepared(actor, write_speech(tmp_path / "sesja.wav", repeat=40))
    pipeline.look("gpu")
    chunks = Chunk.objects.filter(recording_id=recording_id)
    failed = [chunk for chunk in chunks if chunk.state == RunState.FAILED]
    assert [(chunk.error_code, chunk.start_ms <= 40_000 < chunk.end_ms) for chunk in failed] == [
        ("recognition_failed", True)
    ]
    assert {chunk.state for chunk in chunks if chunk not in failed} == {RunState.DONE}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_crash_loses_only_what_was_not_handed_in(committed_world: World, at_once: Settings, tmp_path: Path) -> None:
    actor = committed_world.actor(committed_world.clerk)
    recording_id = prepared(actor, write_speech(tmp_path / "sesja.wav", repeat=40))
    count = Chunk.objects.filter(recording_id=recording_id).count()
    assert count > 2 * AT_ONCE
    last = Chunk.objects.filter(recording_id=recording_id).order_by("index").last()
    assert last is not None
    worker = processes.start(
        [sys.executable, str(Path(project.BASE_DIR) / "manage.py"), "worker", "gpu"],
        extra_env={
            "RECOGNIZER": "fake",
            "FAKE_RECOGNIZER": f"delay_ms=400,crash_at_ms={last.start_ms},marker={tmp_path / 'crashed'}",
            "CHUNK_TARGET_S": "30",
            "CHUNKS_AT_ONCE": str(AT_ONCE),
            "LOG_LEVEL": "ERROR",
        },
    )
    try:
        until = time.monotonic() + 300
        chunks = Chunk.objects.filter(recording_id=recording_id)
        while chunks.exclude(state=RunState.DONE).exists():
            assert time.monotonic() < until, list(chunks.values_list("index", "state", "attempts"))
            time.sleep(0.2)
    finally:
        processes.stop([worker], grace_s=5)
    assert (tmp_path / "crashed").exists()
    attempts = list(chunks.order_by("index").values_list("attempts", flat=True))
    assert attempts[-1] == 2
    assert set(attempts) <= {1, 2}
    assert attempts.count(2) <= AT_ONCE, "more than what was in hand was done again"
    with tenant_scope(actor.council_id):
        assert chunks.filter(state=RunState.FAILED).count() == 0


def test_work_goes_on_until_none_is_left_and_stops_at_its_time() -> None:
    left = list(range(20))
    lock = threading.Lock()

    def work() -> bool:
        with lock:
            return bool(left) and left.pop() >= 0

    far = time.monotonic() + 600
    assert side_by_side(work, at_once=4, until=far) is False
    assert left == []
    assert side_by_side(lambda: True, at_once=4, until=time.monotonic()) is True
    assert side_by_side(lambda: True, at_once=1, until=time.monotonic()) is True
    assert side_by_side(lambda: False, at_once=1, until=far) is False


def test_a_broken_piece_reaches_the_caller_after_the_others_ended() -> None:
    ended: list[int] = []
    barrier = threading.Barrier(2)

    def work() -> bool:
        if barrier.wait(120) == 0:
            raise LookupError("broken")
        ended.append(1)
        return False

    with pytest.raises(LookupError):
        side_by_side(work, at_once=2, until=time.monotonic() + 600)
    assert ended == [1]
