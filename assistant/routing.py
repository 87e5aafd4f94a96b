"""Websocket addresses of the assistant."""

from __future__ import annotations

from django.urls import path

from assistant.consumers import AskConsumer

websocket_urlpatterns = [path("ws/<slug:slug>/ask/", AskConsumer.as_asgi(), name="ws-ask")]
