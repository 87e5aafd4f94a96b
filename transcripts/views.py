"""Pages of recordings: the list, one recording with its player and transcript, and the clerk's buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from council.access import Actor, Can, access_council
from council.errors import CouncilError, message_for
from council.queries import councils_of
from transcripts import actions, corrections_queries, exports, facts_queries, facts_views, media, queries
from transcripts.exports.clock import player_clock
from transcripts.figures import lines_in_figures
from transcripts.intake.notes import source_notes

RECORDINGS_PER_PAGE = 30
SEGMENTS_AT_FIRST = 150
"""Sentences written into the page; static/transcripts/transcript.js fetches the rest in order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as the page shows it; `speaker` only where it changes."""

    segment: queries.SegmentRow
    text: str
    clock: str
    speaker: str


class NewRecordingForm(forms.Form):
    address = forms.CharField(label="Adres nagrania", required=False, max_length=2_000)
    file = forms.FileField(label="Plik z nagraniem", required=False, max_length=250, allow_empty_file=True)
    title = forms.CharField(label="Tytuł", required=False, max_length=300)
    held_on = forms.DateField(label="Data posiedzenia", required=False)

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if not self.errors and bool(given.get("address")) == (given.get("file") is not None):
            raise forms.ValidationError("Podaj adres nagrania albo wybierz plik.")
        return given


class DescriptionForm(forms.Form):
    title = forms.CharField(label="Tytuł", max_length=300)
    held_on = forms.DateField(label="Data posiedzenia", required=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recordings(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and for clerks the forms that bring a recording in."""
    actor = access_council(request.user, slug)
    form = NewRecordingForm(request.POST, request.FILES) if request.method == "POST" else NewRecordingForm()
    status = 200
    if request.method == "POST":
        actor.require(Can.EDIT)
        if form.is_valid():
            try:
                return redirect("recording", slug, _bring_in(actor, form.cleaned_data))
            except CouncilError as error:
                form.add_error(None, message_for(error.code, **error.context))
        status = 400
    page = max(_whole_number(request.GET.get("strona")), 1)
    rows, count = queries.list_recordings(actor, limit=RECORDINGS_PER_PAGE, offset=(page - 1) * RECORDINGS_PER_PAGE)
    newest = queries.newest_events(actor, [row.id for row in rows if row.state == "processing"])
    context = {
        "actor": actor,
        "section": "recordings",
        "can_edit": Can.EDIT in actor.can,
        "form": form,
        "items": [(row, _step(newest.get(row.id)), player_clock(row.duration_ms)) for row in rows],
        "count": count,
        "page": page,
        "previous_page": page - 1 if page > 1 else None,
        "next_page": page + 1 if page * RECORDINGS_PER_PAGE < count else None,
        "has_other_councils": len(councils_of(request.user)) > 1,  # type: ignore[arg-type]  # signed in
    }
    return render(request, "transcripts/recordings.html", context, status=status)


@login_required
@require_safe
def recording(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    """Player, transcript, and while it is made, how far it is. `?zapis=cyfry` writes numbers in figures, to read."""
    actor = access_council(request.user, slug)
    detail = queries.recording_detail(actor, recording_id)
    segments = queries.list_segments(actor, recording_id, limit=SEGMENTS_AT_FIRST, words=False)
    links = media.media_links(actor, recording_id)
    figures = request.GET.get("zapis") == "cyfry"
    context = {
        "actor": actor,
        "section": "recordings",
        "can_edit": Can.EDIT in actor.can,
        "detail": detail,
        "row": detail.row,
        "duration": player_clock(detail.row.duration_ms),
        "stages": [(stage, queries.STAGE_LABELS.get(stage.stage, stage.stage)) for stage in detail.stages],
        "gaps": [(gap, player_clock(gap.start_ms), player_clock(gap.end_ms)) for gap in detail.gaps],
        "facts": facts_queries.recording_facts(actor, recording_id),
        "vote_results": facts_views.RESULTS,
        "lines": _lines(segments, figures=figures),
        "figures": figures,
        "speakers": corrections_queries.speakers_of(actor, recording_id),
        "source": source_notes(actor, recording_id),
        "links": links,
        "is_video": bool(links) and links[0].media_type.startswith("video/"),
        "formats": exports.FORMATS,
        "description": DescriptionForm({"title": detail.row.title, "held_on": detail.row.held_on}),
    }
    return render(request, "transcripts/recording.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    actions.retry_recording(access_council(request.user, slug), recording_id=recording_id)
    return redirect("recording", slug, recording_id)


@login_required
@require_POST
def cancel(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    actions.cancel_recording(access_council(request.user, slug), recording_id=recording_id)
    return redirect("recording", slug, recording_id)


@login_required
@require_POST
def prioritize(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    urgent = request.POST.get("urgent") == "1"
    actions.set_urgent(access_council(request.user, slug), recording_id=recording_id, urgent=urgent)
    return redirect("recording", slug, recording_id)


@login_required
@require_POST
def publish(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    published = request.POST.get("published") == "1"
    actions.publish_recording(access_council(request.user, slug), recording_id=recording_id, published=published)
    messages.success(request, "Nagranie widzą teraz mieszkańcy." if published else "Nagranie jest znów niewidoczne.")
    return redirect("recording", slug, recording_id)


@login_required
@require_POST
def describe(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    actor = access_council(request.user, slug)
    actor.require(Can.EDIT)
    form = DescriptionForm(request.POST)
    if form.is_valid():
        actions.describe_recording(actor, recording_id=recording_id, **form.cleaned_data)
        messages.success(request, "Zapisano opis nagrania.")
    else:
        queries.get_recording(actor, recording_id)  # what is not there is not found, whatever the form holds
        messages.error(request, "Nie zapisano: podaj tytuł i datę w postaci RRRR-MM-DD.")
    return redirect("recording", slug, recording_id)


@login_required
@require_POST
def delete(request: HttpRequest, slug: str, recording_id: UUID) -> HttpResponse:
    actions.delete_recording(access_council(request.user, slug), recording_id=recording_id)
    messages.success(request, "Usunięto nagranie i wszystko, co z niego powstało.")
    return redirect("recordings", slug)


def _bring_in(actor: Actor, given: dict[str, object]) -> UUID:
    title, held_on = str(given["title"]), given["held_on"]
    about_on = held_on if isinstance(held_on, date) else None
    upload = given["file"]
    if upload is None:
        return actions.add_link(actor, address=str(given["address"]), title=title, held_on=about_on)
    return actions.add_file(
        actor, content=upload.chunks(), file_name=upload.name, title=title, held_on=about_on  # type: ignore[attr-defined]
    )  # fmt: skip


def _lines(segments: list[queries.SegmentRow], *, figures: bool) -> list[Line]:
    texts = [segment.text for segment in segments]
    lines, last = [], ""
    for segment, text in zip(segments, lines_in_figures(texts) if figures else texts, strict=True):
        lines.append(
            Line(segment, text, player_clock(segment.start_ms), segment.speaker if segment.speaker != last else "")
        )
        last = segment.speaker
    return lines


def _step(event: queries.EventRow | None) -> tuple[str, int | None]:
    """What a recording under way is doing, and how many percent of that are done."""
    if event is None:
        return "", None
    percent = 100 * event.done // event.total if event.total else None
    return queries.STAGE_LABELS.get(event.stage, ""), percent


def _whole_number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < 7 else 0
