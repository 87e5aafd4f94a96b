"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import re_path

from speech.server.catalogue import views

urlpatterns = [
    re_path(r"^v1/models/?$", views.model_list),
    re_path(r"^v1/models/(?P<model_id>.+?)/?$", views.model_detail),  # ids hold slashes, as they are or as %2F
]
