"""Stage 3: where speech is, and how the recording is cut into chunks that can be recognised apart from each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path

from django.conf import settings as django_settings

from speech.engine import audio, chunking, vad
from speech.engine.sound_quality import SoundMeter, SoundQuality
from speech.engine.types import Audio, ChunkPlan
from speech.engine.windows import WINDOW_MS
from transcripts import recognition, storage
from transcripts.chosen_servers import chosen_server
from transcripts.models import Chunk, ChunkResult, Recording, RunState
from transcripts.speakers.people import recording_hotwords
from transcripts.work import StageJob

_BLOCK_MS = 30_000


def settings() -> dict[str, object]:
    return {
        "vad": "silero",
        "target_ms": _target_ms(),
        "max_ms": chunking.MAX_MS,
        "cleaning": _cleaning(),
        "window_ms": WINDOW_MS,
        "version": 3,
    }


def _cleaning() -> list[str]:
    return [django_settings.SOUND_CLEANING, audio.CLEANING]


def _target_ms() -> int:
    return round(django_settings.CHUNK_TARGET.total_seconds() * 1000)


def run(job: StageJob) -> None:
    with job.scope() as recording:
        own = chosen_server(job.council_id, "recognition")
        recognition.check_egress(own, egress_allowed=recording.council.egress_allowed)  # here it stops the recording
        name, duration_ms = recording.audio_name, recording.duration_ms

    def blocks(stream: Iterator[Audio]) -> Iterator[Audio]:
        for block in stream:
            yield block
            job.progress(min(block.offset_ms + block.duration_ms, duration_ms), duration_ms)

    meter = SoundMeter()
    with storage.whole_copy(name) as path:
        speech = vad.find_speech(meter.watch(blocks(audio.stream_audio(path, _BLOCK_MS))))
        quality = meter.quality(speech)
        clean_name = _cleaned(job, path) if _wants_cleaning(quality) else ""
        with storage.local_copy(clean_name) if clean_name else nullcontext(path) as heard:
            plan = chunking.plan_chunks(
                speech,
                duration_ms,
                target_ms=_target_ms(),
                quietest=partial(audio.quietest_ms, heard),
                window_ms=WINDOW_MS,
            )
    with job.finishing() as recording:
        recording.speech = [[span.start_ms, span.end_ms] for span in speech]
        recording.sound = asdict(quality)
        recording.clean_audio_name = clean_name
        recording.hotwords = recording_hotwords(recording)
        recording.save(update_fields=["speech", "hotwords", "sound", "clean_audio_name"])
        _write_plan(job, recording, plan)


def _wants_cleaning(quality: SoundQuality) -> bool:
    match django_settings.SOUND_CLEANING:
        case "always":
            return True
        case "never":
            return False
        case _:
            return quality.noisy


def _cleaned(job: StageJob, flac: Path) -> str:
    """The name in storage of the same sound with less noise: the recogniser's alone, nobody else hears it."""
    with storage.work_folder() as folder:
        target = folder / "clean.flac"
        audio.clean_audio(flac, target, lambda done, total: job.check())
        name = storage.artefact_name(job.council_id, job.recording_id, storage.sha256_of(target), ".flac")
        storage.store(target, name)
    return name


def _write_plan(job: StageJob, recording: Recording, plan: list[ChunkPlan]) -> None:
    """One row per chunk with speech in it; what was recognised before with the same cut and settings stands."""
    known = dict(ChunkResult.objects.filter(recording=recording).values_list("index", "key"))
    Chunk.objects.filter(recording=recording).delete()
    rows = []
    for chunk in plan:
        if not chunk.speech:
            continue
        key = _chunk_key(recording, chunk)
        state = RunState.DONE if known.pop(chunk.index, None) == key else RunState.WAITING
        rows.append(
            Chunk(
                council_id=job.council_id,
                recording=recording,
                index=chunk.index,
                start_ms=chunk.start_ms,
                end_ms=chunk.end_ms,
                state=state,
                done_key=key,
                priority=recording.priority,
                recording_ms=recording.duration_ms or 0,
            )
        )
    Chunk.objects.bulk_create(rows)
    ChunkResult.objects.filter(recording=recording, index__in=list(known)).delete()


def _chunk_key(recording: Recording, chunk: ChunkPlan) -> str:
    speech = [[span.start_ms, span.end_ms] for span in chunk.speech]
    material = [
        recording.clean_audio_name or recording.audio_name,
        chunk.start_ms,
        chunk.end_ms,
        speech,
        recognition.settings(chosen_server(recording.council_id, "recognition")),
    ]
    if recording.hotwords:
        material.append(recording.hotwords)
    return hashlib.sha256(json.dumps(material, sort_keys=True).encode()).hexdigest()
