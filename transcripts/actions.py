"""Writes about recordings: verbs, keyword-only, actor first. Each is one transaction unless it says otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from council.access import Actor, Can
from council.errors import CouncilError
from council.tenancy import tenant_scope
from speech.engine import audio
from speech.engine.errors import EngineError
from speech.engine.types import Segment as EngineSegment
from transcripts import facts_records, ledger, pipeline, storage
from transcripts.imports import ImportedTranscript, read_transcript
from transcripts.models import Chunk, Gap, Priority, Recording, RecordingState, Segment, SourceKind
from transcripts.models_intake import SourceNotes
from transcripts.queries import access_recording
from transcripts.sources.guard import parse_address

_BLOCK = 1024 * 1024
TITLE_CHARS = 300


def add_link(actor: Actor, *, address: str, title: str = "", held_on: date | None = None) -> UUID:
    """Bring in a recording from the internet. The same address twice is the same recording.

    Raises:
        CouncilError: "egress_off", "link_invalid" at once; everything that the download finds out comes as its state.
    """
    actor.require(Can.EDIT)
    _check_title(title)
    if not actor.egress_allowed:
        raise CouncilError("egress_off")
    parse_address(address)
    with tenant_scope(actor.council_id):
        ledger.serialize(f"link {actor.council_id} {address}")
        known = Recording.objects.filter(source_kind=SourceKind.LINK, source_address=address).first()
        if known is not None:
            return _original(known)
        return _begin(actor, source_kind=SourceKind.LINK, source_address=address, title=title, held_on=held_on)


def add_file(
    actor: Actor, *, content: Iterable[bytes], file_name: str, title: str = "", held_on: date | None = None
) -> UUID:
    """Bring in a file, given as its bytes in blocks. The same bytes twice are the same recording.

    Raises:
        CouncilError: "media_empty", "source_too_large".
    """
    actor.require(Can.EDIT)
    _check_title(title)
    with storage.work_folder() as folder:
        path = folder / f"incoming{_safe_suffix(file_name)}"
        digest = _write_hashed(content, path)
        recording_id = uuid4()
        with tenant_scope(actor.council_id):
            known = _with_content(digest)
        if known is not None:
            return known
        name = storage.artefact_name(actor.council_id, recording_id, digest, path.suffix)
        storage.store(path, name)
    with tenant_scope(actor.council_id):
        ledger.serialize(f"content {actor.council_id} {digest}")
        known = _with_content(digest)
        if known is None:
            return _begin(
                actor,
                id=recording_id,
                source_kind=SourceKind.FILE,
                source_address=PurePath(file_name).name,
                title=title or PurePath(file_name).stem,
                held_on=held_on,
                media_name=name,
                content_hash=digest,
            )
    storage.delete_recording_files(actor.council_id, recording_id)
    return known


def add_local_file(actor: Actor, *, path: Path, title: str = "", held_on: date | None = None) -> UUID:
    """Bring in a file that this machine can read. Raises CouncilError("source_missing") too."""
    try:
        with path.open("rb") as handle:
            return add_file(actor, content=blocks_of(handle), file_name=path.name, title=title, held_on=held_on)
    except OSError as error:
        raise CouncilError("source_missing", detail=str(error)) from error


def add_transcript(
    actor: Actor,
    *,
    segments: Sequence[EngineSegment],
    content_hash: str,
    file_name: str,
    title: str = "",
    held_on: date | None = None,
    media: Path | None = None,
    told: ImportedTranscript | None = None,
) -> UUID:
    """Bring in a finished transcript, with its media when there is one. `content_hash`: SHA-256 of the transcript file.

    `told`: what the file says beside its segments: length, gaps, who recognised it.

    Raises:
        CouncilError: "transcript_empty"; what `media` can be wrong with.
    """
    actor.require(Can.EDIT)
    _check_title(title)
    if not segments:
        raise CouncilError("transcript_empty")
    recording_id = uuid4()
    media_name, media_type, media_bytes = _store_media(actor, recording_id, media)
    with tenant_scope(actor.council_id):
        ledger.serialize(f"content {actor.council_id} {content_hash}")
        known = _with_content(content_hash)
        if known is None:
            _begin(
                actor,
                id=recording_id,
                source_kind=SourceKind.TRANSCRIPT,
                source_address=file_name,
                title=title or PurePath(file_name).stem,
                held_on=held_on,
                content_hash=content_hash,
                media_name=media_name,
                media_type=media_type,
                media_bytes=media_bytes,
                duration_ms=told.duration_ms if told and told.duration_ms is not None else segments[-1].end_ms,
                first_stage=pipeline.IMPORT_STARTS_AT,
                segments=segments,
            )
            _keep_told(actor, recording_id, told)
            return recording_id
    storage.delete_recording_files(actor.council_id, recording_id)
    return known


def import_transcript_file(
    actor: Actor, *, path: Path, media: Path | None = None, title: str = "", held_on: date | None = None
) -> UUID:
    """Bring in a finished transcript from a file; title and date default to what the file says of itself.

    Raises:
        CouncilError: "source_missing", "transcript_unreadable", and what `add_transcript` raises.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CouncilError("source_missing", detail=str(error)) from error
    transcript = read_transcript(content)
    return add_transcript(
        actor,
        segments=transcript.segments,
        content_hash=hashlib.sha256(content).hexdigest(),
        file_name=path.name,
        title=title or transcript.title,
        held_on=held_on or transcript.held_on,
        media=media,
        told=transcript,
    )


def retry_recording(actor: Actor, *, recording_id: UUID) -> None:
    """Try again what failed: stages, chunks that are gaps. Nothing that succeeded is done again."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        if recording.state in {RecordingState.FAILED, RecordingState.READY}:
            pipeline.retry(recording)


def cancel_recording(actor: Actor, *, recording_id: UUID) -> None:
    """Stop what is being done with it; `retry_recording` goes on from there. Nothing under way, nothing changes.

    Workers notice at their next heartbeat, within seconds, and hand nothing in.
    """
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        if recording.state == RecordingState.PROCESSING:
            pipeline.cancel(recording)


def set_urgent(actor: Actor, *, recording_id: UUID, urgent: bool) -> None:
    """Move it to the front of its council's line, or back to its place."""
    prioritize(actor, recording_id=recording_id, priority=Priority.URGENT if urgent else Priority.NORMAL)


def prioritize(actor: Actor, *, recording_id: UUID, priority: Priority) -> None:
    """Give the recording, and what is left to do for it, this place in its council's line."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        ledger.lock_stages(recording.pk)
        recording.priority = priority
        recording.save(update_fields=["priority"])
        ledger.set_priority(recording.pk, priority)


def publish_recording(actor: Actor, *, recording_id: UUID, published: bool) -> None:
    """Let residents see it, or no longer. Raises CouncilError("not_ready") before the transcript is done."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        if published and recording.state != RecordingState.READY:
            raise CouncilError("not_ready")
        if published == (recording.published_at is not None):
            return
        recording.published_at = timezone.now() if published else None
        recording.save(update_fields=["published_at"])


def describe_recording(actor: Actor, *, recording_id: UUID, title: str, held_on: date | None) -> None:
    """Change title and date; spoken terms are counted from it and passages carry both, so they are made again."""
    actor.require(Can.EDIT)
    _check_title(title)
    with access_recording(actor, recording_id) as recording:
        if (recording.title, recording.held_on) == (title, held_on):
            return
        recording.title, recording.held_on = title, held_on
        recording.save(update_fields=["title", "held_on"])
        if recording.state == RecordingState.READY:
            pipeline.run_again(recording, first="facts")


def delete_recording(actor: Actor, *, recording_id: UUID) -> None:
    """Remove the recording and everything made of it; work under way notices and stops."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        # In the one order of locks (ledger.held): work under way neither deadlocks with this nor slips in a row.
        ledger.lock_stages(recording.pk)
        list(Chunk.objects.select_for_update().filter(recording=recording).order_by("index"))
        facts_records.forget_recording(recording.pk)
        Recording.objects.select_for_update().get(pk=recording.pk).delete()
    storage.delete_recording_files(actor.council_id, recording_id)


def _check_title(title: str) -> None:
    if len(title) > TITLE_CHARS:
        raise CouncilError("title_too_long", most=TITLE_CHARS)


def blocks_of(handle: IO[bytes]) -> Iterable[bytes]:
    while block := handle.read(_BLOCK):
        yield block


def _begin(
    actor: Actor, *, first_stage: str = "fetch", segments: Sequence[EngineSegment] = (), **values: object
) -> UUID:
    recording = Recording.objects.create(council_id=actor.council_id, created_by_id=actor.user_id, **values)
    Segment.objects.bulk_create(
        Segment(
            council_id=actor.council_id,
            recording=recording,
            index=index,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text,
            speaker=segment.speaker or "",
            words=[[w.start_ms, w.end_ms, w.text, w.probability] for w in segment.words],
        )
        for index, segment in enumerate(segments)
    )
    pipeline.start(recording, first=first_stage)
    return recording.pk


def _keep_told(actor: Actor, recording_id: UUID, told: ImportedTranscript | None) -> None:
    if told is None:
        return
    Gap.objects.bulk_create(
        Gap(council_id=actor.council_id, recording_id=recording_id, start_ms=start_ms, end_ms=end_ms, reason=reason)
        for start_ms, end_ms, reason in told.gaps
    )
    if told.recognition:
        SourceNotes.objects.create(
            council_id=actor.council_id, recording_id=recording_id, recognition=list(told.recognition)
        )


def _original(recording: Recording) -> UUID:
    return recording.duplicate_of_id or recording.pk


def _with_content(digest: str) -> UUID | None:
    known = Recording.objects.filter(content_hash=digest).exclude(state=RecordingState.DUPLICATE).first()
    return known.pk if known else None


def _safe_suffix(file_name: str) -> str:
    suffix = PurePath(file_name).suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) <= 6 and suffix.isascii() else ""


def _write_hashed(content: Iterable[bytes], path: Path) -> str:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as sink:
        for block in content:
            size += len(block)
            if size > settings.MAX_SOURCE_BYTES:
                raise CouncilError("source_too_large")
            digest.update(block)
            sink.write(block)
    if size == 0:
        raise CouncilError("media_empty")
    return digest.hexdigest()


def length_of_media(media: Path) -> int:
    """Of its sound, in ms; 0: the file does not say. Raises CouncilError("source_missing" or what `probe` says)."""
    if not media.is_file():
        raise CouncilError("source_missing", detail=str(media))
    try:
        return audio.probe(media).duration_ms
    except EngineError as error:
        raise CouncilError(error.code, detail=error.detail) from error


def _store_media(actor: Actor, recording_id: UUID, media: Path | None) -> tuple[str, str, int]:
    if media is None:
        return "", "", 0
    length_of_media(media)  # a file that cannot be played is refused before it is stored
    name = storage.artefact_name(actor.council_id, recording_id, storage.sha256_of(media), media.suffix)
    storage.store(media, name)
    return name, storage.media_type_of(name), media.stat().st_size
