"""Polish text as it is read aloud: numbers, law, money, dates and abbreviations in words; sentences cut for a voice."""

from __future__ import annotations

import re

from speech.engine.reading.abbreviations import read_abbreviations
from speech.engine.reading.dates import read_dates, read_times
from speech.engine.reading.law import read_law
from speech.engine.reading.markup import name_signs, without_markup
from speech.engine.reading.quantities import read_measures, read_money, read_numbers
from speech.engine.reading.sentences import split_sentences

__all__ = ["split_sentences", "to_spoken"]

# The order matters: a date is no decimal, an article's number is no quantity, "r." after a year is no abbreviation.
_RULES = (
    without_markup,
    read_dates,
    read_times,
    read_law,
    read_money,
    read_measures,
    name_signs,
    read_numbers,
    read_abbreviations,
)


def to_spoken(text: str) -> str:
    """The words a Polish speaker says for `text`.

    Works best on one sentence at a time. What it does not know it leaves as written (the voice decides), so nothing is
    lost. The same text always gives the same words; running it on its own result changes nothing.
    """
    for rule in _RULES:
        text = rule(text)
    return re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
