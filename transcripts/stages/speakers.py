"""Stage 6: who spoke when, and who that is as far as the meeting itself says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings as django_settings
from django.utils import timezone

from speech.engine import diarization
from speech.engine.diarization import Turn, Vector
from speech.engine.errors import EngineError
from speech.engine.types import Span
from transcripts import speakers, storage
from transcripts.corrections.line import Line
from transcripts.corrections.rows import lines_of, write_all
from transcripts.facts import Utterance
from transcripts.models import Recording
from transcripts.models_people import SpeakerReport, SpeakerTag
from transcripts.models_voices import VoiceLog, VoiceLogKind, VoiceSample
from transcripts.speakers.naming import NamedVoice, name_voices
from transcripts.speakers.people import day_of, load_roster
from transcripts.speakers.profiles import load_known, packed, still_there, voices_allowed
from transcripts.speakers.roster import Member
from transcripts.speakers.turns import from_recognizer, with_labels, with_names
from transcripts.speakers.voices import (
    LEAST_HEARD_MS,
    LEAST_SAMPLE_MS,
    KnownVoice,
    agreed,
    alone,
    heard_ms,
    longest,
    voice_in,
)
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

    @property
    def told_apart(self) -> bool:
        return self.outcome == SpeakerReport.Outcome.TOLD_APART


@dataclass(frozen=True, slots=True)
class _Known:
    """Profiles that may name somebody here, and those that wait for a sample of this recording: person by profile."""

    voices: tuple[KnownVoice, ...] = ()
    wanted: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.voices or self.wanted)


@dataclass(slots=True)
class _Voices:
    """Vectors of labels, samples by profile (vector and ms heard; None: too little), or why there are none."""

    by_label: dict[str, Vector] = field(default_factory=dict)
    samples: dict[int, tuple[Vector, int] | None] = field(default_factory=dict)
    error_code: str = ""


def run(job: StageJob) -> None:
    """Tell voices apart and name them. Without diarization the transcript stays as it is, and the page says why."""
    with job.scope() as recording:
        name = recording.audio_name
    heard = _listen(job, name)
    with job.scope() as recording:
        lines, roster = lines_of(recording.pk), load_roster(day_of(recording))
        known = _known(recording, heard)
    labelled = with_labels(lines, heard.turns) if heard.told_apart else from_recognizer(lines)
    said = [Utterance(line.start_ms, line.end_ms, line.text, line.label, line.words) for line in labelled]
    named = name_voices(said, roster)
    voices = _hear(job, name, heard, known, labelled, named, roster) if known else _Voices()
    with job.finishing() as recording:
        there = still_there(known.voices)
        _write(recording, labelled, heard, agreed(named, voices.by_label, there, roster, heard.engine), voices)


def _known(recording: Recording, heard: _Heard) -> _Known:
    if not heard.told_apart or not voices_allowed():
        return _Known()
    waiting = VoiceSample.objects.filter(
        recording=recording, sealed="", error_code="", profile__expires_on__gte=timezone.localdate()
    )
    return _Known(
        tuple(load_known(heard.engine)), tuple(waiting.order_by("pk").values_list("profile_id", "profile__person_id"))
    )


def _hear(
    job: StageJob, name: str, heard: _Heard, known: _Known, lines: Sequence[Line],
    named: Mapping[str, NamedVoice], roster: Sequence[Member],
) -> _Voices:  # fmt: skip
    """The voices of a recording as numbers, as far as profiles ask for them."""
    voices = _Voices()
    try:
        with storage.whole_copy(name) as path:
            for label in named if known.voices else ():
                spans = alone(heard.turns, label)
                if heard_ms(spans) >= LEAST_HEARD_MS:
                    job.check()
                    voices.by_label[label] = voice_in(path, spans)
            for profile_id, person_id in known.wanted:
                spans = _spans_of(person_id, heard.turns, lines, named, roster)
                enough = heard_ms(spans) >= LEAST_SAMPLE_MS
                voices.samples[profile_id] = (voice_in(path, spans), heard_ms(spans)) if enough else None
    except EngineError as error:
        if error.retryable and job.lease.attempt < _TRIES:
            raise
        return _Voices(error_code=error.code)  # without profiles: the meeting's own words still name
    return voices


def _spans_of(
    person_id: int, turns: Sequence[Turn], lines: Sequence[Line], named: Mapping[str, NamedVoice],
    roster: Sequence[Member],
) -> list[Span]:  # fmt: skip
    """Where a person surely speaks: where somebody of the office said so, else where the meeting itself does."""
    titles = {title for one in roster if one.person_id == person_id for title in (one.title, one.name)}
    held = [Span(line.start_ms, line.end_ms) for line in lines if line.speaker_held and line.speaker in titles]
    if held:
        return longest(held)
    labels = [label for label, voice in named.items() if voice.member and voice.member.person_id == person_id]
    return longest(span for label in labels for span in alone(turns, label))


def _listen(job: StageJob, name: str) -> _Heard:
    if not diarization.available():
        return _Heard(SpeakerReport.Outcome.OFF)
    if not name:
        return _Heard(SpeakerReport.Outcome.NO_SOUND)
    try:
        with storage.whole_copy(name) as path:
            turns = diarization.diarize(path, on_progress=job.progress)
        engine = diarization.diarizer().name
    except EngineError as error:
        if error.retryable and job.lease.attempt < _TRIES:
            raise
        return _Heard(SpeakerReport.Outcome.FAILED, error_code=error.code)
    return _Heard(SpeakerReport.Outcome.TOLD_APART, tuple(turns), engine)


def _write(
    recording: Recording, labelled: Sequence[Line], heard: _Heard, named: Mapping[str, NamedVoice], voices: _Voices
) -> None:
    outcome = heard.outcome
    if not heard.told_apart and any(line.label for line in labelled):
        outcome = SpeakerReport.Outcome.FROM_RECOGNIZER
    names = {label: voice.member.title for label, voice in named.items() if voice.member}
    write_all(recording, with_names(labelled, names))
    SpeakerTag.objects.filter(recording=recording).delete()
    SpeakerTag.objects.bulk_create(_tag(recording, voice) for voice in named.values())
    _keep_samples(recording, heard, voices)
    VoiceLog.objects.bulk_create(
        VoiceLog(
            council_id=recording.council_id, kind=VoiceLogKind.NAMED, recording=recording,
            person_name=voice.member.name, profile_number=voice.profile_id, detail=f"{voice.label} {voice.likeness}",
        )
        for voice in named.values()
        if voice.member and voice.profile_id
    )  # fmt: skip
    SpeakerReport.objects.update_or_create(
        council_id=recording.council_id,
        recording=recording,
        defaults={
            "outcome": outcome, "engine": heard.engine, "voices": len(named),
            "error_code": heard.error_code or voices.error_code,
        },
    )  # fmt: skip


def _keep_samples(recording: Recording, heard: _Heard, voices: _Voices) -> None:
    """What was heard for profiles that are still there and wait for it, or why nothing was."""
    if not voices_allowed():
        return
    rows = VoiceSample.objects.filter(recording=recording, sealed="", error_code="")
    error_code = voices.error_code if heard.told_apart else heard.error_code or "diarization_unavailable"
    if error_code:
        rows.update(error_code=error_code)
        return
    for row in rows.select_related("profile__person"):
        if row.profile_id not in voices.samples:
            continue  # asked for only while this ran: the next run hears it
        found = voices.samples[row.profile_id]
        if found is None:
            rows.filter(pk=row.pk).update(error_code="voice_sample_short")
        elif rows.filter(pk=row.pk).update(sealed=packed(found[0]), heard_ms=found[1], engine=heard.engine):
            VoiceLog.objects.create(
                council_id=recording.council_id, kind=VoiceLogKind.SAMPLED, recording=recording,
                person_name=row.profile.person.name, profile_number=row.profile_id,
            )  # fmt: skip


def _tag(recording: Recording, voice: NamedVoice) -> SpeakerTag:
    return SpeakerTag(
        council_id=recording.council_id, recording=recording, label=voice.label,
        name=voice.member.title if voice.member else "", person_id=voice.member.person_id if voice.member else None,
        confidence=voice.confidence, evidence=[list(piece) for piece in voice.evidence], by_words=voice.by_words,
        by_voice_id=voice.profile_id, likeness=voice.likeness,
    )  # fmt: skip
