"""How the assistant's pages write a place in a recording."""

from __future__ import annotations

from django import template

from assistant.answer import clock as clock_text

register = template.Library()


@register.filter
def clock(ms: int) -> str:
    """725000 -> 0:12:05."""
    return clock_text(ms)
