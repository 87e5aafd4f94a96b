"""Template filter: milliseconds as players write them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def clock(time_ms: int | None) -> str:
    """3:07 or 1:02:03; "" for no time."""
    if time_ms is None:
        return ""
    seconds = time_ms // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
