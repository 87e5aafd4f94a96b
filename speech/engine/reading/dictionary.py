"""What morfeusz2 (BSD-2, dictionary SGJP) knows of a Polish word."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

_lock = threading.Lock()  # an analyser keeps its state in itself
_morfeusz: Any = None


@lru_cache(maxsize=16_384)
def readings(word: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(lemma, tag, kinds of name) of every reading that morfeusz2 knows of a word; empty when it knows none."""
    global _morfeusz
    with _lock:
        if _morfeusz is None:
            import morfeusz2  # most of a second, which a text without counted things can do without

            _morfeusz = morfeusz2.Morfeusz(generate=False)
        found = _morfeusz.analyse(word)
    whole = [entry[2] for entry in found if entry[0] == 0 and entry[2][0] == word]
    return tuple((lemma.split(":")[0], tag, tuple(names)) for _, lemma, tag, names, _ in whole if tag != "ign")
