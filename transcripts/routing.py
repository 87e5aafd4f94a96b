"""Websocket addresses."""

from __future__ import annotations

from django.urls import path

from transcripts.consumers import RecordingConsumer

websocket_urlpatterns = [
    path("ws/<slug:slug>/recordings/<uuid:recording_id>/", RecordingConsumer.as_asgi(), name="ws-recording"),
]
