"""Addresses of minutes, under /<council>/protokoly/."""

from __future__ import annotations

from django.urls import path

from assistant.minutes import views

urlpatterns = [
    path("", views.minutes_list, name="minutes-list"),
    path("szablon/", views.template, name="minutes-template"),
    path("<uuid:recording_id>/", views.minutes, name="minutes"),
    path("<uuid:recording_id>/wersje/<int:index>/", views.minutes_version, name="minutes-version"),
    path("<uuid:recording_id>/projekt/", views.draft, name="minutes-draft"),
    path("<uuid:recording_id>/edytuj/", views.edit, name="minutes-edit"),
    path("<uuid:recording_id>/zatwierdz/", views.approve, name="minutes-approve"),
    path("<uuid:recording_id>/plik/", views.file, name="minutes-file"),
]
