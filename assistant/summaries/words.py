"""Words from outside, made fit for documents."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_KEPT_CONTROLS: Final = "\n\t"
_CAPITALS: Final = re.compile(r"\b[A-ZĄĆĘŁŃÓŚŹŻ]{2,}\b")


def clean(text: str) -> str:
    """NFC with plain line ends and without what no document can hold: control characters and halves of characters."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        char for char in flat
        if char in _KEPT_CONTROLS or (unicodedata.category(char) not in ("Cc", "Cs") and char not in "\ufffe\uffff")
    )  # fmt: skip
    return unicodedata.normalize("NFC", "".join(kept))


def person_name(speaker: str) -> str:
    """ "RADNA Danuta Gołąb-LIS", as stenographers write, is "Radna Danuta Gołąb-Lis" to be read."""
    return _CAPITALS.sub(lambda match: match[0].capitalize(), clean(speaker))
