"""The administration page of questions and answers: to read, never to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from assistant.models import Citation, ProviderConfig, Turn
from council.access import Can
from council.admin import ContentAdmin, current_actor

if TYPE_CHECKING:
    CitationInlineBase = admin.TabularInline[Citation, Turn]
else:
    CitationInlineBase = admin.TabularInline


class CitationInline(CitationInlineBase):
    model = Citation
    extra = 0
    fields = ["quote", "recording_title", "speaker", "start_ms", "end_ms"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return current_actor(request) is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Turn)
class TurnAdmin(ContentAdmin):
    list_display = ["question", "asked_by", "asked_at", "refused", "mode"]
    list_filter = ["refused", "mode"]
    search_fields = ["question", "answer"]
    date_hierarchy = "asked_at"
    fields = ["question", "answer", "refused", "mode", "model", "asked_by", "asked_at"]
    inlines = [CitationInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Turn | None = None) -> bool:
        return False

    has_delete_permission = has_change_permission


@admin.register(ProviderConfig)
class ProviderConfigAdmin(ContentAdmin):
    """Leads to the council's own page of providers: trying one asks a server, which no transaction may wait for."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        actor = current_actor(request)
        if actor is None:
            return super().changelist_view(request, extra_context)
        return redirect("providers", actor.council_slug)

    def has_module_permission(self, request: HttpRequest) -> bool:
        actor = current_actor(request)
        return actor is not None and Can.MANAGE in actor.can

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission
