"""The way of a recording: the list of stages, and what moves it from one to the next.

The ledger (StageRun, Chunk) is the truth. A queue message only says "look": the worker that gets it claims whatever is
due. So a lost message costs seconds (the sweeper rings again) and a doubled one costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from council import jobs
from council.errors import CouncilError
from council.tenancy import tenant_scope
from speech.engine.errors import EngineError
from transcripts import ledger, progress, recognition, storage
from transcripts.models import Chunk, Recording, RecordingState, RunState, SourceKind, StageRun
from transcripts.stages import audio, chunks, embeddings, facts, fetch, merge, passages, recognise, speakers
from transcripts.work import StageJob, side_by_side

logger = logging.getLogger(__name__)

_LOOK_FOR_S = 300  # one message works this long, then rings for the next: timeouts stay about one piece of work
_RINGS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Stage:
    """`run` does the work; `settings` names everything besides the input that changes its output.

    A stage without `run` is spread over Chunk rows, worked by the gpu queue.
    """

    name: str
    run: Callable[[StageJob], None] | None
    settings: Callable[[], dict[str, object]]


STAGES: tuple[Stage, ...] = (
    Stage("fetch", fetch.run, fetch.settings),
    Stage("audio", audio.run, audio.settings),
    Stage("chunks", chunks.run, chunks.settings),
    Stage("recognise", None, recognition.settings),
    Stage("merge", merge.run, merge.settings),
    Stage("speakers", speakers.run, speakers.settings),
    Stage("facts", facts.run, facts.settings),
    Stage("passages", passages.run, passages.settings),
    Stage("embeddings", embeddings.run, embeddings.settings),
)
_BY_NAME = {stage.name: stage for stage in STAGES}
IMPORT_STARTS_AT = "facts"
"""An imported transcript brings its segments along: the stages before this one are done for it."""


def start(recording: Recording, *, first: str = "fetch") -> None:
    """Put a new recording on its way, beginning with stage `first`. Call inside the council's scope."""
    names = [stage.name for stage in STAGES]
    begin = names.index(first)
    StageRun.objects.bulk_create(
        StageRun(
            council_id=recording.council_id,
            recording=recording,
            stage=name,
            position=position,
            priority=recording.priority,
            state=RunState.DONE if position < begin else RunState.WAITING if position == begin else RunState.PENDING,
        )
        for position, name in enumerate(names)
    )
    progress.note(recording.council_id, recording.pk, stage=first, state=RunState.WAITING)
    jobs.enqueue(look, "default", queue="default")


def run_again(recording: Recording, *, first: str) -> None:
    """Do stage `first` and what follows once more, though its input is the same. Call inside the council's scope."""
    position = [stage.name for stage in STAGES].index(first)
    ledger.lock_stages(recording.pk)
    ledger.reset(StageRun, recording.pk, to=RunState.PENDING, position__gte=position)
    StageRun.objects.filter(recording=recording, position__gte=position).update(done_key="")
    Recording.objects.filter(pk=recording.pk).update(state=RecordingState.PROCESSING, error_code="")
    progress.note(recording.council_id, recording.pk, stage=first, state=RunState.WAITING)
    _begin(recording.council_id, recording.pk, position)


def transcript_stages(runs: Iterable[StageRun]) -> list[StageRun]:
    """Those of a recording's stage rows that make its transcript; the others only read it."""
    names = [stage.name for stage in STAGES]
    return [run for run in runs if names.index(run.stage) < names.index(IMPORT_STARTS_AT)]


def follow_correction(recording: Recording, *, first: str = IMPORT_STARTS_AT) -> None:
    """Make again what comes after the transcript, which a person has corrected. Call inside the council's scope.

    A recording that was finished stays finished meanwhile: its readers keep it, and find what they found before.
    """
    position = [stage.name for stage in STAGES].index(first)
    ledger.lock_stages(recording.pk)
    ledger.reset(StageRun, recording.pk, to=RunState.PENDING, position__gte=position)
    StageRun.objects.filter(recording=recording, position__gte=position).update(done_key="")
    Recording.objects.filter(pk=recording.pk, state=RecordingState.FAILED).update(
        state=RecordingState.PROCESSING, error_code=""
    )
    _begin(recording.council_id, recording.pk, position)


def retry(recording: Recording) -> None:
    """Give what failed its attempts back and go on from there; nothing failed, nothing changes. Needs the scope."""
    ledger.lock_stages(recording.pk)
    if ledger.reset(Chunk, recording.pk, to=RunState.WAITING, state=RunState.FAILED):
        names = [stage.name for stage in STAGES]
        ledger.reset(StageRun, recording.pk, to=RunState.SPREAD, stage="recognise")
        ledger.reset(StageRun, recording.pk, to=RunState.PENDING, stage__in=names[names.index("recognise") + 1 :])
    elif not ledger.reset(StageRun, recording.pk, to=RunState.WAITING, state=RunState.FAILED):
        return
    Recording.objects.filter(pk=recording.pk).update(state=RecordingState.PROCESSING, error_code="")
    run = StageRun.objects.filter(recording=recording).exclude(state__in=[RunState.DONE, RunState.PENDING]).first()
    progress.note(recording.council_id, recording.pk, stage=run.stage if run else "", state=RunState.WAITING)
    for queue in jobs.QUEUES:
        jobs.enqueue(look, queue, queue=queue)


def cancel(recording: Recording) -> None:
    """End everything that is due or under way, as failed by a person's wish. Call inside the council's scope."""
    ledger.lock_stages(recording.pk)
    for table in (Chunk, StageRun):
        ledger.cancel(table, recording.pk, "cancelled")
    Recording.objects.filter(pk=recording.pk).update(state=RecordingState.FAILED, error_code="cancelled")
    progress.note(recording.council_id, recording.pk, stage="", state=RecordingState.FAILED, error_code="cancelled")


# --- the job ---------------------------------------------------------------------------------------------------------


def look(queue: jobs.Queue) -> None:
    """The only job on the queues: do what is due, for a while."""
    until = time.monotonic() + _LOOK_FOR_S
    at_once = recognition.chunks_at_once() if queue == "gpu" else 1
    if side_by_side(partial(work_once, queue), at_once=at_once, until=until):
        jobs.enqueue(look, queue, queue=queue)


def work_once(queue: jobs.Queue, recording_id: UUID | None = None) -> bool:
    """Claim one due piece of work of this queue and do it. False when nothing is due."""
    ledger.release_connections()
    if queue == "gpu":
        claimed_chunk = ledger.claim(Chunk, recording_id)
        if claimed_chunk is None:
            return False
        _guarded(claimed_chunk[0], lambda: _run_chunk(*claimed_chunk))
        return True
    claimed = ledger.claim(StageRun, recording_id)
    if claimed is None:
        return False
    _guarded(claimed[0], lambda: _run_stage(*claimed))
    return True


def _guarded(lease: ledger.Lease, work: Callable[[], None]) -> None:
    """The edge: every failure becomes a state with a code, and nothing stops the worker."""
    try:
        try:
            work()
        except (CouncilError, EngineError) as error:
            logger.warning("%s %s: %s", lease.table.__name__, lease.recording_id, error)
            _fail(lease, error.code, retryable=error.retryable)
        except ledger.LeaseLost:
            raise
        except storage.ArtefactDamaged as damaged:
            logger.error("%s %s: %s is damaged", lease.table.__name__, lease.recording_id, damaged.name)
            _make_anew(lease, damaged.name)
        except OSError as error:  # a full disk, or a storage that is down
            logger.exception("%s %s", lease.table.__name__, lease.recording_id)
            _fail(lease, storage.failure_code(error), retryable=True)
        except Exception:  # one of the two edges; the traceback is logged
            logger.exception("%s %s", lease.table.__name__, lease.recording_id)
            _fail(lease, "internal_error", retryable=True)
    except ledger.LeaseLost:
        logger.info("%s %s: the work is somebody else's now", lease.table.__name__, lease.recording_id)
        _tidy_after_deletion(lease)


def _make_anew(lease: ledger.Lease, name: str) -> None:
    """Go back to the stage that made a damaged artefact; the work that met it waits. What cannot be made again fails.

    The maker's attempts go on counting, so a storage that damages everything ends too.
    """
    with tenant_scope(lease.council_id):
        runs = ledger.lock_stages(lease.recording_id)
        recording = Recording.objects.filter(pk=lease.recording_id).first()
        if recording is None or not ledger.held(lease):
            raise ledger.LeaseLost(str(lease.row_id))
        maker = next((run for run in runs if run.stage == _maker_of(recording, name)), None)
        if maker is not None and maker.stage == "fetch":
            Recording.objects.filter(pk=recording.pk).update(media_name="")  # it is downloaded again
        if maker is not None and maker.state == RunState.DONE and maker.attempts < ledger.MAX_ATTEMPTS:
            ledger.give_up(lease, "stored_file_damaged", retryable=True)
            Chunk.objects.filter(recording=recording, state=RunState.WAITING).update(state=RunState.PENDING)
            run_again(recording, first=maker.stage)
            StageRun.objects.filter(pk=maker.pk).update(attempts=maker.attempts)
            return
    under_way = maker is not None and maker.state in {RunState.WAITING, RunState.RUNNING}
    _fail(lease, "stored_file_damaged", retryable=under_way)


def _maker_of(recording: Recording, name: str) -> str:
    """The stage that can make this artefact again, "" when only a person can."""
    if name == recording.clean_audio_name:
        return "chunks"
    if name == recording.audio_name:
        return "audio"
    return "fetch" if recording.source_kind == SourceKind.LINK else ""


def _tidy_after_deletion(lease: ledger.Lease) -> None:
    """When the work was lost because its recording is gone, what it had stored meanwhile goes too."""
    with tenant_scope(lease.council_id):
        gone = not Recording.objects.filter(pk=lease.recording_id).exists()
    if gone:
        storage.delete_recording_files(lease.council_id, lease.recording_id)


def _run_stage(lease: ledger.Lease, row: StageRun) -> None:
    stage = _BY_NAME[row.stage]
    if stage.run is None:
        raise LookupError(f"stage {row.stage} is worked by chunks and never claimed")
    key = _key(row, stage)
    with ledger.heartbeat(lease) as lost:
        job = StageJob(lease, row.stage, key, lost, advance=_finish_stage)
        if row.done_key == key:  # the same input and settings: the output stands
            with job.finishing(row.output_hash):
                return
        with tenant_scope(lease.council_id):
            progress.note(lease.council_id, lease.recording_id, stage=row.stage, state=RunState.RUNNING)
        stage.run(job)


def _run_chunk(lease: ledger.Lease, row: Chunk) -> None:
    with ledger.heartbeat(lease) as lost:
        job = StageJob(lease, "recognise", row.done_key, lost, advance=_finish_chunk)
        recognise.run_chunk(job, row)


def _key(row: StageRun, stage: Stage) -> str:
    before = StageRun.objects.filter(recording_id=row.recording_id, position=row.position - 1).first()
    material = [before.output_hash if before else "", stage.name, stage.settings()]
    return hashlib.sha256(json.dumps(material, sort_keys=True).encode()).hexdigest()


# --- moving on -------------------------------------------------------------------------------------------------------


def _finish_stage(job: StageJob, output_hash: str) -> None:
    ledger.finish(job.lease, done_key=job.key, output_hash=output_hash or job.key)
    row = StageRun.objects.get(pk=job.lease.row_id)
    progress.note(job.council_id, job.recording_id, stage=row.stage, state=RunState.DONE)
    _begin(job.council_id, job.recording_id, row.position + 1)


def _finish_chunk(job: StageJob, output_hash: str) -> None:
    # All finishers of one recording line up at its stage rows (ledger.held), so exactly one sees that it was the last.
    ledger.finish(job.lease)
    fan_in(job.council_id, job.recording_id)


def fan_in(council_id: int, recording_id: UUID) -> None:
    """When every chunk is finished, finish the spread stage and begin the next. Needs the council's scope."""
    row = next((run for run in ledger.lock_stages(recording_id) if run.state == RunState.SPREAD), None)
    if row is None:
        return
    all_chunks = list(Chunk.objects.filter(recording_id=recording_id).values_list("state", "done_key"))
    if any(state not in {RunState.DONE, RunState.FAILED} for state, _ in all_chunks):
        return
    output = hashlib.sha256(json.dumps(all_chunks).encode()).hexdigest()
    row.state, row.output_hash = RunState.DONE, output
    row.save(update_fields=["state", "output_hash"])
    progress.note(council_id, recording_id, stage="recognise", state=RunState.DONE)
    _begin(council_id, recording_id, row.position + 1)


def _begin(council_id: int, recording_id: UUID, position: int) -> None:
    if position >= len(STAGES):
        Recording.objects.filter(pk=recording_id, state=RecordingState.PROCESSING).update(
            state=RecordingState.READY, error_code=""
        )
        progress.note(council_id, recording_id, stage="", state=RecordingState.READY)
        return
    if Recording.objects.filter(pk=recording_id, state=RecordingState.DUPLICATE).exists():
        progress.note(council_id, recording_id, stage="", state=RecordingState.DUPLICATE)
        return
    stage = STAGES[position]
    rows = StageRun.objects.filter(recording_id=recording_id, position=position)
    if stage.run is None:
        rows.update(state=RunState.SPREAD)
        waiting = Chunk.objects.filter(recording_id=recording_id, state=RunState.WAITING).count()
        for _ in range(min(waiting, _RINGS_AT_ONCE)):
            jobs.enqueue(look, "gpu", queue="gpu")
        fan_in(council_id, recording_id)  # a recording without speech has no chunks
        return
    rows.update(state=RunState.WAITING, attempts=0, losses=0)
    jobs.enqueue(look, "default", queue="default")


def _fail(lease: ledger.Lease, code: str, *, retryable: bool) -> None:
    with tenant_scope(lease.council_id):
        ledger.lock_stages(lease.recording_id)
        if not ledger.give_up(lease, code, retryable=retryable):
            return
        _after_final_failure(lease.table, lease.council_id, lease.recording_id, code, lease.row_id)


def _after_final_failure(
    table: type[StageRun] | type[Chunk], council_id: int, recording_id: UUID, code: str, row_id: int
) -> None:
    """A failed chunk becomes a visible gap and the rest goes on; a failed stage stops its recording."""
    if table is Chunk:
        fan_in(council_id, recording_id)
        return
    stage = StageRun.objects.get(pk=row_id).stage
    Recording.objects.filter(pk=recording_id).update(state=RecordingState.FAILED, error_code=code)
    progress.note(council_id, recording_id, stage=stage, state=RecordingState.FAILED, error_code=code)


# --- the sweeper -----------------------------------------------------------------------------------------------------


def sweep() -> None:
    """What a lost message or a dead worker left behind: called every few seconds by each worker's watcher."""
    _sweep_table(StageRun, "default")
    _sweep_table(Chunk, "gpu")


def _sweep_table(table: type[StageRun] | type[Chunk], queue: jobs.Queue) -> None:
    ledger.expire_dead_workers(table)
    for row in ledger.exhausted(table):
        with tenant_scope(row.council_id):
            ledger.lock_stages(row.recording_id)
            if ledger.bury(table, row, "worker_lost"):
                _after_final_failure(table, row.council_id, row.recording_id, "worker_lost", row.pk)
    jobs.ring_for(look, ledger.due(table), queue=queue)
