"""The page of a council's providers: which servers write its answers and speak, what they cost, how to change them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assistant.provider_actions import Dialect, ProviderKind, ProviderWish
from assistant.provider_choice import choose_provider, go_back, switch_off
from assistant.provider_trial import Trial, try_provider
from assistant.providers import list_providers, list_usage
from council.access import Actor, Can
from council.api import actor_for, http_status
from council.errors import CouncilError, message_for


class ProviderForm(forms.Form):
    kind = forms.ChoiceField(label=_("Do czego"), choices=ProviderKind.choices)
    base_url = forms.CharField(
        label=_("Adres serwera"),
        max_length=500,
        help_text=_("Do /v1 włącznie, np. https://api.openai.com/v1, https://openrouter.ai/api/v1,"
                    " https://generativelanguage.googleapis.com/v1beta/openai, http://127.0.0.1:11434/v1."),
    )  # fmt: skip
    api_key = forms.CharField(
        label=_("Klucz"),
        required=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Puste: klucz zapisany wcześniej dla tego adresu. Zapisanego klucza nie da się odczytać."),
    )
    dialect = forms.ChoiceField(
        label=_("Rodzaj serwera (tylko dla rozpoznawania mowy)"), choices=Dialect.choices, required=False
    )
    model = forms.CharField(
        label=_("Nazwa modelu"),
        required=False,
        max_length=200,
        help_text=_("Taka, pod jaką zna go serwer. whisper-asr-webservice nie pyta o nazwę."),
    )
    voice = forms.CharField(label=_("Nazwa głosu (tylko dla głosu)"), required=False, max_length=100)
    max_tokens = forms.IntegerField(
        label=_("Najdłuższa odpowiedź (tokeny)"), initial=5_000, min_value=100, max_value=200_000
    )
    summary_max_tokens = forms.IntegerField(
        label=_("Najdłuższe streszczenie (tokeny)"), initial=8_000, min_value=100, max_value=200_000
    )

    def __init__(self, *args: Any, all_kinds: bool, **kwargs: Any) -> None:
        """`all_kinds`: also those that only the operator may choose."""
        super().__init__(*args, **kwargs)
        if not all_kinds:
            kinds = [(ProviderKind.LANGUAGE_MODEL.value, ProviderKind.LANGUAGE_MODEL.label)]
            self.fields["kind"] = forms.ChoiceField(label=_("Do czego"), choices=kinds)
            del self.fields["dialect"], self.fields["voice"]

    def wish(self) -> ProviderWish:
        fields = {**self.cleaned_data}
        kind, api_key = ProviderKind(fields.pop("kind")), fields.pop("api_key")
        dialect = Dialect(fields.pop("dialect", "") or Dialect.OPENAI)
        return ProviderWish(kind=kind, api_key=api_key or None, dialect=dialect, **fields)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def providers_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows what is used; POST saves, tries, goes back or switches off (`do`)."""
    actor = actor_for(request, slug)
    actor.require(Can.MANAGE)
    if request.method != "POST":
        return _page(request, actor, ProviderForm(all_kinds=actor.runs_platform))
    do = request.POST.get("do", "")
    if do in ("back", "off"):
        return _changed(request, actor, do)
    form = ProviderForm(request.POST, all_kinds=actor.runs_platform)
    if not form.is_valid():
        return _page(request, actor, form, status=400)
    try:
        if do == "test":
            return _page(request, actor, form, trial=try_provider(actor, form.wish()))
        choose_provider(actor, form.wish())
        messages.success(request, _("Zapisano. Od teraz rada używa tego serwera."))
    except CouncilError as error:
        form.add_error(None, message_for(error.code, **error.context))
        return _page(request, actor, form, status=http_status(error))
    return redirect("providers", slug)


def _changed(request: HttpRequest, actor: Actor, do: str) -> HttpResponse:
    try:
        kind = ProviderKind(request.POST.get("kind", ""))
        (go_back if do == "back" else switch_off)(actor, kind)
        messages.success(request, _("Przywrócono.") if do == "back" else _("Wyłączono."))
    except ValueError as error:
        raise CouncilError("not_found") from error
    except CouncilError as error:
        form = ProviderForm(all_kinds=actor.runs_platform)
        failure = message_for(error.code, **error.context)
        return _page(request, actor, form, status=http_status(error), failure=failure)
    return redirect("providers", actor.council_slug)


def _page(
    request: HttpRequest,
    actor: Actor,
    form: ProviderForm,
    *,
    status: int = 200,
    trial: Trial | None = None,
    failure: str = "",
) -> HttpResponse:
    remote = settings.RECOGNITION_SERVER
    shared: list[tuple[Any, str]] = [
        (_("rozpoznawanie mowy"), f"{remote.base_url} ({remote.model})" if remote else settings.WHISPER_MODEL),
        (_("porównywanie znaczeń"), settings.EMBEDDINGS_BASE_URL or "model wbudowany"),
        (_("głos czytający"), settings.TTS_VOICE),
    ]
    page = {
        "actor": actor, "section": "ask", "form": form, "trial": trial, "failure": failure, "shared": shared,
        "providers": list_providers(actor), "usage": list_usage(actor), "labels": dict(ProviderKind.choices),
    }  # fmt: skip
    return render(request, "assistant/providers.html", page, status=status)
