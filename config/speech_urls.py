"""Addresses of the speech server: its own rooms, and what other floors add that needs no database.

`manage.py speechserver` serves these; config/speech_urls_in_web.py adds what only the web process can.
"""

from __future__ import annotations

from django.urls import include, path, re_path

from config import speech_embeddings
from speech.server import offers
from speech.server.description import EXTRA_PATHS

handler400 = "speech.server.views.bad_request"
handler404 = "speech.server.views.not_found"
handler500 = "speech.server.views.server_error"

offers.add("embeddings", speech_embeddings.offered_models)
EXTRA_PATHS.update(speech_embeddings.DESCRIPTION)

urlpatterns = [
    re_path(r"^v1/embeddings/?$", speech_embeddings.embeddings),
    path("", include("speech.server.urls")),
]
