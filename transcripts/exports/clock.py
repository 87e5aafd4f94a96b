"""Times as people and captions write them."""

from __future__ import annotations


def clock(time_ms: int) -> str:
    """Hours, minutes and whole seconds that have passed: 01:02:03."""
    seconds = time_ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def player_clock(time_ms: int) -> str:
    """As players on pages write it: 3:07 or 1:02:03."""
    seconds = time_ms // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def clock_with_ms(time_ms: int, *, separator: str) -> str:
    """01:02:03.456; SRT wants a comma as `separator`, WebVTT a dot."""
    return f"{clock(time_ms)}{separator}{time_ms % 1000:03}"
