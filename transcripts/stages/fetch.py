"""Stage 1: the source becomes one media file in the storage, known by the hash of its bytes."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings as django_settings

from council.errors import CouncilError
from speech.engine import audio
from transcripts import ledger, storage
from transcripts.models import Recording, RecordingState, SourceKind
from transcripts.sources import FetchedMedia, FetchLimits, FetchRequest, source_for
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {}


def run(job: StageJob) -> None:
    """Download (links) or take over (files already in the storage), look inside, store, and find duplicates.

    Raises:
        CouncilError, EngineError: with a code that the catalogue explains to a clerk.
    """
    with job.scope() as recording:
        council = recording.council
        egress, slug = council.egress_allowed, council.slug
        kind, address, stored = recording.source_kind, recording.source_address, recording.media_name
    if kind == SourceKind.LINK and not stored:
        _download(job, address, egress_allowed=egress, slug=slug)
    else:
        _take_over(job, stored)


def _download(job: StageJob, address: str, *, egress_allowed: bool, slug: str) -> None:
    cookies = django_settings.DATA_DIR / "cookies" / f"{slug}.txt"
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
        cookies_file=cookies if cookies.exists() else None,
    )
    fetched = source_for(address).fetch(request, job.progress, job.is_lost)
    duration_ms = _checked_duration(fetched.path)
    name = storage.artefact_name(job.council_id, job.recording_id, fetched.sha256, fetched.path.suffix)
    storage.store(fetched.path, name)
    with job.finishing(fetched.sha256) as recording:
        _describe(recording, fetched)
        is_new = _keep(recording, name, fetched.sha256, fetched.size_bytes, duration_ms)
    storage.drop_work_folder(job.recording_id)
    if not is_new:
        storage.delete_recording_files(job.council_id, job.recording_id)


def _take_over(job: StageJob, name: str) -> None:
    with storage.local_copy(name) as path:
        if not path.exists():
            raise CouncilError("source_missing")
        duration_ms = _checked_duration(path)
        digest, size = storage.sha256_of(path), path.stat().st_size
    with job.finishing(digest) as recording:
        _keep(recording, name, digest, size, duration_ms)


def _checked_duration(path: Path) -> int:
    info = audio.probe(path)
    if info.duration_ms > django_settings.MAX_SOURCE_DURATION.total_seconds() * 1000:
        raise CouncilError("source_too_long")
    return info.duration_ms


def _describe(recording: Recording, fetched: FetchedMedia) -> None:
    """What the source says about itself, where no person has said anything."""
    mine = Recording.objects.filter(pk=recording.pk)
    if fetched.title:
        mine.filter(title="").update(title=fetched.title[:300])
    if fetched.published_on:
        mine.filter(held_on=None).update(held_on=fetched.published_on)


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
