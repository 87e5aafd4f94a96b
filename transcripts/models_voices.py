"""Voice profiles: who let their council know them by voice, until when, from which recordings, and what came of it.

A voice is biometric data (RODO art. 9): nothing of it is kept unless the council allows it and the person has agreed,
vectors are sealed, every step is logged, and deleting a profile takes along what it named (voices_actions.py).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned, Person, User


class VoicePolicy(CouncilOwned):
    """Whether a council lets voices be known at all. No row: it does not."""

    allowed = models.BooleanField(
        _("rada zgadza się na profile głosu"),
        default=False,
        help_text=_("Wyłączone: żaden profil nie jest używany i nie powstaje nowy. Istniejące usuwa się osobno."),
    )
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(_("kiedy"), auto_now=True)

    class Meta:
        verbose_name = _("zgoda rady na profile głosu")
        verbose_name_plural = _("zgoda rady na profile głosu")
        constraints = [models.UniqueConstraint(fields=["council"], name="one_voice_policy_per_council")]

    def __str__(self) -> str:
        return str(_("rada się zgadza") if self.allowed else _("rada się nie zgadza"))


class VoiceProfile(CouncilOwned):
    """One person's consent to be known by voice. `expires_on` is the last day; then the samples are erased."""

    # RESTRICT: a person is removed from the roster only after their profile, which takes along what it named.
    person = models.ForeignKey(Person, models.RESTRICT, related_name="+", verbose_name=_("osoba"))
    consent_on = models.DateField(_("data zgody"))
    consent_note = models.CharField(
        _("gdzie jest oświadczenie"), max_length=300, help_text=_("Np. „teczka zgód, poz. 12”.")
    )
    expires_on = models.DateField(_("ważny do (koniec kadencji)"), editable=False)
    created_at = models.DateTimeField(_("utworzono"), auto_now_add=True)

    class Meta:
        verbose_name = _("profil głosu")
        verbose_name_plural = _("profile głosu")
        ordering = ["person__name"]
        constraints = [models.UniqueConstraint(fields=["council", "person"], name="one_voice_profile_per_person")]

    def __str__(self) -> str:
        return str(self.person)


class VoiceSample(CouncilOwned):
    """What one recording tells of a profile's voice; without `sealed` it is still to be heard, or `error_code` says why
    it was not. It goes with its recording."""

    profile = models.ForeignKey(VoiceProfile, models.CASCADE, related_name="samples")
    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="+")
    engine = models.CharField(max_length=40, blank=True)  # vectors of two engines cannot be compared
    sealed = models.TextField(blank=True)  # the vector: float32, little-endian, base64, sealed (council/sealing.py)
    heard_ms = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["profile", "recording"], name="one_voice_sample_per_recording")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.recording_id}"


class VoiceLogKind(models.TextChoices):
    ALLOWED = "allowed", _("rada zgodziła się na profile głosu")
    FORBIDDEN = "forbidden", _("rada wycofała zgodę na profile głosu")
    CONSENTED = "consented", _("osoba wyraziła zgodę")
    SAMPLED = "sampled", _("pobrano próbkę głosu z nagrania")
    NAMED = "named", _("podpisano głos w nagraniu")
    EXPIRED = "expired", _("profil wygasł, próbki usunięto")
    DELETED = "deleted", _("profil usunięto razem z podpisami")


class VoiceLog(CouncilOwned):
    """What happened to voice profiles; never changed. Of a deleted profile only consent and deletion stay."""

    kind = models.CharField(_("co zaszło"), max_length=10, choices=VoiceLogKind)
    person_name = models.CharField(_("osoba"), max_length=200, blank=True)
    profile_number = models.BigIntegerField(null=True)  # of the profile, which may be gone
    recording = models.ForeignKey(
        "transcripts.Recording", models.SET_NULL, null=True, related_name="+", verbose_name=_("nagranie")
    )
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("kto"))
    made_at = models.DateTimeField(_("kiedy"), auto_now_add=True)
    detail = models.CharField(_("szczegóły"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("wpis dziennika profili głosu")
        verbose_name_plural = _("dziennik profili głosu")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.person_name}"
