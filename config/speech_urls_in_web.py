"""Addresses of the speech server inside the web process: config/speech_urls.py, and what needs the database."""

from __future__ import annotations

from django.urls import include, path, re_path

from assistant import openai_api
from speech.server import offers
from speech.server.description import EXTRA_PATHS
from speech.server.playground import views

handler400 = "speech.server.views.bad_request"
handler404 = "speech.server.views.not_found"
handler500 = "speech.server.views.server_error"

offers.add("assistant", openai_api.offered_models)
EXTRA_PATHS.update(openai_api.DESCRIPTION)

urlpatterns = [
    re_path(r"^v1/chat/completions/?$", openai_api.chat_completions),
    re_path(r"^playground/?$", views.playground, {"home": "/", "sign_in": "/zaloguj/?next=/playground"}),
    path("", include("config.speech_urls")),
]
