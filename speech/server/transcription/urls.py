"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import re_path

from speech.server.transcription import asr_views, views

urlpatterns = [
    re_path(r"^v1/audio/transcriptions/?$", views.transcriptions),
    re_path(r"^v1/audio/translations/?$", views.translations),
    re_path(r"^v1/audio/speech/timestamps/?$", views.speech_timestamps),
    re_path(r"^asr/?$", asr_views.asr),
    re_path(r"^detect-language/?$", asr_views.language_of),
]
