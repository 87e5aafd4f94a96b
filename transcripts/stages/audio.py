"""Stage 2: the media file becomes 16 kHz mono FLAC, which every later step can cut to the sample."""

from __future__ import annotations

from django.conf import settings as django_settings

from speech.engine import audio
from speech.engine.tracks import choose_track
from transcripts import storage
from transcripts.models_intake import SourceNotes
from transcripts.work import StageJob


def settings() -> dict[str, object]:
    return {"format": "flac 16000 mono", "track": "speech", "version": 1}


def run(job: StageJob) -> None:
    with job.scope() as recording:
        media_name = recording.media_name
    with storage.whole_copy(media_name) as source, storage.work_folder() as folder:
        target = folder / "speech.flac"
        info = audio.probe(source)
        track = choose_track(source, info)
        duration_ms = audio.extract_speech_audio(
            source,
            target,
            job.progress,
            max_ms=round(django_settings.MAX_SOURCE_DURATION.total_seconds() * 1000),
            track=track,
        )
        digest = storage.sha256_of(target)
        name = storage.artefact_name(job.council_id, job.recording_id, digest, ".flac")
        storage.store(target, name)
    with job.finishing(digest) as recording:
        recording.audio_name = name
        recording.duration_ms = duration_ms
        recording.save(update_fields=["audio_name", "duration_ms"])
        if info.tracks > 1:
            SourceNotes.objects.update_or_create(
                recording=recording,
                defaults={
                    "council_id": job.council_id, "sound_track": track + 1, "sound_tracks": min(info.tracks, 1_000),
                },
            )  # fmt: skip
