"""Stage 1: the source becomes one media file in the storage, known by the hash of its bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings as django_settings
from django.db.models.functions import Now
from django.utils import timezone

from council.errors import CouncilError
from council.sealing import unseal
from speech.engine import audio
from transcripts import ledger, progress, storage
from transcripts.models import Recording, RecordingState, RunState, SourceKind, StageRun
from transcripts.models_intake import SourceCookies, SourceNotes
from transcripts.sources import WAITING_CODES, FetchedMedia, FetchLimits, FetchRequest, source_for
from transcripts.sources.days import day_of
from transcripts.work import StageJob

_LIVE_DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 30))
_ARCHIVE_DELAY: Final = timedelta(minutes=10)
_UPCOMING_DELAYS: Final = (timedelta(minutes=5), timedelta(hours=12))
_LONGEST_WAIT: Final = {
    "link_live": timedelta(days=3),  # nobody sits longer; a camera that is always on does
    "link_processing": timedelta(days=7),
    "link_upcoming": timedelta(days=60),
}


def settings() -> dict[str, object]:
    return {}


def run(job: StageJob) -> None:
    """Download (links) or take over (files already in the storage), look inside, store, and find duplicates.

    Raises:
        CouncilError, EngineError: with a code that the catalogue explains to a clerk.
        LeaseLost: also when the work was put back to wait for the end of a broadcast.
    """
    with job.scope() as recording:
        egress = recording.council.egress_allowed
        kind, address, stored = recording.source_kind, recording.source_address, recording.media_name
    if kind == SourceKind.LINK and not stored:
        _download(job, address, egress_allowed=egress)
    else:
        _take_over(job, stored)


def _download(job: StageJob, address: str, *, egress_allowed: bool) -> None:
    with job.scope() as recording:
        notes = SourceNotes.objects.filter(recording=recording).first()
    with _cookies_file(job) as cookies:
        request = FetchRequest(
            address=address,
            workdir=storage.kept_work_folder(job.recording_id),
            limits=FetchLimits(
                max_bytes=django_settings.MAX_SOURCE_BYTES,
                max_duration_ms=round(django_settings.MAX_SOURCE_DURATION.total_seconds() * 1000),
                deadline_s=django_settings.FETCH_TIMEOUT.total_seconds(),
            ),
            egress_allowed=egress_allowed,
            allowed_hosts=django_settings.FETCH_ALLOWED_HOSTS,
            cookies_file=cookies,
            portal_hosts=django_settings.FETCH_PORTAL_HOSTS,
            waited=bool(notes and notes.waits),
            seen_duration_ms=notes.seen_duration_ms if notes else None,
        )
        try:
            fetched = source_for(address).fetch(request, job.progress, job.is_lost)
        except CouncilError as error:
            if error.code in WAITING_CODES:
                _come_back_later(job, error)
            raise
    duration_ms = _checked_duration(fetched.path)
    name = storage.artefact_name(job.council_id, job.recording_id, fetched.sha256, fetched.path.suffix)
    storage.store(fetched.path, name)
    subtitles_name = _store_subtitles(job, fetched)
    with job.finishing(fetched.sha256) as recording:
        _describe(recording, fetched)
        _note_source(recording, fetched, subtitles_name)
        is_new = _keep(recording, name, fetched.sha256, fetched.size_bytes, duration_ms)
    storage.drop_work_folder(job.recording_id)
    if not is_new:
        storage.delete_recording_files(job.council_id, job.recording_id)


@contextmanager
def _cookies_file(job: StageJob) -> Iterator[Path | None]:
    """The council's cookies in the open, readable by this account alone and only while the block lasts."""
    with job.scope() as recording:
        row = SourceCookies.objects.filter(council_id=recording.council_id).first()
        slug = recording.council.slug
    if row is None:
        by_operator = django_settings.DATA_DIR / "cookies" / f"{slug}.txt"
        yield by_operator if by_operator.exists() else None
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="cookies-") as handle:  # made with mode 0600
        handle.write(unseal(row.sealed))
        handle.flush()
        yield Path(handle.name)


# --- broadcasts that are not over ------------------------------------------------------------------------------------


def _come_back_later(job: StageJob, error: CouncilError) -> None:
    """Put the stage back into the queue for later, its attempts untouched by this one.

    Raises:
        LeaseLost: always, for the work is not this worker's any more.
        CouncilError: "link_never_ended" once the waiting has lasted too long.
    """
    with job.scope() as recording:
        ledger.lock_stages(recording.pk)
        if not ledger.held(job.lease):
            raise ledger.LeaseLost(str(job.lease.row_id))
        notes, _ = SourceNotes.objects.get_or_create(recording=recording, council_id=job.council_id)
        since = notes.waiting_since or timezone.now()
        is_over = timezone.now() - since > _LONGEST_WAIT[error.code]
        duration_ms = error.context.get("duration_ms")
        notes.waits, notes.waiting_since = (0, None) if is_over else (notes.waits + 1, since)
        notes.seen_duration_ms = duration_ms if isinstance(duration_ms, int) and not is_over else None
        notes.save(update_fields=["waits", "waiting_since", "seen_duration_ms"])
        if not is_over:
            _put_back(job, error, notes.waits)
    if is_over:
        raise CouncilError("link_never_ended", detail=error.detail) from error
    raise ledger.LeaseLost(f"{job.lease.row_id} waits: {error.code}")


def _put_back(job: StageJob, error: CouncilError, waits: int) -> None:
    mine = StageRun.objects.filter(pk=job.lease.row_id, fence=job.lease.fence, state=RunState.RUNNING)
    mine.update(
        state=RunState.WAITING,
        not_before=Now() + _delay(error, waits),
        attempts=0,
        losses=0,
        lease_until=None,
        fence=None,
        error_code=error.code,
    )
    progress.note(
        job.council_id, job.recording_id, stage=job.stage, state=RunState.WAITING, error_code=error.code
    )  # fmt: skip


def _delay(error: CouncilError, waits: int) -> timedelta:
    if error.code == "link_processing":
        return _ARCHIVE_DELAY
    if error.code == "link_live":
        return _LIVE_DELAYS[min(waits, len(_LIVE_DELAYS)) - 1]
    soonest, latest = _UPCOMING_DELAYS
    starts_at_s = error.context.get("starts_at_s")
    if not isinstance(starts_at_s, int | float) or not 0 < starts_at_s < 4_102_444_800:
        return timedelta(hours=1)
    return min(max(datetime.fromtimestamp(starts_at_s, UTC) - timezone.now(), soonest), latest)


# --- files -----------------------------------------------------------------------------------------------------------


def _take_over(job: StageJob, name: str) -> None:
    with storage.local_copy(name) as path:
        if not path.exists():
            raise CouncilError("source_missing", retryable=True)  # or its disk is not mounted yet
        digest, size = storage.sha256_of(path), path.stat().st_size
        if digest != Path(name).stem:
            raise storage.ArtefactDamaged(name)
        duration_ms = _checked_duration(path)
    with job.finishing(digest) as recording:
        _keep(recording, name, digest, size, duration_ms)


def _checked_duration(path: Path) -> int:
    info = audio.probe(path)
    if info.duration_ms > django_settings.MAX_SOURCE_DURATION.total_seconds() * 1000:
        raise CouncilError("source_too_long")
    return info.duration_ms


def _store_subtitles(job: StageJob, fetched: FetchedMedia) -> str:
    if fetched.subtitles is None:
        return ""
    path = fetched.subtitles.path
    name = storage.artefact_name(job.council_id, job.recording_id, storage.sha256_of(path), path.suffix)
    storage.store(path, name)
    return name


# --- what the recording then is --------------------------------------------------------------------------------------


def _describe(recording: Recording, fetched: FetchedMedia) -> None:
    """What the source says about itself, where no person has said anything."""
    mine = Recording.objects.filter(pk=recording.pk)
    if fetched.title:
        mine.filter(title="").update(title=fetched.title[:300])
    # The day of the meeting, where a title names one; broadcasts are often put up days later.
    held_on = day_of(recording.title) or day_of(fetched.title or "") or fetched.published_on
    if held_on:
        mine.filter(held_on=None).update(held_on=held_on)


def _note_source(recording: Recording, fetched: FetchedMedia, subtitles_name: str) -> None:
    found = fetched.subtitles
    values: dict[str, object] = {
        "council_id": recording.council_id,
        "extractor": fetched.extractor[:100],
        "source_id": fetched.source_id[:200],
        "page_address": fetched.webpage_url or "",
        "chapters": [asdict(chapter) for chapter in fetched.chapters],
        "subtitles_name": subtitles_name,
        "subtitles_language": found.language[:20] if found else "",
        "subtitles_automatic": bool(found and found.automatic),
        "subtitles_agreement": None,
        "waiting_since": None,
    }
    SourceNotes.objects.update_or_create(recording=recording, defaults=values)


def _keep(recording: Recording, name: str, digest: str, size: int, duration_ms: int) -> bool:
    """Fill in the recording; False when the council has these bytes already: it then points to the first one."""
    ledger.serialize(f"content {recording.council_id} {digest}")
    same = Recording.objects.filter(content_hash=digest).exclude(pk=recording.pk)
    original = same.exclude(state=RecordingState.DUPLICATE).first()
    mine = Recording.objects.filter(pk=recording.pk)
    if original is not None:
        mine.update(content_hash=digest, duration_ms=duration_ms, state=RecordingState.DUPLICATE, duplicate_of=original)
        return False
    mine.update(
        content_hash=digest,
        duration_ms=duration_ms,
        media_name=name,
        media_type=storage.media_type_of(name),
        media_bytes=size,
    )
    return True
