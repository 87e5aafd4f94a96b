"""The clerk's buttons beside facts on a recording's page: confirm, correct, reject."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from council.access import Can, access_council
from council.errors import CouncilError, message_for
from transcripts import facts_actions, queries

RESULTS = ("przyjęto", "podjęto", "odrzucono")


class VoteForm(forms.Form):
    in_favour = forms.IntegerField(min_value=0, max_value=999)
    against = forms.IntegerField(min_value=0, max_value=999)
    abstained = forms.IntegerField(min_value=0, max_value=999)
    result = forms.ChoiceField(choices=[(result, result) for result in RESULTS])


@login_required
@require_POST
def decide(request: HttpRequest, slug: str, recording_id: UUID, kind: str, fact_id: int) -> HttpResponse:
    """Confirm a fact (decision=confirm) or strike it off (decision=reject)."""
    actor = access_council(request.user, slug)
    if request.POST.get("decision") == "reject":
        facts_actions.reject_fact(actor, recording_id=recording_id, kind=kind, fact_id=fact_id)
        messages.success(request, "Usunięto z listy.")
    else:
        facts_actions.confirm_fact(actor, recording_id=recording_id, kind=kind, fact_id=fact_id)
        messages.success(request, "Potwierdzono.")
    return _back_to_list(slug, recording_id, kind)


@login_required
@require_POST
def correct(request: HttpRequest, slug: str, recording_id: UUID, fact_id: int) -> HttpResponse:
    """Set a vote's counts and result; what the form refuses changes nothing."""
    actor = access_council(request.user, slug)
    actor.require(Can.EDIT)
    form = VoteForm(request.POST)
    queries.get_recording(actor, recording_id)  # what is not there is not found, whatever the form holds
    if not form.is_valid():
        messages.error(request, message_for("vote_counts_invalid"))
        return redirect("recording", slug, recording_id)
    try:
        facts_actions.correct_vote(actor, recording_id=recording_id, fact_id=fact_id, **form.cleaned_data)
    except CouncilError as error:
        if error.code != "vote_counts_invalid":
            raise
        messages.error(request, message_for(error.code))
    else:
        messages.success(request, "Zapisano i potwierdzono wynik głosowania.")
    return _back_to_list(slug, recording_id, "votes")


def _back_to_list(slug: str, recording_id: UUID, kind: str) -> HttpResponse:
    """To the list that the fact stands in: there are more to decide about."""
    return redirect(f"{reverse('recording', args=[slug, recording_id])}#{kind}-title")
