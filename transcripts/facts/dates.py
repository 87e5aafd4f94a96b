"""Dates and terms as they are spoken: "do trzydziestego września", "w sierpniu", "w ciągu czternastu dni"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from transcripts.facts.text import Speech

_STEMS: Final = (
    "stycz(?:eń|nia|niu|niem)", "lut(?:y|ego|ym)", "mar(?:zec|ca|cu|cem)", "kwie(?:cień|tnia|tniu|tniem)", "maj(?:a|u|em)?",
    "czerw(?:iec|ca|cu|cem)", "lip(?:iec|ca|cu|cem)", "sierp(?:ień|nia|niu|niem)", "wrze(?:sień|śnia|śniu|śniem)",
    "październik(?:a|u|iem)?", "listopad(?:a|zie|em)?", "grud(?:zień|nia|niu|niem)",
)  # fmt: skip
_MONTH: Final = "|".join(_STEMS)
_YEAR: Final = r"(?: (?P<year>[@#](?:19|20)\d\d)(?: rok\w*| r\b)?| (?P<rel>przyszłego|tego|bieżącego) roku)?"
_DAY: Final = re.compile(
    rf"(?P<prefix>do|przed|na|od|dnia|z dniem|w dniu)? ?(?P<day>[@#]\d{{1,2}}) (?P<month>{_MONTH})\b{_YEAR}"
)
_BY_MONTH: Final = re.compile(
    rf"\b(?P<prefix>do|we?|na|z|przed|w ciągu)(?: (?:samego|miesiąca|miesiącu))?(?P<end> (?:końca|końcem|koniec|końcu|połowy|połowie|początku))? (?P<month>{_MONTH})\b{_YEAR}"
)
_DAYS: Final = re.compile(
    r"\b(?:w ciągu|w terminie|do|za|najpóźniej za|przez) (?P<n>#\d{1,3}|najbliższych) (?P<unit>dni|tygodni\w*|miesi\w+|lat\w*)"
)
_ONE: Final = re.compile(
    r"\b(?:w ciągu|w terminie|za|najpóźniej za) (?:jednego |jeden |najbliższego )?(?P<unit>tygodnia|tydzień|miesiąca|miesiąc|kwartału|kwartał|roku|rok|pół roku|doby|dobę)\b"
)
_WEEKDAYS: Final = (
    "poniedział(?:ku|ek)", "wtor(?:ku|ek)", "środ[yęa]", "czwart(?:ku|ek)", "piąt(?:ku|ek)", "sobot[yęa]", "niedziel[ięa]",
)  # fmt: skip
_WEEKDAY: Final = re.compile(
    rf"(?<!\S)(?:do|we?|najpóźniej we?|na)(?: (?P<far>przyszł\w+))?(?: (?:najbliższ\w+|ten|tej|tę|tego))? (?P<day>{'|'.join(_WEEKDAYS)})(?!\S)"
)
_HALF: Final = re.compile(
    rf"\b(?:w|do końca) (?P<half>pierwszej|drugiej|@1|@2) połow(?:ie|y) (?:(?P<month>{_MONTH})\b|(?P<rel>przyszłego |tego |bieżącego )?roku)"
)
_THIS_MONTH: Final = re.compile(r"(?<!\S)do [@#](?P<day>\d{1,2}) (?:tego|bieżącego) miesiąca")
_NAMED: Final = re.compile(
    r"(?<!\S)(?:do końca (?:tego |bieżącego )?(?P<this>roku|miesiąca|tygodnia|kwartału|kadencji)|w (?:tym|bieżącym) (?P<within>roku|miesiącu|tygodniu)"
    r"|(?P<whole>w|do końca) (?:przyszłym|przyszłego) (?P<next>roku|tygodniu|tygodnia"
    r"|miesiącu|miesiąca|kwartale|kwartału)|(?P<morrow>jutro|pojutrze)|na (?:następn\w+|kolejn\w+|najbliższ\w+) (?P<session>sesj\w+)|do (?:następnej|kolejnej|najbliższej) (?P<to>sesji)"
    r"|(?P<season>wiosną|jesienią|zimą|latem|w wakacje|po wakacjach|przed wakacjami|przed zimą|do wiosny|do jesieni|do zimy|do (?:wakacji|ferii|świąt|wszystkich świętych|bożego narodzenia|wielkanocy|nowego roku))"
    r"|(?P<quarter>[@#]?\w+) kwarta[łl]\w*(?: (?P<qy>[@#]20\d\d)(?: rok\w*)?)?|niezwłocznie|w najbliższym czasie|w najbliższych (?:dniach|tygodniach|miesiącach))\b"
)


_MOST_YEARS: Final = 100
LATEST: Final = date(9_800, 1, 1)


@dataclass(frozen=True, slots=True)
class Term:
    """`iso` is a day, a month ("2026-08") or a year; "" when only the words are certain. `last_day` may be compared."""

    iso: str
    last_day: date | None
    first: int
    last: int


def find_terms(speech: Speech, first: int, last: int, held_on: date | None) -> list[Term]:
    """Every date or term said within units [first, last), in order. Years not said are the first that lie ahead.

    `held_on` must leave room for terms: up to `LATEST`.
    """
    found: list[Term] = []
    readers = (
        (_DAY, _day), (_HALF, _half), (_BY_MONTH, _month), (_THIS_MONTH, _this_month), (_DAYS, _days), (_ONE, _one),
        (_WEEKDAY, _weekday), (_NAMED, _named),
    )  # fmt: skip
    for pattern, read in readers:
        for match in speech.find_all(pattern, first, last):
            start, end = speech.span(match)
            if any(start < term.last and term.first < end for term in found):
                continue
            term = read(match, held_on)
            if term is not None:
                found.append(Term(term[0], term[1], start, end))
    return sorted(found, key=lambda term: term.first)


_Read = tuple[str, date | None] | None


def month_number(word: str) -> int:
    return next(number for number, stem in enumerate(_STEMS, 1) if re.fullmatch(stem, word))


def _year(match: re.Match[str], held_on: date | None, month: int, day: int) -> int | None:
    if match["year"]:
        return int(match["year"][1:])
    if held_on is None:
        return None
    if match["rel"]:
        return held_on.year + (match["rel"] == "przyszłego")
    ahead = (month, day) >= (held_on.month, held_on.day)
    return held_on.year + (not ahead)


def _day(match: re.Match[str], held_on: date | None) -> _Read:
    month, day = month_number(match["month"]), int(match["day"][1:])
    year = _year(match, held_on, month, day)
    if year is None:
        return ("", None) if 1 <= day <= 31 else None
    if not (1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]):
        return None
    when = date(year, month, day)
    return when.isoformat(), when


def _month(match: re.Match[str], held_on: date | None) -> _Read:
    month = month_number(match["month"])
    year = _year(match, held_on, month, 31)
    if year is None:
        return "", None
    last = date(year, month, monthrange(year, month)[1])
    end = (match["end"] or "").strip()
    if end.startswith("koń") or (match["prefix"] == "do" and end.startswith("koń")):
        return last.isoformat(), last
    if end.startswith("połow"):
        return date(year, month, 15).isoformat(), date(year, month, 15)
    return f"{year:04}-{month:02}", last


def _days(match: re.Match[str], held_on: date | None) -> _Read:
    if match["n"] == "najbliższych" or held_on is None:
        return "", None
    number, unit = int(match["n"][1:]), match["unit"]
    if unit.startswith("dni"):
        when = held_on + timedelta(days=number)
    elif unit.startswith("tyg"):
        when = held_on + timedelta(weeks=number)
    elif unit.startswith("mies"):
        months = held_on.month - 1 + number
        year, month = held_on.year + months // 12, months % 12 + 1
        when = date(year, month, min(held_on.day, monthrange(year, month)[1]))
    elif number > _MOST_YEARS:
        return "", None
    else:
        return str(held_on.year + number), date(held_on.year + number, 12, 31)
    return when.isoformat(), when


def _named(match: re.Match[str], held_on: date | None) -> _Read:
    if held_on is None:
        return "", None
    if match["quarter"]:
        quarter = {"pierwszym": 1, "drugim": 2, "trzecim": 3, "czwartym": 4}.get(match["quarter"])
        quarter = quarter or (int(match["quarter"][1:]) if match["quarter"][:1] in "@#" else None)
        if quarter is None or not 1 <= quarter <= 4:
            return None
        year = int(match["qy"][1:]) if match["qy"] else held_on.year
        last = date(year, quarter * 3, monthrange(year, quarter * 3)[1])
        return last.isoformat(), last
    return _relative(match, held_on)


def _relative(match: re.Match[str], held_on: date) -> _Read:
    """Years, quarters, months and weeks counted from the meeting's own; a week ends on Sunday."""
    if match["morrow"]:
        when = held_on + timedelta(days=1 if match["morrow"] == "jutro" else 2)
        return when.isoformat(), when
    unit = match["this"] or match["within"] or match["next"]
    if unit is None:
        return "", None
    later = bool(match["next"])
    by_day = bool(match["this"]) or match["within"] == "roku" or match["whole"] == "do końca"
    if unit.startswith("rok"):
        last = date(held_on.year + later, 12, 31)
        return (last.isoformat() if by_day else str(last.year)), last
    if unit.startswith("kwarta"):
        last = _end_of_month(held_on.year, (held_on.month - 1) // 3 * 3 + 3 + 3 * later)
        return last.isoformat(), last
    if unit.startswith("miesi"):
        last = _end_of_month(held_on.year, held_on.month + later)
        return (last.isoformat() if by_day else last.isoformat()[:7]), last
    if unit.startswith("tygod"):
        last = held_on + timedelta(days=6 - held_on.weekday() + 7 * later)
        return last.isoformat(), last
    return "", None


def _end_of_month(year: int, month: int) -> date:
    """`month` may run over into the next year: 13 is its January."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _one(match: re.Match[str], held_on: date | None) -> _Read:
    """ "W ciągu miesiąca", "za tydzień"."""
    if held_on is None:
        return "", None
    unit = match["unit"]
    if unit.startswith("dob"):
        when = held_on + timedelta(days=1)
    elif unit.startswith(("tyd", "tyg")):
        when = held_on + timedelta(weeks=1)
    else:
        months = {"mi": 1, "kw": 3, "pó": 6, "ro": 12}[unit[:2]]
        last = _end_of_month(held_on.year, held_on.month + months)
        when = last.replace(day=min(held_on.day, last.day))
    return when.isoformat(), when


def _weekday(match: re.Match[str], held_on: date | None) -> _Read:
    """The first such day after the meeting: "do piątku" said on Friday is the next one."""
    if held_on is None:
        return "", None
    wanted = next(number for number, stem in enumerate(_WEEKDAYS) if re.fullmatch(stem, match["day"]))
    days = (wanted - held_on.weekday() - 1) % 7 + 1
    if match["far"]:  # of the week that follows
        days = 7 - held_on.weekday() + wanted
    when = held_on + timedelta(days=days)
    return when.isoformat(), when


def _half(match: re.Match[str], held_on: date | None) -> _Read:
    if held_on is None:
        return "", None
    first = match["half"] in ("pierwszej", "@1")
    if not match["month"]:
        year = held_on.year + ((match["rel"] or "").strip() == "przyszłego")
        last = date(year, 6, 30) if first else date(year, 12, 31)
        return last.isoformat(), last
    month = month_number(match["month"])
    last = _end_of_month(held_on.year + (month < held_on.month), month)
    last = last.replace(day=15) if first else last
    return last.isoformat(), last


def _this_month(match: re.Match[str], held_on: date | None) -> _Read:
    last = _end_of_month(held_on.year, held_on.month) if held_on else None
    day = int(match["day"])
    if last is None or not 1 <= day <= last.day:
        return ("", None) if last is None else None
    return last.replace(day=day).isoformat(), last.replace(day=day)
