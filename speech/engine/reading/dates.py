"""Dates: days of a month, in figures and in names."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, RIGHT, stop, words_before
from speech.engine.reading.numbers import Case, ordinal, roman_value
from speech.engine.reading.ordered import ORDERED
from speech.engine.reading.words import MONTHS
from speech.engine.reading.years import YEAR

_R: Final = r"(?P<r>\s*(?:r\.|roku\b|r\b(?!\.)))"
_THIS: Final = r"\s*(?P<this>br\.|b\.r\.|ub\.\s?r\.)"
_MONTH: Final = "|".join(MONTHS)
_DASH: Final = r"\s*[–—-]\s*"
_DAY: Final = r"\d{1,2}"

_RANGE: Final = re.compile(
    rf"{LEFT}(?P<d1>{_DAY})(?:\.(?P<m1>\d{{1,2}})\.?(?:(?P<y1>{YEAR})(?:\s*r\.)?)?)?{_DASH}"
    rf"(?P<d>{_DAY})\.(?P<m>\d{{1,2}})\.(?P<y>{YEAR})(?:{_R}|{RIGHT})"
)
_ISO: Final = re.compile(rf"{LEFT}(?P<y>{YEAR})[-/](?P<m>\d\d)[-/](?P<d>\d\d)(?:{_R})?{RIGHT}")
_NUMERIC: Final = re.compile(rf"{LEFT}(?P<d>{_DAY})[.-](?P<m>\d{{1,2}})[.-](?P<y>{YEAR})(?:{_R}|{RIGHT})")
_TWO_FIGURES: Final = re.compile(rf"{LEFT}(?P<d>{_DAY})\.(?P<m>\d{{1,2}})\.(?P<y>\d\d){_R}")
_NUMERIC_THIS: Final = re.compile(rf"{LEFT}(?P<d>{_DAY})\.(?P<m>\d{{1,2}})\.?{_THIS}")
_ROMAN_MONTH: Final = re.compile(rf"{LEFT}(?P<d>{_DAY})[. ](?P<m>[IVX]+)[. ](?P<y>{YEAR})(?:{_R}|{RIGHT})")
_ROMAN_ALONE: Final = re.compile(
    rf"(?P<lead>\b(?:do|od|z|dnia|dniu|na|po|przed|dn\.)\s+)(?P<d>{_DAY})\s+(?P<m>[IVX]+)\b(?!\s+(?:{'|'.join(ORDERED)})\b|-)"
)
_SHORT: Final = re.compile(
    rf"(?P<lead>\b(?:dnia|dniu|dn\.|do dnia|od dnia)\s+)(?P<d>{_DAY})\.(?P<m>\d{{1,2}})\.?{RIGHT}"
)
_SHORT_CLOSED: Final = re.compile(
    rf"(?P<lead>\b(?:do|od|z|po|przed|na)\s+)?{LEFT}(?P<d>{_DAY})\.(?P<m>\d\d)\.(?=\s+[a-ząćęłńóśźż])"
)
_SHORT_OPEN: Final = re.compile(
    rf"(?P<lead>\b(?:do|od|z|po|przed|na)\s+)(?P<d>{_DAY})\.(?P<m>0[1-46-9]|1[12]|(?<=(?:2[5-9]|3[01])\.)(?:05|10))"
    r"(?![\w/]|[.,]\d|\s*(?:%|‰|zł|gr|tys|mln|mld|ha|km|kg|m|m²|m2|cm|pkt|p\.p|proc|euro|EUR|razy|t)(?!\w))"
)
_THIS_MONTH: Final = re.compile(rf"{LEFT}(?P<d>{_DAY})\s+bm\.")
_MONTHS_APART: Final = re.compile(
    rf"{LEFT}(?P<d1>{_DAY})\s+(?P<month1>{_MONTH}){_DASH}(?P<d>{_DAY})\s+(?P<month>{_MONTH})\b(?:\s+(?P<y>{YEAR})(?:{_R}|{RIGHT}))?"
)
_NAMED: Final = re.compile(
    rf"{LEFT}(?:(?P<from>{_DAY}){_DASH}|(?P<list>(?:{_DAY},\s+){{0,8}}{_DAY}\s+(?:i|oraz|lub|albo|a|do|na)\s+))?"
    rf"(?P<d>{_DAY})\s+(?P<month>(?i:{_MONTH}))\b(?:\s+(?P<y>{YEAR})(?:{_R}|{RIGHT}))?"
)
_MONTHS_IN_YEAR: Final = 12
_DAYS_IN_MONTH: Final = 31
_CENTURY: Final = 2000
_THIS_YEAR: Final = {"b": "bieżącego roku", "u": "ubiegłego roku"}


def read_dates(text: str) -> str:
    """26.03.2026 r. -> dwudziestego szóstego marca dwa tysiące dwudziestego szóstego roku."""
    text = _RANGE.sub(_range, text)
    for pattern in (
        _ISO, _NUMERIC, _TWO_FIGURES, _NUMERIC_THIS, _ROMAN_MONTH, _ROMAN_ALONE, _SHORT, _SHORT_CLOSED, _SHORT_OPEN,
    ):  # fmt: skip
        text = pattern.sub(_numeric_date, text)
    text = _THIS_MONTH.sub(lambda m: f"{ordinal(int(m['d']), case='gen')} bieżącego miesiąca{stop(m)}", text)
    text = _MONTHS_APART.sub(_months_apart, text)
    return _NAMED.sub(_named_date, text)


def _day_case(match: re.Match[str]) -> Case:
    lead: str = match.groupdict().get("lead") or ""
    before = [lead.strip().lower()] if lead else words_before(match, 1)
    if before and before[0] in ("po", "przed", "między", "na"):
        cases: dict[str, Case] = {"po": "loc", "na": "acc"}
        return cases.get(before[0], "instr")
    return "gen"


def _full_date(match: re.Match[str], day: int, month: str, year: str | None, *, lead: str = "") -> str:
    spoken = f"{lead}{ordinal(day, case='gen' if lead.endswith('do ') else _day_case(match))} {month}"
    if year is not None:
        full = int(year) if len(year) > 2 else _CENTURY + int(year)
        spoken += f" {ordinal(full, case='gen')} roku"
    this = match.groupdict().get("this")
    return spoken + (f" {_THIS_YEAR[this[0]]}" if this else "") + stop(match)


def _month(written: str) -> str | None:
    number = int(written) if written.isdigit() else roman_value(written) or 0
    return MONTHS[number - 1] if 1 <= number <= _MONTHS_IN_YEAR else None


def _numeric_date(match: re.Match[str]) -> str:
    groups = match.groupdict()
    month, day = _month(match["m"]), int(match["d"])
    if month is None or not 1 <= day <= _DAYS_IN_MONTH:
        return match[0]
    return _full_date(match, day, month, groups.get("y"), lead=groups.get("lead") or "")


def _since(match: re.Match[str]) -> str:
    return "" if words_before(match, 1) == ["od"] else "od "


def _range(match: re.Match[str]) -> str:
    month, first_month = _month(match["m"]), _month(match["m1"]) if match["m1"] else ""
    if month is None or first_month is None or not (0 < int(match["d1"]) <= _DAYS_IN_MONTH >= int(match["d"]) > 0):
        return match[0]
    start = [ordinal(int(match["d1"]), case="gen"), first_month]
    if match["y1"]:
        start += [ordinal(int(match["y1"]), case="gen"), "roku"]
    lead = f"{_since(match)}{' '.join(filter(None, start))} do "
    return _full_date(match, int(match["d"]), month, match["y"], lead=lead)


def _months_apart(match: re.Match[str]) -> str:
    lead = f"{_since(match)}{ordinal(int(match['d1']), case='gen')} {match['month1']} do "
    return _full_date(match, int(match["d"]), match["month"], match["y"], lead=lead)


def _named_date(match: re.Match[str]) -> str:
    day, listed = int(match["d"]), match["list"] or ""
    if not 1 <= day <= _DAYS_IN_MONTH:
        return match[0]
    lead = ""
    if match["from"] is not None:
        lead = f"{_since(match)}{ordinal(int(match['from']), case='gen')} do "
    elif listed:
        days = [int(figures) for figures in re.findall(_DAY, listed)]
        unlike = sorted({*days, day}) != [*days, day]
        before = (words_before(match, 1) or [""])[0]
        if unlike or before != {"do": "od", "na": "z"}.get(listed.split()[-1], before):
            return listed + _full_date(match, day, match["month"], match["y"])  # "12 i 5 maja": a count, then a date
        lead = re.sub(_DAY, lambda m: ordinal(int(m[0]), case=_day_case(match)), listed)
    return _full_date(match, day, match["month"], match["y"], lead=lead)
