"""Voice profiles: a council allows them, a person agrees, a recording gives a sample; and all of it can be taken back.

For those who manage the council (not for its keys). Raises, each of them: CouncilError("not_found").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from council.access import Actor, Can
from council.errors import CouncilError
from council.models import Council, Person
from council.tenancy import tenant_scope
from transcripts import ledger, pipeline
from transcripts.corrections.line import Line
from transcripts.corrections.rows import lines_of
from transcripts.models import Recording, RunState, Segment
from transcripts.models_people import Correction, SpeakerTag
from transcripts.models_voices import VoiceLog, VoiceLogKind, VoicePolicy, VoiceProfile, VoiceSample
from transcripts.queries import access_recording
from transcripts.speakers.profiles import term_end_of, voices_allowed
from transcripts.speakers.turns import with_names

_GONE_WITH_PROFILE: Final = (VoiceLogKind.NAMED, VoiceLogKind.SAMPLED)


def allow_voices(actor: Actor, *, allowed: bool) -> None:
    """The council's own decision. Taking it back stops all use at once; profiles are deleted one by one."""
    actor.require(Can.MANAGE)
    with tenant_scope(actor.council_id):
        if voices_allowed() == allowed:
            return
        VoicePolicy.objects.update_or_create(
            council_id=actor.council_id, defaults={"allowed": allowed, "decided_by_id": actor.user_id}
        )
        _log(actor, VoiceLogKind.ALLOWED if allowed else VoiceLogKind.FORBIDDEN)


def check_consent(actor: Actor, *, person_id: int, consent_on: date) -> date:
    """The day until which a consent would hold: the end of the person's term.

    Raises:
        CouncilError: "voices_not_allowed", "voice_consent_in_future", "voice_no_term".
    """
    actor.require(Can.MANAGE)
    with tenant_scope(actor.council_id):
        if not voices_allowed():
            raise CouncilError("voices_not_allowed")
        if not Person.objects.filter(pk=person_id).exists():
            raise CouncilError("not_found")
        today = timezone.localdate()
        if consent_on > today:
            raise CouncilError("voice_consent_in_future")
        expires_on = term_end_of(person_id, today)
        if expires_on is None:
            raise CouncilError("voice_no_term")
        return expires_on


def give_consent(actor: Actor, *, person_id: int, consent_on: date, note: str) -> int:
    """Keep a person's consent, or a newer one in the place of the last; the profile's id.

    Raises:
        CouncilError: as `check_consent`.
    """
    expires_on = check_consent(actor, person_id=person_id, consent_on=consent_on)
    with tenant_scope(actor.council_id):
        profile, _ = VoiceProfile.objects.update_or_create(
            council_id=actor.council_id, person_id=person_id,
            defaults={"consent_on": consent_on, "consent_note": note[:300], "expires_on": expires_on},
        )  # fmt: skip
        _log(actor, VoiceLogKind.CONSENTED, profile, detail=f"{consent_on} – {expires_on}; {note}"[:400])
        return int(profile.pk)


def take_sample(actor: Actor, *, profile_id: int, recording_id: UUID) -> None:
    """Learn a person's voice from a recording in which the office or the chair named them: its speakers are told apart
    once more, and the page of the profile says what came of it.

    Raises:
        CouncilError: "voices_not_allowed", "voice_expired", "voice_no_sound", "not_ready" while the recording is still
            being recognised.
    """
    actor.require(Can.MANAGE)
    with access_recording(actor, recording_id) as recording:
        if not voices_allowed():
            raise CouncilError("voices_not_allowed")
        if not recording.audio_name:
            raise CouncilError("voice_no_sound")
        if not _stands(recording):
            raise CouncilError("not_ready")
        profile = _profile(profile_id)
        if profile.expires_on < timezone.localdate():
            raise CouncilError("voice_expired")
        VoiceSample.objects.update_or_create(
            council_id=actor.council_id, profile=profile, recording=recording,
            defaults={"sealed": "", "engine": "", "heard_ms": 0, "error_code": ""},
        )  # fmt: skip
        pipeline.follow_correction(recording, first="speakers")


def delete_profile(actor: Actor, *, profile_id: int) -> int:
    """Erase a profile, its samples and every name that it alone gave; in how many recordings it had named.

    What the meeting itself says of a voice, and what a person wrote, stays. Transcripts, search and exports follow.
    """
    actor.require(Can.MANAGE)
    with tenant_scope(actor.council_id):
        # Stage rows before the profile, as a stage that names by it does (ledger.held): neither waits for the other.
        for recording_id in _named_by(profile_id):
            ledger.lock_stages(recording_id)
        profile = _profile(profile_id)
        named = _named_by(profile_id)
        for recording in Recording.objects.filter(pk__in=named):
            _unname(recording, profile)
        VoiceLog.objects.filter(profile_number=profile_id, kind__in=_GONE_WITH_PROFILE).delete()
        _log(actor, VoiceLogKind.DELETED, profile, detail=str(len(named)))
        profile.delete()
        return len(named)


def erase_expired() -> int:
    """Erase the samples of every profile whose term is over, in all councils; how many profiles those were.

    What a profile named while it held stays, until somebody deletes the profile.
    """
    erased = 0
    for council_id in list(Council.objects.order_by("pk").values_list("pk", flat=True)):
        with tenant_scope(council_id):
            today = timezone.localdate()
            samples = VoiceSample.objects.select_related("profile__person")
            profiles = {sample.profile_id: sample.profile for sample in samples}
            for profile in profiles.values():
                if profile.expires_on >= today and term_end_of(profile.person_id, today) is not None:
                    continue
                VoiceProfile.objects.filter(pk=profile.pk, expires_on__gte=today).update(expires_on=_before(today))
                VoiceSample.objects.filter(profile=profile).delete()
                VoiceLog.objects.create(
                    council_id=council_id, kind=VoiceLogKind.EXPIRED, person_name=profile.person.name,
                    profile_number=profile.pk,
                )  # fmt: skip
                erased += 1
    return erased


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _profile(profile_id: int) -> VoiceProfile:
    profile = VoiceProfile.objects.select_for_update(of=["self"]).select_related("person").filter(pk=profile_id).first()
    if profile is None:
        raise CouncilError("not_found")
    return profile


def _named_by(profile_id: int) -> list[UUID]:
    tags: QuerySet[SpeakerTag] = SpeakerTag.objects.filter(by_voice_id=profile_id)
    return list(tags.order_by("recording_id").values_list("recording_id", flat=True).distinct())


def _stands(recording: Recording) -> bool:
    runs = pipeline.transcript_stages(ledger.lock_stages(recording.pk))
    return bool(runs) and all(run.state == RunState.DONE for run in runs)


def _unname(recording: Recording, profile: VoiceProfile) -> None:
    """Take away what the profile said in one recording."""
    ledger.lock_stages(recording.pk)
    tags = SpeakerTag.objects.filter(recording=recording)
    lost = set(tags.filter(by_voice=profile, by_words=False).values_list("label", flat=True))
    given = set(tags.filter(by_voice=profile, by_words=False).values_list("name", flat=True))
    tags.filter(label__in=lost).update(name="", person=None, confidence=0.0, evidence=[])
    tags.filter(by_voice=profile).update(by_voice=None, likeness=None, by_words=True)
    if not lost:
        return
    before = lines_of(recording.pk)
    after = with_names(before, dict(tags.values_list("label", "name")))
    _respeak(before, after)
    _scrub(recording, given, {line.label: line.speaker for line in after if not line.speaker_held})
    if _stands(recording):
        pipeline.follow_correction(recording)


def _respeak(before: Sequence[Line], after: Sequence[Line]) -> None:
    changed: dict[str, list[int]] = {}
    for old, new in zip(before, after, strict=True):
        if old.speaker != new.speaker and new.id is not None:
            changed.setdefault(new.speaker, []).append(new.id)
    for speaker, ids in changed.items():
        Segment.objects.filter(pk__in=ids).update(speaker=speaker)


def _scrub(recording: Recording, given: set[str], now: dict[str, str]) -> None:
    """The log of corrections keeps how segments were before: not with names that a deleted profile gave them."""
    for entry in Correction.objects.filter(recording=recording):
        if _scrubbed(entry.before, given, now) | _scrubbed(entry.after, given, now):
            entry.save(update_fields=["before", "after"])


def _scrubbed(kept: list[dict[str, Any]], given: set[str], now: dict[str, str]) -> bool:
    found = [one for one in kept if one["speaker"] in given and not one["speaker_held"]]
    for one in found:
        one["speaker"] = now.get(one.get("label", ""), "")
    return bool(found)


def _log(actor: Actor, kind: VoiceLogKind, profile: VoiceProfile | None = None, *, detail: str = "") -> None:
    VoiceLog.objects.create(
        council_id=actor.council_id, kind=kind, made_by_id=actor.user_id, detail=detail,
        person_name=profile.person.name if profile else "", profile_number=profile.pk if profile else None,
    )  # fmt: skip
