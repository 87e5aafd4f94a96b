"""How the assistant's pages write a place in a recording."""

from __future__ import annotations

from django import template

from assistant.queries import clock as clock_text

register = template.Library()


@register.filter
def clock(ms: int) -> str:
    """725000 -> 0:12:05."""
    return clock_text(ms)


@register.filter
def for_key(labels: dict[str, str], key: str) -> str:
    """The label of `key`; the key itself where it has none."""
    return labels.get(key, key)


@register.filter
def as_sentence(text: str) -> str:
    """The text with a full stop where it has no end: refusals are kept without one."""
    return text if text.endswith((".", "!", "?", "…", "”", ":")) else f"{text}."
