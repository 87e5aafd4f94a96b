"""The administration page of recordings: what there is and in which state; writes go through actions.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from council.access import Actor, access_council_from_shell
from council.admin import ContentAdmin, current_actor, report_error
from council.errors import CouncilError, message_for
from transcripts import actions, queries
from transcripts.exports.clock import clock
from transcripts.models import Recording


@admin.register(Recording)
class RecordingAdmin(ContentAdmin):
    list_display = ["title", "held_on", "state", "source_kind", "length", "published_at", "created_at"]
    list_filter = ["state", "source_kind", ("published_at", admin.EmptyFieldListFilter)]
    search_fields = ["title", "source_address"]
    date_hierarchy = "held_on"
    fields = [
        "title", "held_on", "state", "error", "source_kind", "source_address", "length", "published_at", "stages",
        "gaps", "recognizers", "page", "created_at",
    ]  # fmt: skip
    readonly_fields = [
        "state", "error", "source_kind", "source_address", "length", "published_at", "stages", "gaps",
        "recognizers", "page", "created_at",
    ]  # fmt: skip
    actions = ["retry", "cancel", "urgent", "publish", "unpublish"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # files and links come in on the council's own pages

    def save_model(self, request: HttpRequest, obj: Recording, form: ModelForm[Recording], change: bool) -> None:
        actions.describe_recording(
            _actor(request), recording_id=obj.pk, title=form.cleaned_data["title"], held_on=form.cleaned_data["held_on"]
        )

    def delete_model(self, request: HttpRequest, obj: Recording) -> None:
        actions.delete_recording(_actor(request), recording_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        for recording_id in list(queryset.values_list("pk", flat=True)):
            actions.delete_recording(_actor(request), recording_id=recording_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The titles alone: listing a long meeting's thousands of rows takes minutes and tells nobody anything."""
        titles = [_("%s z transkrypcją i plikami") % recording for recording in objs]
        return titles, {self.opts.verbose_name_plural: len(titles)}, set(), []

    @admin.display(description=_("długość"), ordering="duration_ms")
    def length(self, recording: Recording) -> str:
        return clock(recording.duration_ms) if recording.duration_ms else "–"

    @admin.display(description=_("co się stało"))
    def error(self, recording: Recording) -> str:
        return f"{message_for(recording.error_code)} [{recording.error_code}]" if recording.error_code else "–"

    @admin.display(description=_("etapy"))
    def stages(self, recording: Recording) -> SafeString:
        rows = ((run.stage, run.state_label, run.error_message) for run in self._detail(recording).stages)
        return format_html_join("", "<div>{}: {} {}</div>", rows)

    @admin.display(description=_("mowa bez transkrypcji"))
    def gaps(self, recording: Recording) -> SafeString | str:
        gaps = ((clock(gap.start_ms), clock(gap.end_ms), gap.reason_label) for gap in self._detail(recording).gaps)
        return format_html_join("", "<div>{}–{}: {}</div>", gaps) or "–"

    @admin.display(description=_("czym rozpoznano"))
    def recognizers(self, recording: Recording) -> SafeString | str:
        rows = (
            (used.chunks, used.model, used.precision, used.device_label, " ".join(used.steps))
            for used in self._detail(recording).recognizers
        )
        return format_html_join("", "<div>{} × {} {} {} {}</div>", rows) or "–"

    @admin.display(description=_("strona nagrania"))
    def page(self, recording: Recording) -> SafeString:
        address = reverse("recording", args=[recording.council.slug, recording.pk])
        return format_html('<a href="{}">{}</a>', address, _("otwórz"))

    @admin.action(description=_("Ponów to, co się nie udało"))
    def retry(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self._each(request, queryset, lambda actor, pk: actions.retry_recording(actor, recording_id=pk))

    @admin.action(description=_("Zatrzymaj opracowanie"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self._each(request, queryset, lambda actor, pk: actions.cancel_recording(actor, recording_id=pk))

    @admin.action(description=_("Pilne: opracuj przed innymi"))
    def urgent(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self._each(request, queryset, lambda actor, pk: actions.set_urgent(actor, recording_id=pk, urgent=True))

    @admin.action(description=_("Opublikuj (zobaczą je mieszkańcy)"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self._each(
            request, queryset, lambda actor, pk: actions.publish_recording(actor, recording_id=pk, published=True)
        )

    @admin.action(description=_("Cofnij publikację"))
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self._each(
            request, queryset, lambda actor, pk: actions.publish_recording(actor, recording_id=pk, published=False)
        )

    def _each(self, request: HttpRequest, queryset: QuerySet[Recording], do: Callable[[Actor, UUID], None]) -> None:
        """Do it to each chosen recording; what cannot be done is told, and the rest goes on."""
        actor, done = _actor(request), 0
        for recording_id in list(queryset.values_list("pk", flat=True)):
            try:
                do(actor, recording_id)
                done += 1
            except CouncilError as error:
                report_error(self, request, error)
        if done:
            text = ngettext("Zrobione: %d nagranie.", "Zrobione, nagrań: %d.", done) % done
            self.message_user(request, text)

    def _detail(self, recording: Recording) -> queries.RecordingDetail:
        return queries.recording_detail(access_council_from_shell(recording.council.slug), recording.pk)


def _actor(request: HttpRequest) -> Actor:
    actor = current_actor(request)
    if actor is None:
        raise CouncilError("not_found")
    return actor
