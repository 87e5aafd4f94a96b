"""Money, measures, ranges and every number that no other rule has read."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, RIGHT, count_case, counted_gender, plain_case, stop
from speech.engine.reading.numbers import Case, Noun, cardinal, counted, decimal, digits, form
from speech.engine.reading.words import GROSZ, MONEY, PER, SCALES, UNITS

_NUM: Final = r"(?:\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+)(?:,\d+)?"
_SIGN: Final = r"(?P<sign>(?:(?<=\s)|(?<=\()|^)[-−–])?"
_SCALE: Final = r"(?:\s*(?P<scale>tys\.?|mln|mld)(?![\w]))?"


def _one_of(words: dict[str, Noun] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PER: Final = rf"(?:\s?/\s?(?P<per>{_one_of(PER)})(?!\w))?"
_MONEY: Final = re.compile(
    rf"{_SIGN}{LEFT}(?P<num>{_NUM}|\d+\.\d{{2}}){_SCALE}\s*(?P<unit>zł|PLN|EUR|€|USD|euro|gr|złotych)(?!\w){_PER}"
)
_PRICE: Final = re.compile(rf"(?<!\w)zł\s?/\s?(?P<per>{_one_of(PER)})(?!\w)")
_RANGE: Final = re.compile(
    rf"{LEFT}(?P<a>{_NUM})\s*[–—-]\s*(?P<b>{_NUM})(?P<tail>{_SCALE}\s*(?P<unit>{_one_of(UNITS)}|zł)?(?![\w²³]))"
)
_MEASURE: Final = re.compile(
    rf"{_SIGN}{LEFT}(?P<num>{_NUM}|\d+\.\d{{1,2}}){_SCALE}\s*(?P<unit>{_one_of(UNITS)})(?![\w²³]){_PER}"
)
_SCALED: Final = re.compile(rf"{_SIGN}{LEFT}(?P<num>{_NUM}|\d+\.\d{{1,2}})\s*(?P<scale>tys\.?|mln|mld)(?!\w)")
_POINTS: Final = re.compile(rf"{LEFT}(?P<num>\d{{1,3}}(?:,\d+)?)\s*pkt\b\.?(?!\s*\d)")
_PHONE: Final = re.compile(
    r"(?P<lead>\b(?:tel\.?|telefon\w*|fax|faks)(?:\s*:)?\s*|(?<!\S)(?=\+\d))(?P<num>\+?\d[\d ()-]{5,}\d)"
)
_POSTCODE: Final = re.compile(r"(?<![\w-])(?P<a>\d\d)-(?P<b>\d{3})(?=\s+[A-ZĄĆĘŁŃÓŚŹŻ])")
_RATIO: Final = re.compile(r"(?<![\w:.,])(?P<a>\d{1,3}):(?P<b>\d{1,3})(?![\w:]|[.,]\d)")
_DOTTED: Final = re.compile(r"(?<![\w.,])\d{1,2}(?:\.\d{1,2})+(?![\w.]\w|\w)")
_PLAIN: Final = re.compile(rf"{_SIGN}{LEFT}(?P<num>{_NUM}){RIGHT}")
_POINT: Final = Noun("m", "punkt", "punkty", "punktów", "punktu")
_ID_FIGURES: Final = 10
"""An unbroken row of so many figures is an account, PESEL or REGON, not a quantity."""


def read_money(text: str) -> str:
    """1 240 000 zł -> milion dwieście czterdzieści tysięcy złotych; 10–15 zł -> dziesięć do piętnastu złotych."""
    text = _MONEY.sub(_money, _RANGE.sub(_range, text))
    return _PRICE.sub(lambda m: f"złotych za {PER[m['per']]}{stop(m)}", text)


def read_measures(text: str) -> str:
    """12,5% -> dwanaście przecinek pięć procent; 2 szt. -> dwie sztuki."""
    text = _MEASURE.sub(_measure, text)
    text = _SCALED.sub(lambda m: f"{_minus(m)}{_scaled(m['num'], m['scale'], count_case(m))}", text)
    return _POINTS.sub(lambda m: _quantity(m["num"], _POINT, count_case(m)) + stop(m), text)


def read_numbers(text: str) -> str:
    """All that is left, in the gender of the noun that follows: 2 uchwały -> dwie uchwały."""
    text = _PHONE.sub(_phone, text)
    text = _POSTCODE.sub(lambda m: f"{_code(m['a'])} {_code(m['b'])}", text)
    text = _RATIO.sub(lambda m: f"{cardinal(int(m['a']))} do {cardinal(int(m['b']), case='gen')}", text)
    text = _PLAIN.sub(_plain, text)
    return _DOTTED.sub(lambda m: " kropka ".join(_code(part) for part in m[0].split(".")), text)


def _parsed(written: str) -> tuple[int, str]:
    """("1.240,50") -> (1240, "50")."""
    if re.fullmatch(r"\d+\.\d{1,2}", written):
        written = written.replace(".", ",")
    whole, _, fraction = written.replace(" ", "").replace(".", "").partition(",")
    return int(whole), fraction


def _minus(match: re.Match[str]) -> str:
    return "minus " if match["sign"] else ""


def _quantity(written: str, noun: Noun, case: Case) -> str:
    whole, fraction = _parsed(written)
    if fraction.strip("0"):
        return f"{decimal(whole, fraction)} {noun.part}"
    return counted(whole, noun, case)


def _scaled(written: str, scale: str, case: Case) -> str:
    noun = SCALES["tys." if scale.startswith("tys") else scale]
    whole, fraction = _parsed(written)
    if fraction == "5" and whole:
        return f"{cardinal(whole)} i pół {noun.part}"
    if fraction.strip("0"):
        return f"{decimal(whole, fraction)} {noun.part}"
    if whole == 1:
        return form(1, noun, case)
    return counted(whole, noun, case)


def _money(match: re.Match[str]) -> str:
    noun, case = MONEY[match["unit"]], count_case(match)
    per = f" za {PER[match['per']]}" if match["per"] else ""
    if match["scale"]:
        spoken = f"{_scaled(match['num'], match['scale'], case)} {noun.many}"
    else:
        spoken = _sum(match["num"], noun, case)
    return f"{_minus(match)}{spoken}{per}{stop(match)}"


def _sum(written: str, noun: Noun, case: Case) -> str:
    whole, fraction = _parsed(written)
    if noun is not MONEY["zł"] or len(fraction) > 2:
        return _quantity(written, noun, case)
    grosze = int(fraction.ljust(2, "0")) if fraction else 0
    if not grosze:
        return counted(whole, noun, case)
    small = counted(grosze, GROSZ, case)
    return f"{counted(whole, noun, case)} {small}" if whole else small


def _measure(match: re.Match[str]) -> str:
    noun, case = UNITS[match["unit"]], count_case(match)
    per = f" na {PER[match['per']]}" if match["per"] else ""
    if match["scale"]:
        spoken = f"{_scaled(match['num'], match['scale'], case)} {noun.many}"
    else:
        spoken = _quantity(match["num"], noun, case)
    return f"{_minus(match)}{spoken}{per}{stop(match)}"


def _range(match: re.Match[str]) -> str:
    (low, low_fraction), (high, _) = _parsed(match["a"]), _parsed(match["b"])
    if low >= high or (len(match["a"]) > 1 and match["a"].startswith("0")) or _looks_like_code(match):
        return match[0]
    first = decimal(low, low_fraction) if low_fraction else cardinal(low, case=count_case(match))
    # The second number is read, after "do", together with its unit by the rules that follow.
    return f"{first} do {match['b']}{match['tail']}"


def _looks_like_code(match: re.Match[str]) -> bool:
    postcode = len(match["a"]) == 2 and re.fullmatch(r"\d{3}", match["b"]) is not None and "–" not in match[0]
    following = match.string[match.end() :].lstrip()
    return postcode and following[:1].isupper() and not match["tail"].strip()


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match["num"])
    spoken = " ".join(_code(group) if len(group) <= 3 else digits(group) for group in groups)
    return f"{match['lead']}{'plus ' if match['num'].startswith('+') else ''}{spoken}"


def _code(figures: str) -> str:
    zeros = len(figures) - len(figures.lstrip("0"))
    rest = figures[zeros:]
    return " ".join(["zero"] * zeros + ([cardinal(int(rest))] if rest else []))


def _plain(match: re.Match[str]) -> str:
    written: str = match["num"]
    if written.isdigit() and (len(written) >= _ID_FIGURES or (len(written) > 1 and written.startswith("0"))):
        return f"{_minus(match)}{digits(written)}"
    whole, fraction = _parsed(written)
    if fraction:
        return f"{_minus(match)}{decimal(whole, fraction)}"
    gender, accusative = counted_gender(match.string[match.end() :])
    case: Case = "acc" if accusative and whole == 1 else plain_case(match, whole)
    return f"{_minus(match)}{cardinal(whole, gender=gender, case=case)}"
