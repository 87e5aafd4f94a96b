"""Numbers of the law: articles, paragraphs, points, letters, pages."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import RIGHT, governed_case, words_before
from speech.engine.reading.numbers import Case, cardinal, ordinal
from speech.engine.reading.words import LEGAL, LETTERS, LegalNoun

_NUMBER: Final = r"\d{1,5}[a-z]{0,3}"
_ITEM: Final = rf"{_NUMBER}(?:\s*[–—-]\s*{_NUMBER})?"
_RANGE: Final = re.compile(r"\s*[–—-]\s*")
_PAGES: Final = ("str.", "s.", "poz.")
_BUDGET_FROM: Final = 1_000
"""Paragraphs of the budget's classification (§ 6050) are read as plain numbers, those of statutes as ordinals."""
_REFERENCE: Final = re.compile(
    r"(?<![\w])(?P<sign>[Aa]rt\.|[Uu]st\.|[Pp]pkt|[Pp]kt\.?|§{1,2}|[Rr]ozdz\.|[Zz]d\.|[Pp]oz\.|[Ss]tr\.|[Ss]\.|[Kk]l\.)\s*"
    rf"(?P<items>{_ITEM}(?:(?:,\s*{_ITEM})*\s*(?:i|oraz|lub|albo)\s*{_ITEM})?){RIGHT}"
)
_LETTER: Final = re.compile(
    r"(?<!\w)(?P<sign>[Ll]it\.)\s*(?P<letter>[a-z])(?P<more>(?:\s*(?:,|i|oraz|lub|[–—-])\s*[a-z])*)(?!\w)"
)
_FULL_WORD: Final = re.compile(
    r"\b(?P<noun>(?:[Pp]od)?[Pp]unk(?:t|tu|cie|tem)|[Pp]aragraf(?:u|ie|em)?|[Aa]rtyku(?:ł|łu|le|łem)"
    rf"|[Uu]stęp(?:u|ie|em)?|[Rr]ozdzia(?:ł|łu|le|łem))\s+(?P<items>\d{{1,3}}[a-z]?(?:(?:,\s*\d{{1,3}}[a-z]?)*\s+(?:i|oraz|lub|albo)\s+\d{{1,3}}[a-z]?)?){RIGHT}"
)


def read_law(text: str) -> str:
    """art. 20 ust. 1b -> artykuł dwudziesty ustęp pierwszy be; w § 2–4 -> w paragrafach od drugiego do czwartego."""
    text = _REFERENCE.sub(_reference, text)
    text = _LETTER.sub(_letter_reference, text)
    return _FULL_WORD.sub(_after_full_word, text)


def _noun(sign: str) -> LegalNoun:
    return LEGAL[{"§§": "§"}.get(sign.lower(), sign.lower())]


def _said(word: str, sign: str) -> str:
    return word.capitalize() if sign[0].isupper() else word


def _case(match: re.Match[str]) -> Case:
    case = governed_case(match)
    if case == "acc" and match["sign"].lower() in _PAGES and words_before(match, 1) == ["na"]:
        return "loc"  # na stronie czwartej
    return "nom" if case == "dat" else case


def _reference(match: re.Match[str]) -> str:
    sign, noun, case = match["sign"], _noun(match["sign"]), _case(match)

    def say(written: str, in_case: Case = case) -> str:
        figures = written.rstrip("abcdefghijklmnopqrstuvwxyz")
        number = int(figures)
        plain = sign.lower() == "poz." or (number >= _BUDGET_FROM and sign.lower() in ("§", "rozdz."))
        spoken = cardinal(number) if plain else ordinal(number, gender=noun.gender, case=in_case)
        return " ".join([spoken, *(LETTERS[letter.upper()] for letter in written[len(figures) :])])

    def say_item(item: re.Match[str]) -> str:
        start, *end = _RANGE.split(item[0])
        return f"od {say(start, 'gen')} do {say(end[0], 'gen')}" if end else say(start)

    items: str = match["items"]
    noun_form = noun.form(case, plural=sign == "§§" or _RANGE.search(items) is not None)
    return f"{_said(noun_form, sign)} {re.sub(_ITEM, say_item, items)}"


def _letter_reference(match: re.Match[str]) -> str:
    sign, case = match["sign"], _case(match)
    first, more = LETTERS[match["letter"].upper()], match["more"]
    if re.fullmatch(r"\s*[–—-]\s*[a-z]", more):
        many = _said(_noun(sign).form(case, plural=True), sign)
        return f"{many} od {first} do {LETTERS[more[-1].upper()]}"
    noun = _said(_noun(sign).form(case), sign)
    letters = re.sub(r"(?<!\w)[a-z](?!\w)", lambda m: m[0] if _is_link(m) else LETTERS[m[0].upper()], more)
    return f"{noun} {first}{letters}"


def _is_link(match: re.Match[str]) -> bool:
    # "lit. a i b": the first lone i joins, it names no letter.
    return match[0] == "i" and match.end() < len(match.string)


def _after_full_word(match: re.Match[str]) -> str:
    noun = match["noun"].lower()
    case: Case = "nom"
    if noun.endswith("em"):
        case = "instr"
    elif noun.endswith(("ie", "le")):
        case = "loc"
    elif noun.endswith("u"):
        case = "gen"

    def say(item: re.Match[str]) -> str:
        letter = f" {LETTERS[item['letter'].upper()]}" if item["letter"] else ""
        return ordinal(int(item["n"]), case=case) + letter

    return f"{match['noun']} {re.sub(r'(?P<n>[0-9]+)(?P<letter>[a-z]?)', say, match['items'])}"
