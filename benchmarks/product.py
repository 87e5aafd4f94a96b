"""Importing this first loads the product's settings and apps, so that what follows can import its models."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
