"""The administration pages of where recordings come from: cookies of accounts, followed sources, what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from council.access import Actor
from council.admin import ContentAdmin, current_actor
from council.errors import CouncilError, message_for
from transcripts.exports.clock import clock
from transcripts.intake import accounts
from transcripts.models_intake import FollowedSource, IntakeEntry, SourceCookies, SourceNotes
from transcripts.sources.guard import parse_address

if TYPE_CHECKING:
    CookiesFormBase = forms.ModelForm[SourceCookies]
    FollowedFormBase = forms.ModelForm[FollowedSource]
else:
    CookiesFormBase = FollowedFormBase = forms.ModelForm


class CookiesForm(CookiesFormBase):
    file = forms.FileField(
        label=_("plik cookies.txt"),
        help_text=_(
            "Format Netscape, z konta rady w serwisie z nagraniami. Plik jest szyfrowany i nikt go już nie zobaczy;"
            " można go tylko zastąpić lub usunąć."
        ),
    )

    class Meta:
        model = SourceCookies
        fields: list[str] = []

    def clean_file(self) -> bytes:
        content: bytes = self.cleaned_data["file"].read(accounts.MOST_COOKIE_BYTES + 1)
        try:
            accounts.check_cookies(content)
        except CouncilError as error:
            raise forms.ValidationError(message_for(error.code)) from error
        return content


@admin.register(SourceCookies)
class SourceCookiesAdmin(ContentAdmin):
    form = CookiesForm
    list_display = ["sites", "updated_at"]
    fields = ["sites", "updated_at", "file"]
    readonly_fields = ["sites", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.get_queryset(request).exists()

    def save_model(self, request: HttpRequest, obj: SourceCookies, form: Any, change: bool) -> None:
        saved = accounts.save_cookies(_actor(request), content=form.cleaned_data["file"])
        obj.pk, obj.council_id = saved, _actor(request).council_id


class FollowedForm(FollowedFormBase):
    class Meta:
        model = FollowedSource
        fields = ["address", "every_hours", "filter_words", "first_items", "active"]

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        try:
            parse_address(address)
        except CouncilError as error:
            raise forms.ValidationError(message_for(error.code)) from error
        return address


@admin.register(FollowedSource)
class FollowedSourceAdmin(ContentAdmin):
    form = FollowedForm
    list_display = ["address", "active", "every_hours", "looked_at", "last_error"]
    list_filter = ["active"]
    fields = ["address", "every_hours", "filter_words", "first_items", "active", "looked_at", "last_error"]
    readonly_fields = ["looked_at", "last_error"]
    actions = ["look_now"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Another address is another source: what came in from the first one says nothing about it.
        return [*self.readonly_fields, "address"] if obj else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: FollowedSource, form: Any, change: bool) -> None:
        accounts.save_followed(_actor(request), obj)

    @admin.display(description=_("co się stało"))
    def last_error(self, source: FollowedSource) -> str:
        return f"{message_for(source.error_code)} [{source.error_code}]" if source.error_code else "–"

    @admin.action(description=_("Sprawdź teraz"))
    def look_now(self, request: HttpRequest, queryset: QuerySet[FollowedSource]) -> None:
        for source in queryset:
            accounts.save_followed(_actor(request), source)
        self.message_user(request, _("Sprawdzenie zacznie się w ciągu minuty."))


class ReadOnlyAdmin(ContentAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(IntakeEntry)
class IntakeEntryAdmin(ReadOnlyAdmin):
    list_display = ["name", "origin", "recording", "problem", "created_at"]
    list_filter = ["origin"]
    list_select_related = ["recording"]
    search_fields = ["name"]
    fields = ["name", "origin", "source", "recording", "problem", "created_at"]

    @admin.display(description=_("co się stało"))
    def problem(self, entry: IntakeEntry) -> str:
        return f"{message_for(entry.error_code)} [{entry.error_code}]" if entry.error_code else "–"


@admin.register(SourceNotes)
class SourceNotesAdmin(ReadOnlyAdmin):
    list_display = ["recording", "extractor", "agreement", "subtitles_automatic", "waits"]
    list_select_related = ["recording"]
    fields = [
        "recording",
        "page_address",
        "extractor",
        "source_id",
        "agreement",
        "subtitles_language",
        "sound",
        "chapter_list",
    ]

    @admin.display(description=_("słowa zgodne z gotowymi napisami"))
    def agreement(self, notes: SourceNotes) -> str:
        if not notes.subtitles_name:
            return str(_("źródło nie ma napisów"))
        share = notes.subtitles_agreement
        return str(_("jeszcze nie porównano")) if share is None else f"{round(share * 100)}%"

    @admin.display(description=_("ścieżka dźwięku"))
    def sound(self, notes: SourceNotes) -> str:
        return f"{notes.sound_track} / {notes.sound_tracks}" if notes.sound_tracks > 1 else "–"

    @admin.display(description=_("rozdziały"))
    def chapter_list(self, notes: SourceNotes) -> str:
        return "\n".join(f"{clock(chapter['start_ms'])} {chapter['title']}" for chapter in notes.chapters) or "–"


def _actor(request: HttpRequest) -> Actor:
    actor = current_actor(request)
    if actor is None:
        raise CouncilError("not_found")
    return actor
