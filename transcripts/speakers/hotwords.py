"""Names that the recogniser is told to expect, the likeliest first, within the room that it has for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from transcripts.speakers.roster import Member

MOST_TOKENS: Final = 224
"""Whisper's decoder takes 448 tokens; half of them are for what it is told beforehand."""
_CHARS_A_TOKEN: Final = 2.0
"""Of Polish names in Whisper's vocabulary: 2.08 measured on 34 first names, surnames and villages (whisper-base)."""
_OFFICIAL: Final = frozenset({"chair", "vice_chair", "head", "deputy", "treasurer", "secretary", "marshal"})
_PLACE: Final = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{2,}(?: [A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{2,})?")


def hotwords_for(roster: Sequence[Member], *, council: str, agenda: Iterable[str] = ()) -> str:
    """Comma-separated: officials, names out of the agenda and the council's own, councillors by surname and by name.

    What does not fit into MOST_TOKENS is left out from the end; every surname comes before any first name.
    """
    officials = [one for one in roster if one.roles & _OFFICIAL]
    others = [one for one in roster if not one.roles & _OFFICIAL]
    places = [place for title in (council, *agenda) for place in _PLACE.findall(title)]
    ranked = [
        *(one.name for one in officials),
        *("-".join(one.surname) for one in others),
        *places,
        *(one.name for one in others),
    ]
    kept: list[str] = []
    room = int(MOST_TOKENS * _CHARS_A_TOKEN)
    for name in dict.fromkeys(" ".join(one.replace(",", " ").split()) for one in ranked):
        if name and len(name) + 2 <= room:
            kept.append(name)
            room -= len(name) + 2
    return ", ".join(kept)
