"""Addresses of the assistant's pages, under /<council>/pytaj/."""

from __future__ import annotations

from django.urls import path

from assistant import views

urlpatterns = [
    path("", views.ask_page, name="ask"),
    path("<uuid:turn_id>/", views.answer_page, name="answer"),
]
