"""Dates, years and hours."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, RIGHT, governed_case, stop, words_before
from speech.engine.reading.numbers import Case, cardinal, counted, ordinal, roman_value
from speech.engine.reading.words import MONTHS, UNITS

_YEAR: Final = r"1\d{3}|2[01]\d{2}"
_R: Final = r"(?P<r>\s*(?:r\.|roku\b|r\b(?!\.)))"
_MONTH: Final = "|".join(MONTHS)
_DASH: Final = r"\s*[–—-]\s*"

_ISO: Final = re.compile(rf"{LEFT}(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)(?:{_R})?{RIGHT}")
_NUMERIC: Final = re.compile(rf"{LEFT}(?P<d>\d{{1,2}})[.-](?P<m>\d{{1,2}})[.-](?P<y>{_YEAR})(?:{_R}|{RIGHT})")
_ROMAN_MONTH: Final = re.compile(rf"{LEFT}(?P<d>\d{{1,2}})[. ](?P<m>[IVX]+)[. ](?P<y>{_YEAR})(?:{_R}|{RIGHT})")
_SHORT: Final = re.compile(
    rf"(?P<lead>\b(?:dnia|dniu|dn\.|do dnia|od dnia)\s+)(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.?{RIGHT}"
)
_NAMED: Final = re.compile(
    rf"{LEFT}(?:(?P<from>\d{{1,2}}){_DASH})?(?P<d>\d{{1,2}})\s+(?P<month>(?i:{_MONTH}))\b(?:\s+(?P<y>{_YEAR})(?:{_R}|{RIGHT}))?"
)
_YEARS: Final = re.compile(rf"\b(?P<lead>[Ll]at(?:a|ach|)\s+)(?P<a>{_YEAR}){_DASH}(?P<b>{_YEAR}){RIGHT}(?:\s*r\.)?")
_DECADE: Final = re.compile(r"\b(?P<lead>lat|lata|latach)\s+(?P<n>[1-9]0)\.?(?!\w)")
_YEAR_NOUN: Final = re.compile(rf"\b(?P<noun>[Rr]ok|[Rr]oku|[Rr]okiem)\s+(?P<y>{_YEAR}){RIGHT}(?:\s*r\.)?")
_YEAR_R: Final = re.compile(rf"{LEFT}(?P<y>{_YEAR})\s*(?P<noun>r\.|roku\b|rok\b|rokiem\b)")

_TIME: Final = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_HOURS: Final = re.compile(
    rf"\b(?P<noun>[Gg]odz\.|[Gg]odzinach|[Gg]odzin(?:ą|ami|om|y|ie|ę|a)?)\s*(?P<a>{_TIME}|\d{{1,2}})"
    rf"(?:{_DASH}(?P<b>{_TIME}|\d{{1,2}}))?{RIGHT}"
)
_CLOCK_RANGE: Final = re.compile(
    r"(?<![\w:,.])(?P<a>(?:[01]?\d|2[0-4]):[0-5]\d)\s*[–—-]\s*(?P<b>(?:[01]?\d|2[0-4]):[0-5]\d)(?![\w:])"
)
_STAMP: Final = re.compile(r"(?<![\w:])(?P<h>\d{1,2}):(?P<m>[0-5]\d):(?P<s>[0-5]\d)(?:[.,]\d+)?(?![\w:])")
_HOURS_FROM: Final = re.compile(r"\b[Gg]odz\.\s+(?=od\b)")
_AT: Final = re.compile(r"(?<=\b[Oo]\s)(?P<a>(?:[01]?\d|2[0-4])\.[0-5]\d)(?![\w.])")
_CLOCK: Final = re.compile(r"(?<![\w:,.])(?P<a>(?:[01]?\d|2[0-4]):[0-5]\d)(?![\w:])")
_HOUR_FORMS: Final[dict[Case, str]] = {
    "nom": "godzina", "gen": "godziny", "dat": "godzinie", "acc": "godzinę", "instr": "godziną", "loc": "godzinie",
}  # fmt: skip
_CASE_OF_HOUR: Final[dict[str, Case]] = {"godzina": "nom", "godzinę": "acc", "godziną": "instr", "godzinie": "loc"}
_YEAR_FORMS: Final[dict[Case, str]] = {
    "nom": "rok", "gen": "roku", "dat": "rokowi", "acc": "rok", "instr": "rokiem", "loc": "roku",
}  # fmt: skip
_MONTHS_IN_YEAR: Final = 12
_DAYS_IN_MONTH: Final = 31


def read_dates(text: str) -> str:
    """26.03.2026 r. -> dwudziestego szóstego marca dwa tysiące dwudziestego szóstego roku; years in their case."""
    for pattern in (_ISO, _NUMERIC, _ROMAN_MONTH, _SHORT):
        text = pattern.sub(_numeric_date, text)
    text = _NAMED.sub(_named_date, text)
    text = _YEARS.sub(lambda m: f"{m['lead']}{cardinal(int(m['a']))} do {cardinal(int(m['b']))}{stop(m)}", text)
    text = _DECADE.sub(_decade, text)
    text = _YEAR_NOUN.sub(_year_after_noun, text)
    return _YEAR_R.sub(_year, text)


def read_times(text: str) -> str:
    """o godz. 10:05 -> o godzinie dziesiątej zero pięć; 00:41:12 -> czterdzieści jeden minut dwanaście sekund."""
    text = _STAMP.sub(_stamp, text)
    text = _HOURS.sub(_hours, text)
    text = _HOURS_FROM.sub("godzinach ", text)
    text = _AT.sub(lambda m: _clock(m["a"], "loc"), text)
    text = _CLOCK_RANGE.sub(lambda m: _from_to(m, m["a"], m["b"]), text)
    return _CLOCK.sub(lambda m: _clock(m["a"], governed_case(m)), text)


def _day_case(match: re.Match[str]) -> Case:
    before = words_before(match, 1)
    if before and before[0] in ("po", "przed", "między"):
        return governed_case(match)
    return "gen"


def _full_date(match: re.Match[str], day: int, month: str, year: str | None, *, lead: str = "") -> str:
    spoken = f"{lead}{ordinal(day, case=_day_case(match))} {month}"
    if year is not None:
        spoken += f" {ordinal(int(year), case='gen')} roku"
    return spoken + stop(match)


def _numeric_date(match: re.Match[str]) -> str:
    groups = match.groupdict()
    written: str = match["m"]
    month = int(written) if written.isdigit() else roman_value(written) or 0
    day = int(match["d"])
    if not (1 <= month <= _MONTHS_IN_YEAR and 1 <= day <= _DAYS_IN_MONTH):
        return match[0]
    return _full_date(match, day, MONTHS[month - 1], groups.get("y"), lead=groups.get("lead") or "")


def _named_date(match: re.Match[str]) -> str:
    if not 1 <= int(match["d"]) <= _DAYS_IN_MONTH:
        return match[0]
    lead = ""
    if match["from"] is not None:
        since = "" if words_before(match, 1) == ["od"] else "od "
        lead = f"{since}{ordinal(int(match['from']), case='gen')} do "
    return _full_date(match, int(match["d"]), match["month"], match["y"], lead=lead)


def _decade(match: re.Match[str]) -> str:
    adjective = ordinal(int(match["n"]))[:-1]
    return f"{match['lead']} {adjective}{'e' if match['lead'] == 'lata' else 'ych'}{stop(match)}"


def _year_after_noun(match: re.Match[str]) -> str:
    noun = match["noun"].lower()
    case: Case = "nom"
    if noun == "rokiem":
        case = "instr"
    elif noun == "roku":
        case = "loc" if governed_case(match) == "loc" else "gen"
    return f"{match['noun']} {ordinal(int(match['y']), case=case)}{stop(match)}"


def _year(match: re.Match[str]) -> str:
    noun = match["noun"]
    case = governed_case(match, default="gen" if words_before(match, 1) else "nom")
    if noun == "rok":
        case = "nom"
    elif noun == "rokiem":
        case = "instr"
    elif noun == "roku" and case not in ("loc", "gen"):
        case = "gen"
    return f"{ordinal(int(match['y']), case=case)} {_YEAR_FORMS[case]}{stop(match)}"


def _clock(written: str, case: Case) -> str:
    parts = [int(part) for part in re.split(r"[:.]", written)]
    hour, minute = parts[0], parts[1] if len(parts) > 1 else 0
    if hour == 0:
        spoken = "zero"
        minute_words = cardinal(minute) if minute >= 10 else f"zero {cardinal(minute)}"
        return f"{spoken} {minute_words}" if minute else "zero zero"
    spoken = ordinal(hour, gender="f", case=case)
    if not minute:
        return spoken
    return f"{spoken} {cardinal(minute)}" if minute >= 10 else f"{spoken} zero {cardinal(minute)}"


def _from_to(match: re.Match[str], start: str, end: str) -> str:
    lead = "" if words_before(match, 1)[:1] == ["od"] else "od "
    return f"{lead}{_clock(start, 'gen')} do {_clock(end, 'gen')}"


def _hours(match: re.Match[str]) -> str:
    noun: str = match["noun"]
    if int(re.split(r"[:.]", match["a"])[0]) > 24:
        return match[0]
    if match["b"] is not None:
        return f"godzinach od {_clock(match['a'], 'gen')} do {_clock(match['b'], 'gen')}"
    if noun.lower() in ("godzin", "godzinach", "godzinami", "godzinom"):
        return match[0]
    if noun.lower() == "godz.":
        case = governed_case(match)
        word = _HOUR_FORMS[case]
        return f"{word.capitalize() if noun[0].isupper() else word} {_clock(match['a'], case)}"
    case = _CASE_OF_HOUR.get(noun.lower(), "gen")
    return f"{noun} {_clock(match['a'], case)}"


def _stamp(match: re.Match[str]) -> str:
    hours, minutes, seconds = int(match["h"]), int(match["m"]), int(match["s"])
    parts = [
        counted(count, UNITS[unit]) for count, unit in ((hours, "godz."), (minutes, "min"), (seconds, "sek.")) if count
    ]
    return " ".join(parts) or "zero sekund"
