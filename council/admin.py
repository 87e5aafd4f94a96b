"""The administration pages of councils, people and keys.

The operator sees everything. A member of staff who is a council's clerk sees that council only, and there: its people
(editing those who belong nowhere else and are not staff, for an e-mail address or a password is the key to an account),
their roles, its keys and meetings. Nobody but the operator makes operators, staff or councils.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from council import actions, jobs
from council.access import Actor, Can, access_council
from council.errors import CouncilError, message_for
from council.models import ApiKey, Council, Meeting, Membership, Role, User
from council.queries import clerk_council_ids
from council.tenancy import current_council_id

if TYPE_CHECKING:
    ApiKeyAdminBase = admin.ModelAdmin[ApiKey]
    ContentAdminBase = admin.ModelAdmin[Any]
    CouncilAdminBase = admin.ModelAdmin[Council]
    MembershipAdminBase = admin.ModelAdmin[Membership]
    MembershipInlineBase = admin.TabularInline[Membership, User]
    PersonChangeFormBase = UserChangeForm[User]
    PersonCreationFormBase = AdminUserCreationForm[User]
    UserAdminBase = UserAdmin[User]
else:
    ApiKeyAdminBase = ContentAdminBase = CouncilAdminBase = MembershipAdminBase = admin.ModelAdmin
    MembershipInlineBase, UserAdminBase = admin.TabularInline, UserAdmin
    PersonChangeFormBase, PersonCreationFormBase = UserChangeForm, AdminUserCreationForm

admin.site.site_header = _("Asystent Radnego – administracja")
admin.site.site_title = _("Asystent Radnego")
admin.site.index_title = _("Rady, osoby i nagrania")
admin.site.unregister(Group)
admin.site.unregister(jobs.INTERNAL_MODELS)


def is_operator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def administered_ids(request: HttpRequest) -> frozenset[int]:
    """Councils whose people and keys this person manages: the operator all, a clerk their own."""
    person = request.user
    if not isinstance(person, User) or not person.is_active or not person.is_staff:
        return frozenset()
    if person.is_superuser:
        return frozenset(Council.objects.values_list("pk", flat=True))
    return clerk_council_ids(person)


def actor_in(request: HttpRequest, council_id: int | None) -> Actor | None:
    """This person inside that council, if they manage it."""
    if council_id is None or council_id not in administered_ids(request):
        return None
    return access_council(request.user, Council.objects.get(pk=council_id).slug)


def current_actor(request: HttpRequest) -> Actor | None:
    """This person inside the council whose scope the request runs in (AdminCouncilMiddleware opens it)."""
    return actor_in(request, current_council_id())


class ContentAdmin(ContentAdminBase):
    """Base of pages about a council's content: open to who may edit it, inside the request's scope."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(council_id=current_council_id())

    def has_module_permission(self, request: HttpRequest) -> bool:
        actor = current_actor(request)
        return actor is not None and Can.EDIT in actor.can

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) and (obj is None or obj.council_id == current_council_id())

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)


class CouncilForm(forms.ModelForm[Council]):
    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        try:
            actions.check_slug(slug)
        except CouncilError as error:
            raise forms.ValidationError(message_for(error.code)) from error
        return slug


@admin.register(Council)
class CouncilAdmin(CouncilAdminBase):
    form = CouncilForm
    list_display = ["name", "slug", "egress_allowed", "created_at"]
    list_filter = ["egress_allowed"]
    search_fields = ["name", "slug"]
    readonly_fields = ["created_at"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Council]:
        return super().get_queryset(request).filter(pk__in=administered_ids(request))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Council | None = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Council | None = None) -> list[str]:
        return ["created_at", "slug"] if obj else ["created_at"]  # links to recordings carry the slug

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(administered_ids(request)) or is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Council | None = None) -> bool:
        return is_operator(request) or (
            obj.pk in administered_ids(request) if obj else self.has_module_permission(request)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Council | None = None) -> bool:
        return is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Council | None = None) -> bool:
        return False  # deleting rows alone would leave the recordings' files behind


class MembershipInline(MembershipInlineBase):
    """A person's roles; a clerk sees and changes those in their own council only."""

    model = Membership
    extra = 0

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        if obj is None and not is_operator(request):  # a clerk's new person belongs to the clerk's council at once
            kwargs |= {"min_num": 1, "validate_min": True}
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(council_id__in=administered_ids(request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "council":
            kwargs["queryset"] = Council.objects.filter(pk__in=administered_ids(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(administered_ids(request))

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(administered_ids(request))


class PersonCreationForm(PersonCreationFormBase):
    class Meta:
        model = User
        fields = ["email", "first_name", "last_name"]
        field_classes: dict[str, Any] = {}


class PersonChangeForm(PersonChangeFormBase):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}


@admin.register(User)
class PersonAdmin(UserAdminBase):
    form = PersonChangeForm
    add_form = PersonCreationForm
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    search_fields = ["email", "first_name", "last_name"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    inlines = [MembershipInline]
    add_fieldsets = [
        (None, {"fields": ["email", "first_name", "last_name", "usable_password", "password1", "password2"]})
    ]
    _of_clerk = [
        (None, {"fields": ["email", "password"]}),
        (_("Osoba"), {"fields": ["first_name", "last_name", "is_active"]}),
        (_("Daty"), {"fields": ["last_login", "date_joined"]}),
    ]
    _of_operator = [*_of_clerk, (_("Uprawnienia"), {"fields": ["is_staff", "is_superuser"]})]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.must_change_password = obj.has_usable_password()
        super().save_model(request, obj, form, change)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Whoever gets a password from somebody else must change it at the next sign-in."""
        response = super().user_change_password(request, id, form_url)
        if response.status_code == 302:
            User.objects.filter(pk=id).exclude(pk=request.user.pk or 0).update(must_change_password=True)
        return response

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return self._of_operator if is_operator(request) else self._of_clerk

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request)
        if is_operator(request):
            return people
        return people.filter(memberships__council_id__in=administered_ids(request)).distinct()

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter if is_operator(request) else ["is_active"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request) or bool(administered_ids(request))

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if is_operator(request) or obj is None:
            return self.has_module_permission(request)
        return obj.memberships.filter(council_id__in=administered_ids(request)).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A clerk changes accounts that are their council's alone; never staff, except themselves."""
        if is_operator(request) or obj is None:
            return self.has_module_permission(request)
        if not self.has_view_permission(request, obj) or obj.is_superuser:
            return False
        elsewhere = obj.memberships.exclude(council_id__in=administered_ids(request)).exists()
        return not elsewhere and (not obj.is_staff or obj.pk == request.user.pk)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return is_operator(request)  # a clerk switches an account off, or takes its role away


class MembershipForm(forms.ModelForm[Membership]):
    """Add a role by e-mail address, so that a clerk need not see who else has an account."""

    email = forms.EmailField(
        label=_("adres e-mail"), help_text=_("Nowa osoba dostanie konto; hasło będzie pokazane raz.")
    )

    class Meta:
        model = Membership
        fields = ["council", "role"]


@admin.register(Membership)
class MembershipAdmin(MembershipAdminBase):
    list_display = ["user", "council", "role"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__first_name", "user__last_name"]
    list_select_related = ["user", "council"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(council_id__in=administered_ids(request))

    def get_form(self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = MembershipForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> Any:
        return ["user", "council", "role"] if obj else ["email", "council", "role"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["user", "council"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "council":
            kwargs["queryset"] = Council.objects.filter(pk__in=administered_ids(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        actor = _actor_or_error(request, obj.council_id)
        account = actions.add_member(actor, email=form.cleaned_data["email"], role=Role(form.cleaned_data["role"]))
        obj.pk = Membership.objects.get(user_id=account.user_id, council_id=obj.council_id).pk
        obj.refresh_from_db()
        request.new_secret = account.password  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Membership, post_url_continue: str | None = None) -> HttpResponse:
        secret = getattr(request, "new_secret", None)
        if secret is None:
            return super().response_add(request, obj, post_url_continue)
        return _secret_page(self, request, f"{_('Hasło osoby')} {obj.user.email}", secret)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(administered_ids(request))

    def has_view_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        allowed = administered_ids(request)
        return obj.council_id in allowed if obj else bool(allowed)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(administered_ids(request))


@admin.register(ApiKey)
class ApiKeyAdmin(ApiKeyAdminBase):
    list_display = [
        *("prefix", "name", "council", "scope", "requests_per_minute", "created_at", "last_used_at", "revoked_at")
    ]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "scope"]
    search_fields = ["name", "prefix"]
    list_select_related = ["council"]
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        return super().get_queryset(request).filter(council_id__in=administered_ids(request))

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return list(self.list_display) if obj else ["council", "name", "scope", "requests_per_minute"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "council":
            kwargs["queryset"] = Council.objects.filter(pk__in=administered_ids(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        key = actions.create_key(
            _actor_or_error(request, obj.council_id),
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            requests_per_minute=form.cleaned_data["requests_per_minute"],
        )
        obj.pk = key.id
        obj.refresh_from_db()
        request.new_secret = key.secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        return _secret_page(self, request, f"{_('Klucz API rady')} {obj.council}", request.new_secret)  # type: ignore[attr-defined]

    @admin.action(description=_("Unieważnij wybrane klucze"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:
            actions.revoke_key(_actor_or_error(request, key.council_id), key_id=key.pk)
        self.message_user(request, _("Unieważniono wybrane klucze."))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(administered_ids(request))

    def has_view_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        allowed = administered_ids(request)
        return obj.council_id in allowed if obj else bool(allowed)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(administered_ids(request))

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # a revoked key stays on the list: it tells since when it opens nothing


@admin.register(Meeting)
class MeetingAdmin(ContentAdmin):
    list_display = ["title", "held_on"]
    search_fields = ["title"]
    date_hierarchy = "held_on"
    fields = ["title", "held_on"]

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        obj.council_id = _actor_or_error(request, current_council_id()).council_id
        super().save_model(request, obj, form, change)


def report_error(model_admin: admin.ModelAdmin[Any], request: HttpRequest, error: CouncilError) -> None:
    """What went wrong, on the page that comes next."""
    model_admin.message_user(request, message_for(error.code, **error.context), messages.ERROR)


def _actor_or_error(request: HttpRequest, council_id: int | None) -> Actor:
    actor = actor_in(request, council_id)
    if actor is None:
        raise CouncilError("not_found")
    return actor


def _secret_page(model_admin: admin.ModelAdmin[Any], request: HttpRequest, title: str, secret: str) -> HttpResponse:
    """Show a secret once, in the answer itself: it is written into no message, session or log."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "secret": secret,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/council/secret.html", context)
