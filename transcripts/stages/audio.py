"""Stage 2: the media file becomes 16 kHz mono FLAC, which every later step can cut to the sample."""

from __future__ import annotations

from django.conf import settings as django_settings

from speech.engine import audio
from transcripts import storage
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {"format": "flac 16000 mono", "version": 1}


def run(job: StageJob) -> None:
    with job.scope() as recording:
        media_name = recording.media_name
    with storage.local_copy(media_name) as source, storage.work_folder() as folder:
        target = folder / "speech.flac"
        duration_ms = audio.extract_speech_audio(
            source, target, job.progress, max_ms=round(django_settings.MAX_SOURCE_DURATION.total_seconds() * 1000)
        )
        digest = storage.sha256_of(target)
        name = storage.artefact_name(job.council_id, job.recording_id, digest, ".flac")
        storage.store(target, name)
    with job.finishing(digest) as recording:
        recording.audio_name = name
        recording.duration_ms = duration_ms
        recording.save(update_fields=["audio_name", "duration_ms"])
