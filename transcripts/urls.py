"""Addresses of the pages of one council's recordings, and of media."""

from __future__ import annotations

from django.urls import path

from transcripts import documents_views, facts_views, media, search_views, transcript_views, views

_RECORDING = "<slug:slug>/nagrania/<uuid:recording_id>/"
urlpatterns = [
    path("media/<str:token>/<str:name>", media.serve_media, name="media"),
    path("<slug:slug>/", views.recordings, name="recordings"),
    path("<slug:slug>/transkrypcja/", transcript_views.transcript, name="new-transcript"),
    path(_RECORDING, views.recording, name="recording"),
    path(f"{_RECORDING}ponow/", views.retry, name="recording-retry"),
    path(f"{_RECORDING}zatrzymaj/", views.cancel, name="recording-cancel"),
    path(f"{_RECORDING}pilne/", views.prioritize, name="recording-priority"),
    path(f"{_RECORDING}publikuj/", views.publish, name="recording-publish"),
    path(f"{_RECORDING}opisz/", views.describe, name="recording-describe"),
    path(f"{_RECORDING}fakty/<str:kind>/<int:fact_id>/", facts_views.decide, name="recording-fact"),
    path(f"{_RECORDING}glosowania/<int:fact_id>/", facts_views.correct, name="recording-vote-correct"),
    path("<slug:slug>/szukaj/", search_views.search, name="search"),
    path("<slug:slug>/dokumenty/", documents_views.search, name="documents-search"),
    path(f"{_RECORDING}dokumenty/", documents_views.documents, name="documents"),
    path(f"{_RECORDING}dokumenty/<uuid:document_id>/", documents_views.document, name="document"),
    path(f"{_RECORDING}dokumenty/<uuid:document_id>/plik/", documents_views.document_file, name="document-file"),
    path(f"{_RECORDING}dokumenty/<uuid:document_id>/zmien/", documents_views.change_document, name="document-change"),
    path(f"{_RECORDING}usun/", views.delete, name="recording-delete"),
]
