"""A question and what was answered to it, with the quotes it stands on."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned, User


class Turn(CouncilOwned):
    """One question and its answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name=_("pytający"))
    by_program = models.BooleanField(_("zapytał program"), default=False)  # an API key or the command line
    recording_id = models.UUIDField(null=True)  # asked about this recording only
    question = models.TextField(_("pytanie"))
    answer = models.TextField(_("odpowiedź"))
    refused = models.BooleanField(_("bez odpowiedzi"))
    mode = models.CharField(_("tryb"), max_length=10)  # "quotes" or "model"
    model = models.CharField(_("model"), max_length=100, blank=True)
    notes = models.JSONField(default=list)  # Polish sentences for people: what went another way than usual
    asked_at = models.DateTimeField(_("kiedy"), auto_now_add=True)

    class Meta:
        verbose_name = _("pytanie")
        verbose_name_plural = _("pytania")
        indexes = [models.Index(fields=["council", "-asked_at"])]

    def __str__(self) -> str:
        return self.question[:80]


class Citation(CouncilOwned):
    """A quote that stands word for word in a recording. Keeps place and words, not ids of derived rows."""

    turn = models.ForeignKey(Turn, models.CASCADE, related_name="citations")
    position = models.PositiveSmallIntegerField()
    recording_id = models.UUIDField()
    recording_title = models.CharField(max_length=300, blank=True)
    held_on = models.DateField(null=True)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    quote = models.TextField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["turn", "position"], name="one_citation_per_position")]

    def __str__(self) -> str:
        return self.quote[:80]
