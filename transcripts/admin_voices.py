"""The administration pages of voice profiles: the council's consent, each person's, and the log of it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from council.access import Actor, Can
from council.admin import ContentAdmin, current_actor, report_error
from council.errors import CouncilError, message_for
from council.models import Person
from transcripts import voices_actions
from transcripts.models import Recording, RecordingState
from transcripts.models_voices import VoiceLog, VoicePolicy, VoiceProfile, VoiceSample

if TYPE_CHECKING:
    ProfileFormBase = forms.ModelForm[VoiceProfile]
else:
    ProfileFormBase = forms.ModelForm


class _ManagedAdmin(ContentAdmin):
    """For those who manage the council: a voice is personal data of a special kind."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        actor = current_actor(request)
        return actor is not None and Can.MANAGE in actor.can


@admin.register(VoicePolicy)
class VoicePolicyAdmin(_ManagedAdmin):
    list_display = ["__str__", "decided_at"]
    fields = ["allowed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.get_queryset(request).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a decision is taken back, and the log says so

    def save_model(self, request: HttpRequest, obj: VoicePolicy, form: Any, change: bool) -> None:
        actor = _actor(request)
        voices_actions.allow_voices(actor, allowed=form.cleaned_data["allowed"])
        row = VoicePolicy.objects.filter(council_id=actor.council_id).first()
        if row is None:  # "no" where there was no decision yet: the same as none, and kept as what was answered
            obj.council_id, obj.decided_by_id = actor.council_id, actor.user_id
            super().save_model(request, obj, form, change)
        else:
            obj.pk, obj.council_id = row.pk, row.council_id


class ProfileForm(ProfileFormBase):
    recording = forms.ModelChoiceField(
        queryset=Recording.objects.none(),
        required=False,
        label=_("pobierz próbkę z nagrania"),
        help_text=_(
            "Nagranie, w którym biuro rady podpisało zdania tej osoby albo przewodniczący udzielił jej głosu. Próbka to"
            " do 30 sekund jej mowy; mówcy tego nagrania zostaną rozróżnieni jeszcze raz."
        ),
    )
    actor: Actor  # set by the page for each request

    class Meta:
        model = VoiceProfile
        fields = ["person", "consent_on", "consent_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "person" in self.fields:
            known = VoiceProfile.objects.values_list("person_id", flat=True)
            self.fields["person"].queryset = Person.objects.exclude(pk__in=known).order_by("name")  # type: ignore[attr-defined]
        self.fields["recording"].queryset = Recording.objects.filter(  # type: ignore[attr-defined]
            council_id=self.actor.council_id, state=RecordingState.READY
        ).exclude(audio_name="")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        person = given.get("person") or (self.instance.person if self.instance.pk else None)
        consent_on = given.get("consent_on")
        if person is None or consent_on is None:
            return given
        try:
            if not self.instance.pk or "consent_on" in self.changed_data:
                voices_actions.check_consent(self.actor, person_id=person.pk, consent_on=consent_on)
        except CouncilError as error:
            raise forms.ValidationError(message_for(error.code, **error.context)) from error
        return given


@admin.register(VoiceProfile)
class VoiceProfileAdmin(_ManagedAdmin):
    form = ProfileForm
    list_display = ["person", "consent_on", "expires_on", "sample_count", "named_count"]
    list_select_related = ["person"]
    search_fields = ["person__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(
            sampled=Count("samples", filter=~Q(samples__sealed=""), distinct=True),
            named=Count("named_tags__recording", distinct=True),
        )
        return counted

    def get_fields(self, request: HttpRequest, obj: VoiceProfile | None = None) -> Any:
        shown = ["person", "consent_on", "consent_note", "recording"]
        return [*shown, "expires_on", "samples", "named_count"] if obj else shown

    def get_readonly_fields(self, request: HttpRequest, obj: VoiceProfile | None = None) -> list[str]:
        return ["person", "expires_on", "samples", "named_count"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type("ProfileFormOfActor", (made,), {"actor": _actor(request)})

    def save_model(self, request: HttpRequest, obj: VoiceProfile, form: Any, change: bool) -> None:
        actor, given = _actor(request), form.cleaned_data
        if not change or {"consent_on", "consent_note"} & set(form.changed_data):
            obj.pk = voices_actions.give_consent(
                actor, person_id=obj.person_id, consent_on=given["consent_on"], note=given["consent_note"]
            )
            obj.council_id = actor.council_id
        if given.get("recording"):
            try:
                voices_actions.take_sample(actor, profile_id=obj.pk, recording_id=given["recording"].pk)
            except CouncilError as error:
                report_error(self, request, error)

    def delete_model(self, request: HttpRequest, obj: VoiceProfile) -> None:
        self._delete(request, [obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[VoiceProfile]) -> None:
        self._delete(request, list(queryset.values_list("pk", flat=True)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes: the profile with its samples, and the names that it alone gave."""
        rows: list[Any] = list(self.get_queryset(request).filter(pk__in=[one.pk for one in objs]))
        told = [
            gettext("%(who)s: próbki głosu i podpisy, które dał tylko ten profil (nagrań: %(count)d)")
            % {"who": row, "count": row.named}
            for row in rows
        ]
        return told, {self.opts.verbose_name_plural: len(told)}, set(), []

    @admin.display(description=_("próbek"), ordering="sampled")
    def sample_count(self, profile: Any) -> int:
        return int(profile.sampled)

    @admin.display(description=_("podpisał głos w nagraniach"), ordering="named")
    def named_count(self, profile: Any) -> int:
        return int(profile.named)

    @admin.display(description=_("próbki"))
    def samples(self, profile: VoiceProfile) -> SafeString | str:
        rows = profile.samples.select_related("recording")
        return format_html_join("", "<div>{}: {}</div>", ((row.recording, _sample_state(row)) for row in rows)) or "–"

    def _delete(self, request: HttpRequest, profile_ids: list[int]) -> None:
        count = sum(voices_actions.delete_profile(_actor(request), profile_id=one) for one in profile_ids)
        text = ngettext("Usunięto podpisy w %d nagraniu.", "Usunięto podpisy, nagrań: %d.", count) % count
        self.message_user(request, text)


@admin.register(VoiceLog)
class VoiceLogAdmin(_ManagedAdmin):
    list_display = ["made_at", "kind", "person_name", "recording", "made_by", "detail"]
    list_filter = ["kind"]
    list_select_related = ["recording", "made_by"]
    search_fields = ["person_name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _sample_state(sample: VoiceSample) -> str:
    if sample.error_code:
        return message_for(sample.error_code)
    if not sample.sealed:
        return gettext("czeka na rozróżnienie mówców")
    return gettext("%d s mowy") % round(sample.heard_ms / 1000)


def _actor(request: HttpRequest) -> Actor:
    actor = current_actor(request)
    if actor is None:
        raise CouncilError("not_found")
    return actor
