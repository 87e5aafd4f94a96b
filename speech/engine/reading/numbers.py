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
_INSTRUMENTAL: Final = {
    "jednego": "jednym", "dwóch": "dwoma", "trzech": "trzema", "czterech": "czterema", "zera": "zerem",
    "tysiąca": "tysiącem", "tysięcy": "tysiącami", "miliona": "milionem", "milionów": "milionami",
    **{word: f"{word[:-1]}oma" for word in (*_UNITS_GEN[5:], *_TENS_GEN[2:])},
}  # fmt: skip
"""Genitive -> instrumental; hundreds stay: stu piętnastoma głosami."""
_DATIVE: Final = {"jednego": "jednemu", "dwóch": "dwóm", "trzech": "trzem", "czterech": "czterem", "zera": "zeru"}
_COMBINING_UNITS: Final = word_list("- jedno dwu trzy cztero")
_COLLECTIVE: Final = word_list("- - dwoje troje czworo pięcioro sześcioro siedmioro ośmioro dziewięcioro dziesięcioro")
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
    if case == "gen" or (count == 1 and case in ("loc", "instr")):
        return noun.part if count == 1 else noun.many
    if case in ("loc", "instr"):
        return _plural(noun.few, *(("ach", "ych") if case == "loc" else ("ami", "ymi")))
    if count == 1:
        return f"{noun.one[:-1]}ę" if case == "acc" and noun.gender == "f" else noun.one
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return noun.few if few else noun.many


def _plural(few: str, noun_ending: str, adjective_ending: str) -> str:
    """metry kwadratowe -> metrach kwadratowych; what follows as a complement (na godzinę, Celsjusza) stays."""
    first, *rest = few.split()
    if first == "złote":
        first = f"złot{adjective_ending}"
    elif first != "euro":
        first = f"{first if first.endswith('t') else first[:-1]}{noun_ending}"
    said = [f"{word[:-1]}{adjective_ending}" if word.endswith(("we", "ne", "ce")) else word for word in rest]
    return " ".join([first, *said])


def cardinal(number: int, *, gender: Gender = "m", case: Case = "nom") -> str:
    """240 -> dwieście czterdzieści; gen: dwustu czterdziestu. Numbers above LARGEST are read digit by digit."""
    if number < 0:
        return f"minus {cardinal(-number, gender=gender, case=case)}"
    if number > LARGEST:
        return digits(str(number))
    if number == 1:
        return _one(gender, case)
    if case in ("instr", "dat"):
        forms = _INSTRUMENTAL if case == "instr" else _DATIVE
        spoken = " ".join(forms.get(word, word) for word in cardinal(number, case="gen").split())
        return f"{spoken[:-3]}iema" if gender == "f" and spoken.endswith("dwoma") else spoken
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
        words.append(_below_thousand(rest, gender, case))
    return " ".join(words)


def men(number: int) -> str:
    """2 -> dwaj (radni), trzej, czterej: beside a nominative of men; others count them in the genitive."""
    return {2: "dwaj", 3: "trzej", 4: "czterej"}.get(number, cardinal(number, gender="mp"))


def collective(number: int, *, case: Case = "nom") -> str:
    """2 -> dwoje, 23 -> dwadzieścia troje, gen: dwojga; as children are counted. Whole tens are ordinary numerals."""
    last = number % 100 if number % 100 < 20 else number % 10
    if last < 2:
        return cardinal(number, case=case)
    word = _COLLECTIVE[last] if last <= 10 else _UNITS[last].removesuffix("cie") + "cioro"
    if case == "gen":
        word = f"{word.removesuffix('e')}ga" if last < 4 else f"{word[:-1]}ga"
    head = number - last
    return f"{cardinal(head, case=case)} {word}" if head else word


def _below_thousand(number: int, gender: Gender, case: Case) -> str:
    # Men are counted with the genitive even as the subject: dwóch radnych głosowało.
    oblique = case in ("gen", "loc") or (gender == "mp" and number > 1)
    hundreds, rest = divmod(number, 100)
    words = [(_HUNDREDS_GEN if oblique else _HUNDREDS)[hundreds]] if hundreds else []
    if rest >= 20:
        tens, rest = divmod(rest, 10)
        words.append((_TENS_GEN if oblique else _TENS)[tens])
    if rest == 1:
        words.append("jeden")
    elif rest == 2 and gender == "f" and not oblique:
        words.append("dwie")
    elif rest:
        words.append((_UNITS_GEN if oblique else _UNITS)[rest])
    return " ".join(words)


def _one(gender: Gender, case: Case) -> str:
    if gender == "f":
        return {"nom": "jedna", "acc": "jedną", "instr": "jedną"}.get(case, "jednej")
    forms = {"gen": "jednego", "dat": "jednemu", "loc": "jednym", "instr": "jednym"}
    return forms.get(case, "jedno" if gender == "n" else "jeden")


def combining(number: int) -> str:
    """The first part of a compound: 5 -> pięcio(letni), 25 -> dwudziestopięcio, 100 -> stu, 1 -> jedno, 2 -> dwu."""
    if not 1 <= number < 1000:
        return cardinal(number, case="gen").replace(" ", "") if number != 1000 else "tysiąc"
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10) if rest >= 20 else (0, rest)
    parts = [_HUNDREDS_GEN[hundreds]] if hundreds else []
    parts += [f"{_TENS_GEN[tens][:-1]}o"] if tens else []
    if units:
        parts.append(_COMBINING_UNITS[units] if units < 5 else f"{_UNITS_GEN[units][:-1]}o")
    return "".join(parts)


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
