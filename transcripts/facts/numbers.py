"""Polish numbers out of speech: every inflection and gender of cardinals, collectives and ordinals, digits and Romans.

Numbers stand one after another without punctuation in what a recogniser writes ("dwadzieścia trzy sto czterdzieści
pięć"), so a number ends where grammar lets it grow no further: after units nothing smaller can follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["cardinal", "ordinal"]


def word_list(text: str) -> list[str]:
    """The words of `text`: a readable way to write a table."""
    return text.split()


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how many words it took. `spelled`: written in words (digits and Romans are not)."""

    value: int
    form: Form
    size: int
    spelled: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    value: int
    rank: int  # 1 units and teens, 2 tens, 3 hundreds: pieces of one number come with falling ranks
    form: Form
    teen: bool = False  # ten to nineteen leave no room for tens before them


_UNITS: Final = {
    0: "zero zera zeru zerem",
    1: "jeden jedna jedno jednego jednej jednemu jedną jednym",
    2: "dwa dwie dwaj dwóch dwu dwóm dwom dwoma dwiema dwoje dwojga dwojgu dwojgiem",
    3: "trzy trzej trzech trzem trzema troje trojga trojgu trojgiem",
    4: "cztery czterej czterech czterem czterema czworo czworga czworgu czworgiem",
    5: "pięć pięciu pięcioma pięcioro pięciorga pięciorgu pięciorgiem",
    6: "sześć sześciu sześcioma sześcioro sześciorga sześciorgu sześciorgiem",
    7: "siedem siedmiu siedmioma siedmioro siedmiorga siedmiorgu siedmiorgiem",
    8: "osiem ośmiu ośmioma ośmioro ośmiorga ośmiorgu ośmiorgiem",
    9: "dziewięć dziewięciu dziewięcioma dziewięcioro dziewięciorga dziewięciorgu dziewięciorgiem",
    10: "dziesięć dziesięciu dziesięcioma dziesięcioro dziesięciorga dziesięciorgu dziesięciorgiem",
}
_TEEN_STEMS: Final = word_list("jedena dwana trzyna czterna piętna szesna siedemna osiemna dziewiętna")
_TENS: Final = {
    20: "dwadzieścia dwudziestu dwudziestoma dwadzieścioro dwadzieściorga",
    30: "trzydzieści trzydziestu trzydziestoma trzydzieścioro trzydzieściorga",
    40: "czterdzieści czterdziestu czterdziestoma czterdzieścioro czterdzieściorga",
    50: "pięćdziesiąt pięćdziesięciu pięćdziesięcioma pięćdziesięcioro pięćdziesięciorga",
    60: "sześćdziesiąt sześćdziesięciu sześćdziesięcioma sześćdziesięcioro sześćdziesięciorga",
    70: "siedemdziesiąt siedemdziesięciu siedemdziesięcioma siedemdziesięcioro siedemdziesięciorga",
    80: "osiemdziesiąt osiemdziesięciu osiemdziesięcioma osiemdziesięcioro osiemdziesięciorga",
    90: "dziewięćdziesiąt dziewięćdziesięciu dziewięćdziesięcioma dziewięćdziesięcioro dziewięćdziesięciorga",
}
_HUNDREDS: Final = {
    100: "sto stu stoma", 200: "dwieście dwustu dwustoma", 300: "trzysta trzystu trzystoma",
    400: "czterysta czterystu czterystoma", 500: "pięćset pięciuset", 600: "sześćset sześciuset",
    700: "siedemset siedmiuset", 800: "osiemset ośmiuset", 900: "dziewięćset dziewięciuset",
}  # fmt: skip
_SCALES: Final = {
    10**3: "tysiąc tysiąca tysiącu tysiącem tysiące tysięcy tysiącom tysiącami tysiącach tys",
    10**6: "milion miliona milionowi milionem milionie miliony milionów milionom milionami milionach mln",
    10**9: "miliard miliarda miliardem miliardy miliardów miliardom miliardami miliardach mld",
}
_ORDINAL_STEMS: Final = {
    1: "pierwsz", 4: "czwart", 5: "piąt", 6: "szóst", 7: "siódm", 8: "ósm", 9: "dziewiąt", 10: "dziesiąt",
    20: "dwudziest", 30: "trzydziest", 40: "czterdziest", 50: "pięćdziesiąt", 60: "sześćdziesiąt",
    70: "siedemdziesiąt", 80: "osiemdziesiąt", 90: "dziewięćdziesiąt", 100: "setn", 200: "dwusetn", 300: "trzechsetn",
    400: "czterechsetn", 500: "pięćsetn", 600: "sześćsetn", 700: "siedemsetn", 800: "osiemsetn", 900: "dziewięćsetn",
}  # fmt: skip
_HARD: Final = word_list("y a e ego ej emu ą ym ych ymi")
_SOFT: Final = {2: ("drug", "i a ie iego iej iemu ą im ich imi"), 3: ("trzec", "i ia ie iego iej iemu ią im ich imi")}
_ONE_AND_A_HALF: Final = frozenset({"półtora", "półtorej"})
_HALF: Final = "pół"
_ROMAN: Final = re.compile(r"(?=[XVIL]{2,8}$|[VX]$)(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_DIGITS: Final = re.compile(r"\d{1,12}|\d{1,3}(?:\.\d{3}){1,3}")
_DECIMAL: Final = re.compile(r"(\d{1,6})[.,](\d{1,3})")
_WITH_ENDING: Final = re.compile(r"(\d{1,4})-?(ego|go|ej|tej|mu|emu|ym|tym|y|ty|szy|gi|ci|ą|tą)")
_COUNTING_ENDING: Final = re.compile(r"(\d{1,4})-?(u|tu|stu|ciu|oma|ga|oro|miu|iu|ma)")


def _pieces() -> dict[str, _Piece]:
    table: dict[str, _Piece] = {}

    def put(words: str, piece: _Piece) -> None:
        for word in words.split():
            table.setdefault(word, piece)

    for value, words in _UNITS.items():
        put(words, _Piece(value, 1, "cardinal", teen=value in (0, 10)))
    for offset, stem in enumerate(_TEEN_STEMS):
        value = 11 + offset
        oblique = "dwuna" if value == 12 else stem
        words = f"{stem}ście {oblique}stu {oblique}stoma {stem}ścioro {stem}ściorga {stem}ściorgu {stem}ściorgiem"
        put(words, _Piece(value, 1, "cardinal", teen=True))
        put(" ".join(f"{oblique}st{ending}" for ending in _HARD), _Piece(value, 1, "ordinal", teen=True))
    for rank, group in ((2, _TENS), (3, _HUNDREDS)):
        for value, words in group.items():
            put(words, _Piece(value, rank, "cardinal"))
    for value, stem in _ORDINAL_STEMS.items():
        rank = 1 if value <= 10 else 2 if value < 100 else 3
        put(" ".join(f"{stem}{end}" for end in _HARD), _Piece(value, rank, "ordinal", teen=value == 10))
    for value, (stem, endings) in _SOFT.items():
        put(" ".join(f"{stem}{end}" for end in endings.split()), _Piece(value, 1, "ordinal"))
    return table


_PIECES: Final = _pieces()
_SCALE_OF: Final = {word: scale for scale, words in _SCALES.items() for word in words.split()}
NOBODY: Final = frozenset(word_list("nikt nikogo żaden żadna żadne żadnego żadnej żadnych brak braku"))
"""Words that count nobody."""
NUMBER_WORDS: Final = frozenset({*_PIECES, *_SCALE_OF, *NOBODY})


def number_at(words: Sequence[str], start: int) -> Number | None:
    """The longest number that begins at word `start`; words are as written, without punctuation around them."""
    return _roman(words, start) or _in_digits(words, start) or _in_words(words, start)


def numbers_in(text: str) -> list[int]:
    """Every number of a text, in order; for tests and for looking amounts up."""
    words = [word.strip(".,;:!?„”()\"'") for word in text.split()]
    found, at = [], 0
    while at < len(words):
        number = number_at(words, at)
        if number is not None:
            found.append(number.value)
        at += number.size if number else 1
    return found


def roman(value: int) -> str:
    """23 -> "XXIII", up to 399 (sessions of one term)."""
    parts = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written = ""
    for size, letters in parts:
        while value >= size:
            written, value = written + letters, value - size
    return written


def roman_value(token: str) -> int | None:
    """23 for "XXIII"; None for what is a word or a single letter other than V and X."""
    if not _ROMAN.fullmatch(token):
        return None
    values = [_ROMAN_VALUES[letter] for letter in token]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def _roman(words: Sequence[str], start: int) -> Number | None:
    value = roman_value(words[start])
    if value is None and words[start] == "I" and start + 1 < len(words):
        value = 1 if words[start + 1].lower().startswith(("sesj", "kadencj")) else None
    return Number(value, "ordinal", 1, spelled=False) if value else None


def _in_digits(words: Sequence[str], start: int) -> Number | None:
    word = words[start]
    for pattern, form in ((_WITH_ENDING, "ordinal"), (_COUNTING_ENDING, "cardinal")):
        match = pattern.fullmatch(word)
        if match:
            return Number(int(match[1]), form, 1, spelled=False)  # type: ignore[arg-type]  # one of the two forms
    decimal = _DECIMAL.fullmatch(word)
    if decimal and start + 1 < len(words) and words[start + 1].lower() in _SCALE_OF:
        scale = _SCALE_OF[words[start + 1].lower()]
        return Number(round(float(f"{decimal[1]}.{decimal[2]}") * scale), "cardinal", 2, spelled=False)
    if not _DIGITS.fullmatch(word):
        return None
    digits, size = word.replace(".", ""), 1
    while len(word) <= 3 and start + size < len(words) and re.fullmatch(r"\d{3}", words[start + size]):
        digits, size = digits + words[start + size], size + 1
        if len(digits) > 12:
            break
    value = int(digits)
    if start + size < len(words) and words[start + size].lower() in _SCALE_OF:
        return _scaled(words, start, value, size)
    return Number(value, "cardinal", size, spelled=False)


def _scaled(words: Sequence[str], start: int, value: int, size: int) -> Number:
    """Digits before a scale ("16 tysięcy", "1 mln 240 tys.")."""
    scale = _SCALE_OF[words[start + size].lower()]
    total, size = value * scale, size + 1
    rest = number_at(words, start + size) if start + size < len(words) else None
    if rest is not None and rest.form == "cardinal" and rest.value < scale and not rest.spelled and rest.value >= 100:
        return Number(total + rest.value, "cardinal", size + rest.size, spelled=False)
    return Number(total, "cardinal", size, spelled=False)


def _in_words(words: Sequence[str], start: int) -> Number | None:
    total, last_scale, at = 0, 10**12, start
    form: Form = "cardinal"
    while at < len(words):
        group = _group(words, at)
        scale_at = at + group.size if group else at
        scale = _SCALE_OF.get(words[scale_at].lower(), 1) if scale_at < len(words) else 1
        if scale > 1 and (group is None or group.form == "cardinal") and scale < last_scale:
            if group is not None and group.value == 0:
                break
            value, used = (group.value if group else 1) * scale, (group.size if group else 0) + 1
            total, last_scale, at = total + value, scale, at + used
            continue
        special = _with_half(words, at)
        if special is not None and special.value < last_scale:
            return Number(total + special.value, "cardinal", at + special.size - start, spelled=True)
        if group is None or group.value >= last_scale or (total and group.value == 0):
            break
        total, at, form = total + group.value, at + group.size, group.form
        break
    return Number(total, form, at - start, spelled=True) if at > start else None


def _with_half(words: Sequence[str], at: int) -> Number | None:
    """ "półtora miliona", "pół tysiąca", "dwa i pół miliona"."""
    lower = [word.lower() for word in words[at : at + 4]]
    if len(lower) >= 2 and lower[1] in _SCALE_OF:
        if lower[0] in _ONE_AND_A_HALF:
            return Number(_SCALE_OF[lower[1]] * 3 // 2, "cardinal", 2, spelled=True)
        if lower[0] == _HALF:
            return Number(_SCALE_OF[lower[1]] // 2, "cardinal", 2, spelled=True)
    if len(lower) == 4 and lower[1:3] == ["i", _HALF] and lower[3] in _SCALE_OF:
        piece = _PIECES.get(lower[0])
        if piece is not None and piece.form == "cardinal":
            scale = _SCALE_OF[lower[3]]
            return Number(piece.value * scale + scale // 2, "cardinal", 4, spelled=True)
    return None


def _group(words: Sequence[str], start: int) -> Number | None:
    """A number below a thousand. Once ordinal, only ordinals go on: "dwudziestego szóstego"."""
    total, rank, at = 0, 4, start
    form: Form = "cardinal"
    while at < len(words):
        piece = _PIECES.get(words[at].lower())
        if piece is None or piece.rank >= rank or (form == "ordinal" and piece.form == "cardinal"):
            break
        if at > start and (piece.value == 0 or (piece.teen and rank == 2)):
            break
        if at > start and piece.form == "ordinal" and form == "cardinal" and rank == 2:
            break  # "dwadzieścia drugi" is two numbers: tens of an ordinal are ordinal too
        total, rank, form, at = total + piece.value, piece.rank, piece.form, at + 1
        if piece.teen:
            break
    return Number(total, form, at - start, spelled=True) if at > start else None


_NOUN_VALUES: Final = {
    "jedyn": 1, "dwoj": 2, "troj": 3, "czwor": 4, "piat": 5, "szost": 6, "siodem": 7, "osem": 8, "dziewiat": 9,
    "dziesiat": 10, "jedenast": 11, "dwunast": 12, "trzynast": 13, "czternast": 14, "pietnast": 15, "szesnast": 16,
    "siedemnast": 17, "osiemnast": 18, "dziewietnast": 19, "dwudziest": 20,
}  # fmt: skip
_FOLDED_NOUN: Final = str.maketrans("ąęóśłżźćń", "aeoslzzcn")


def value_of_noun(said: str) -> int:
    """ "trójka" -> 3, "dwudziestka piątka" -> 25; 0 for what is no such noun."""
    stems = [re.sub(r"(?:k|eczk)[aieąę]$|(?:ec)?ce$", "", word).translate(_FOLDED_NOUN) for word in said.split()]
    return sum(_NOUN_VALUES.get(stem, 0) for stem in stems)
