"""Amounts: how many, how much money, what share, with fractions and units."""

from __future__ import annotations

from typing import Final

from transcripts.facts.numbers import NUMBER_WORDS, Number, number_at, word_list
from transcripts.figures.tokens import NBSP, Piece, Run, grouped

SMALLEST: Final = 10
"""Smaller numbers are written in words, as Polish typography has it, unless a unit follows."""


def _table(rows: dict[str, str]) -> dict[tuple[str, ...], str]:
    return {tuple(form.split("_")): unit for unit, forms in rows.items() for form in forms.split()}


_UNITS: Final = _table({
    "zł": "złoty złote złotych złotego złotemu złotym złotymi złotówek złotówki",
    "gr": "grosz grosze groszy grosza groszami",
    "%": "procent procenta procentu procentach procentami procentem procentom",
    "‰": "promil promila promile promili",
    "m": "metr metry metrów metra metrem metrami metrach",
    "m²": "metr_kwadratowy metry_kwadratowe metrów_kwadratowych metra_kwadratowego metrach_kwadratowych",
    "m³": "metr_sześcienny metry_sześcienne metrów_sześciennych metra_sześciennego metrach_sześciennych",
    "cm": "centymetr centymetry centymetrów centymetra", "mm": "milimetr milimetry milimetrów milimetra",
    "km": "kilometr kilometry kilometrów kilometra kilometrem kilometrami kilometrach",
    "km/h": "kilometr_na_godzinę kilometry_na_godzinę kilometrów_na_godzinę",
    "km²": "kilometr_kwadratowy kilometry_kwadratowe kilometrów_kwadratowych kilometra_kwadratowego",
    "ha": "hektar hektary hektarów hektara hektarem hektarami hektarach",
    "t": "tona tony ton tonę tonami", "kg": "kilogram kilogramy kilogramów kilograma",
    "l": "litr litry litrów litra", "MW": "megawat megawaty megawatów megawata",
    "kW": "kilowat kilowaty kilowatów kilowata", "kWh": "kilowatogodzina kilowatogodziny kilowatogodzin",
    "MWh": "megawatogodzina megawatogodziny megawatogodzin",
    "°C": "stopień_Celsjusza stopnie_Celsjusza stopni_Celsjusza",
})  # fmt: skip
_WORDS_AFTER: Final = frozenset(word_list("euro")) | {"punkt", "punkty", "punktów", "punktu"}
"""Units that stay words, but bring small numbers into figures; points are percentage points alone."""
_MANY: Final = word_list(
    "tysiące tysięcy tysiącom tysiącami tysiącach miliony milionów milionom milionami milionach miliardy miliardów "
    "miliardom miliardami tys mln mld"
)
"""Alone they count nothing: "tysiące ludzi"."""
_SCALES: Final = {"tys.": "tysiąc", "mln": "milion", "mld": "miliard"}
_REFERENCES: Final = frozenset(word_list(
    "artykuł artykułu artykule ustęp ustępu ustępie punkt punktu punkcie paragraf paragrafu paragrafie numer numeru "
    "numerze numerem nr uchwała uchwały uchwale druk druku drukiem działka działki działce działkę"
))  # fmt: skip
_RANGE: Final = frozenset(word_list("do lub czy albo"))
_HALVES: Final = {"pół": "0,5", "półtora": "1,5", "półtorej": "1,5"}
_TENTHS: Final = frozenset(word_list("dziesiąta dziesiąte dziesiątych dziesiątej dziesiątą"))
_HUNDREDTHS: Final = frozenset(word_list("setna setne setnych setnej setną"))
_WHOLE: Final = frozenset(word_list("całe całych cała całej całą"))


def amount(run: Run) -> Piece | None:
    """A number with its fraction and unit; without them a number that is written in figures anyway."""
    found = _fraction(run)
    if found is not None:
        size, figures = found
        unit = _unit(run, size)
        return Piece(size + unit[0], f"{figures}{unit[1]}") if unit[0] or figures not in _HALVES.values() else None
    number = run.number(0)
    if number is None or number.form == "ordinal":
        return None
    if not number.spelled:
        unit = _unit(run, 1) if run.words[0].isdigit() else (0, "")
        return Piece(1 + unit[0], f"{run.words[0]}{unit[1]}") if unit[0] else None
    if run.runs_on(number.size):
        return None
    return _money(run, number) or _counted(run, number)


def _counted(run: Run, number: Number) -> Piece | None:
    if number.size == 1 and run.at(0) in _MANY:
        return None
    size, figures = number.size, grouped(number.value)
    taken, unit = _unit(run, size)
    if taken:
        return Piece(size + taken, f"{figures}{unit}")
    worded = run.at(size) in _WORDS_AFTER and (run.at(size) == "euro" or run.at(size + 1).startswith("procentow"))
    if number.value >= SMALLEST or run.before in _REFERENCES or worded or _begins_range(run, size):
        return Piece(size, figures)
    return None


def _begins_range(run: Run, size: int) -> bool:
    """ "od pięciu do dziesięciu procent": one unit for both."""
    following = run.number(size + 1) if run.at(size) in _RANGE else None
    return following is not None and _unit(run, size + 1 + following.size)[0] > 0


def _money(run: Run, number: Number) -> Piece | None:
    """Złote and grosze are one amount."""
    at = number.size
    if _UNITS.get((run.at(at),)) != "zł":
        return None
    at += 1 + (run.at(at + 1) == "i")
    rest = run.number(at)
    if rest is None or rest.form == "ordinal" or rest.value > 99 or _UNITS.get((run.at(at + rest.size),)) != "gr":
        return None
    return Piece(at + rest.size + 1, f"{grouped(number.value)},{rest.value:02}{NBSP}zł")


def _unit(run: Run, at: int) -> tuple[int, str]:
    """How many words the unit at `at` takes, and how it is written after a number."""
    for size in (3, 2, 1):
        forms = tuple(run.words[at : at + size])
        unit = _UNITS.get(forms) or _UNITS.get(tuple(form.lower() for form in forms))
        if unit is not None and len(forms) == size:
            return size, unit if unit == "%" else f"{NBSP}{unit}"
    return 0, ""


def _fraction(run: Run) -> tuple[int, str] | None:
    """ "dwa przecinek zero pięć", "pięć i siedem dziesiątych", "dwa i pół", "półtora", each with its scale."""
    half = _HALVES.get(run.at(0))
    if half is not None:
        scaled = run.number(0)
        return None if scaled is not None else (1, half)
    number = number_at(run.words[: _scale_at(run, 0)], 0) if run.words and _scale_at(run, 0) else None
    if number is None or number.form == "ordinal":
        return None
    at, whole = number.size, grouped(number.value)
    if run.at(at) == "przecinek":
        decimals = _decimals(run, at + 1)
        return _with_scale(run, decimals[0], f"{whole},{decimals[1]}") if decimals else None
    if run.at(at) == "i" and run.at(at + 1) == "pół" and number.spelled and _unit(run, at + 2)[0]:
        return at + 2, f"{whole},5"
    if number.spelled:
        return _tenths(run, number)
    return None


def _tenths(run: Run, number: Number) -> tuple[int, str] | None:
    at, whole = number.size, grouped(number.value)
    if run.at(at) in _TENTHS | _HUNDREDTHS:
        part, at, whole = number, 0, "0"
    else:
        at += run.at(at) in _WHOLE
        at += run.at(at) == "i"
        found = run.number(at)
        if found is None or found.form == "ordinal" or not found.spelled or at == number.size:
            return None
        part = found
    named, at = run.at(at + part.size), at + part.size + 1
    width = 1 if named in _TENTHS else 2 if named in _HUNDREDTHS else 0
    if not width or not 0 < part.value < 10**width or run.runs_on(at):
        return None
    return at, f"{whole},{part.value:0{width}}"


def _decimals(run: Run, at: int) -> tuple[int, str] | None:
    """Digits after a comma: noughts one by one, then one number; and the word after them."""
    digits = ""
    while run.at(at) == "zero":
        digits, at = f"{digits}0", at + 1
    number = number_at(run.words[: _scale_at(run, at)], at) if at < _scale_at(run, at) else None
    if number is not None and (number.form == "ordinal" or number.value > 999):
        return None
    if number is not None:
        digits, at = f"{digits}{number.value}", at + number.size
    return (at, digits) if digits and not (run.runs_on(at) and _scale(run.at(at)) == "") else None


def _with_scale(run: Run, at: int, figures: str) -> tuple[int, str]:
    scale = _scale(run.at(at))
    return (at + 1, f"{figures}{NBSP}{scale}") if scale else (at, figures)


def _scale_at(run: Run, start: int) -> int:
    """Where the first word from `start` on stands that multiplies; the end of the run where there is none."""
    return next((at for at in range(start, len(run.words)) if _scale(run.at(at))), len(run.words))


def _scale(word: str) -> str:
    if word not in NUMBER_WORDS:
        return ""
    return next((short for short, stem in _SCALES.items() if word.startswith((stem, short.rstrip(".")))), "")
