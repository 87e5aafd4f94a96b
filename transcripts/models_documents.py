"""Documents of a meeting: what was handed out before it, and what the office published after it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned, User


class DocumentKind(models.TextChoices):
    AGENDA = "agenda", _("porządek obrad")
    DRAFT = "draft", _("projekt uchwały lub materiał")
    RESOLUTION = "resolution", _("uchwała")
    MINUTES = "minutes", _("protokół")
    VOTE_LIST = "vote_list", _("imienny wykaz głosowania")
    OTHER = "other", _("inny dokument")


class Document(CouncilOwned):
    """One file and what it says. Residents see it when it and its recording are published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey("transcripts.Recording", models.CASCADE, related_name="documents")
    kind = models.CharField(_("rodzaj"), max_length=10, choices=DocumentKind, default=DocumentKind.OTHER)
    title = models.CharField(_("tytuł"), max_length=300)
    file_name = models.CharField(_("nazwa pliku"), max_length=250, blank=True)
    file_format = models.CharField(max_length=4, editable=False)  # pdf, docx, html, txt
    content_hash = models.CharField(max_length=64, editable=False)  # SHA-256 of the file, hex
    stored_name = models.CharField(max_length=300, editable=False)  # name in storage
    size_bytes = models.BigIntegerField(default=0, editable=False)
    by_ocr = models.BooleanField(_("odczytany ze skanu"), default=False, editable=False)
    published = models.BooleanField(_("widoczny dla mieszkańców"), default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("dodano"), auto_now_add=True)

    class Meta:
        verbose_name = _("dokument")
        verbose_name_plural = _("dokumenty")
        ordering = ["kind", "title", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["council", "recording", "content_hash"], name="one_document_per_content")
        ]

    def __str__(self) -> str:
        return self.title


class DocumentPage(CouncilOwned):
    """The text of one page. Formats without pages have one."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()  # from 1
    text = models.TextField(blank=True)
    lexemes = SearchVectorField(null=True)  # of title and text: transcripts/lexemes.py

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "document", "number"], name="one_document_page_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} s. {self.number}"
