"""Hours of the day and lengths of time as a clock shows them."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import RIGHT, governed_case, words_before
from speech.engine.reading.numbers import Case, cardinal, counted, ordinal
from speech.engine.reading.words import UNITS

_DASH: Final = r"\s*[–—-]\s*"
_TIME: Final = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_DOTTED: Final = r"(?:[01]?\d|2[0-4])\.[0-5]\d"
_NO_AMOUNT: Final = (
    r"(?![\w/]|[.,]\d|\.[a-z]|\s*(?:%|‰|zł|gr|tys|mln|mld|ha|km|kg|m|m²|m2|m3|cm|pkt|p\.p|proc|euro|EUR|razy)(?!\w))"
)
_NO_PRICES: Final = r"(?!\s+do\s+[\d.,]+\s*(?:%|zł|gr|tys|mln|ha|km|kg|m|pkt|proc|euro)(?!\w))"
_HOURS: Final = re.compile(
    rf"\b(?P<noun>[Gg]odz\.|[Gg]odzinach|[Gg]odzin(?:ą|ami|om|y|ie|ę|a)?)\s*(?P<a>{_TIME}|\d{{1,2}})"
    rf"(?:{_DASH}(?P<b>{_TIME}|\d{{1,2}}))?{RIGHT}"
)
_CLOCK_RANGE: Final = re.compile(
    r"(?<![\w:,.])(?P<a>(?:[01]?\d|2[0-4]):[0-5]\d)\s*[–—-]\s*(?P<b>(?:[01]?\d|2[0-4]):[0-5]\d)(?![\w:])"
)
_DOTTED_RANGE: Final = re.compile(rf"(?<![\w:,.])(?P<a>{_DOTTED}){_DASH}(?P<b>{_DOTTED}){_NO_AMOUNT}")
_STAMP: Final = re.compile(r"(?<![\w:])(?P<h>\d{1,2}):(?P<m>[0-5]\d):(?P<s>[0-5]\d)(?:[.,]\d+)?(?![\w:])")
_FROM_TO: Final = re.compile(
    rf"(?:\b(?P<from>[Oo]d)\s+godz(?:\.|iny)\s*|\b[Gg]odz(?:\.|inach)\s+od\s+)(?P<a>{_TIME}|\d{{1,2}})\s+do\s+(?:godz(?:\.|iny)\s*)?"
    rf"(?P<b>{_TIME}|\d{{1,2}}){_NO_AMOUNT}"
)
_HOURS_FROM: Final = re.compile(r"\b[Gg]odz\.\s+(?=od\b)")
_AT: Final = re.compile(
    rf"\b(?P<lead>o|od|do|po|przed|około|ok\.)\s+(?P<a>{_DOTTED}){_NO_AMOUNT}{_NO_PRICES}",
    re.IGNORECASE,
)
_AT_CASES: Final[dict[str, Case]] = {"o": "loc", "po": "loc", "przed": "instr"}
_CLOCK: Final = r"(?:[01]?\d|2[0-4]):[0-5]\d"
_CLOCKS: Final = re.compile(
    rf"(?<![\w:,.])(?P<list>(?:{_CLOCK}(?:,|\s+(?:i|oraz|lub|albo|a))\s+){{0,6}})(?P<a>{_CLOCK})(?![\w:])"
)
_HOUR_FORMS: Final[dict[Case, str]] = {
    "nom": "godzina", "gen": "godziny", "dat": "godzinie", "acc": "godzinę", "instr": "godziną", "loc": "godzinie",
}  # fmt: skip
_CASE_OF_HOUR: Final[dict[str, Case]] = {"godzina": "nom", "godzinę": "acc", "godziną": "instr", "godzinie": "loc"}
_MONTHS: Final = range(1, 13)


def read_times(text: str) -> str:
    """o godz. 10:05 -> o godzinie dziesiątej zero pięć; 00:41:12 -> czterdzieści jeden minut dwanaście sekund."""
    text = _STAMP.sub(_stamp, text)
    text = _FROM_TO.sub(_hours_from_to, text)
    text = _HOURS.sub(_hours, text)
    text = _HOURS_FROM.sub("godzinach ", text)
    text = _DOTTED_RANGE.sub(_dotted_range, text)
    text = _AT.sub(lambda m: f"{m['lead']} {_clock(m['a'], _AT_CASES.get(m['lead'].lower(), 'gen'))}", text)
    text = _CLOCK_RANGE.sub(lambda m: _from_to(m, m["a"], m["b"]), text)
    return _CLOCKS.sub(_clocks, text)


def _clocks(match: re.Match[str]) -> str:
    """o 7:05 i 15:40: all in the case of the first."""
    case = governed_case(match)
    listed = re.sub(_CLOCK, lambda m: _clock(m[0], case), match["list"])
    return listed + _clock(match["a"], case)


def _hours_from_to(match: re.Match[str]) -> str:
    start, end = _clock(match["a"], "gen"), _clock(match["b"], "gen")
    return f"{match['from']} godziny {start} do {end}" if match["from"] else f"godzinach od {start} do {end}"


def _dotted_range(match: re.Match[str]) -> str:
    # 12.05-15.05 may be two days; minutes that are no month tell the hours of a day.
    minutes = {int(match[side].split(".")[1]) for side in ("a", "b")}
    return match[0] if minutes <= set(_MONTHS) else _from_to(match, match["a"], match["b"])


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
