"""Which meeting a title names: "XXIII sesja Rady Gminy Lipowa, 26.03.2026 r." -> number 23, body, day. Pure text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from transcripts.facts.numbers import number_at
from transcripts.sources.days import day_of, month_of, without_days

Kind = Literal["", "sesja", "posiedzenie"]

_MOST_CHARS: Final = 1000
_MOST_NUMBER: Final = 399
_ROMAN: Final = re.compile(r"(?=[IVXLC])(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SESSION: Final = re.compile(r"\b(sesj[aieęąo]\w{0,2})\b", re.IGNORECASE)
_SITTING: Final = re.compile(r"\bposiedze(?:nie|nia|niu|niem|ń)\b", re.IGNORECASE)
_COMMITTEE: Final = re.compile(r"\bkomisj(?:a|i|ę|ą)\b", re.IGNORECASE)
_EXTRAORDINARY: Final = re.compile(r"\bnadzwyczajn\w+", re.IGNORECASE)
_SHE_EXTRAORDINARY: Final = re.compile(r"\bnadzwyczajn(?:a|ej|ą)\b", re.IGNORECASE)
"""A title may leave the word "sesja" out: "LXXIV nadzwyczajna"."""
_SORT_OF_MEETING: Final = re.compile(
    r"(?:nad)?zwyczajn\w+|uroczyst\w+|budżetow\w+|absolutoryjn\w+|inauguracyjn\w+|robocz\w+|wspóln\w+|zdaln\w+"
    r"|hybrydow\w+|plenarn\w+|n(?:ume)?r",
    re.IGNORECASE,
)
"""What may stand between "sesja" and its number."""
_TERM: Final = re.compile(
    r"\b(?:[IVXLC]+|\d+)\.?\s+kadencj\w+|\bkadencj\w+\s+(?:[IVXLC]+\b|20\d\d\s*[-–/]\s*20\d\d)", re.IGNORECASE
)
_DAY_WITHOUT_YEAR: Final = re.compile(r"(?<!\d)\d{1,2}\s+(?=([^\W\d]{3,12}))")
_CLOCK: Final = re.compile(r"\b\d{1,2}:\d\d\b|\bgodz\.?\s*\d{1,2}(?:[.:]\d\d)?", re.IGNORECASE)
_OF_YEAR: Final = re.compile(r"\b(\d{1,3}|[IVXLC]+)(?:[/.]20\d\d|/\d\d)(?!\d)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+|[,;|]")
_AFTER_BODY: Final = re.compile(
    r"[\s,|(–-]*(?:(?:nr|numer)\.?\s*(?P<named>[^\W_]+)|(?P<yearly>\d{1,3}|[IVXLC]+)[/.](?:20)?\d\d(?!\d)"
    r"|(?P<roman>[IVXLC]{2,})(?=\s*(?:$|[,|()–-])))",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(r"\b(?:szko|przedszk|świetlic|sal|zespo|ul\.)", re.IGNORECASE)
_PART: Final = re.compile(r"\b(?:cz(?:ęść|esc|\.)?|part)\s*(?:nr\s*)?\.?\s*(\d{1,2}|[IVX]{1,4})\b", re.IGNORECASE)
_BODY: Final = re.compile(
    r"\b(?:(?P<council>Rad(?:y|a|zie))\s+(?:Gminy|Miasta(?: i Gminy)?|Miejskie?j?|Miejska|Powiatu|Dzielnicy|Osiedla)"
    r"|(?P<sejmik>Sejmiku?)\s+Województwa|(?P<committee>Komisj[iaęą])(?!\s+stałych)|(?P<board>Zarządu?)\s+Powiatu)\b",
    re.IGNORECASE,
)
_BODY_ENDS: Final = re.compile(
    r"\s(?:w dniu|z dnia|z dn|dnia|dn\.|z (?=\d)|cz\.|część|kadencj\w+|transmisja|nagranie|na żywo|live|godz\.?|online"
    r"|od|nr|numer|sesj\w+|posiedzeni\w+)\b"
    r"|[|;:()\[\]„”\"–—]|,(?! (?-i:(?:[A-ZĄĆĘŁŃÓŚŹŻ][\w-]+,? ){1,6}(?:i|oraz) [A-ZĄĆĘŁŃÓŚŹŻ]))|\s-+\s|\s\d|\d{2}[.\-]|_"
    r"|\s[IVXL]+\s(?:kadencj|sesj)|\s[IVXLC]{2,}(?:/\d+|(?=\s*$))|$",
    re.IGNORECASE,
)
_FEMININE: Final = re.compile(r"^(\w+?)(?:(?<=[kg])iej|ej)$")
_SMALL_WORDS: Final = frozenset({"w", "we", "i", "oraz", "nad", "pod", "przy", "na", "do", "ds", "spraw"})
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
    if _SITTING.search(text) or _COMMITTEE.search(text):
        return "posiedzenie"
    named = _SHE_EXTRAORDINARY.search(text)
    return "sesja" if named and _number_beside(text, named.start(), named.end()) else ""


def _number(text: str, kind: Kind) -> int | None:
    """Beside the word ("XXIII nadzwyczajna sesja", "sesja nr 23/2026", "sesja dwudziesta trzecia"), or after the body:
    "Sesja Rady Gminy Lipowa nr XXIII/2026"."""
    anchor = (_SESSION if kind == "sesja" else _SITTING).search(text) or _SHE_EXTRAORDINARY.search(text)
    number = _number_beside(text, anchor.start(), anchor.end()) if anchor else None
    return number if number is not None else _number_after_body(text)


def _number_beside(text: str, start: int, end: int) -> int | None:
    before = [word for word in _words(text[:start]) if not _SORT_OF_MEETING.fullmatch(word)]
    for size in (3, 2, 1):
        number = _whole(before[-size:]) if len(before) >= size else None
        if number:
            return number
    after = _words(text[end:])
    while after and _SORT_OF_MEETING.fullmatch(after[0]):
        after = after[1:]
    return next((number for size in (3, 2, 1) if (number := _whole(after[:size]))), None)


def _number_after_body(text: str) -> int | None:
    """Only what cannot be a part or a place: with "nr", of a year, or in Roman figures."""
    plain = _TERM.sub("|", without_days(text))
    body = _BODY.search(plain)
    end = _BODY_ENDS.search(plain, body.end()) if body else None
    if body is None or end is None or _PLACE.search(plain, body.end(), end.start()):
        return None
    found = _AFTER_BODY.match(plain, end.start())
    return _whole([found["named"] or found["yearly"] or found["roman"]]) if found else None


def _words(text: str) -> list[str]:
    """Words and marks that part sentences; days, terms of office and the years of numbers are taken out."""
    plain = _CLOCK.sub("|", _TERM.sub("|", without_days(text)))
    plain = _DAY_WITHOUT_YEAR.sub(lambda found: "|" if month_of(found[1]) else found[0], plain)
    return _WORD.findall(_OF_YEAR.sub(r"\1", plain))


def _whole(words: list[str]) -> int | None:
    """A number that is all of these words: XXIII, 23, "dwudziesta trzecia". A small "i" is a word."""
    if not words or words == ["i"]:
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
    words = [_written(word) for word in words]
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


def _written(word: str) -> str:
    """ "GMINY" -> "Gminy": titles in capitals name the same body."""
    if not word.isupper() or len(word) < 2:
        return word.lower() if word in {"W", "I"} else word
    return word.lower() if word.lower() in _SMALL_WORDS else "-".join(part.capitalize() for part in word.split("-"))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
