"""Money, measures, ranges and every number that no other rule has read."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.codes import figures_group
from speech.engine.reading.context import LEFT, RIGHT, count_case, numeral, stop, words_before
from speech.engine.reading.numbers import Case, Noun, cardinal, counted, decimal, digits, form
from speech.engine.reading.words import GROSZ, LETTERS, MONEY, PER, SCALES, UNITS

_NUM: Final = r"(?:\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+)(?:,\d+)?"
_SIGN: Final = r"(?P<sign>(?:(?<=\s)|(?<=\()|^)[-−–])?"
_SCALE: Final = r"(?:\s*(?P<scale>tys\.|tys|mln|mld)(?:(?<=\.)|(?!\w)))?"


def _one_of(words: dict[str, Noun] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PER: Final = rf"(?:\s?/\s?(?P<per>{_one_of(PER)})(?!\w)(?:\s?/\s?(?P<per2>{_one_of(PER)})(?!\w))?)?"
_MONEY: Final = re.compile(
    rf"{_SIGN}{LEFT}(?P<num>{_NUM}|\d+\.\d{{2}})(?:,[-–]+)?{_SCALE}\s*(?P<unit>zł|PLN|EUR|€|USD|euro|gr|złotych)(?!\w){_PER}"
)
_PRICE: Final = re.compile(rf"(?<!\w)zł\s?/\s?(?P<per>{_one_of(PER)})(?!\w)")
_BARE_UNIT: Final = re.compile(r"\b(?P<lead>za|na)\s+(?P<per>m-c|m²|m2|m³|m3|km|ha|kWh|MWh|GJ|kg|mb)(?![\w²³])")
_IN_UNITS: Final = re.compile(r"\bw\s+(?:(?P<scale>tys\.|mln|mld)\s*)?(?P<unit>zł|ha|km|m²|m2|kg|%)(?![\w²])")
_BEFORE_FIGURES: Final = re.compile(r"\b(?P<lead>[Oo]d|[Dd]o|[Ww])\s+(?P<unit>km)\s+(?=\d)")
_RANGE: Final = re.compile(
    rf"{LEFT}(?P<a>{_NUM})\s*[–—-]\s*(?P<b>{_NUM})(?P<tail>{_SCALE}\s*(?P<unit>{_one_of(UNITS)}|zł)?(?![\w²³]))"
)
_MEASURE: Final = re.compile(
    rf"{_SIGN}{LEFT}(?P<num>{_NUM}|\d+\.\d{{1,2}}){_SCALE}\s*(?P<unit>{_one_of(UNITS)})(?![\w²³]){_PER}"
)
_SCALED: Final = re.compile(rf"{_SIGN}{LEFT}(?P<num>{_NUM}|\d+\.\d{{1,2}})\s*(?P<scale>tys\.?|mln|mld)(?!\w)")
_POINTS: Final = re.compile(rf"{LEFT}(?P<num>\d{{1,3}}(?:,\d+)?)\s*pkt\b\.?(?!\s*\d)")
_RATIO: Final = re.compile(r"(?<![\w:.,])(?P<a>\d{1,3}):(?P<b>\d{1,3})(?![\w:]|[.,]\d)")
_VOTES: Final = re.compile(r"(?<![\w:.,])(?P<a>\d{1,2}):(?P<b>\d{1,2}):(?P<c>\d{1,2})(?![\w:]|[.,]\d)")
_DOTTED: Final = re.compile(r"(?<![\w.,])\d{1,2}(?:\.\d{1,2})+(?![\w.]\w|\w)")
_SIZE: Final = re.compile(r"(?<![\w.,])(?P<a>\d+(?:,\d+)?)\s*[x×]\s*(?=\d)")
_LETTERED: Final = re.compile(
    rf"{LEFT}(?P<n>\d{{1,3}}(?=[A-Za-h])|\d{{4,6}}(?=[A-Z]))(?P<letter>[A-Za-h])(?![\w*-]|\.\w)"
)
_FROM_AGE: Final = re.compile(r"(?<![\w.,*])(?P<n>\d{1,4})\+(?!\d|\w)")
_PLAIN: Final = re.compile(rf"{_SIGN}{LEFT}(?P<num>{_NUM}){RIGHT}")
_ACCUSATIVE: Final = (["za"], ["na"], ["o"], ["przez"], ["w"])
_LOCATIVE: Final[dict[str, tuple[str, ...]]] = {
    "%": ("w",), "proc.": ("w",), "godz.": ("po",), "min": ("po",), "min.": ("po",), "mies.": ("po",),
    "km": ("po",), "m": ("po",),
}  # fmt: skip
"""Units that stand in the locative after these: w osiemdziesięciu procentach, po dwóch godzinach."""
_POINT: Final = Noun("m", "punkt", "punkty", "punktów", "punktu")
_SIDES: Final[tuple[tuple[str, Case], ...]] = (("a", "nom"), ("b", "gen"), ("c", "gen"))
_ID_FIGURES: Final = 10
"""An unbroken row of so many figures is an account, PESEL or REGON, not a quantity."""


def read_money(text: str) -> str:
    """1 240 000 zł -> milion dwieście czterdzieści tysięcy złotych; 10–15 zł -> dziesięć do piętnastu złotych."""
    text = _SIZE.sub(lambda m: f"{m['a']} na ", text)
    text = _MONEY.sub(_money, _RANGE.sub(_range, text))
    text = _PRICE.sub(lambda m: f"złotych za {PER[m['per']]}{stop(m)}", text)
    text = _BEFORE_FIGURES.sub(lambda m: f"{m['lead']} {'kilometrze' if m['lead'] in 'Ww' else 'kilometra'} ", text)
    text = _BARE_UNIT.sub(lambda m: f"{m['lead']} {PER[m['per']]}{stop(m)}", text)
    return _IN_UNITS.sub(_in_units, text)


def read_measures(text: str) -> str:
    """12,5% -> dwanaście przecinek pięć procent; 2 szt. -> dwie sztuki."""
    text = _MEASURE.sub(_measure, text)
    text = _SCALED.sub(lambda m: f"{_minus(m)}{_scaled(m['num'], m['scale'], count_case(m))}", text)
    return _POINTS.sub(lambda m: _quantity(m["num"], _POINT, count_case(m)) + stop(m), text)


def read_numbers(text: str) -> str:
    """All that is left, in the gender of the noun that follows: 2 uchwały -> dwie uchwały."""
    text = _VOTES.sub(lambda m: " do ".join(cardinal(int(m[side]), case=case) for side, case in _SIDES), text)
    text = _RATIO.sub(lambda m: f"{cardinal(int(m['a']))} do {cardinal(int(m['b']), case='gen')}", text)
    text = _LETTERED.sub(lambda m: f"{m['n']} {LETTERS[m['letter'].upper()]}", text)
    text = _FROM_AGE.sub(lambda m: f"{m['n']} plus", text)
    text = _PLAIN.sub(_plain, text)
    return _DOTTED.sub(lambda m: " kropka ".join(figures_group(part) for part in m[0].split(".")), text)


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


def _in_units(match: re.Match[str]) -> str:
    """(w tys. zł) -> w tysiącach złotych; (w ha) -> w hektarach."""
    unit = MONEY[match["unit"]] if match["unit"] in MONEY else UNITS[match["unit"]]
    if not match["scale"]:
        return f"w {form(2, unit, 'loc')}"
    return f"w {form(2, SCALES[match['scale']], 'loc')} {unit.many}"


def _per(match: re.Match[str], word: str) -> str:
    return "".join(
        f" {joined} {PER[match[group]]}" for joined, group in ((word, "per"), ("na", "per2")) if match[group]
    )


def _money(match: re.Match[str]) -> str:
    noun, case = MONEY[match["unit"]], count_case(match)
    per = _per(match, "za")
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
    if case == "nom" and noun.gender == "f" and match["num"] == "1" and words_before(match, 1)[:1] in _ACCUSATIVE:
        case = "acc"
    elif case == "nom" and (words_before(match, 1) or [""])[0] in _LOCATIVE.get(match["unit"], ()):
        case = "loc"
    per = _per(match, "na")
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


def _plain(match: re.Match[str]) -> str:
    written: str = match["num"]
    if written.isdigit() and (len(written) >= _ID_FIGURES or (len(written) > 1 and written.startswith("0"))):
        return f"{_minus(match)}{digits(written)}"
    whole, fraction = _parsed(written)
    if fraction:
        return f"{_minus(match)}{decimal(whole, fraction)}"
    return f"{_minus(match)}{numeral(match, whole)}"
