"""Polish numerals in words: cardinals, ordinals, decimals and the nouns they count.

Cases are "nom", "gen", "dat", "acc", "instr", "loc"; genders "m", "f", "n" and "mp" (groups with men in them, which
count differently: dwóch radnych). Cardinals know nom (also used for acc), gen (also used for loc) and instr.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Case = Literal["nom", "gen", "dat", "acc", "instr", "loc"]
Gender = Literal["m", "f", "n", "mp"]


def word_list(text: str) -> list[str]:
    """The words of `text`: a readable way to write a table."""
    return text.split()


_UNITS: Final = word_list(
    "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście "
    "piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście"
)
_UNITS_GEN: Final = word_list(
    "zera jednego dwóch trzech czterech pięciu sześciu siedmiu ośmiu dziewięciu dziesięciu jedenastu dwunastu "
    "trzynastu czternastu piętnastu szesnastu siedemnastu osiemnastu dziewiętnastu"
)
_TENS: Final = word_list(
    """- - dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt
    dziewięćdziesiąt"""
)
_TENS_GEN: Final = word_list(
    "- - dwudziestu trzydziestu czterdziestu pięćdziesięciu sześćdziesięciu siedemdziesięciu osiemdziesięciu "
    "dziewięćdziesięciu"
)
_HUNDREDS: Final = word_list("- sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset")
_HUNDREDS_GEN: Final = word_list(
    "- stu dwustu trzystu czterystu pięciuset sześciuset siedmiuset ośmiuset dziewięciuset"
)
_INSTRUMENTAL: Final = {"jednego": "jednym", "dwóch": "dwoma", "trzech": "trzema", "czterech": "czterema"}
"""The others may end as in the genitive: z pięciu radnymi."""
_ORDINAL_UNITS: Final = word_list(
    "zerowy pierwszy drugi trzeci czwarty piąty szósty siódmy ósmy dziewiąty dziesiąty jedenasty dwunasty trzynasty "
    "czternasty piętnasty szesnasty siedemnasty osiemnasty dziewiętnasty"
)
_ORDINAL_TENS: Final = word_list(
    """- - dwudziesty trzydziesty czterdziesty pięćdziesiąty sześćdziesiąty siedemdziesiąty osiemdziesiąty
    dziewięćdziesiąty"""
)
_ORDINAL_HUNDREDS: Final = word_list(
    """- setny dwusetny trzechsetny czterechsetny pięćsetny sześćsetny siedemsetny osiemsetny dziewięćsetny"""
)
_THOUSANDTH_PREFIXES: Final = word_list("- - dwu trzy cztero pięcio sześcio siedmio ośmio dziewięcio dziesięcio")
_ENDINGS: Final[dict[tuple[str, Case], str]] = {
    ("m", "nom"): "y", ("m", "acc"): "y", ("m", "gen"): "ego", ("m", "dat"): "emu", ("m", "instr"): "ym",
    ("m", "loc"): "ym", ("n", "nom"): "e", ("n", "acc"): "e", ("n", "gen"): "ego", ("n", "dat"): "emu",
    ("n", "instr"): "ym", ("n", "loc"): "ym", ("f", "nom"): "a", ("f", "gen"): "ej", ("f", "dat"): "ej",
    ("f", "acc"): "ą", ("f", "instr"): "ą", ("f", "loc"): "ej",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun: one złoty, few złote, many złotych; `part` goes after a decimal (pół złotego)."""

    gender: Gender
    one: str
    few: str
    many: str
    part: str


_SCALES: Final = (
    (10**12, Noun("m", "bilion", "biliony", "bilionów", "biliona")),
    (10**9, Noun("m", "miliard", "miliardy", "miliardów", "miliarda")),
    (10**6, Noun("m", "milion", "miliony", "milionów", "miliona")),
    (10**3, Noun("m", "tysiąc", "tysiące", "tysięcy", "tysiąca")),
)
LARGEST: Final = 10**15 - 1


def form(count: int, noun: Noun, case: Case = "nom") -> str:
    """The form of the noun that follows `count`: 1 złoty, 2 złote, 5 złotych; after do, od...: 1 złotego, 2 złotych."""
    if case in ("gen", "loc"):
        return noun.part if count == 1 else noun.many
    if count == 1:
        return noun.one
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return noun.few if few else noun.many


def cardinal(number: int, *, gender: Gender = "m", case: Case = "nom") -> str:
    """240 -> dwieście czterdzieści; gen: dwustu czterdziestu. Numbers above LARGEST are read digit by digit."""
    if number < 0:
        return f"minus {cardinal(-number, gender=gender, case=case)}"
    if number > LARGEST:
        return digits(str(number))
    if case == "instr":
        head, _, last = cardinal(number, gender=gender, case="gen").rpartition(" ")
        return f"{head} {_INSTRUMENTAL.get(last, last)}".lstrip()
    if number == 0:
        return "zera" if case in ("gen", "loc") else "zero"
    words: list[str] = []
    rest = number
    for size, noun in _SCALES:
        count, rest = divmod(rest, size)
        if count > 1:
            words += [_below_thousand(count, "m", case), form(count, noun, case)]
        elif count == 1:
            words.append(form(1, noun, case))
    if rest:
        words.append(_below_thousand(rest, gender, case, alone=number == rest))
    return " ".join(words)


def _below_thousand(number: int, gender: Gender, case: Case, *, alone: bool = False) -> str:
    # Men are counted with the genitive even as the subject: dwóch radnych głosowało.
    oblique = case in ("gen", "loc") or (gender == "mp" and number > 1)
    hundreds, rest = divmod(number, 100)
    words = [(_HUNDREDS_GEN if oblique else _HUNDREDS)[hundreds]] if hundreds else []
    if rest >= 20:
        tens, rest = divmod(rest, 10)
        words.append((_TENS_GEN if oblique else _TENS)[tens])
    if rest == 1:
        words.append(_one(gender, case) if alone and number == 1 else "jeden")
    elif rest == 2 and gender == "f" and not oblique:
        words.append("dwie")
    elif rest:
        words.append((_UNITS_GEN if oblique else _UNITS)[rest])
    return " ".join(words)


def _one(gender: Gender, case: Case) -> str:
    if gender == "f":
        return {"nom": "jedna", "acc": "jedną", "instr": "jedną"}.get(case, "jednej")
    if case == "gen":
        return "jednego"
    if case == "loc":
        return "jednym"
    return "jedno" if gender == "n" else "jeden"


def ordinal(number: int, *, gender: Gender = "m", case: Case = "nom") -> str:
    """23 -> dwudziesty trzeci; f loc: dwudziestej trzeciej; 2026 m gen: dwa tysiące dwudziestego szóstego."""
    if not 0 <= number <= LARGEST:
        return cardinal(number)
    thousands, below = divmod(number, 1000)
    head: list[str] = []
    if not below and thousands:
        if thousands == 1:
            return _inflected("tysięczny", gender, case)
        if thousands < len(_THOUSANDTH_PREFIXES):
            return _inflected(f"{_THOUSANDTH_PREFIXES[thousands]}tysięczny", gender, case)
        return cardinal(number)
    if thousands:
        head.append(cardinal(thousands * 1000))
    hundreds, rest = divmod(below, 100)
    if hundreds and not rest:
        return " ".join([*head, _inflected(_ORDINAL_HUNDREDS[hundreds], gender, case)])
    if hundreds:
        head.append(_HUNDREDS[hundreds])
    if rest >= 20:
        tens, rest = divmod(rest, 10)
        head.append(_inflected(_ORDINAL_TENS[tens], gender, case))
        if not rest:
            return " ".join(head)
    return " ".join([*head, _inflected(_ORDINAL_UNITS[rest], gender, case)])


def _inflected(ordinal_nom: str, gender: Gender, case: Case) -> str:
    ending = _ENDINGS["m" if gender == "mp" else gender, case]
    stem, last = ordinal_nom[:-1], ordinal_nom[-1]
    if last == "y":
        return stem + ending
    if ending in ("y", "ym"):  # drugi, trzecim
        return stem + "i" + ending[1:]
    if stem == "drug" and ending in ("a", "ą"):  # after k, g no i before a hard vowel: druga, but trzecia
        return stem + ending
    return stem + "i" + ending


def decimal(whole: int, fraction: str) -> str:
    """(3, "05") -> trzy przecinek zero pięć."""
    zeros = len(fraction) - len(fraction.lstrip("0"))
    tail = ["zero"] * zeros + ([cardinal(int(fraction))] if fraction.strip("0") else [])
    return f"{cardinal(whole)} przecinek {' '.join(tail)}"


def counted(number: int, noun: Noun, case: Case = "nom") -> str:
    """(5, złoty) -> pięć złotych; gen: pięciu złotych."""
    return f"{cardinal(number, gender=noun.gender, case=case)} {form(number, noun, case)}"


def digits(figures: str) -> str:
    """Read figure by figure."""
    return " ".join(_UNITS[int(figure)] for figure in figures)


_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def roman_value(text: str) -> int | None:
    """XXIII -> 23; None when the letters are no correctly written Roman numeral."""
    value, rest = 0, text
    for size, letters in _ROMAN:
        while rest.startswith(letters):
            value += size
            rest = rest.removeprefix(letters)
    return value if value and not rest and _to_roman(value) == text else None


def _to_roman(value: int) -> str:
    written = []
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        written.append(letters * count)
    return "".join(written)
