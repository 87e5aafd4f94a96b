"""Addresses of the assistant's pages, under /<council>/pytaj/."""

from __future__ import annotations

from django.urls import path

from assistant import provider_views, streaming_views, views

urlpatterns = [
    path("", views.ask_page, name="ask"),
    path("strumien/", streaming_views.ask_stream, name="ask-stream"),
    path("dostawcy/", provider_views.providers_page, name="providers"),
    path("rozmowa/<uuid:conversation_id>/", views.conversation_page, name="conversation"),
    path("rozmowa/<uuid:conversation_id>/usun/", views.delete_conversation, name="delete-conversation"),
    path("<uuid:turn_id>/", views.answer_page, name="answer"),
    path("<uuid:turn_id>/ocena/", views.rate, name="rate-answer"),
]
