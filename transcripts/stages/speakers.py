"""Stage 6: who spoke when, and who that is as far as the meeting itself says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings as django_settings

from speech.engine import diarization
from speech.engine.diarization import Turn
from speech.engine.errors import EngineError
from transcripts import speakers, storage
from transcripts.corrections.line import Line
from transcripts.corrections.rows import lines_of, write_all
from transcripts.facts import Utterance
from transcripts.models import Recording
from transcripts.models_people import SpeakerReport, SpeakerTag
from transcripts.speakers.naming import NamedVoice, name_voices
from transcripts.speakers.people import day_of, load_roster
from transcripts.speakers.turns import from_recognizer, with_labels, with_names
from transcripts.work import StageJob

_TRIES: Final = 3
"""After so many attempts a failure that may pass is taken for one that does not: the transcript waits no longer."""


def settings() -> dict[str, object]:
    return {"diarizer": django_settings.DIARIZER, "there": diarization.available(), "names": speakers.VERSION}


@dataclass(frozen=True, slots=True)
class _Heard:
    """Turns, or why there are none."""

    outcome: str
    turns: tuple[Turn, ...] = ()
    engine: str = ""
    error_code: str = ""


def run(job: StageJob) -> None:
    """Tell voices apart and name them. Without diarization the transcript stays as it is, and the page says why."""
    with job.scope() as recording:
        name = recording.audio_name
    heard = _listen(job, name)
    with job.finishing() as recording:
        lines = lines_of(recording.pk)
        _write(recording, lines, heard)


def _listen(job: StageJob, name: str) -> _Heard:
    if not diarization.available():
        return _Heard(SpeakerReport.Outcome.OFF)
    if not name:
        return _Heard(SpeakerReport.Outcome.NO_SOUND)
    try:
        with storage.local_copy(name) as path:
            turns = diarization.diarize(path, on_progress=job.progress)
        engine = diarization.diarizer().name
    except EngineError as error:
        if error.retryable and job.lease.attempt < _TRIES:
            raise
        return _Heard(SpeakerReport.Outcome.FAILED, error_code=error.code)
    return _Heard(SpeakerReport.Outcome.TOLD_APART, tuple(turns), engine)


def _write(recording: Recording, lines: list[Line], heard: _Heard) -> None:
    outcome = heard.outcome
    if outcome == SpeakerReport.Outcome.TOLD_APART:
        labelled = with_labels(lines, heard.turns)
    else:
        labelled = from_recognizer(lines)
        if any(line.label for line in labelled):
            outcome = SpeakerReport.Outcome.FROM_RECOGNIZER
    said = [Utterance(line.start_ms, line.end_ms, line.text, line.label, line.words) for line in labelled]
    voices = name_voices(said, load_roster(day_of(recording)))
    names = {label: voice.member.title for label, voice in voices.items() if voice.member}
    write_all(recording, with_names(labelled, names))
    SpeakerTag.objects.filter(recording=recording).delete()
    SpeakerTag.objects.bulk_create(_tag(recording, voice) for voice in voices.values())
    SpeakerReport.objects.update_or_create(
        council_id=recording.council_id,
        recording=recording,
        defaults={
            "outcome": outcome, "engine": heard.engine, "voices": len(voices), "error_code": heard.error_code,
        },
    )  # fmt: skip


def _tag(recording: Recording, voice: NamedVoice) -> SpeakerTag:
    return SpeakerTag(
        council_id=recording.council_id, recording=recording, label=voice.label,
        name=voice.member.title if voice.member else "", person_id=voice.member.person_id if voice.member else None,
        confidence=voice.confidence, evidence=[list(piece) for piece in voice.evidence],
    )  # fmt: skip
