"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import re_path

from speech.server.playground import views

urlpatterns = [
    re_path(r"^playground/?$", views.playground),
    re_path(r"^docs/?$", views.docs),
    re_path(r"^openapi\.json/?$", views.openapi),
    re_path(r"^static/(?P<path>.+)$", views.static_file),
]
