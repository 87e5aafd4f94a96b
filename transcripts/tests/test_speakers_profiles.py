"""Voice profiles: only with two consents, from recordings where it is known who speaks; gone with all they named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db.models import RestrictedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from conftest import World
from council.access import Actor
from council.errors import CouncilError
from council.models import Body, Person, Seat, Term, User
from council.tenancy import tenant_scope
from speech.engine import diarization
from speech.engine.diarization import Vector
from speech.engine.errors import EngineError
from speech.engine.types import Span
from transcripts import (
    actions,
    corrections_actions,
    corrections_queries,
    pipeline,
    queries,
    recognition,
    voices_actions,
)
from transcripts.models import Passage, Recording, RecordingState
from transcripts.models_people import Correction
from transcripts.models_voices import VoiceLog, VoiceProfile, VoiceSample
from transcripts.stages import speakers as stage
from transcripts.tests.sounds import write_speech
from transcripts.tests.test_speakers_stage import SCRIPT, _Reader

pytestmark = pytest.mark.django_db(transaction=True)
SILENT = "i witam wszystkich państwa na sali bardzo serdecznie " * 7
NAME = "Przewodniczący Stanisław Bieniek"


def _voice_in(path: Path, spans: Sequence[Span]) -> Vector:
    """The fake diarizer's speakers take turns of five seconds: so do their voices."""
    vector = np.zeros(4, dtype=np.float32)
    vector[spans[0].start_ms // 5_000 % 2] = 1.0
    return vector


@pytest.fixture(autouse=True)
def _voices(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.DIARIZER = "fake"
    diarization.configure("fake")
    monkeypatch.setattr(stage, "voice_in", _voice_in)
    yield
    diarization.configure()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


def seated(world: World, name: str = "Stanisław Bieniek", ends_on: date | None = None) -> int:
    with tenant_scope(world.lipowa.pk):
        body, _ = Body.objects.get_or_create(council=world.lipowa, name="Rada Gminy Lipowa")
        term, _ = Term.objects.get_or_create(
            council=world.lipowa, number=9, defaults={"ends_on": timezone.localdate() + timedelta(days=900)}
        )
        person = Person.objects.create(council=world.lipowa, name=name)
        Seat.objects.create(
            council=world.lipowa, person=person, body=body, term=term, function="przewodniczący", ends_on=ends_on
        )
        return int(person.pk)


def consented(world: World, clerk: Actor) -> int:
    voices_actions.allow_voices(clerk, allowed=True)
    return voices_actions.give_consent(
        clerk, person_id=seated(world), consent_on=timezone.localdate(), note="teczka 12"
    )


def work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


def heard(clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, repeat: int = 3) -> UUID:
    monkeypatch.setattr(recognition, "recognizer", lambda *own: _Reader(script))
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / f"{repeat}.wav", repeat=repeat))
    work()
    assert queries.get_recording(clerk, recording_id).state == RecordingState.READY
    return recording_id


def speakers(clerk: Actor, recording_id: UUID) -> set[str]:
    return {row.speaker for row in queries.list_segments(clerk, recording_id)}


def learned(world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, UUID]:
    """A profile with a sample of a recording in which the chair is known by words."""
    first = heard(clerk, tmp_path, monkeypatch, SCRIPT, repeat=6)
    profile_id = consented(world, clerk)
    with tenant_scope(world.lipowa.pk):
        pipeline.run_again(Recording.objects.get(pk=first), first="speakers")  # now that the roster has them
    work()
    assert NAME in speakers(clerk, first)
    voices_actions.take_sample(clerk, profile_id=profile_id, recording_id=first)
    assert queries.get_recording(clerk, first).state == RecordingState.READY, "its readers keep it meanwhile"
    work()
    return profile_id, first


def test_a_profile_names_a_voice_and_takes_every_name_along_when_it_goes(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile_id, first = learned(committed_world, clerk, tmp_path, monkeypatch)
    with tenant_scope(clerk.council_id):
        sample = VoiceSample.objects.get()
        assert (sample.engine, sample.error_code, sample.heard_ms >= 10_000) == ("fake", "", True)
        assert sample.sealed.startswith("gAAAA"), "a dump of the database opens no voice"
    second = heard(clerk, tmp_path, monkeypatch, SILENT, repeat=5)
    assert speakers(clerk, second) == {NAME, "Mówca 1"}
    voice = next(one for one in corrections_queries.speakers_of(clerk, second).voices if one.name)
    assert (voice.by_voice, voice.by_words, voice.likeness) == (True, False, 1.0)
    row = next(row for row in queries.list_segments(clerk, second) if row.speaker == NAME)
    corrections_actions.correct_text(clerk, recording_id=second, segment_id=row.id, version=row.version, text="Witam.")
    with tenant_scope(clerk.council_id):
        pipeline.run_again(Recording.objects.get(pk=first), first="speakers")
    work()
    both = next(one for one in corrections_queries.speakers_of(clerk, first).voices if one.name)
    assert (both.by_voice, both.by_words) == (True, True)
    councillor = committed_world.actor(committed_world.councillor)
    assert not any(one.by_voice or one.likeness for one in corrections_queries.speakers_of(councillor, first).voices)

    assert voices_actions.delete_profile(clerk, profile_id=profile_id) == 2
    work()
    assert speakers(clerk, second) == {"Mówca 1", "Mówca 2"}
    assert NAME in speakers(clerk, first), "the meeting itself says so"
    with tenant_scope(clerk.council_id):
        assert not Passage.objects.filter(recording_id=second, speaker__contains="Bieniek").exists()
        assert not Passage.objects.filter(recording_id=second, header__contains="Bieniek").exists()
        assert "Bieniek" not in str(list(Correction.objects.values_list("before", "after")))
        assert not VoiceSample.objects.exists()
        kinds = list(VoiceLog.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["allowed", "consented", "deleted"], "what it named is gone from the log as well"
    with tenant_scope(clerk.council_id):
        pipeline.run_again(Recording.objects.get(pk=second), first="speakers")
    work()
    assert speakers(clerk, second) == {"Mówca 1", "Mówca 2"}


def test_every_step_is_logged(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(committed_world, clerk, tmp_path, monkeypatch)
    heard(clerk, tmp_path, monkeypatch, SILENT, repeat=5)
    voices_actions.allow_voices(clerk, allowed=False)
    with tenant_scope(clerk.council_id):
        log = list(VoiceLog.objects.order_by("pk").values_list("kind", "person_name", "made_by__email"))
    who = "Stanisław Bieniek"
    assert log == [
        ("allowed", "", "clerk@example.pl"), ("consented", who, "clerk@example.pl"), ("sampled", who, None),
        ("named", who, None), ("forbidden", "", "clerk@example.pl"),
    ]  # fmt: skip


def test_a_council_that_takes_its_consent_back_stops_all_use_at_once(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile_id, first = learned(committed_world, clerk, tmp_path, monkeypatch)
    voices_actions.allow_voices(clerk, allowed=False)
    monkeypatch.setattr(stage, "voice_in", _not_to_be_heard)
    assert speakers(clerk, heard(clerk, tmp_path, monkeypatch, SILENT, repeat=5)) == {"Mówca 1", "Mówca 2"}
    with pytest.raises(CouncilError, match="voices_not_allowed"):
        voices_actions.take_sample(clerk, profile_id=profile_id, recording_id=first)


def _not_to_be_heard(path: Path, spans: Sequence[Span]) -> Vector:
    raise AssertionError("a voice was turned into numbers without consent")


def test_without_profiles_no_voice_is_turned_into_numbers(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "voice_in", _not_to_be_heard)
    voices_actions.allow_voices(clerk, allowed=True)
    heard(clerk, tmp_path, monkeypatch, SCRIPT)


def test_a_profile_ends_with_the_term(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile_id, first = learned(committed_world, clerk, tmp_path, monkeypatch)
    assert voices_actions.erase_expired() == 0
    with tenant_scope(clerk.council_id):
        assert VoiceProfile.objects.get().expires_on == Term.objects.get().ends_on
        VoiceProfile.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    monkeypatch.setattr(stage, "voice_in", _not_to_be_heard)
    assert speakers(clerk, heard(clerk, tmp_path, monkeypatch, SILENT, repeat=5)) == {"Mówca 1", "Mówca 2"}
    with pytest.raises(CouncilError, match="voice_expired"):
        voices_actions.take_sample(clerk, profile_id=profile_id, recording_id=first)
    assert voices_actions.erase_expired() == 1
    assert voices_actions.erase_expired() == 0
    with tenant_scope(clerk.council_id):
        assert not VoiceSample.objects.exists()
        assert VoiceLog.objects.latest("pk").kind == "expired"


def test_a_profile_ends_with_the_mandate(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(committed_world, clerk, tmp_path, monkeypatch)
    with tenant_scope(clerk.council_id):
        Seat.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert voices_actions.erase_expired() == 1
    with tenant_scope(clerk.council_id):
        assert VoiceProfile.objects.get().expires_on < timezone.localdate()


def test_a_recording_in_which_the_person_is_not_known_gives_no_sample(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = heard(clerk, tmp_path, monkeypatch, SILENT)
    profile_id = consented(committed_world, clerk)
    voices_actions.take_sample(clerk, profile_id=profile_id, recording_id=recording_id)
    work()
    with tenant_scope(clerk.council_id):
        assert VoiceSample.objects.get().error_code == "voice_sample_short"
    assert speakers(clerk, recording_id) == {"Mówca 1", "Mówca 2"}


def test_what_the_office_signed_is_a_sample(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = heard(clerk, tmp_path, monkeypatch, SILENT, repeat=6)
    row = queries.list_segments(clerk, recording_id)[0]
    corrections_actions.set_speaker(
        clerk, recording_id=recording_id, segment_id=row.id, version=row.version, speaker=NAME, everywhere=True
    )
    work()
    profile_id = consented(committed_world, clerk)
    voices_actions.take_sample(clerk, profile_id=profile_id, recording_id=recording_id)
    work()
    with tenant_scope(clerk.council_id):
        assert VoiceSample.objects.get().sealed


def test_a_failing_model_costs_the_profile_and_not_the_transcript(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(committed_world, clerk, tmp_path, monkeypatch)

    def fail(path: Path, spans: Sequence[Span]) -> Vector:
        raise EngineError("diarization_model_missing")

    monkeypatch.setattr(stage, "voice_in", fail)
    second = heard(clerk, tmp_path, monkeypatch, SILENT, repeat=5)
    assert speakers(clerk, second) == {"Mówca 1", "Mówca 2"}
    assert corrections_queries.speakers_of(clerk, second).error_message


def test_consent_needs_the_council_a_term_and_a_day_that_has_been(committed_world: World, clerk: Actor) -> None:
    person, today = seated(committed_world), timezone.localdate()

    def ask(**other: object) -> None:
        given = {"person_id": person, "consent_on": today, "note": "x"} | other
        voices_actions.give_consent(clerk, **given)  # type: ignore[arg-type]

    with pytest.raises(CouncilError, match="voices_not_allowed"):
        ask()
    voices_actions.allow_voices(clerk, allowed=True)
    with pytest.raises(CouncilError, match="voice_consent_in_future"):
        ask(consent_on=today + timedelta(days=1))
    with pytest.raises(CouncilError, match="not_found"):
        ask(person_id=10**9)
    with tenant_scope(clerk.council_id):
        Term.objects.update(ends_on=None)
    with pytest.raises(CouncilError, match="voice_no_term"):
        ask()
    councillor = committed_world.actor(committed_world.councillor)
    stranger = committed_world.actor(committed_world.stranger, committed_world.debowa)
    for nobody in (councillor, stranger):
        with pytest.raises(CouncilError, match=r"not_found|voices_not_allowed"):
            voices_actions.give_consent(nobody, person_id=person, consent_on=today, note="x")


def test_who_has_a_profile_is_not_removed_from_the_roster_before_it(committed_world: World, clerk: Actor) -> None:
    consented(committed_world, clerk)
    with tenant_scope(clerk.council_id), pytest.raises(RestrictedError):
        Person.objects.get().delete()


# --- the administration pages ----------------------------------------------------------------------------------------


@pytest.fixture
def pages(committed_world: World, client: Client) -> Client:
    User.objects.filter(pk=committed_world.clerk.pk).update(is_staff=True)
    client.force_login(committed_world.clerk)
    return client


def test_the_clerk_does_it_all_in_the_administration(
    committed_world: World, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: Client
) -> None:
    person = seated(committed_world)
    recording_id = heard(clerk, tmp_path, monkeypatch, SCRIPT, repeat=6)
    add = reverse("admin:transcripts_voiceprofile_add")
    given = {"person": person, "consent_on": "2026-01-05", "consent_note": "teczka 12", "recording": str(recording_id)}
    refused = pages.post(add, given).content.decode()
    assert "nie zgodziła się na profile głosu" in refused
    pages.post(reverse("admin:transcripts_voicepolicy_add"), {"allowed": "on"})
    assert pages.post(add, given | {"consent_on": "2999-01-05"}).status_code == 200
    assert pages.post(add, given).status_code == 302
    work()
    with tenant_scope(clerk.council_id):
        profile = VoiceProfile.objects.get()
    page = pages.get(reverse("admin:transcripts_voiceprofile_change", args=[profile.pk])).content.decode()
    assert "s mowy" in page
    second = heard(clerk, tmp_path, monkeypatch, SILENT, repeat=5)
    assert NAME in speakers(clerk, second)
    listed = pages.get(reverse("admin:transcripts_voicelog_changelist")).content.decode()
    assert "podpisano głos w nagraniu" in listed
    delete = reverse("admin:transcripts_voiceprofile_delete", args=[profile.pk])
    assert "(nagrań: 1)" in pages.get(delete).content.decode()
    pages.post(delete, {"post": "yes"})
    work()
    assert NAME not in speakers(clerk, second)
    with tenant_scope(clerk.council_id):
        assert not VoiceProfile.objects.exists()


def test_others_do_not_see_the_pages(committed_world: World, clerk: Actor, client: Client) -> None:
    consented(committed_world, clerk)
    User.objects.filter(pk=committed_world.stranger.pk).update(is_staff=True)
    client.force_login(committed_world.stranger)
    for name in ("voiceprofile", "voicelog", "voicepolicy"):
        page = client.get(reverse(f"admin:transcripts_{name}_changelist")).content.decode()
        assert "Bieniek" not in page
