"""kill -9 of the worker of each stage, at the worst moments: the same transcript, and each stage handed in once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import World
from transcripts import actions, ledger, queries
from transcripts.models import Chunk, RecordingState, RunState, StageRun
from transcripts.pipeline import STAGES
from transcripts.tests.crew import Crew, outcome, undisturbed
from transcripts.tests.sounds import write_speech

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew({})
    yield crew
    crew.close()


@pytest.mark.parametrize("moment", ["claimed", "written", "committed"])
def test_the_worker_of_each_stage_is_killed(committed_world: World, crew: Crew, tmp_path: Path, moment: str) -> None:
    sound = write_speech(tmp_path / "sesja.wav", repeat=3)
    calm = undisturbed(crew, committed_world, sound)
    assert len(calm["chunks"]) > 1  # type: ignore[arg-type]
    assert len(calm["text"]) > 5  # type: ignore[arg-type]

    actor = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(actor, path=sound)
    for stage in STAGES:
        crew.wait(crew.start(actor, recording_id, die_at=f"{stage.name}:{moment}"))
    crew.wait(crew.start(actor, recording_id))
    assert outcome(actor, recording_id) == calm
    attempts = dict(StageRun.objects.filter(recording_id=recording_id).values_list("stage", "attempts"))
    twice = moment != "committed"
    assert {count for stage, count in attempts.items() if stage != "recognise"} == {2 if twice else 1}


def test_a_chunk_that_kills_every_worker_costs_no_other_chunk(
    committed_world: World, crew: Crew, tmp_path: Path
) -> None:
    sound = write_speech(tmp_path / "sesja.wav", repeat=3)
    calm = undisturbed(crew, committed_world, sound)
    deadly = Crew({"FAKE_RECOGNIZER": "crash_at_ms=40000"})
    actor = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(actor, path=sound)
    try:
        for _ in range(ledger.MAX_LOSSES + 1):
            deadly.wait(deadly.start(actor, recording_id))
    finally:
        deadly.close()
    assert queries.get_recording(actor, recording_id).state == RecordingState.READY
    chunks = Chunk.objects.filter(recording_id=recording_id)
    poison = chunks.get(start_ms__lte=40_000, end_ms__gt=40_000)
    assert (poison.state, poison.error_code, poison.losses) == (RunState.FAILED, "worker_lost", ledger.MAX_LOSSES - 1)
    assert set(chunks.exclude(pk=poison.pk).values_list("state", flat=True)) == {RunState.DONE}
    gaps = queries.recording_detail(actor, recording_id).gaps
    assert [gap.reason for gap in gaps] == ["failed_chunk"]
    heard = [line for line in calm["text"] if not poison.start_ms <= line[0] < poison.end_ms]  # type: ignore[attr-defined]
    assert [(s.start_ms, s.end_ms, s.text) for s in queries.list_segments(actor, recording_id)] == [
        line[:3] for line in heard
    ]
