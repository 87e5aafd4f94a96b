"""Whether words open a point: said as done now, where a sentence begins, with a title before them or not."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.dictionary import readings
from transcripts.facts import agenda_formulae as formulae
from transcripts.facts import titles
from transcripts.facts.text import Speech


def title_before(speech: Speech, first: int, last: int) -> str:
    """ "Sprawy różne, punkt szósty." is a sentence of its own: title, comma, number, full stop."""
    start = speech.sentence_start(first, 7)
    whole = last >= len(speech.units) or speech.units[last].starts
    if not (speech.punctuated and whole and speech.units[first].comma and speech.units[start].starts):
        return ""
    if formulae.NO_TITLE.search(speech.marks(start, first)):
        return ""
    lead = speech.find(formulae.LEAD_TO_TITLE, start, first)
    if lead and speech.index_at(lead.start()) == start:
        start = speech.span(lead)[1]
    if any(is_said(unit.mark) for unit in speech.units[start:first]):
        return ""  # "Protokół to odnotuje, ad siedem.": a sentence, no title
    return titles.as_title(speech.units[start:first])


def is_said(mark: str) -> bool:
    found = readings(mark)
    return bool(found) and all(tag.startswith(("fin", "praet", "impt")) for _, tag, _ in found)


def may_open(speech: Speech, match: re.Match[str], forbidden: re.Pattern[str]) -> bool:
    """Said as done now, not as a plan, a wish, a memory or a question."""
    first, last = speech.span(match)
    start = speech.sentence_start(first, 6)
    before = speech.marks(start, first)
    if before and forbidden.search(before):
        return False
    sentence_end = speech.sentence_end(last - 1, 12)
    if speech.punctuated and speech.units[sentence_end - 1].raw.endswith("?") and sentence_end - last < 4:
        return False
    return not formulae.PAST_OR_LATER.search(speech.marks(first, min(sentence_end, last + 4)))


_LEADS: Final = re.compile(r"zatem|teraz|więc|to|no|i|dobrze|następnie|dalej|idąc|kolejno|kolejny|następny|ostatni")
_BEFORE_A_POINT: Final = re.compile(
    r"(?:dziękuję(?: \w+){0,3}|podjęt\w+|przyjęt\w+|odrzucon\w+|jednogłośnie|dobrze|proszę państwa|szanowni państwo|zatem"
    r"|teraz|więc|tak|punktu|dalej|następnie|wyczerpan\w+|zamykam punkt|dyskusję|większości|się|przeciw|za|roku|okej|no|radnych|obrady|kworum|wiadomości|przerwie|porządek|wycofan\w+|zdjęt\w+"
    r"|@\d+|#\d+|[xvilc\d]+/\d+(?:/\d+)?|upadł|przeszedł|zakończone|pytań|głosów|uwag|wszystko|bardzo|pani wójt|panie wójcie|państwu)$"
)


_LONGEST_LEAD: Final = 8
_LEAD_IN: Final = re.compile(
    r"(?:(?:dziękuję|dobrze|dobra|okej|super|zatem|teraz|i|a|więc|tak|no|bardzo|to|następnie|dalej|kolejno|od razu|aha|jeszcze|proszę państwa"
    r"|szanowni państwo|wysoka rado|drodzy państwo|na (?:deser|koniec|początek)|wobec tego|w takim razie|co (?:tam|my tu mamy)|mamy|przed nami"
    r"|po (?:przerwie|zmianie|kolei)|z kolei|skoro tak"
    r"|zgodnie z (?:\w+ )?(?:zmianą|porządkiem|wnioskiem|kolejnością|decyzją))(?: |$))+"
)


def begins_something(speech: Speech, first: int) -> bool:
    """A sentence begins here; without punctuation, what usually ends the point before stands before it."""
    unit = speech.units[first]
    if unit.starts:
        return True
    at = first
    while at > 0 and not speech.units[at].starts and _LEADS.fullmatch(speech.units[at - 1].mark):
        at -= 1
    if at < first and speech.units[at].starts:
        return True
    unit = speech.units[at]
    if unit.comma and _BEFORE_A_POINT.search(speech.marks(max(at - 4, 0), at)):
        return True  # a full stop written as a comma
    if speech.punctuated:
        start = speech.sentence_start(first, _LONGEST_LEAD)
        return speech.units[start].starts and _LEAD_IN.fullmatch(speech.marks(start, first)) is not None
    return bool(_BEFORE_A_POINT.search(speech.marks(max(at - 4, 0), at)))
