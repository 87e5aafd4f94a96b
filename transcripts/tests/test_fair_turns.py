"""Whose turn it is: councils take turns, urgent and short recordings do not stand behind an import of 200 hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conftest import World
from council.errors import CouncilError
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import actions, ledger, pipeline, queries
from transcripts.models import Chunk, Recording, RecordingState, RunState, SourceKind, StageRun

pytestmark = pytest.mark.django_db(transaction=True)
HOUR_MS = 3_600_000


def waiting(council: Council, *, hours: float, chunks: int, priority: int = 0) -> Recording:
    """A recording whose pieces wait for a recogniser."""
    length_ms = int(hours * HOUR_MS)
    with tenant_scope(council.pk):
        recording = Recording.objects.create(
            council=council, source_kind=SourceKind.FILE, duration_ms=length_ms, priority=priority
        )
        pipeline.start(recording)
        StageRun.objects.filter(recording=recording).update(state=RunState.DONE)
        StageRun.objects.filter(recording=recording, stage="recognise").update(state=RunState.SPREAD)
        Chunk.objects.bulk_create(
            Chunk(
                council=council, recording=recording, index=n, start_ms=n * 600_000, end_ms=(n + 1) * 600_000,
                state=RunState.WAITING, priority=priority, recording_ms=length_ms,
            )
            for n in range(chunks)
        )  # fmt: skip
    return recording


def taken(most: int = 100, *, finish: bool = True) -> Iterator[UUID]:
    for _ in range(most):
        found = ledger.claim(Chunk)
        if found is None:
            return
        if finish:
            ledger.finish(found[0])
        yield found[0].recording_id


def test_councils_take_turns_also_with_one_worker(committed_world: World) -> None:
    big = waiting(committed_world.lipowa, hours=200, chunks=20)
    small = waiting(committed_world.debowa, hours=1, chunks=3)
    order = list(taken(6))
    assert sorted(map(order.count, (big.pk, small.pk))) == [3, 3]


def test_with_many_workers_no_council_holds_them_all(committed_world: World) -> None:
    big = waiting(committed_world.lipowa, hours=200, chunks=20)
    list(taken(2, finish=False))
    small = waiting(committed_world.debowa, hours=1, chunks=2)
    assert list(taken(2, finish=False)) == [small.pk, small.pk]
    assert next(taken(1)) == big.pk


def test_within_a_council_the_short_recording_goes_before_the_long_one(committed_world: World) -> None:
    long = waiting(committed_world.lipowa, hours=8, chunks=5)
    short = waiting(committed_world.lipowa, hours=0.2, chunks=2)
    assert list(taken(3)) == [short.pk, short.pk, long.pk]


def test_what_waited_long_enough_is_not_passed_for_ever(committed_world: World) -> None:
    long = waiting(committed_world.lipowa, hours=8, chunks=2)
    Chunk.objects.update(created_at=timezone.now() - timedelta(hours=13))
    waiting(committed_world.lipowa, hours=0.2, chunks=2)
    assert list(taken(2)) == [long.pk, long.pk]


def test_urgent_goes_first_and_can_be_taken_back(committed_world: World) -> None:
    council, clerk = committed_world.lipowa, committed_world.actor(committed_world.clerk)
    short = waiting(council, hours=0.2, chunks=2)
    long = waiting(council, hours=8, chunks=4)
    actions.set_urgent(clerk, recording_id=long.pk, urgent=True)
    assert queries.recording_detail(clerk, long.pk).row.urgent
    assert next(taken(1)) == long.pk
    actions.set_urgent(clerk, recording_id=long.pk, urgent=False)
    assert next(taken(1)) == short.pk


def test_a_bulk_import_waits_for_the_councils_own_recordings(committed_world: World) -> None:
    waiting(committed_world.lipowa, hours=0.1, chunks=2, priority=-1)
    usual = waiting(committed_world.lipowa, hours=3, chunks=1)
    assert next(taken(1)) == usual.pk


def test_a_councils_limit_leaves_workers_to_others(committed_world: World, settings: Settings) -> None:
    settings.COUNCIL_CHUNKS_AT_ONCE = 2
    big = waiting(committed_world.lipowa, hours=200, chunks=20)
    assert list(taken(finish=False)) == [big.pk, big.pk]
    small = waiting(committed_world.debowa, hours=1, chunks=1)
    assert list(taken(finish=False)) == [small.pk]


def test_stages_of_councils_take_turns_too(committed_world: World, settings: Settings) -> None:
    for council, most in ((committed_world.lipowa, 4), (committed_world.debowa, 1)):
        for _ in range(most):
            with tenant_scope(council.pk):
                pipeline.start(Recording.objects.create(council=council, source_kind=SourceKind.FILE))
    claimed = [ledger.claim(StageRun), ledger.claim(StageRun)]
    assert {found[0].council_id for found in claimed if found} == {committed_world.lipowa.pk, committed_world.debowa.pk}


def test_slow_downloads_leave_a_worker_to_what_is_there_already(committed_world: World, settings: Settings) -> None:
    settings.LONG_STAGES_AT_ONCE = 1
    links = []
    for n in range(3):
        with tenant_scope(committed_world.lipowa.pk):
            link = Recording.objects.create(
                council=committed_world.lipowa, source_kind=SourceKind.LINK, source_address=f"https://example.org/{n}"
            )
            pipeline.start(link)
            links.append(link)
    with tenant_scope(committed_world.lipowa.pk):
        here = Recording.objects.create(council=committed_world.lipowa, source_kind=SourceKind.FILE)
        pipeline.start(here, first="audio")
    first = ledger.claim(StageRun)
    second = ledger.claim(StageRun)
    assert first is not None
    assert second is not None
    assert (first[1].stage, first[1].recording_id) == ("fetch", links[0].pk)
    assert (second[1].stage, second[1].recording_id) == ("audio", here.pk)
    assert ledger.claim(StageRun) is None, "one download at a time on this machine"
    ledger.set_priority(links[2].pk, 1)
    urgent = ledger.claim(StageRun)
    assert urgent is not None
    assert urgent[1].recording_id == links[2].pk, "unless it is urgent"
    ledger.finish(urgent[0])
    StageRun.objects.filter(pk=first[1].pk).update(worker="another/1:7")
    third = ledger.claim(StageRun)
    assert third is not None
    assert third[1].recording_id == links[1].pk, "another machine's download is no reason to wait"


def test_a_cancelled_recording_stops_and_goes_on_when_asked(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording = waiting(committed_world.lipowa, hours=1, chunks=3)
    found = ledger.claim(Chunk)
    assert found is not None
    client = Client()
    client.force_login(committed_world.clerk)
    page = f"/lipowa/nagrania/{recording.pk}/"
    assert "Zatrzymaj" in client.get(page).content.decode()
    client.post(f"{page}zatrzymaj/")
    shown = client.get(page).content.decode()
    assert "przerwane na życzenie" in shown
    assert not ledger.extend(found[0]), "who works on it finds out at the next heartbeat"
    with pytest.raises(ledger.LeaseLost):
        ledger.finish(found[0])
    assert ledger.claim(Chunk) is None
    client.post(f"{page}ponow/")
    assert queries.recording_detail(clerk, recording.pk).row.state == RecordingState.PROCESSING
    assert len(list(taken())) == 3


def test_another_council_cannot_stop_or_hurry_it(committed_world: World) -> None:
    recording = waiting(committed_world.lipowa, hours=1, chunks=1)
    stranger = committed_world.actor(committed_world.stranger, committed_world.debowa)
    with pytest.raises(CouncilError, match="not_found"):
        actions.cancel_recording(stranger, recording_id=recording.pk)
    with pytest.raises(CouncilError, match="not_found"):
        actions.set_urgent(stranger, recording_id=recording.pk, urgent=True)
