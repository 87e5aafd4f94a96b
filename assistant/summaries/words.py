"""Words from outside, made fit for documents."""

from __future__ import annotations

import unicodedata
from typing import Final

_KEPT_CONTROLS: Final = "\n\t"


def clean(text: str) -> str:
    """NFC with plain line ends and without what no document can hold: control characters and halves of characters."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        char for char in flat
        if char in _KEPT_CONTROLS or (unicodedata.category(char) not in ("Cc", "Cs") and char not in "\ufffe\uffff")
    )  # fmt: skip
    return unicodedata.normalize("NFC", "".join(kept))
