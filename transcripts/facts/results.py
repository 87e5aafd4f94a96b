"""What the chair stated after a count: adopted, rejected, a resolution adopted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from transcripts.facts.text import Speech
from transcripts.facts.types import Result

_REJECTED: Final = re.compile(
    r"\b(?:(?:uchwał\w*|wnios\w+|popraw\w+|projekt\w*|stanowisk\w+|rad[ay]|apel\w*|kandydat\w*|protok\w+|porząd\w+|opini\w+"
    r"|reasumpcj\w+|autopopraw\w+|przerw\w+|absolutori\w+|wotum|propozycj\w+|zmian\w+|radn\w+) (?:\S+ ){0,12}?)?"
    r"(?:(?:nie (?:został[aoy]?|zostaje|zosta\w+|jest|był[aoy]?) (?:(?!czyli|#)\S+ ){0,2}?(?:podjęt\w+|przyjęt\w+|przegłosowan\w+|wybran\w+"
    r"|udzielon\w+|uchwalon\w+|zatwierdzon\w+))|nie uzyskał\w*|nie otrzymał\w*|nie zyskał\w*|nie przeszedł|nie przeszł\w"
    r"|nie podj(?:ął|ęł)\w+|nie przyj(?:ął|ęł)\w+|nie wyrazi\w+ zgody|nie udzieli\w+|nie został\w? \w+|upadł\w?|upada|przepadł\w?"
    r"|odrzucon[yae]|odrzucono|odrzucił\w|odrzucamy|oddalon[yae]|oddalono)\b"
)
_RESOLUTION: Final = re.compile(
    r"\b(?:uchwał[aęy]\w* (?:(?!nie )\S+ ){0,24}?(?:podjęt[aeoyą]|podjęto|przyjęt[aeyą]|przyjęto|uchwalon\w+|przeszł[ay]|przechodzi)"
    r"|(?:podj(?:ęliśmy|ęła|ęto|ęta)|przyję(?:liśmy|ła|to)|uchwali\w+) (?:\S+ ){0,5}?uchwał\w+|rada (?:\S+ ){0,4}?podjęła"
    r"|podjęta została uchwał\w+|został[ay] podjęt[ae]|uchwałę (?:mamy|uważam za) podjęt\w+|(?:stwierdzam )?podjęcie uchwały)\b"
)
_ADOPTED: Final = re.compile(
    r"\b(?:(?:wnios\w+|popraw\w+|autopopraw\w+|stanowisk\w+|apel\w*|protok\w+|porząd\w+|opini\w+|kandydat\w+|sprawozdani\w+|absolutori\w+"
    r"|wotum|regulamin\w*|plan\w*|program\w*|punkt\w*|reasumpcj\w+|zmian\w+|propozycj\w+|informacj\w+|przerw\w+|rad[ay]|skład\w*|komisj\w+"
    r"|raport\w*|druk\w*|projekt\w*) (?:(?!nie )\S+ ){0,14}?(?:przyjęt[yaeo]|przyjęto|przyjęła|przyjmuje|przeszedł|przeszł[ao]|przechodzi|weszł[ao](?! w )"
    r"|uzyskał[aoy]?|zyskał[aoy]?|przegłosowan[yaeo]|zatwierdzon[yaeo]|udzielon[oay]|udzieliła|wprowadzon[yaeo]|wybran[yaeo]"
    r"|zaakceptowan[yaeo]|wyraziła zgodę|powołan[aey]|zdjęt[yaeo])"
    r"|przyj(?:ęliśmy|ęto|ęła|ęty|ęta|ęte)|zatwierdzi(?:liśmy|ła)|udzieliła?(?:śmy)? (?:\S+ ){0,3}?(?:absolutorium|wotum)"
    r"|wybrany został|wybrana została|został[ay]? (?:wybran\w|przyjęt\w|wprowadzon\w)|uzyskał\w* (?:wymagan\w+ )?większość)\b"
)
_STATED: Final = re.compile(
    r"\b(?:stwierdzam|ogłaszam|informuję|oświadczam|tym samym|w związku z tym|wobec powyższego|dziękuję)\b"
)


@dataclass(frozen=True, slots=True)
class Stated:
    result: Result
    first: int
    last: int
    formal: bool  # "stwierdzam, że ..."


def stated_result(speech: Speech, first: int, last: int) -> Stated | None:
    """The first statement of a result within units [first, last)."""
    rejected = speech.find(_REJECTED, first, last)
    resolution = speech.find(_RESOLUTION, first, last)
    adopted = speech.find(_ADOPTED, first, last)
    best: tuple[int, Result, re.Match[str]] | None = None
    for result, match in (("odrzucono", rejected), ("podjęto", resolution), ("przyjęto", adopted)):
        if match is not None and (best is None or match.end() < best[0]):
            best = (match.end(), result, match)  # type: ignore[assignment]  # the three results
    if best is None:
        return None
    start, end = speech.span(best[2])
    formal = _STATED.search(speech.marks(speech.sentence_start(start, 8), start + 1)) is not None
    return Stated(best[1], start, end, formal)
