"""Every route, with or without a last slash: a client's POST must not be redirected."""

from __future__ import annotations

from django.urls import re_path

from speech.server import views

handler400 = "speech.server.views.bad_request"
handler404 = "speech.server.views.not_found"
handler500 = "speech.server.views.server_error"

urlpatterns = [
    re_path(r"^health/?$", views.health),
    re_path(r"^v1/models/?$", views.model_list),
    re_path(r"^v1/models/(?P<model_id>.+?)/?$", views.model_detail),  # ids hold slashes, as they are or as %2F
    re_path(r"^v1/audio/transcriptions/?$", views.transcriptions),
    re_path(r"^v1/audio/speech/?$", views.speech),
]
