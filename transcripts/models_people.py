"""What people decided about a transcript, and who speaks in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned, Person, User


class CorrectionKind(models.TextChoices):
    TEXT = "text", _("poprawka tekstu")
    SPEAKER = "speaker", _("zmiana mówcy")
    SPLIT = "split", _("podział zdania")
    MERGE = "merge", _("połączenie zdań")
    RESTORE = "restore", _("przywrócenie usuniętego")
    UNDO = "undo", _("cofnięcie")


class Correction(CouncilOwned):
    """One version of a transcript: who changed what, and how it was before. Never changed, never deleted alone.

    `before` and `after` are segments, [{id, start_ms, end_ms, text, speaker, label, words, version, text_held,
    speaker_held}]; of a change of speaker alone they have no text and no words.
    """

    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="corrections")
    sequence = models.PositiveIntegerField()  # 1, 2, 3... of the recording
    kind = models.CharField(_("rodzaj"), max_length=8, choices=CorrectionKind)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("kiedy"), auto_now_add=True)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    detail = models.JSONField(default=dict)  # of a restored piece: {index, start_ms, end_ms, text}
    undoes = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="undone_by")

    class Meta:
        verbose_name = _("poprawka")
        verbose_name_plural = _("poprawki")
        ordering = ["-sequence"]
        constraints = [models.UniqueConstraint(fields=["recording", "sequence"], name="one_correction_per_sequence")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_kind_display()}"


class SpeakerTag(CouncilOwned):
    """One voice of a recording, and who it is: by what the meeting itself says, by a voice profile, or by both. Without
    a name it is nobody."""

    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="speaker_tags")
    label = models.CharField(max_length=60)
    name = models.CharField(_("kto"), max_length=200, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    confidence = models.FloatField(_("pewność"), default=0.0)
    evidence = models.JSONField(default=list)  # [[start_ms, what was said], ...]
    by_words = models.BooleanField(default=True)  # whether the meeting itself says who it is
    by_voice = models.ForeignKey(
        "transcripts.VoiceProfile", models.SET_NULL, null=True, blank=True, related_name="named_tags"
    )
    likeness = models.FloatField(null=True, blank=True)  # cosine with the profile `by_voice`

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["recording", "label"], name="one_tag_per_label")]

    def __str__(self) -> str:
        return f"{self.label} {self.name}"


class SpeakerReport(CouncilOwned):
    """How the voices of a recording were told apart, or why they were not."""

    class Outcome(models.TextChoices):
        TOLD_APART = "told_apart", _("Mówców rozróżniono automatycznie.")
        FROM_RECOGNIZER = "recognizer", _("Mówców rozróżnił serwer rozpoznawania mowy.")
        OFF = "off", _("Mówców nie rozróżniono: ta instalacja nie ma rozpoznawania mówców.")
        NO_SOUND = "no_sound", _("Mówców nie rozróżniono: nie ma dźwięku nagrania.")
        FAILED = "failed", _("Mówców nie udało się rozróżnić.")

    recording = models.OneToOneField("transcripts.Recording", models.CASCADE, related_name="speaker_report")
    outcome = models.CharField(max_length=10, choices=Outcome)
    engine = models.CharField(max_length=40, blank=True)
    voices = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.recording_id} {self.outcome}"


class DismissedName(CouncilOwned):
    """A clerk's word that these letters are no slip for that name: it is not proposed again in this recording."""

    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="dismissed_names")
    written = models.CharField(max_length=200)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "written", "name"], name="one_dismissal_per_name")]

    def __str__(self) -> str:
        return f"{self.written} ≠ {self.name}"
