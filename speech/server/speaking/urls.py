"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import re_path

from speech.server.speaking import edge_routes, views

urlpatterns = [
    re_path(r"^v1/audio/speech/?$", views.speech),
    re_path(r"^v1/audio/voices/?$", views.voices),
    re_path(r"^api/edge-tts/test/?$", edge_routes.test),
    re_path(r"^api/edge-tts/synthesize/?$", edge_routes.synthesize),
    re_path(r"^api/edge-tts/voices/?$", edge_routes.voices),
]
