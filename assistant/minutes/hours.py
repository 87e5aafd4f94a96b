"""The hour that somebody tells: "jest godzina dwunasta czterdzieści" is 12:40."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts.numbers import number_at, word_list

_TOLD: Final = re.compile(r"\bgodzina\s+(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
"""The nominative tells what time it is; "o godzinie szesnastej" is about another day."""
_DIGITS: Final = re.compile(r"(\d{1,2})[:.]([0-5]\d)\b")
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59


def hour_told(text: str) -> str:
    """ "10:05", or "" where nobody tells the time."""
    match = _TOLD.search(text)
    if match is None:
        return ""
    if digits := _DIGITS.match(match["rest"]):
        hour, minute = int(digits[1]), int(digits[2])
    else:
        numbers = _numbers(word_list(re.split(r"[.,;!?]", match["rest"])[0]))
        if not numbers:
            return ""
        hour, following = numbers[0], numbers[1:]
        minute = following[1] if following[:1] == [0] and len(following) > 1 else following[0] if following else 0
    return f"{hour}:{minute:02}" if hour <= _LAST_HOUR and minute <= _LAST_MINUTE else ""


def _numbers(words: list[str]) -> list[int]:
    """The numbers at the beginning of `words`, one right after the other: at most the hour, "zero" and the minute."""
    found: list[int] = []
    at = 0
    while at < len(words) and len(found) < 3 and (number := number_at(words, at)) is not None:
        found.append(number.value)
        at += number.size
    return found
