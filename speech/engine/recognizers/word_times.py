"""Aligned tokens become words with times in the recording."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from speech.engine.recognizers.packing import Window
from speech.engine.types import Word

_PREPENDED = frozenset("\"'“„¿([{-«")
_SENTENCE_END = re.compile(r"[.?!…]\W*$")


def timed_words(alignment: list[dict[str, Any]], window: Window) -> list[Word]:
    """Glue tokens to words ("1" + ",5", "„" + "Zgoda" + "."), limit their length, go back to the recording's time."""
    glued: list[Word] = []
    texts: list[tuple[str, float, float, list[float]]] = []
    for part in alignment:
        text, start, end = part["word"], float(part["start"]) * 1000, float(part["end"]) * 1000
        opens = bool(texts) and texts[-1][0].strip() in _PREPENDED
        if texts and (opens or not text.startswith(" ")):
            before = texts.pop()
            text, start = before[0] + text.lstrip() if opens else before[0] + text, before[1]
            texts.append((text, start, max(end, before[2]), [*before[3], float(part["probability"])]))
        elif text.strip():
            texts.append((text, start, end, [float(part["probability"])]))
    for text, start, end, probabilities in texts:
        plain = text.strip()
        # attention stretches the words beside a pause over it: a sentence's first word back, any other forward
        surplus = max(0.0, end - start - 500 - 110 * len(plain))
        opens_sentence = not glued or _SENTENCE_END.search(glued[-1].text)
        span = window.locate(start + surplus, end) if opens_sentence else window.locate(start, end - surplus)
        glued.append(Word(span.start_ms, span.end_ms, plain, round(float(np.mean(probabilities)), 3)))
    return glued


def in_order(words: Iterable[Word]) -> list[Word]:
    """Starts and ends never go back: alignment may let neighbours overlap by some hundredths."""
    ordered: list[Word] = []
    for word in words:
        earliest = ordered[-1].end_ms if ordered else 0
        start_ms = max(word.start_ms, earliest)
        ordered.append(Word(start_ms, max(word.end_ms, start_ms), word.text, word.probability))
    return ordered
