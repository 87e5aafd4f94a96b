"""Every route, with or without a last slash: a client's POST must not be redirected. Each room brings its own."""

from __future__ import annotations

from django.urls import include, path, re_path

from speech.server import views

handler400 = "speech.server.views.bad_request"
handler404 = "speech.server.views.not_found"
handler500 = "speech.server.views.server_error"

urlpatterns = [
    re_path(r"^health/?$", views.health),
    path("", include("speech.server.transcription.urls")),
    path("", include("speech.server.speaking.urls")),
    path("", include("speech.server.diarization.urls")),
    path("", include("speech.server.realtime.urls")),
    path("", include("speech.server.playground.urls")),
    path("", include("speech.server.catalogue.urls")),
]
