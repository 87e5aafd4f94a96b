"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import re_path

from speech.server.speaking import views

urlpatterns = [
    re_path(r"^v1/audio/speech/?$", views.speech),
]
