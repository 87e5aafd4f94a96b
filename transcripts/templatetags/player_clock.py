"""Template filter: milliseconds as players write them."""

from __future__ import annotations

from django import template

from transcripts.exports.clock import player_clock

register = template.Library()


@register.filter
def clock(time_ms: int | None) -> str:
    """3:07 or 1:02:03; "" for no time."""
    return "" if time_ms is None else player_clock(time_ms)
