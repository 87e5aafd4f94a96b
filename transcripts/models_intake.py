"""What is known about where recordings come from: accounts, followed places, what came in already, what sources say."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned


class SourceCookies(CouncilOwned):
    """Cookies of the council's own account at a site, in Netscape format, sealed (council/sealing.py)."""

    sealed = models.TextField(editable=False)
    sites = models.CharField(_("serwisy"), max_length=300, blank=True, editable=False)  # names only, for people
    updated_at = models.DateTimeField(_("zmieniono"), auto_now=True)

    class Meta:
        verbose_name = _("plik cookies")
        verbose_name_plural = _("plik cookies")
        constraints = [models.UniqueConstraint(fields=["council"], name="one_cookies_file_per_council")]

    def __str__(self) -> str:
        return self.sites or "cookies"


class FollowedSource(CouncilOwned):
    """A channel, playlist, feed or page that is looked at regularly; what is new there comes in by itself."""

    address = models.CharField(_("adres kanału, listy, RSS lub strony"), max_length=1000)
    every_hours = models.PositiveSmallIntegerField(
        _("co ile godzin"), default=6, validators=[MinValueValidator(1), MaxValueValidator(24 * 30)]
    )
    filter_words = models.CharField(
        _("tylko tytuły ze słowami"),
        max_length=300,
        blank=True,
        help_text=_("Po przecinku; wystarczy jedno z nich, np. „sesja, komisja”. Puste: wszystko."),
    )
    first_items = models.PositiveSmallIntegerField(
        _("ile najnowszych przy pierwszym sprawdzeniu"),
        default=5,
        validators=[MaxValueValidator(5000)],
        help_text=_("Starsze nagrania dodaje polecenie import_recordings."),
    )
    active = models.BooleanField(_("śledź"), default=True)
    created_at = models.DateTimeField(_("dodano"), auto_now_add=True)
    looked_at = models.DateTimeField(_("ostatnio sprawdzono"), null=True, blank=True, editable=False)
    next_look_at = models.DateTimeField(null=True, blank=True, editable=False)  # also the end of a look's lease
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    error_code = models.CharField(_("kod błędu"), max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = _("śledzone źródło")
        verbose_name_plural = _("śledzone źródła")
        constraints = [models.UniqueConstraint(fields=["council", "address"], name="one_followed_source_per_address")]

    def __str__(self) -> str:
        return self.address


class IntakeEntry(CouncilOwned):
    """Something that came in by itself or in bulk: what keeps the second run from taking it twice."""

    class Origin(models.TextChoices):
        IMPORT = "import", _("import")
        FOLDER = "folder", _("obserwowany folder")
        FOLLOWED = "followed", _("śledzone źródło")

    origin = models.CharField(_("skąd"), max_length=8, choices=Origin)
    key = models.CharField(max_length=64)  # SHA-256, hex: transcripts/intake/entries.py
    name = models.CharField(_("nazwa lub adres"), max_length=1000, blank=True)
    source = models.ForeignKey(
        FollowedSource, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("źródło")
    )
    recording = models.ForeignKey(
        "transcripts.Recording", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("nagranie")
    )
    error_code = models.CharField(_("kod błędu"), max_length=60, blank=True)
    settled = models.BooleanField(default=False)  # nothing is left to do once the recording is finished or failed
    created_at = models.DateTimeField(_("dodano"), auto_now_add=True)

    class Meta:
        verbose_name = _("przyjęte z zewnątrz")
        verbose_name_plural = _("przyjęte z zewnątrz")
        constraints = [models.UniqueConstraint(fields=["council", "origin", "key"], name="one_entry_per_thing")]
        indexes = [models.Index(fields=["council", "settled"], name="entries_to_settle")]

    def __str__(self) -> str:
        return self.name


class SourceNotes(CouncilOwned):
    """What the source says about a recording, and how often it made us wait."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.OneToOneField("transcripts.Recording", models.CASCADE, related_name="source_notes")
    extractor = models.CharField(max_length=100, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    page_address = models.TextField(blank=True)
    chapters = models.JSONField(default=list)  # [{start_ms, end_ms, title}]: hints of the agenda
    subtitles_name = models.CharField(max_length=300, blank=True)  # name in storage
    subtitles_language = models.CharField(max_length=20, blank=True)
    subtitles_automatic = models.BooleanField(default=False)
    subtitles_agreement = models.FloatField(null=True)  # share of words that agree, 0 to 1; null: not compared yet
    waits = models.PositiveIntegerField(default=0)  # for the end of a broadcast
    waiting_since = models.DateTimeField(null=True)
    seen_duration_ms = models.BigIntegerField(null=True)  # of an archive that may still grow
    recognition = models.JSONField(default=list)  # of an imported transcript, as its file tells: exports/json_document
    sound_track = models.PositiveSmallIntegerField(default=0)  # the one that was used, counted from 1; 0: the only one
    sound_tracks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("informacje od źródła")
        verbose_name_plural = _("informacje od źródła")

    def __str__(self) -> str:
        return f"{self.extractor} {self.source_id}"
