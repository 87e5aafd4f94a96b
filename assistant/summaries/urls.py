"""Addresses of summaries, under /<council>/streszczenia/."""

from __future__ import annotations

from django.urls import path

from assistant.summaries import views

urlpatterns = [
    path("<uuid:recording_id>/", views.summaries, name="summaries"),
    path("<uuid:recording_id>/napisz/", views.write, name="summary-write"),
    path("<uuid:recording_id>/<int:index>/", views.change, name="summary-change"),
]
