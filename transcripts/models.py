"""From a link to something searchable.

Content (a council's words and sounds) carries row security. The ledger (StageRun, Chunk) holds ids, states and codes
only and does not: workers look across councils for what is due.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from council.models import Council, CouncilOwned, Meeting, User
from transcripts import (  # noqa: F401  # Django looks for models here
    models_documents,
    models_intake,
    models_people,
    models_voices,
)

EMBEDDING_DIMENSIONS = 384
"""Of the built-in model; servers' models may have others."""


class RecordingState(models.TextChoices):
    PROCESSING = "processing", _("w opracowaniu")
    READY = "ready", _("gotowe")
    FAILED = "failed", _("wymaga uwagi")
    DUPLICATE = "duplicate", _("już jest w systemie")


class SourceKind(models.TextChoices):
    LINK = "link", _("adres w internecie")
    FILE = "file", _("plik")
    TRANSCRIPT = "transcript", _("gotowa transkrypcja")


class Priority(models.IntegerChoices):
    """Which of a council's recordings goes first; councils take turns whatever they call urgent."""

    BULK = -1, _("bez pośpiechu")
    NORMAL = 0, _("zwykła")
    URGENT = 1, _("pilne")


class Recording(CouncilOwned):
    """One meeting's sound (and picture) and everything made of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="recordings", verbose_name=_("posiedzenie")
    )
    title = models.CharField(_("tytuł"), max_length=300, blank=True)
    held_on = models.DateField(_("data posiedzenia"), null=True, blank=True)
    source_kind = models.CharField(_("źródło"), max_length=12, choices=SourceKind)
    source_address = models.TextField(_("adres źródła"), blank=True)  # link; or the uploaded file's name
    content_hash = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256 of the media, hex
    media_name = models.CharField(max_length=300, blank=True, editable=False)  # name in storage
    media_type = models.CharField(max_length=100, blank=True, editable=False)
    media_bytes = models.BigIntegerField(default=0, editable=False)
    audio_name = models.CharField(max_length=300, blank=True, editable=False)  # 16 kHz mono FLAC in storage
    clean_audio_name = models.CharField(max_length=300, blank=True, editable=False)  # less noise, for the recogniser
    sound = models.JSONField(default=dict, editable=False)  # speech.engine.sound_quality.SoundQuality
    duration_ms = models.BigIntegerField(_("długość (ms)"), default=0, editable=False)
    speech = models.JSONField(default=list, editable=False)  # what VAD heard: [[start_ms, end_ms], ...]
    hotwords = models.TextField(blank=True, editable=False)  # names that the recogniser is told to expect
    state = models.CharField(_("stan"), max_length=12, choices=RecordingState, default=RecordingState.PROCESSING)
    error_code = models.CharField(_("kod błędu"), max_length=60, blank=True, editable=False)
    duplicate_of = models.ForeignKey("self", models.CASCADE, null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("opublikowano"), null=True, blank=True)
    priority = models.SmallIntegerField(_("pilność"), choices=Priority, default=Priority.NORMAL, db_default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("dodano"), auto_now_add=True)

    class Meta:
        verbose_name = _("nagranie")
        verbose_name_plural = _("nagrania")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "content_hash"],
                condition=~Q(content_hash="") & ~Q(state=RecordingState.DUPLICATE),
                name="one_recording_per_content",
            ),
        ]
        indexes = [models.Index(fields=["council", "-created_at"])]

    def __str__(self) -> str:
        return self.title or str(self.id)


class RunState(models.TextChoices):
    PENDING = "pending", _("czeka na poprzedni etap")
    WAITING = "waiting", _("w kolejce")
    RUNNING = "running", _("trwa")
    SPREAD = "spread", _("rozdzielony na fragmenty")  # the work is in Chunk rows; done when all of them are finished
    DONE = "done", _("gotowe")
    FAILED = "failed", _("nieudane")


class Claimable(models.Model):
    """Work that one worker at a time holds by a lease. `fence` proves that a result comes from the current holder."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="+")
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="+", db_constraint=True)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PENDING)
    priority = models.SmallIntegerField(default=0, db_default=0)  # the recording's
    attempts = models.PositiveSmallIntegerField(default=0)  # counted when claimed
    losses = models.PositiveSmallIntegerField(default=0, db_default=0)  # of them, those whose worker was lost
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.UUIDField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    done_key = models.CharField(max_length=64, blank=True)  # hash of input and settings of the output that stands
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class StageRun(Claimable):
    """One stage of one recording."""

    stage = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    output_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["recording", "stage"], name="one_run_per_stage")]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state__in=["waiting", "running"]), name="stage_runs_due"),
            models.Index(fields=["started_at"], name="stage_runs_started"),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.stage} {self.state}"


class Chunk(Claimable):
    """One stretch of the recording that one worker recognises. Owns [start_ms, end_ms); cuts lie in silence."""

    index = models.PositiveIntegerField()
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    recording_ms = models.BigIntegerField(default=0, db_default=0)  # how long the whole recording is

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["recording", "index"], name="one_chunk_per_index")]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state__in=["waiting", "running"]), name="chunks_due"),
            models.Index(fields=["started_at"], name="chunks_started"),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} #{self.index} {self.state}"


class ChunkResult(CouncilOwned):
    """What the recogniser heard in one chunk: segments with words, and what its guards removed."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="chunk_results")
    index = models.PositiveIntegerField()
    key = models.CharField(max_length=64)  # the chunk's done_key
    segments = models.JSONField()  # [{start_ms, end_ms, text, words: [[start_ms, end_ms, text, probability|null]]}]
    removed = models.JSONField(default=list)  # [{start_ms, end_ms, text, reason}]
    # What really did it: {model, precision, device, steps: [{reason, model, precision, device, batch}]}, {} if unknown.
    # Kept by chunk, because workers with more and with less memory share a recording.
    recognition = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "index"], name="one_result_per_chunk")]

    def __str__(self) -> str:
        return f"{self.recording_id} #{self.index}"


class Segment(CouncilOwned):
    """One sentence-like piece of the transcript."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField()
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    text = models.TextField()
    speaker = models.CharField(max_length=200, blank=True)
    words = models.JSONField(default=list)  # [[start_ms, end_ms, text, probability|null], ...]
    label = models.CharField(max_length=60, blank=True)  # the voice as it was told apart: SPEAKER_00; see SpeakerTag
    # What a person decided stands, whatever is recognised anew (transcripts/corrections/keep.py).
    version = models.PositiveIntegerField(default=1)
    text_held = models.BooleanField(default=False)  # text and borders
    speaker_held = models.BooleanField(default=False)

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["recording", "index"], name="one_segment_per_index")]

    def __str__(self) -> str:
        return f"{self.start_ms} {self.text[:60]}"


class Gap(CouncilOwned):
    """Speech that the transcript does not cover, listed on the recording and never silently dropped."""

    class Reason(models.TextChoices):
        UNCOVERED = "uncovered", _("słychać mowę, której nie ma w transkrypcji")
        FAILED_CHUNK = "failed_chunk", _("tego fragmentu nie udało się rozpoznać")

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="gaps")
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=Reason)

    class Meta:
        ordering = ["start_ms"]

    def __str__(self) -> str:
        return f"{self.start_ms}–{self.end_ms} {self.reason}"


class Passage(CouncilOwned):
    """What search returns: a few segments with a header. Derived, rebuilt at will; citations never point here."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="passages")
    index = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, default="speech", db_default="speech")  # transcripts/cards.py: KINDS
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    header = models.TextField(blank=True)  # meeting, date, agenda point, speaker: searched, not quoted
    text = models.TextField()
    pieces = models.JSONField(default=list)  # sentences: [[start_ms, end_ms, first, end character of text], ...]
    lexemes = SearchVectorField()
    lexeme_count = models.PositiveIntegerField(default=0)
    embedding = HalfVectorField(null=True)  # of any length; 16 bits a number: nothing lost in ranking
    embedding_model = models.CharField(max_length=100, blank=True)
    next_embedding = HalfVectorField(null=True)  # of a model that is being made ready: transcripts/embedding/serving.py
    next_model = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "index"], name="one_passage_per_index")]
        indexes = [models.Index(fields=["council", "embedding_model"], name="passage_council_model")]

    def __str__(self) -> str:
        return self.text[:60]


class ProgressEvent(CouncilOwned):
    """One step of a recording's way, numbered without holes, so that a client that comes back misses nothing."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    stage = models.CharField(max_length=20)
    state = models.CharField(max_length=12)  # a RunState or, for the recording as a whole, a RecordingState
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    eta_ms = models.BigIntegerField(null=True)  # of this stage
    error_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["recording", "sequence"], name="one_event_per_sequence")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.stage} {self.state} {self.done}/{self.total}"
