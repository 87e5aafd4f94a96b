"""A text of any length and kind as the pieces that are spoken one by one, each when its turn comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from speech.engine.reading import split_sentences, to_spoken

BLOCK_CHARS: Final = 4_000
"""What is cut into sentences at once: the time for that may grow with the square of the length."""
PIECE_MAX_CHARS: Final = 1_000
"""Sentences of words are cut at 400 characters; what is longer has no blanks, and is cut anywhere."""
LONG_OPENING_CHARS: Final = 160
"""About ten seconds of speech."""
_OPENING_MIN_CHARS: Final = 30
"""Two seconds: long enough to make what follows."""
_OPENING_CUT: Final = re.compile(r"[,;:–](?=\s)")
_OPENING_TRIES: Final = 12
_ENDLESS_MARKS: Final = re.compile(r"([.!?…]{8})[.!?…]+")


def pieces(text: str, *, short_opening: bool = False) -> Iterator[str]:
    """The sentences of `text`, in order, nothing lost but rows of more than eight full stops.

    Args:
        short_opening: cut a long first sentence at a comma, so that something is heard while the rest is made.
    """
    found = _sentences(_ENDLESS_MARKS.sub(r"\1", text))
    first = next(found, None)
    if first is not None:
        yield from _opening(first) if short_opening else [first]
        yield from found


def _sentences(text: str) -> Iterator[str]:
    """Block by block; the last sentence of a block may go on in the next, so it is cut again together with that."""
    start, carried = 0, ""
    while start < len(text):
        end = _block_end(text, start)
        *whole, last = split_sentences(carried + text[start:end]) or [""]
        for sentence in whole:
            yield from _short(sentence)
        gap = re.match(r"\s*", text[end : end + BLOCK_CHARS])
        between = gap[0] if gap is not None else ""
        carried, start = last, end
        if len(last) > PIECE_MAX_CHARS or end >= len(text):
            yield from _short(last)
            carried = ""
        elif between:
            carried += "\n" if "\n" in between else " "
            start += len(between)
    if carried.strip():
        yield from _short(carried.strip())


def _block_end(text: str, start: int) -> int:
    """After the last word that is wholly in the block."""
    end = start + BLOCK_CHARS
    if end >= len(text):
        return len(text)
    while end > start and not text[end].isspace():
        end -= 1
    return end if end > start else start + BLOCK_CHARS


def _short(sentence: str) -> list[str]:
    return [sentence[at : at + PIECE_MAX_CHARS] for at in range(0, len(sentence), PIECE_MAX_CHARS)]


def _opening(sentence: str) -> list[str]:
    """Cut only where both parts, read aloud one by one, are the words of the whole: "ust. 2, 3 i 4" stays together."""
    if len(sentence) <= LONG_OPENING_CHARS:
        return [sentence]
    spoken = to_spoken(sentence)
    cuts = [match.end() for match in _OPENING_CUT.finditer(sentence, _OPENING_MIN_CHARS)]
    for cut in cuts[:_OPENING_TRIES]:
        head, tail = sentence[:cut].strip(), sentence[cut:].strip()
        if tail and f"{to_spoken(head)} {to_spoken(tail)}" == spoken:
            return [head, tail]
    return [sentence]
