"""The search page: recordings and documents of a council, with a form to narrow it down."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from council.access import Actor, Can, access_council
from transcripts import bodies, finding
from transcripts.search import Filters, speakers_of

_SHOWN: Final = 20
_MOST_SHOWN: Final = 100
_EVERYTHING: Final = "wszystko"
_KINDS: Final = [
    ("", _EVERYTHING),
    ("speech", "wypowiedzi"),
    ("vote", "wyniki głosowań"),
    ("promise", "zobowiązania i terminy"),
    ("interpellation", "interpelacje i zapytania"),
    ("attendance", "obecność"),
    (finding.DOCUMENTS, "dokumenty"),
]


class SearchForm(forms.Form):
    """What is looked for and where. The names of the fields are those of the address, so a search can be passed on."""

    q = forms.CharField(label="Czego szukasz", required=False, max_length=1_000)
    organ = forms.TypedChoiceField(label="Rada lub komisja", required=False, coerce=int, empty_value=None)
    posiedzenie = forms.ChoiceField(label="Posiedzenie", required=False)
    od = forms.DateField(label="Od dnia", required=False)
    do = forms.DateField(label="Do dnia", required=False)
    mowca = forms.CharField(label="Kto mówił", required=False, max_length=200)
    rodzaj = forms.ChoiceField(label="Rodzaj wyników", required=False, choices=_KINDS)
    wszyscy = forms.BooleanField(required=False)
    ile = forms.IntegerField(required=False, min_value=1, max_value=_MOST_SHOWN)

    def __init__(self, given: object, actor: Actor) -> None:
        super().__init__(given)  # type: ignore[arg-type]  # a QueryDict
        self.bodies = bodies.list_bodies(actor)
        self.meetings = bodies.list_meetings(actor)
        self.fields["organ"].choices = [(row.id, row.name) for row in self.bodies]  # type: ignore[attr-defined]
        self.fields["posiedzenie"].choices = [(row.key, row.title) for row in self.meetings]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        first, last = given.get("od"), given.get("do")
        if first and last and first > last:  # type: ignore[operator]  # dates
            self.add_error("od", "Data początkowa jest późniejsza niż końcowa.")
        return given

    def filters(self) -> Filters:
        given = self.cleaned_data
        where = str(given["posiedzenie"])
        meeting = where.removeprefix("p") if where.startswith("p") else ""
        kind = str(given["rodzaj"])
        return Filters(
            recording_id=UUID(where) if where and not meeting else None,
            meeting_id=int(meeting) if meeting else None,
            held_from=given["od"], held_to=given["do"], speaker=str(given["mowca"]),
            kind="" if kind == finding.DOCUMENTS else kind, body_id=given["organ"], anyone=bool(given["wszyscy"]),
        )  # fmt: skip


@never_cache
@login_required
@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """?q=words and the fields of SearchForm; without q, the form alone."""
    actor = access_council(request.user, slug)
    form = SearchForm(request.GET, actor)
    valid = form.is_valid()
    question = str(form.cleaned_data.get("q") or "")
    filters = form.filters() if valid else Filters()
    limit = form.cleaned_data.get("ile") or _SHOWN
    results = None
    if valid and question:
        results = finding.find(actor, question, filters, kind=str(form.cleaned_data["rodzaj"]), limit=limit)
    context = {
        "actor": actor,
        "section": "search",
        "form": form,
        "question": question,
        "results": results,
        "with_words": sum(one.has_words for one in results.found) if results else 0,
        "narrowed": (valid and not filters.is_open()) or form.cleaned_data.get("rodzaj") == finding.DOCUMENTS,
        "speakers": speakers_of(actor),
        "published_only": Can.READ_ALL not in actor.can,
        "more": _address(request, ile=str(min(limit * 2, _MOST_SHOWN))) if limit < _MOST_SHOWN else "",
        "everybody": _address(request, wszyscy="1"),
    }
    return render(request, "transcripts/search.html", context, status=200 if valid else 400)


def _address(request: HttpRequest, **changed: str) -> str:
    """This search with something changed, as the query part of an address."""
    given = request.GET.copy()
    for name, value in changed.items():
        given[name] = value
    return f"?{given.urlencode()}"
