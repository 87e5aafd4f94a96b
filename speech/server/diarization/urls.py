"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import re_path

from speech.server.diarization import views

urlpatterns = [
    re_path(r"^v1/audio/diarization/?$", views.diarize),
    re_path(r"^v1/audio/speech/embedding/?$", views.embed),
]
