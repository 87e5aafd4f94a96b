"""Questions and what was answered to them, with the quotes they stand on; and whom a council has answer and speak."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistant import models_minutes  # noqa: F401  # Django looks for models here
from council.models import CouncilOwned, User


class Conversation(CouncilOwned):
    """Questions of one person that follow each other; a follow-up may lean on what was asked before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("kto"))
    by_program = models.BooleanField(_("zaczął program"), default=False)
    recording_id = models.UUIDField(null=True)  # about this recording only
    title = models.CharField(_("tytuł"), max_length=200)
    started_at = models.DateTimeField(_("początek"), auto_now_add=True)
    asked_at = models.DateTimeField(_("ostatnie pytanie"))

    class Meta:
        verbose_name = _("rozmowa")
        verbose_name_plural = _("rozmowy")
        indexes = [models.Index(fields=["council", "-asked_at"])]

    def __str__(self) -> str:
        return self.title


class TurnState(models.TextChoices):
    WRITING = "writing", _("w trakcie")
    DONE = "done", _("gotowe")
    STOPPED = "stopped", _("przerwane na życzenie")
    FAILED = "failed", _("nieudane")


class Turn(CouncilOwned):
    """One question and its answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="turns")
    state = models.CharField(_("stan"), max_length=10, choices=TurnState, default=TurnState.DONE)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name=_("pytający"))
    by_program = models.BooleanField(_("zapytał program"), default=False)  # an API key or the command line
    recording_id = models.UUIDField(null=True)  # asked about this recording only
    question = models.TextField(_("pytanie"))
    understood_as = models.TextField(_("zrozumiano jako"), blank=True)  # a follow-up with what it leans on
    answer = models.TextField(_("odpowiedź"))
    refused = models.BooleanField(_("bez odpowiedzi"))
    mode = models.CharField(_("tryb"), max_length=10)  # "quotes" or "model"
    model = models.CharField(_("model"), max_length=100, blank=True)
    notes = models.JSONField(default=list)  # Polish sentences for people: what went another way than usual
    asked_at = models.DateTimeField(_("kiedy"), auto_now_add=True)
    rating = models.SmallIntegerField(_("ocena"), null=True, choices=[(1, _("dobra")), (-1, _("zła"))])
    comment = models.TextField(_("komentarz"), blank=True)

    class Meta:
        verbose_name = _("pytanie")
        verbose_name_plural = _("pytania")
        indexes = [models.Index(fields=["council", "-asked_at"])]

    def __str__(self) -> str:
        return self.question[:80]


class Citation(CouncilOwned):
    """A quote that stands word for word in a recording. Keeps place and words, not ids of derived rows.

    `nearest`: no part of an answer; what came nearest to a question that was not answered.
    """

    turn = models.ForeignKey(Turn, models.CASCADE, related_name="citations")
    position = models.PositiveSmallIntegerField()
    recording_id = models.UUIDField()
    recording_title = models.CharField(max_length=300, blank=True)
    held_on = models.DateField(null=True)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    quote = models.TextField()
    document_id = models.UUIDField(null=True)
    page = models.PositiveIntegerField(default=0, db_default=0)  # of the document; 0: said in the recording
    nearest = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["turn", "position"], name="one_citation_per_position")]

    def __str__(self) -> str:
        return self.quote[:80]


class ProviderKind(models.TextChoices):
    LANGUAGE_MODEL = "language_model", _("model językowy")
    RECOGNITION = "recognition", _("rozpoznawanie mowy")
    VOICE = "voice", _("głos czytający")
    EMBEDDINGS = "embeddings", _("porównywanie znaczeń")


class Dialect(models.TextChoices):
    """How a recognition server is spoken to; all others are OpenAI's kind."""

    OPENAI = "openai_api", _("zgodny z OpenAI")
    ASR_WEBSERVICE = "asr_webservice", _("whisper-asr-webservice")


class ProviderConfig(CouncilOwned):
    """A server that a council chose, one row for each choice: the active one, and the one before it to go back to."""

    kind = models.CharField(_("do czego"), max_length=20, choices=ProviderKind, default=ProviderKind.LANGUAGE_MODEL)
    dialect = models.CharField(_("rodzaj serwera"), max_length=20, choices=Dialect, default=Dialect.OPENAI)
    base_url = models.CharField(_("adres serwera"), max_length=500)
    sealed_key = models.TextField(blank=True, editable=False)  # council/sealing.py
    key_ending = models.CharField(max_length=4, blank=True, editable=False)
    model = models.CharField(_("model"), max_length=200)
    voice = models.CharField(_("głos"), max_length=100, blank=True)
    max_tokens = models.PositiveIntegerField(
        _("najdłuższa odpowiedź (tokeny)"),
        default=5_000,
        validators=[MinValueValidator(100), MaxValueValidator(200_000)],
    )
    summary_max_tokens = models.PositiveIntegerField(
        _("najdłuższe streszczenie (tokeny)"), default=8_000,
        validators=[MinValueValidator(100), MaxValueValidator(200_000)],
    )  # fmt: skip
    may_be_private = models.BooleanField(default=False, editable=False)  # the operator chose it: any address may be it
    active = models.BooleanField(_("używany"), default=False, editable=False)
    activated_at = models.DateTimeField(_("od kiedy"), editable=False)

    class Meta:
        verbose_name = _("dostawca")
        verbose_name_plural = _("dostawcy")
        ordering = ["kind", "-active", "-activated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "kind"], condition=models.Q(active=True), name="one_active_provider_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.model}"


class ProviderUsage(CouncilOwned):
    """What one model of one kind cost a council in one month, as the servers counted it."""

    month = models.DateField(_("miesiąc"))  # its first day
    kind = models.CharField(_("do czego"), max_length=20, choices=ProviderKind, default=ProviderKind.LANGUAGE_MODEL)
    model = models.CharField(_("model"), max_length=200)
    requests = models.PositiveIntegerField(_("zapytania"), default=0)
    unmeasured = models.PositiveIntegerField(_("w tym bez licznika"), default=0)  # the server told no figures
    tokens_in = models.BigIntegerField(_("tokeny wysłane"), default=0)
    tokens_out = models.BigIntegerField(_("tokeny odebrane"), default=0)

    class Meta:
        verbose_name = _("zużycie")
        verbose_name_plural = _("zużycie")
        ordering = ["-month", "kind", "model"]
        constraints = [
            models.UniqueConstraint(fields=["council", "month", "kind", "model"], name="one_usage_per_month_and_model")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.model}"
