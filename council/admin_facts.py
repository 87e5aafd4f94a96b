"""The administration pages of what meetings decided. Saving a fact by hand confirms it: no reading overwrites it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from council.admin import ContentAdmin
from council.errors import CouncilError
from council.models import Body, Person, Seat, Term
from council.models_facts import (
    AgendaItem,
    Attendance,
    Ballot,
    FactStatus,
    Interpellation,
    MeetingFact,
    Promise,
    Resolution,
    Vote,
)
from council.tenancy import current_council_id

if TYPE_CHECKING:
    BallotInlineBase = admin.TabularInline[Ballot, Vote]
else:
    BallotInlineBase = admin.TabularInline


class OwnedAdmin(ContentAdmin):
    """Rows of the council whose scope the request runs in; choices of related rows come from it too."""

    exclude = ["council"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        council_id = current_council_id()
        if council_id is None or not self.has_module_permission(request):
            raise CouncilError("not_found")
        obj.council_id = council_id
        if isinstance(obj, MeetingFact):
            obj.confirmed_by_id, obj.confirmed_at = request.user.pk, timezone.now()
            if obj.status == FactStatus.DRAFT:
                obj.status = FactStatus.CONFIRMED
        super().save_model(request, obj, form, change)


class FactAdmin(OwnedAdmin):
    list_filter = ["status"]
    list_select_related = ["meeting"]
    readonly_fields = ["quote"]


@admin.register(AgendaItem)
class AgendaItemAdmin(FactAdmin):
    list_display = ["label", "title", "meeting", "status"]
    search_fields = ["title"]


class BallotForm(forms.ModelForm[Ballot]):
    class Meta:
        model = Ballot
        fields = ["name", "choice"]


class BallotInline(BallotInlineBase):
    """Names of an open vote, to be read: a secret vote has none, by a constraint of the database."""

    model = Ballot
    form = BallotForm
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return current_council_id() is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Vote)
class VoteAdmin(FactAdmin):
    list_display = ["subject", "in_favour", "against", "abstained", "result", "resolution_number", "meeting", "status"]
    list_filter = ["status", "result", "superseded"]
    search_fields = ["subject", "resolution_number"]
    readonly_fields = ["quote", "kind", "flags"]
    inlines = [BallotInline]


@admin.register(Resolution)
class ResolutionAdmin(FactAdmin):
    list_display = ["number", "title", "adopted", "meeting", "status"]
    search_fields = ["number", "title"]
    raw_id_fields = ["vote"]


@admin.register(Attendance)
class AttendanceAdmin(FactAdmin):
    list_display = ["name", "state", "count", "meeting", "status"]
    search_fields = ["name"]


@admin.register(Interpellation)
class InterpellationAdmin(FactAdmin):
    list_display = ["subject", "kind", "author", "due_on", "answered_on", "status"]
    search_fields = ["subject", "author"]


@admin.register(Promise)
class PromiseAdmin(FactAdmin):
    list_display = ["what", "who", "due", "amount", "status"]
    search_fields = ["what", "who"]


@admin.register(Term)
class TermAdmin(OwnedAdmin):
    list_display = ["number", "starts_on", "ends_on"]


@admin.register(Body)
class BodyAdmin(OwnedAdmin):
    list_display = ["name", "statutory_seats"]
    search_fields = ["name"]


@admin.register(Person)
class PersonAdmin(OwnedAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Seat)
class SeatAdmin(OwnedAdmin):
    list_display = ["person", "body", "function", "club", "starts_on", "ends_on"]
    list_select_related = ["person", "body"]
