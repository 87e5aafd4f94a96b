"""What is written about a meeting: minutes with their versions and template, and summaries.

All of it goes with its recording, because it quotes it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned, User


class MinutesTemplate(CouncilOwned):
    """The sections that the statute of one council asks for, in order."""

    sections = models.JSONField(default=list)  # [{kind, title, text}]: assistant/minutes/sections.py

    class Meta:
        verbose_name = _("szablon protokołu")
        verbose_name_plural = _("szablony protokołów")
        constraints = [models.UniqueConstraint(fields=["council"], name="one_minutes_template_per_council")]

    def __str__(self) -> str:
        return f"{len(self.sections)} sekcji"


class Minutes(CouncilOwned):
    """The minutes of one recorded meeting. Residents see `approved_version` only; later versions are work."""

    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="+")
    approved_version = models.PositiveIntegerField(_("zatwierdzona wersja"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("protokół")
        verbose_name_plural = _("protokoły")
        constraints = [models.UniqueConstraint(fields=["council", "recording"], name="one_minutes_per_recording")]

    def __str__(self) -> str:
        return str(self.recording_id)


class MinutesOrigin(models.TextChoices):
    FACTS = "facts", _("z faktów odczytanych z nagrania")
    MODEL = "model", _("z faktów i modelu językowego")
    CLERK = "clerk", _("zmiany biura rady")


class MinutesVersion(CouncilOwned):
    """The whole text at one time; never changed afterwards."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sections = models.JSONField()  # [{kind, title, text}], text in the markup of assistant/minutes/markup.py
    origin = models.CharField(max_length=6, choices=MinutesOrigin)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "minutes", "number"], name="one_minutes_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.minutes_id} v{self.number}"


class SummaryOrigin(models.TextChoices):
    FACTS = "facts", _("wyciąg z faktów i cytatów, bez modelu językowego")
    MODEL = "model", _("napisane przez model językowy, cytaty sprawdzone")
    CLERK = "clerk", _("poprawione przez biuro rady")


class SummaryStyle(models.TextChoices):
    NORMAL = "normal", _("zwykły język")
    PLAIN = "plain", _("prosty język")


class Summary(CouncilOwned):
    """A title and a few sentences about a meeting or one point of it, each with the second that proves it."""

    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="+")
    point = models.CharField(max_length=40, blank=True)  # key of the point (assistant/summaries/material.py); "": whole
    style = models.CharField(max_length=6, choices=SummaryStyle, default=SummaryStyle.NORMAL)
    title = models.CharField(_("tytuł"), max_length=300, blank=True)
    sentences = models.JSONField()  # [{text, start_ms, quote}]
    origin = models.CharField(max_length=6, choices=SummaryOrigin)
    model_name = models.CharField(max_length=100, blank=True)
    notes = models.JSONField(default=list)  # Polish sentences for people: what went another way than usual
    version = models.PositiveIntegerField(default=1)
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("streszczenie")
        verbose_name_plural = _("streszczenia")
        constraints = [
            models.UniqueConstraint(fields=["council", "recording", "point", "style"], name="one_summary_per_subject")
        ]

    def __str__(self) -> str:
        return self.title
