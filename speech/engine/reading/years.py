"""Years and decades, each in the case that its neighbours ask for."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, RIGHT, governed_case, stop, words_before
from speech.engine.reading.numbers import Case, cardinal, ordinal

YEAR: Final = r"1\d{3}|2[01]\d{2}"
_DASH: Final = r"\s*[–—-]\s*"
_LINK: Final = r"(?:,|\s+(?:i|oraz|lub|albo|a))\s+"
_YEARS: Final = re.compile(rf"\b(?P<lead>[Ll]at(?:a|ach|)\s+)(?P<a>{YEAR}){_DASH}(?P<b>{YEAR}){RIGHT}(?:\s*r\.)?")
_FROM_TO: Final = re.compile(
    rf"{LEFT}(?P<a>19[5-9]\d|20[0-7]\d){_DASH}(?P<b>19[5-9]\d|20[0-7]\d){RIGHT}(?:\s*(?:r\.|roku\b))?"
    r"(?!\s*(?:tys|mln|zł|m²|m2|kg|km|%|\w*(?:ów|osób|ych|ich|szt)\b))"
)
_DECADE: Final = re.compile(
    r"\b(?P<lead>[Ll]at|[Ll]ata|[Ll]atach)\s+(?P<n>[1-9]0)(?:\.|-tych|-te)?"
    r"(?:\s+(?P<link>i|oraz|lub)\s+(?P<n2>[1-9]0)(?:\.|-tych|-te)?)?(?!\w)"
)
_YEAR_NOUN: Final = re.compile(rf"\b(?P<noun>[Rr]ok|[Rr]oku|[Rr]okiem|r\.)\s+(?P<y>{YEAR}){RIGHT}(?:\s*r\.)?")
_YEAR_R: Final = re.compile(
    rf"{LEFT}(?P<list>(?:(?:{YEAR}){_LINK}){{0,6}})(?P<y>{YEAR})\s*(?P<noun>r\.|roku\b|rok\b|rokiem\b|r\b(?!\.))"
)
_MONTH: Final = (
    r"(?:styczni|lut|mar[cz]|kwie[ct]|maj|czerw[ci]|lip[ci]|sierp[n]|wrze[śs]|paździer|listopad|grud[zn])\w*"
)
_MONTH_YEAR: Final = re.compile(rf"\b(?P<month>{_MONTH})\s+(?P<y>{YEAR}){RIGHT}")
_BARE: Final = re.compile(
    r"\b(?P<lead>[Ww]|[Ww]e|[Oo]d|[Dd]o|[Pp]o|[Pp]rzed|[Zz])\s+(?P<y>19[5-9]\d|20[0-6][1-9]|20[1-6]0)(?![\w*/_,.–-]?\w)"
    r"(?!\s+(?:\d|do\b|tys|mln|mld|zł|proc|\w*(?:ów|osób|ych|ich|ach|ami|szt|um|ek|et|dni|lat|ion|gr|ha|km|kg|m|m2|m²|t)\b)|\s*[%‰€])"
)
_YEAR_FORMS: Final[dict[Case, str]] = {
    "nom": "rok", "gen": "roku", "dat": "rokowi", "acc": "rok", "instr": "rokiem", "loc": "roku",
}  # fmt: skip


def read_years(text: str) -> str:
    """w 2026 r. -> w dwa tysiące dwudziestym szóstym roku; 2024–2029 -> od ... do ... roku."""
    text = _YEARS.sub(lambda m: f"{m['lead']}{cardinal(int(m['a']))} do {cardinal(int(m['b']))}{stop(m)}", text)
    text = _FROM_TO.sub(_from_to, text)
    text = _DECADE.sub(_decade, text)
    text = _YEAR_NOUN.sub(_year_after_noun, text)
    text = _YEAR_R.sub(_year, text)
    text = _MONTH_YEAR.sub(lambda m: f"{m['month']} {ordinal(int(m['y']), case='gen')} roku", text)
    return _BARE.sub(_bare_year, text)


def _from_to(match: re.Match[str]) -> str:
    if int(match["a"]) >= int(match["b"]):
        return match[0]
    lead = "" if words_before(match, 1) == ["od"] else "od "
    first, last = (ordinal(int(match[side]), case="gen") for side in ("a", "b"))
    return f"{lead}{first} do {last} roku{stop(match)}"


def _case_of_year(match: re.Match[str]) -> Case:
    before = words_before(match, 1)
    if before == ["za"]:
        return "acc"
    return governed_case(match, default="gen" if before else "nom")


def _bare_year(match: re.Match[str]) -> str:
    lead = match["lead"].lower()
    case: Case = "loc" if lead in ("w", "we", "po") else "instr" if lead == "przed" else "gen"
    return f"{match['lead']} {ordinal(int(match['y']), case=case)} {_YEAR_FORMS[case]}"


def _decade(match: re.Match[str]) -> str:
    ending = "e" if match["lead"].lower() == "lata" else "ych"
    said = f"{match['lead']} {ordinal(int(match['n']))[:-1]}{ending}"
    if match["n2"]:
        said += f" {match['link']} {ordinal(int(match['n2']))[:-1]}{ending}"
    return said + _stop_before_text(match)


def _stop_before_text(match: re.Match[str]) -> str:
    # "w latach 90. XX w." goes on
    return "" if re.match(r"\s*[IVX]+\b", match.string[match.end() : match.end() + 9]) else stop(match)


def _year_after_noun(match: re.Match[str]) -> str:
    noun = match["noun"].lower()
    case: Case = "nom"
    if noun == "rokiem":
        case = "instr"
    elif noun in ("roku", "r."):
        case = "loc" if governed_case(match) == "loc" else "gen"
    said = "roku" if noun == "r." else match["noun"]
    return f"{said} {ordinal(int(match['y']), case=case)}{stop(match)}"


def _year(match: re.Match[str]) -> str:
    noun, case = match["noun"], _case_of_year(match)
    if noun == "rok":
        case = "nom"
    elif noun == "rokiem":
        case = "instr"
    elif noun == "roku" and case not in ("loc", "gen"):
        case = "gen"
    listed = re.sub(rf"{YEAR}", lambda m: ordinal(int(m[0]), case=case), match["list"])
    return f"{listed}{ordinal(int(match['y']), case=case)} {_YEAR_FORMS[case]}{stop(match)}"
