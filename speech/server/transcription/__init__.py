"""Recordings to words over HTTP."""
