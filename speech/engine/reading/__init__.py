"""Polish text as it is read aloud: numbers, law, money, dates and abbreviations in words; sentences cut for a voice."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from speech.engine.reading.abbreviations import read_abbreviations, read_before_numbers
from speech.engine.reading.codes import read_codes
from speech.engine.reading.dates import read_dates
from speech.engine.reading.joined import read_joined
from speech.engine.reading.law import read_law
from speech.engine.reading.markup import name_comparisons, name_signs, without_markup
from speech.engine.reading.quantities import read_measures, read_money, read_numbers
from speech.engine.reading.registry import read_registry
from speech.engine.reading.roman import read_roman
from speech.engine.reading.sentences import sentence_ends, split_sentences
from speech.engine.reading.times import read_times
from speech.engine.reading.years import read_years

__all__ = ["split_sentences", "to_spoken"]

# The order matters: a date is no decimal, an article's number is no quantity, "r." after a year is no abbreviation.
_RULES = (
    without_markup,
    name_comparisons,
    read_codes,
    read_before_numbers,
    read_dates,
    read_years,
    read_times,
    read_joined,
    read_law,
    read_registry,
    read_roman,
    read_money,
    read_measures,
    name_signs,
    read_numbers,
    read_abbreviations,
)


_BLOCK_CHARS: Final = 2_000
"""The rules read so much at once: some of them need time that grows with the square of the length."""


def to_spoken(text: str) -> str:
    """The words a Polish speaker says for `text`.

    Works best on one sentence at a time; what is longer than some pages is read block by block, cut where a sentence
    ends if there is such a place. What it does not know it leaves as written (the voice decides), so nothing is lost.
    The same text always gives the same words; running it on its own result changes nothing.
    """
    spoken = "".join(_read(block) + gap for block, gap in _blocks(text))
    return re.sub(r" ([,.;:!?])", r"\1", " ".join(spoken.split()))


def _read(block: str) -> str:
    for rule in _RULES:
        block = rule(block)
    return block


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Blocks and what stands between them and the next: a blank, or nothing where an endless word was cut."""
    if len(text) <= _BLOCK_CHARS:
        yield text, ""
        return
    start, ends = 0, [end for end in sentence_ends(text) if end < len(text)]
    while len(text) - start > _BLOCK_CHARS:
        end = _block_end(text, start, ends)
        yield text[start:end], " " if text[end].isspace() or text[end - 1].isspace() else ""
        start = end
    yield text[start:], ""


def _block_end(text: str, start: int, ends: Sequence[int]) -> int:
    """After the last sentence in the block's second half, else before its last word, else at its limit."""
    limit, half = start + _BLOCK_CHARS, start + _BLOCK_CHARS // 2
    last = bisect_right(ends, limit) - 1
    if last >= 0 and ends[last] > half:
        return ends[last]
    blank = max(text.rfind(sign, half, limit) for sign in " \n\t")
    return blank if blank > half else limit
