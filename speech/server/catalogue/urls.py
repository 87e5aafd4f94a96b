"""This room's routes, with or without a last slash. Ids of models hold slashes, as they are or as %2F."""

from __future__ import annotations

from django.urls import re_path

from speech.server.catalogue import views

urlpatterns = [
    re_path(r"^v1/models/?$", views.model_list),
    re_path(r"^v1/models/(?P<model_id>.+?)/?$", views.model_detail),
    re_path(r"^v1/registry/?$", views.model_registry),
    re_path(r"^v1/audio/models/?$", views.speaking_model_list),
    re_path(r"^api/ps/?$", views.loaded_list),
    re_path(r"^api/ps/(?P<model_id>.+?)/?$", views.loaded_detail),
]
