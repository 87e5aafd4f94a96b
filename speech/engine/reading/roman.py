"""Numerals that put things in order: XXIII sesja, w XX wieku, III kw., klasy IV–VIII, Jana Pawła II."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, RIGHT, governed_case, stop, words_before
from speech.engine.reading.numbers import Case, Gender, cardinal, ordinal, roman_value
from speech.engine.reading.ordered import ORDERED, case_of
from speech.engine.reading.words import LEGAL, LETTERS

_ITEM: Final = r"(?:(?-i:[IVXLCDM]+)\.?|\d{1,3}\.)"
_LINK: Final = r"(?:\s*[,/–-]\s*|\s+(?-i:i|oraz|a|lub|albo|do)\s+)"
_LIST: Final = rf"(?P<list>(?:{_ITEM}{_LINK}){{0,6}})"
_NOUNS: Final = "|".join(sorted(ORDERED, key=len, reverse=True))
_ADJECTIVES: Final = r"(?:[^\W\d_]+(?:a|ej|ą|y|ego|ym|e|i|iej|im)\s+){0,2}?"
_ORDERED_AFTER: Final = re.compile(
    rf"(?<![\w/.-]){_LIST}(?P<n>{_ITEM})\s+(?P<between>{_ADJECTIVES})(?P<noun>{_NOUNS})\b", re.IGNORECASE
)
_SHORT_NOUN: Final = re.compile(
    rf"(?<![\w/.-]){_LIST}(?P<n>{_ITEM})\s*(?P<noun>(?-i:w\.|kw\.|p\.))(?!\w)", re.IGNORECASE
)
_SHORT_NOUNS: Final[dict[str, dict[Case, str]]] = {
    "w.": {"nom": "wiek", "gen": "wieku", "loc": "wieku", "acc": "wiek", "instr": "wiekiem"},
    "kw.": {"nom": "kwartał", "gen": "kwartału", "loc": "kwartale", "acc": "kwartał", "instr": "kwartałem"},
    "p.": {"nom": "piętro", "gen": "piętra", "loc": "piętrze", "acc": "piętro", "instr": "piętrem"},
}
_ORDERED_BEFORE: Final = re.compile(rf"\b(?P<noun>{_NOUNS})\s+(?P<n>(?-i:[IVXLCDM]+)){RIGHT}", re.IGNORECASE)
_SESSION_BEFORE: Final = re.compile(rf"\b(?P<noun>[Ss]esj[aięą])\s+(?P<n>\d{{1,3}}){RIGHT}")
_BARE_BEFORE: Final = re.compile(
    rf"{LEFT}(?P<n>\d{{1,2}})\s+(?P<noun>kwartale|kwartał|półroczu|czytaniu|etapie|piętrze|posiedzeniu)\b"
)
_SHORT_PART: Final = re.compile(
    r"\b(?P<sign>[Kk]l\.|[Pp]kt\.?|[Rr]ozdz\.|[Zz]ał\.)\s*(?=[IVX]+[a-h]?\b|\d+[a-h]?\s*[–-]\s*\d)"
)
_CLASSES: Final = re.compile(
    rf"\b(?P<noun>[Kk]las(?:a|y|ie|ę|ą|om|ach|ami)?)\s+(?P<a>[IVX]+|\d{{1,2}})"
    rf"\s?(?P<letter>(?<=[\dIVX ])[a-h])?"
    rf"(?:\s*[–-]\s*(?P<b>[IVX]+|\d{{1,2}})(?P<letter_b>[a-h])?)?{RIGHT}"
)
_CLASS_CASES: Final[dict[str, Case]] = {"a": "nom", "y": "gen", "ie": "loc", "ę": "acc", "ą": "instr"}
_RULER: Final = re.compile(
    r"\b(?P<name>(?:Paweł|Pawł|Pawl|Jan|Zygmun|Władysław|Kazimierz|August|Bolesław|Henryk|Stefan|Fryderyk|Pius|Benedykt"
    r"|Leon|Mieszk|Karol|Ludwik|Franciszk|Franciszek|Mikołaj|Aleksand|Grzegorz|Klemens|Wilhelm|Konrad|Przemysł"
    r"|Elżbie|Katarzyn)(?P<ending>\w*))\s+(?P<n>[IVX]+)\b"
)
_NAME_ENDINGS: Final[tuple[tuple[str, Case], ...]] = (
    ("owi", "dat"), ("em", "instr"), ("a", "gen"), ("ie", "loc"), ("le", "loc"),
)  # fmt: skip
_QUEEN_ENDINGS: Final[tuple[tuple[str, Case], ...]] = (("y", "gen"), ("ę", "acc"), ("ą", "instr"), ("ie", "loc"))
_ROMAN: Final = re.compile(r"(?<![\w/.&-])(?P<n>[IVXLCDM]{2,})(?![\w/&-])")
_AMBIGUOUS_LETTERS: Final = frozenset("LCDM")


def read_roman(text: str) -> str:
    """XXIII sesji -> dwudziestej trzeciej sesji; w XIX i XX w. -> w dziewiętnastym i dwudziestym wieku."""
    text = _ORDERED_AFTER.sub(_ordered_after, text)
    text = _SHORT_NOUN.sub(_short_noun, text)
    text = _BARE_BEFORE.sub(_bare_before, text)
    text = _SHORT_PART.sub(_short_part, text)
    text = _CLASSES.sub(_classes, text)
    text = _ORDERED_BEFORE.sub(_ordered_before, text)
    text = _SESSION_BEFORE.sub(_ordered_before, text)
    text = _RULER.sub(_ruler, text)
    return _ROMAN.sub(_roman, text)


def _value(written: str) -> int | None:
    figures = written.rstrip(".")
    return int(figures) if figures.isdigit() else roman_value(figures)


def _listed(match: re.Match[str], gender: Gender, case: Case) -> str | None:
    """The numerals of the match in words; None when one of them is no numeral."""
    items = re.findall(_ITEM, f"{match['list']}{match['n']}")
    if any(not _value(item) for item in items):
        return None
    spoken = re.sub(r"\s*[/–-]\s*", " i ", match["list"])

    def say(item: re.Match[str]) -> str:
        return ordinal(_value(item[0]) or 0, gender=gender, case=case)

    return re.sub(rf"\b{_ITEM}", say, f"{spoken}{match['n']}")


def _ordered_after(match: re.Match[str]) -> str:
    if match["n"][0].isdigit() and not (match["between"] + match["noun"]).islower():
        return match[0]  # "1. Otwarcie sesji" numbers a list
    gender, case = case_of(match["noun"].lower(), governed_case(match))
    spoken = _listed(match, gender, case)
    return match[0] if spoken is None else f"{spoken} {match['between']}{match['noun']}"


def _short_noun(match: re.Match[str]) -> str:
    forms = _SHORT_NOUNS[match["noun"]]
    before = words_before(match, 1)
    case: Case = "acc" if before == ["za"] else governed_case(match, default="gen" if before else "nom")
    if match["noun"] == "p." and case == "acc":
        case = "loc"
    if match["n"][0].isdigit() or case not in forms:
        return match[0]
    spoken = _listed(match, "n" if match["noun"] == "p." else "m", case)
    return match[0] if spoken is None else f"{spoken} {forms[case]}{stop(match)}"


def _bare_before(match: re.Match[str]) -> str:
    gender, case = case_of(match["noun"], governed_case(match))
    return f"{ordinal(int(match['n']), gender=gender, case=case)} {match['noun']}"


def _ordered_before(match: re.Match[str]) -> str:
    number = _value(match["n"])
    if number is None:
        return match[0]
    gender, case = case_of(match["noun"].lower(), governed_case(match))
    return f"{match['noun']} {ordinal(number, gender=gender, case=case)}"


def _short_part(match: re.Match[str]) -> str:
    many = re.match(r"[IVX\d]+[a-h]?\s*[–-]", match.string[match.end() : match.end() + 9]) is not None
    said = LEGAL[match["sign"].lower()].form(governed_case(match), plural=many)
    return f"{said.capitalize() if match['sign'][0].isupper() else said} "


def _classes(match: re.Match[str]) -> str:
    noun = match["noun"]
    ending = noun.lower().removeprefix("klas")

    def say(written: str, letter: str | None, case: Case) -> str:
        spoken = ordinal(_value(written) or 0, gender="f", case=case)
        return f"{spoken} {LETTERS[letter.upper()]}" if letter else spoken

    if not all(_value(written) for written in (match["a"], match["b"] or "I")):
        return match[0]
    if match["b"]:
        return f"{noun} od {say(match['a'], match['letter'], 'gen')} do {say(match['b'], match['letter_b'], 'gen')}"
    if ending not in _CLASS_CASES:
        return match[0]
    return f"{noun} {say(match['a'], match['letter'], _CLASS_CASES[ending])}"


def _ruler(match: re.Match[str]) -> str:
    number = roman_value(match["n"])
    if number is None:
        return match[0]
    queen = match["name"].startswith(("Elżbie", "Katarzyn"))
    case: Case = "nom"
    for ending, governed in _QUEEN_ENDINGS if queen else _NAME_ENDINGS:
        if match["ending"].endswith(ending):
            case = governed
            break
    return f"{match['name']} {ordinal(number, gender='f' if queen else 'm', case=case)}"


def _roman(match: re.Match[str]) -> str:
    value = roman_value(match["n"])
    # CD, MM, XL, DC... are more often abbreviations; numerals of council business have an I, V or X and are longer.
    if value is None or (len(match["n"]) == 2 and _AMBIGUOUS_LETTERS & set(match["n"])):
        return match[0]
    return cardinal(value)
