"""The page on which a clerk brings in a finished transcript, with its recording or without."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from council.access import Can, access_council
from council.api import http_status
from council.errors import CouncilError, message_for
from transcripts.intake.finished import TRANSCRIPT_SUFFIXES, Uploaded, take_uploaded


class NewTranscriptForm(forms.Form):
    transcript = forms.FileField(
        label="Plik z transkrypcją",
        max_length=250,
        allow_empty_file=True,
        help_text="JSON tego programu, Whisper lub WhisperX, VTT, SRT, DOCX albo tekst „Mówca: słowa”.",
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(TRANSCRIPT_SUFFIXES))}),
    )
    recording = forms.FileField(
        label="Nagranie (nieobowiązkowe)",
        required=False,
        max_length=250,
        allow_empty_file=True,
        help_text="Z nagraniem każdego zdania można posłuchać; w tekście bez czasów są one do niego dopasowane.",
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*,.mkv,.avi,.wma,.amr,.mts,.ts,.flac,.opus"}),
    )
    title = forms.CharField(label="Tytuł (gdy pusty: nazwa pliku)", required=False, max_length=300)
    held_on = forms.DateField(
        label="Data posiedzenia (nieobowiązkowa)",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    as_minutes = forms.BooleanField(label="DOCX bez czasów: przyjmij, a czasy oszacuj", required=False)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def transcript(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; a POST goes on to the recording's page."""
    actor = access_council(request.user, slug)
    actor.require(Can.EDIT)
    form, status = NewTranscriptForm(), 200
    if request.method == "POST":
        form, status = NewTranscriptForm(request.POST, request.FILES), 400
        if form.is_valid():
            given = {**form.cleaned_data}
            transcript_file, sound = given.pop("transcript"), given.pop("recording")
            try:
                taken = take_uploaded(
                    actor, transcript=uploaded(transcript_file), media=uploaded(sound) if sound else None, **given
                )
            except CouncilError as error:
                form.add_error(None, message_for(error.code, **error.context))
                status = http_status(error)
            else:
                return redirect("recording", slug, taken)
    context = {"actor": actor, "section": "recordings", "form": form}
    return render(request, "transcripts/new_transcript.html", context, status=status)


def uploaded(file: TemporaryUploadedFile) -> Uploaded:
    """Every upload is a file on the disk (FILE_UPLOAD_HANDLERS)."""
    return Uploaded(Path(file.temporary_file_path()), file.name or "")
