"""This room's routes, with or without a last slash."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
