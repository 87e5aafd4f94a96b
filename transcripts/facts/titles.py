"""Titles as people write them, out of words that follow a formula."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts.text import Speech, Unit

_MOST_WORDS: Final = 40
_MOST_WITHOUT_MARKS: Final = 16  # words, where nothing tells the end of a title
_LEAD_IN: Final = re.compile(
    r"(?:(?:po zmianie|czyli|to jest|to|jest to|którym jest|jakim jest|jest nim|a mianowicie|mianowicie|dotyczy|dotyczący|dotyczącego"
    r"|porządku obrad|porządku dziennego|porządku(?= \w+(?:nie|cie)\b)|dzisiejszego porządku|naszego porządku|numer|a jest|jest|zgodnie z porządkiem)"
    r" )+"
)
_STOP: Final = re.compile(
    r"\b(?:(?:bardzo )?proszę|poproszę|oddaję głos|udzielam|głos ma|czy\b"
    r"|kto (?:z|jest|chce)|otwieram|dziękuję|mamy (?:tu|tutaj|projekt)|pan(?:i|ie)? (?:skarbnik|wójt|burmistrz|radn"
    r"|przewodnicz|wice|zastępc|prezes|komendant|sekretarz|prezydent|starost|naczelnik|dyrektor|mecenas|kierowni)|projekt (?:uchwały )?(?:przedstawi"
    r"|referuje|omówi)|referuje|przedstawi|radn[ya] |tutaj|drodzy|szanowni|proponuję|zapraszam|protokół był|protokół został"
    r"|uwag nie|nie widzę|w tym punkcie|w imieniu|projekt państwo|materiały|państwo radni|otrzymali|przypominam|informuję"
    r"|wnioskodawc\w+|zabieram głos|głosowanie jest|przekazuję|złożył\w+|to jest głosowanie|składam|ja (?:mam|chciał)|a ja|mam (?:pytanie|zapytanie)|stwierdzam|głosujemy|przystępujemy|przechodzimy|poddaję|dobrze|komisja |zgodnie z|tak jak|szanowna)"
)
_SKIPPED_SENTENCE: Final = re.compile(
    r"^(?:proszę|bardzo|czy|kto|oddaję|głos|pani?|panie|radn|dziękuję|mamy|otwieram|to )"
)
_GENITIVE: Final = re.compile(r"^(\w+(?:ni|ęci|ci))a\b")
_NOMINATIVES: Final = {
    "informacji": "informacja", "interpelacji": "interpelacje", "zapytań": "zapytania", "wolnych wniosków": "wolne wnioski",
    "spraw różnych": "sprawy różne", "projektu": "projekt", "projektów": "projekty", "uchwały": "uchwała",
    "wyboru": "wybór", "wyborów": "wybory", "raportu": "raport", "debaty": "debata", "oświadczeń": "oświadczenia",
    "komunikatów": "komunikaty", "wniosków": "wnioski", "bloku": "blok", "wniosku": "wniosek", "opinii": "opinia",
    "stanowiska": "stanowisko", "apelu": "apel", "protokołu": "protokół", "porządku": "porządek",
}  # fmt: skip
_SECOND_NOMINATIVES: Final = {"i zapytań": "i zapytania", "i wniosków": "i wnioski", "i informacji": "i informacje"}
_INSTRUMENTAL: Final = {
    "wnioskiem": "wniosek", "uchwałą": "uchwała", "poprawką": "poprawka", "autopoprawką": "autopoprawka",
    "projektem": "projekt", "kandydaturą": "kandydatura", "stanowiskiem": "stanowisko", "protokołem": "protokół",
    "apelem": "apel", "porządkiem": "porządek", "opinią": "opinia", "sprawozdaniem": "sprawozdanie", "zmianą": "zmiana",
    "przerwą": "przerwa", "reasumpcją": "reasumpcja", "poprawkę": "poprawka", "uchwałę": "uchwała", "zmianę": "zmiana",
    "autopoprawkę": "autopoprawka", "reasumpcję": "reasumpcja", "kandydaturę": "kandydatura", "opinię": "opinia",
    "całością": "całość",
}  # fmt: skip
_SUBJECT_OF_RESOLUTION: Final = re.compile(
    r"^(?:(?:podjęcie|przyjęcie|rozpatrzenie|głosowanie nad|projekt|projektu|procedowanie) )*(?:projektu )?(?:uchwał\w*"
    r"(?: nr \S+)?) ?(?:zmieniając\w+ uchwałę )?(?:w sprawie |dotycząc\w+ |o )?",
    re.IGNORECASE,
)
USUAL_TITLE: Final = re.compile(
    r" (?:(?:to|jest|czyli|porządku|obrad|będzie) )*(?:przyjęcie|zatwierdzenie|podjęcie|uchwał\w+|projekty?|informacj[ae]"
    r"|sprawozdani[ae]|interpelacje|zapytania|wolne|sprawy|zamknięcie|zakończenie|wybory?|rozpatrzenie|raport|stanowisko"
    r"|apel|ślubowanie|oświadczenia|komunikaty|odpowiedzi|przedstawienie|ustalenie|wnioski|debata|powołanie|odwołanie)\b"
)
"""What titles of points begin with: words without punctuation that say so do open a point."""
_PRINT: Final = re.compile(r",? ?\(?(?:projekt z )?druk\w*(?: (?:numer|nr))? \d+\w*\)?", re.IGNORECASE)


_REMARK: Final = re.compile(r"(?:ten|tego|tym|ta|to|naj\w+|ważn\w+|trudn\w+|ostatni\w*)\b")
""" "Punkt szósty, ten, na który wszyscy czekają. Zamiar połączenia szkół.": a remark stands before the title."""


def title_at(speech: Speech, first: int, limit: int) -> str:
    """The title that follows a formula ending before unit `first`; "" when something else is said there."""
    if first < len(speech.units) and speech.punctuated and not speech.units[first].starts:
        end = speech.sentence_end(first, _MOST_WORDS)
        remark = speech.units[first].comma and _REMARK.match(speech.line, speech.position(first))
        after = title_of_words(speech, end, limit) if remark else ""
        if after:
            return after
    return title_of_words(speech, first, limit)


def title_of_words(speech: Speech, first: int, limit: int) -> str:
    """The title that begins at unit `first`; "" when something else is said there."""
    if first >= len(speech.units) or first >= limit:
        return ""
    inside = not speech.units[first].starts
    if not inside and _SKIPPED_SENTENCE.match(speech.marks(first, first + 2)):
        return ""
    most = _MOST_WORDS if speech.punctuated else _MOST_WITHOUT_MARKS
    end = min(speech.sentence_end(first, most), limit)
    lead = _LEAD_IN.match(speech.line, speech.position(first), speech.end_position(end))
    if lead:
        first = speech.index_at(lead.end() - 1) + 1
    stop = speech.find(_STOP, first, end)
    if stop:
        end = speech.index_at(stop.start())
    return as_title(speech.units[first:end])


def as_title(units: tuple[Unit, ...] | list[Unit]) -> str:
    """Words as a title: numbers in figures, the first noun in the nominative, no full stop."""
    words = [_written(unit) for unit in units]
    title = " ".join(words).strip(" ,.;:?!–-")
    title = re.sub(r" (?:za|i|oraz|a)$", "", title)
    title = re.sub(r"\bnumer (?=\d|[XVI])", "nr ", title)
    return in_nominative(title)


def in_nominative(title: str) -> str:
    """ "przyjęcia porządku" -> "Przyjęcie porządku", "wnioskiem radnej" -> "Wniosek radnej"."""
    lower = title[:1].lower() + title[1:]
    for oblique, nominative in (*_NOMINATIVES.items(), *_INSTRUMENTAL.items()):
        if re.match(rf"{oblique}\b", lower):
            lower = nominative + lower[len(oblique) :]
            break
    else:
        lower = _GENITIVE.sub(r"\1e", lower)
        lower = re.sub(r"^(\w+(?:ni|ęci|ci)e)m\b", r"\1", lower)
    head, _, tail = lower.partition(" ")
    for oblique, nominative in _SECOND_NOMINATIVES.items():
        if tail.startswith(oblique):
            tail = nominative + tail[len(oblique) :]
    lower = f"{head} {tail}".strip()
    return lower[:1].upper() + lower[1:]


def subject_of(title: str) -> str:
    """What a resolution is about: "Podjęcie uchwały w sprawie zmian w budżecie" -> "zmian w budżecie"."""
    plain = _PRINT.sub("", title).strip(" ,.")
    found = _SUBJECT_OF_RESOLUTION.match(plain)
    rest = plain[found.end() :].strip(" ,.") if found else plain
    return rest or plain


def _written(unit: Unit) -> str:
    if unit.value is None:
        said = unit.raw.split()
        tail = unit.raw[-1:] if len(said) > 1 and unit.raw[-1:] in ".,;:" else ""
        return said[0].rstrip(".,;:") + tail if len(said) > 1 else unit.raw  # without "yyy" and stammering
    if any(char.isdigit() for char in unit.raw):
        return unit.raw
    if unit.ordinal and unit.value < 1_000:
        return unit.raw
    if not unit.ordinal and unit.value < 3:
        return unit.raw
    after = unit.raw[-1:] if unit.raw[-1:] in ".,;:" else ""
    return f"{unit.value}{after}"
