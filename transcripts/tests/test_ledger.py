"""Claims, leases and fences: one holder at a time, nothing lost, nothing done twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from conftest import World
from council.tenancy import tenant_scope
from transcripts import ledger
from transcripts.models import Recording, RunState, SourceKind, StageRun
from transcripts.tests.crew import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recording(committed_world: World) -> Recording:
    council = committed_world.lipowa
    with tenant_scope(council.pk):
        return Recording.objects.create(council=council, source_kind=SourceKind.FILE)


def waiting_run(recording: Recording, position: int = 0) -> StageRun:
    return StageRun.objects.create(
        council_id=recording.council_id,
        recording=recording,
        stage=f"stage{position}",
        position=position,
        state=RunState.WAITING,
    )


def claimed() -> ledger.Lease:
    found = ledger.claim(StageRun)
    assert found is not None
    return found[0]


def test_work_is_claimed_once(recording: Recording) -> None:
    waiting_run(recording)
    assert claimed().recording_id == recording.pk
    assert ledger.claim(StageRun) is None


def test_many_claimers_at_once_share_the_work_without_overlap(recording: Recording) -> None:
    for position in range(20):
        waiting_run(recording, position)
    taken: list[int] = []
    lock = threading.Lock()

    def claim_all() -> None:
        while (found := ledger.claim(StageRun)) is not None:
            with lock:
                taken.append(found[0].row_id)
        connection.close()

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_abandoned_work_goes_to_the_next_and_the_zombie_writes_nothing(recording: Recording) -> None:
    run = waiting_run(recording)
    zombie = claimed()
    StageRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    heir = claimed()
    assert heir.fence != zombie.fence
    assert not ledger.held(zombie)
    assert not ledger.extend(zombie)
    with pytest.raises(ledger.LeaseLost):
        ledger.finish(zombie)
    ledger.finish(heir)
    run.refresh_from_db()
    assert run.state == RunState.DONE


def slower(monkeypatch: pytest.MonkeyPatch, delays: str) -> None:
    """Waits of minutes instead of seconds: however busy the machine is, none ends while the test looks."""
    monkeypatch.setattr(ledger, delays, tuple(100 * delay_s for delay_s in getattr(ledger, delays)))


def test_a_failure_that_may_pass_waits_longer_each_time_and_then_ends(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    slower(monkeypatch, "RETRY_DELAYS_S")
    run = waiting_run(recording)
    waits = []
    for attempt in range(1, ledger.MAX_ATTEMPTS + 1):
        lease = claimed()
        final = ledger.give_up(lease, "link_dead", retryable=True)
        run.refresh_from_db()
        if attempt < ledger.MAX_ATTEMPTS:
            assert not final
            assert run.not_before is not None
            assert ledger.claim(StageRun) is None, "not before its time"
            waits.append(run.not_before - timezone.now())
            StageRun.objects.filter(pk=run.pk).update(not_before=None)
    assert final
    assert run.state == RunState.FAILED
    assert run.error_code == "link_dead"
    assert waits == sorted(waits)


def test_a_failure_that_cannot_pass_ends_at_once(recording: Recording) -> None:
    waiting_run(recording)
    assert ledger.give_up(claimed(), "media_no_audio", retryable=False)
    assert ledger.claim(StageRun) is None


def test_work_that_kills_its_workers_is_given_out_a_finite_number_of_times(recording: Recording) -> None:
    run = waiting_run(recording)
    for _ in range(ledger.MAX_LOSSES):
        assert ledger.due(StageRun) == 1
        assert claimed().attempt == 1, "a lost worker is no failure of the work"
        StageRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert ledger.claim(StageRun) is None
    assert ledger.due(StageRun) == 0
    assert [row.pk for row in ledger.exhausted(StageRun)] == [run.pk]


def test_lost_workers_and_failures_are_counted_apart(recording: Recording) -> None:
    run = waiting_run(recording)
    for _ in range(ledger.MAX_LOSSES - 1):
        claimed()
        StageRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    for attempt in range(1, ledger.MAX_ATTEMPTS + 1):
        lease = claimed()
        assert lease.attempt == attempt
        assert ledger.give_up(lease, "link_dead", retryable=True) == (attempt == ledger.MAX_ATTEMPTS)
        StageRun.objects.filter(pk=run.pk).update(not_before=None)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "link_dead")
    assert run.attempts == ledger.MAX_ATTEMPTS + ledger.MAX_LOSSES - 1


def test_leases_of_dead_processes_of_this_host_end_at_once(recording: Recording) -> None:
    run = waiting_run(recording)
    claimed()
    ledger.expire_dead_workers(StageRun)
    assert ledger.claim(StageRun) is None, "we are alive: the lease stays"
    host = StageRun.objects.get(pk=run.pk).worker.rpartition(":")[0]
    StageRun.objects.filter(pk=run.pk).update(worker=f"{host}:{2**22 - 1}")
    ledger.expire_dead_workers(StageRun)
    claimed()
    assert StageRun.objects.get(pk=run.pk).attempts == 2


def test_work_whose_workers_are_killed_one_after_another_waits_longer_each_time(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    slower(monkeypatch, "_LOSS_DELAYS_S")
    run = waiting_run(recording)
    for losses in (0, 1, 2):
        claimed()
        assert StageRun.objects.get(pk=run.pk).losses == losses
        host = StageRun.objects.get(pk=run.pk).worker.rpartition(":")[0]
        StageRun.objects.filter(pk=run.pk).update(worker=f"{host}:{2**22 - 1}")
        ledger.expire_dead_workers(StageRun)
    assert ledger.claim(StageRun) is None, "the third death is not made good at once"
    found = StageRun.objects.get(pk=run.pk)
    assert found.state == RunState.WAITING
    assert found.not_before is not None
    assert found.not_before > timezone.now()
    StageRun.objects.filter(pk=run.pk).update(not_before=timezone.now())
    claimed()
    found.refresh_from_db()
    assert (found.attempts, found.losses) == (4, 3), "and nothing is lost"


def test_heartbeat_notices_that_the_work_was_taken_away(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "HEARTBEAT_S", 0.05)
    run = waiting_run(recording)
    lease = claimed()
    with ledger.heartbeat(lease) as lost:
        before = StageRun.objects.get(pk=run.pk).lease_until
        extended = StageRun.objects.filter(pk=run.pk, lease_until__gt=before)
        until(extended.exists, "the lease was not extended")
        assert not lost.is_set()
        StageRun.objects.filter(pk=run.pk).update(fence=UUID(int=1))
        assert lost.wait(120)
