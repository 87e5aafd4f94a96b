"""Points announced without a number, found where the numbers of the others leave room for them.

"Teraz budżet. Pani skarbnik." opens the fifth point when the chair numbers the fourth before it and the sixth after
it; where points are not numbered at all, only what has every sign of an announcement does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from transcripts.facts import agenda_signs as signs
from transcripts.facts.agenda_order import Opened
from transcripts.facts.outline import Outline
from transcripts.facts.text import Speech

_LED: Final = re.compile(
    r"(?:(?:no|to|i|a|dobrze|dobra|dziękuję|bardzo|zatem|więc|proszę państwa) )*"
    r"(?P<lead>(?:teraz|następnie|z kolei|kolejno|dalej)(?: (?:mamy|jest|będzie|idzie))?"
    r"|(?:przechodzimy|przejdźmy|przejdziemy|idziemy|przechodzę|lecimy)(?: (?:teraz|więc|zatem|dalej|do kolejnego|do następnego|do następnej|do kolejnej"
    r"|do ostatniego|sprawy|kwestii|tematu))*(?: do)?|(?:pora|czas|kolej)(?: teraz)? na"
    r"|(?:kolejn|następn|ostatni)\w*(?: (?:w kolejce|na liście|w porządku|sprawa|temat|pozycja|kwestia|rzecz|projekt uchwały))?(?: (?:to|jest|dotyczy|mamy))*"
    r"|(?:został|pozostał|zostaj|pozostaj)\w*(?: nam)?(?: jeszcze)?(?: do)?|przed nami|na koniec|rozpatrujemy|omawiamy|procedujemy)(?= )"
)
_NO_POINT: Final = re.compile(
    r"\b(?:głosowa\w*|głosuj\w+|głos\w*|pytani\w+|dyskusj\w+|wnios\w+|popraw\w+|autopopraw\w+|opini\w+|przerw\w+|proszę|kandydatur\w+|liczeni\w+|wynik\w*"
    r"|pan|pana|pani|panie|panu|radn\w+|państwo|komisj\w+|kto|czy|sam\w*|całość|całości|projekt w|wersj\w+|ja|my|on|ona|kolej\w+ (?:mówc|osob)\w+|sesj\w+"
    r"|drug\w+|za|przeciw|ręk\w*|cisz\w+|kworum|uchwała numer|uchwała nr|reasumpcj\w+|powtarzam\w*|dalej|punkt\w*|pkt|jednogłośnie|dziękuję|gratul\w+|mikrofon\w*|dobrze)\b"
)
_PERSON: Final = re.compile(
    r"^(?:(?:bardzo )?proszę|poproszę|oddaję|udzielam|pan\w*|panie|pani|referuje|przedstawi\w*|zreferuj\w+|druhu|głos ma|zapraszam|radn\w+)\b"
)
_CLOSED: Final = re.compile(
    r"(?:dziękuję(?: \w+){0,4}|podjęt\w+|przyjęt\w+|odrzucon\w+|przeszł\w*|przeszedł|upadł\w*|wyczerpan\w+|wiadomości|zdjęt\w+|[xvilc\d]+/\d+(?:/\d+)?"
    r"|#\d+|@\d+|jednogłośnie|jednomyślnie|zamykam punkt|bez zmian)$"
)
_NUMBERED: Final = re.compile(r"(?:teraz |i )?(?:punkt|pkt|ad)\b")
_LONGEST: Final = 26  # words from the announcement to the end of the chair's turn
_TITLE_WORDS: Final = 18
_LIKELY: Final = 2
_CERTAIN: Final = 4


@dataclass(frozen=True, slots=True)
class _Announced:
    opened: Opened
    signs: int


def unnumbered(speech: Speech, chairs: frozenset[int] | None) -> list[Opened]:
    """Announcements that a chair who numbers nothing is believed to have made: led in, closed before, followed by
    another's words."""
    return [one.opened for one in _announcements(speech, chairs, 0, len(speech.units)) if one.signs >= _CERTAIN]


def filled(speech: Speech, chairs: frozenset[int] | None, plan: Outline, opened: list[Opened]) -> list[Opened]:
    """`opened` with the points that are missing between two numbers, where as many were announced as are missing."""
    whole: list[Opened] = []
    for at, entry in enumerate(opened):
        whole.append(entry)
        following = opened[at + 1] if at + 1 < len(opened) else None
        if following is None or not (entry.label.isdigit() and following.label.isdigit()):
            continue
        labels = {one.label for one in opened}
        between = range(int(entry.label) + 1, int(following.label))
        missing = [n for n in between if n not in plan.withdrawn and str(n) not in labels]
        if not missing or len(missing) > 2:
            continue
        likely = [
            one for one in _announcements(speech, chairs, entry.last + 1, following.first) if one.signs >= _LIKELY
        ]
        best = sorted(sorted(likely, key=lambda one: -one.signs)[: len(missing)], key=lambda one: one.opened.first)
        if len(best) == len(missing):
            whole += [replace(one.opened, label=str(n)) for one, n in zip(best, missing, strict=True)]
    return whole


def _announcements(speech: Speech, chairs: frozenset[int] | None, first: int, last: int) -> Iterator[_Announced]:
    if chairs is None or not speech.punctuated:
        return  # whose words they are decides
    for at in range(first, last):
        unit = speech.units[at]
        if not unit.starts or unit.turn not in chairs:
            continue
        end = speech.sentence_end(at, _TITLE_WORDS + 10)
        lead = _LED.match(speech.line, speech.position(at), speech.end_position(end))
        title = speech.span(lead)[1] if lead else at
        if not 0 < end - title <= _TITLE_WORDS or not _is_title(speech, title, end):
            continue
        turn_end = speech.turn_end(at)
        handed = turn_end - at <= _LONGEST and turn_end < len(speech.units)
        if _NUMBERED.match(speech.marks(end, end + 2)):
            continue  # "Przechodzimy do uchwał. Punkt piąty, ...": it only leads to what is numbered
        called = bool(_PERSON.match(speech.marks(end, end + 3))) and handed
        closed = at == speech.turn_start(at) or bool(_CLOSED.search(speech.marks(max(at - 4, 0), at)))
        found = 2 * bool(lead) + handed + called + closed
        if lead or (called and closed):
            yield _Announced(Opened(at, title, "", "", 0.5), found)


def _is_title(speech: Speech, first: int, end: int) -> bool:
    """Words with no verb said by anybody, about a thing and not about a person or the vote."""
    said = speech.marks(first, end)
    if _NO_POINT.search(said) or speech.units[end - 1].raw.rstrip('"”»').endswith("?"):
        return False
    return not any(signs.is_said(unit.mark) for unit in speech.units[first:end] if unit.value is None)
