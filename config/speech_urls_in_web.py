"""Addresses of the speech server inside the web process: config/speech_urls.py, and what needs the database."""

from __future__ import annotations

from django.urls import include, path, re_path

from speech.server.playground import views

handler400 = "speech.server.views.bad_request"
handler404 = "speech.server.views.not_found"
handler500 = "speech.server.views.server_error"

urlpatterns = [
    re_path(r"^playground/?$", views.playground, {"home": "/", "sign_in": "/zaloguj/?next=/playground"}),
    path("", include("config.speech_urls")),
]
