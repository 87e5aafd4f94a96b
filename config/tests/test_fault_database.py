"""The database is restarted under workers, the rough way: the same transcript, each stage handed in once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connections

from config import embedded
from conftest import World
from transcripts import actions
from transcripts.models import Chunk, RunState
from transcripts.tests.crew import Crew, outcome, undisturbed, until
from transcripts.tests.sounds import write_speech

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crew() -> Iterator[Crew]:
    crew = Crew({"FAKE_RECOGNIZER": "delay_ms=400"})
    yield crew
    crew.close()


def test_the_database_is_restarted(committed_world: World, crew: Crew, tmp_path: Path) -> None:
    sound = write_speech(tmp_path / "sesja.wav", repeat=3)
    calm = undisturbed(crew, committed_world, sound)
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(clerk, path=sound)
    workers = [crew.start(clerk, recording_id) for _ in range(2)]
    begun = Chunk.objects.filter(recording_id=recording_id, state__in=[RunState.RUNNING, RunState.DONE])
    until(begun.exists, "recognition did not begin")
    connections.close_all()
    server = embedded.EmbeddedServer(Path(project.DATA_DIR))
    embedded._pg_ctl(server, "restart", "-m", "immediate", "-w", "-t", "60", "-l", str(server.log))
    for worker in workers:
        crew.wait(worker)
    assert outcome(clerk, recording_id) == calm
