"""Which meeting a title names: "XXIII sesja Rady Gminy Lipowa, 26.03.2026 r." -> number 23, body, day. Pure text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from transcripts.facts.numbers import number_at
from transcripts.sources.days import day_of, month_of

Kind = Literal["", "sesja", "posiedzenie"]

_MOST_CHARS: Final = 1000
_MOST_NUMBER: Final = 399
_ROMAN: Final = re.compile(r"(?=[IVXLC])(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SESSION: Final = re.compile(r"\b(sesj[aieęąo]\w{0,2})\b", re.IGNORECASE)
_SITTING: Final = re.compile(r"\bposiedze(?:nie|nia|niu|niem|ń)\b", re.IGNORECASE)
_COMMITTEE: Final = re.compile(r"\bkomisj(?:a|i|ę|ą)\b", re.IGNORECASE)
_EXTRAORDINARY: Final = re.compile(r"\bnadzwyczajn\w+", re.IGNORECASE)
_AFTER: Final = re.compile(
    r"\s*(?:nadzwyczajn\w+\s+)?(?:nr\.?|numer)?\s*([^\s,;:()|]+)(?:\s+([^\s,;:()|]+))?", re.IGNORECASE
)
_PART: Final = re.compile(r"\b(?:cz(?:ęść|esc|\.)?|part)\s*(?:nr\s*)?\.?\s*(\d{1,2}|[IVX]{1,4})\b", re.IGNORECASE)
_BODY: Final = re.compile(
    r"\b(?:(?P<council>Rad(?:y|a|zie))\s+(?:Gminy|Miasta(?: i Gminy)?|Miejskie?j?|Miejska|Powiatu|Dzielnicy|Osiedla)"
    r"|(?P<sejmik>Sejmiku?)\s+Województwa|(?P<committee>Komisj[iaęą])|(?P<board>Zarządu?)\s+Powiatu)\b",
    re.IGNORECASE,
)
_BODY_ENDS: Final = re.compile(
    r"\s(?:w dniu|z dnia|z dn|dnia|dn\.|cz\.|część|kadencj\w+|transmisja|nagranie|na żywo|live|godz\.?|online|od|nr)\b"
    r"|[|,;:()\[\]„”\"–—]|\s-+\s|\s\d|\d{2}[.\-]|_|\s[IVXL]+\s(?:kadencj|sesj)|$",
    re.IGNORECASE,
)
_FEMININE: Final = re.compile(r"^(\w+?)(?:(?<=[kg])iej|ej)$")
_MOST_BODY_WORDS: Final = 14


@dataclass(frozen=True, slots=True)
class MeetingName:
    """What a title says; empty where it says nothing.

    Args:
        kind: a session of a council, or the sitting of a committee or a board.
        number: of the session or sitting, 1 to 399.
        body: in the nominative, "Rada Gminy Lipowa", "Komisja Rewizyjna".
        held_on: the day that the title names.
        extraordinary: "nadzwyczajna".
        part: of a recording in parts.
    """

    kind: Kind = ""
    number: int | None = None
    body: str = ""
    held_on: date | None = None
    extraordinary: bool = False
    part: int | None = None

    @property
    def is_meeting(self) -> bool:
        return self.kind != ""


def read_title(title: str) -> MeetingName:
    """Read the title of a recording or a file's name. Never fails; what is not there stays empty."""
    text = " ".join(title[:_MOST_CHARS].replace("_", " ").split())
    kind = _kind(text)
    return MeetingName(
        kind=kind,
        number=_number(text, kind) if kind else None,
        body=_body(text),
        held_on=day_of(text),
        extraordinary=_EXTRAORDINARY.search(text) is not None,
        part=_part(text),
    )


def roman_number(token: str) -> int | None:
    """23 for "XXIII" in any case of letters; None for anything else."""
    if not token or not _ROMAN.fullmatch(token):
        return None
    values = [_ROMAN_VALUES[letter] for letter in token.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def _kind(text: str) -> Kind:
    if _SESSION.search(text):
        return "sesja"
    return "posiedzenie" if _SITTING.search(text) or _COMMITTEE.search(text) else ""


def _number(text: str, kind: Kind) -> int | None:
    """Right before the word ("XXIII nadzwyczajna sesja") or right after it ("sesja nr 23/2026", "Sesja XXIII")."""
    anchor = (_SESSION if kind == "sesja" else _SITTING).search(text)
    if anchor is None:
        return None
    before = [word.strip(".,;:()[]#|–—-") for word in text[: anchor.start()].split()]
    before = [word for word in before if word and not _EXTRAORDINARY.fullmatch(word) and word.lower() != "uroczysta"]
    for size in (3, 2, 1):
        number = _whole(before[-size:]) if len(before) >= size else None
        if number:
            return number
    after = _AFTER.match(text, anchor.end())
    if after is None:
        return None
    first = re.split(r"[/.]", after[1])[0]
    rest = after[1][len(first) : len(first) + 1]
    if rest == "." and re.match(r"\d{1,2}\.\d{1,2}\.", after[1]):
        return None  # a day
    if first.isdigit() and after[2] and month_of(after[2]):
        return None  # "sesja 26 marca"
    return _whole([first])


def _whole(words: list[str]) -> int | None:
    """A number that is all of these words: XXIII, 23, "dwudziesta trzecia"."""
    if not words:
        return None
    if len(words) == 1:
        value = roman_number(words[0]) or (int(words[0]) if re.fullmatch(r"\d{1,3}", words[0]) else None)
        if value is not None:
            return value if 1 <= value <= _MOST_NUMBER else None
    spoken = number_at([word.lower() for word in words], 0)
    if spoken is None or spoken.size != len(words) or not spoken.spelled or spoken.form != "ordinal":
        return None
    return spoken.value if 1 <= spoken.value <= _MOST_NUMBER else None


def _part(text: str) -> int | None:
    found = _PART.search(text)
    if found is None:
        return None
    return int(found[1]) if found[1].isdigit() else roman_number(found[1])


def _body(text: str) -> str:
    found = _BODY.search(text)
    if found is None:
        return ""
    end = _BODY_ENDS.search(text, found.end())
    words = text[found.start() : end.start() if end else len(text)].split()[:_MOST_BODY_WORDS]
    if found["council"]:
        head = ["Rada", _capital(_feminine(words[1]))]
    elif found["committee"]:
        head = ["Komisja", *(_feminine(word) for word in words[1:2])]
    else:
        head = ["Sejmik" if found["sejmik"] else "Zarząd", words[1]]
    return " ".join([*head, *words[len(head) :]]).strip(" .-")[:200]


def _feminine(word: str) -> str:
    """ "Rewizyjnej" -> "Rewizyjna", "Miejskiej" -> "Miejska"; other words stay."""
    return _FEMININE.sub(r"\1a", word)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
