"""Numbers of the law and of councils: articles, resolutions, sessions and other Roman numerals."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import LEFT, RIGHT, governed_case
from speech.engine.reading.numbers import Case, Gender, cardinal, ordinal, roman_value
from speech.engine.reading.words import LEGAL, LETTERS, ORDERED

_NUMBER: Final = r"\d{1,4}[a-z]{0,2}"
_REFERENCE: Final = re.compile(
    r"(?<![\w])(?P<sign>[Aa]rt\.|[Uu]st\.|[Pp]pkt|[Pp]kt\.?|§{1,2}|[Rr]ozdz\.|[Zz]d\.|[Pp]oz\.|[Ss]tr\.|[Ss]\.)\s*"
    rf"(?P<first>{_NUMBER})(?P<more>(?:,\s*{_NUMBER})*\s*(?:i|oraz|lub|albo|[–—-])\s*{_NUMBER})?{RIGHT}"
)
_LETTER: Final = re.compile(
    r"(?<!\w)(?P<sign>[Ll]it\.)\s*(?P<letter>[a-z])(?P<more>(?:\s*(?:,|i|oraz|lub|[–—-])\s*[a-z])*)(?!\w)"
)
_FULL_WORD: Final = re.compile(
    r"\b(?P<noun>(?:[Pp]od)?[Pp]unk(?:t|tu|cie|tem)|[Pp]aragraf(?:u|ie|em)?|[Aa]rtyku(?:ł|łu|le|łem)"
    rf"|[Uu]stęp(?:u|ie|em)?|[Rr]ozdzia(?:ł|łu|le|łem))\s+(?P<n>\d{{1,3}})(?P<letter>[a-z]?){RIGHT}"
)
_SLASHED: Final = re.compile(
    rf"(?P<nr>\b[Nn][Rr]\.?\s*)?{LEFT}(?P<parts>(?:[IVXLCDM]+|\d+)(?:\s?/\s?(?:[IVXLCDM]+|\d+))+)(?![\w*]|/\w)"
)
_FRACTION: Final = re.compile(r"(?P<top>[1-9])/(?P<bottom>[2-9]|10)")
_ADJECTIVES: Final = r"(?:[^\W\d_]+(?:a|ej|ą|y|ego|ym|e|i|iej|im)\s+){0,2}?"
_ORDERED_AFTER: Final = re.compile(
    rf"(?<![\w/.-])(?P<n>(?-i:[IVXLCDM]+)\.?|\d{{1,3}}\.)\s+(?P<between>{_ADJECTIVES})(?P<noun>{'|'.join(ORDERED)})\b",
    re.IGNORECASE,
)
_ORDERED_BEFORE: Final = re.compile(rf"\b(?P<noun>{'|'.join(ORDERED)})\s+(?P<n>(?-i:[IVXLCDM]+)){RIGHT}", re.IGNORECASE)
_SESSION_BEFORE: Final = re.compile(rf"\b(?P<noun>[Ss]esj[aięą])\s+(?P<n>\d{{1,3}}){RIGHT}")
_RULER: Final = re.compile(
    r"\b(?P<name>(?:Paweł|Pawł|Pawl|Jan|Zygmun|Władysław|Kazimierz|August|Bolesław|Henryk|Stefan|Fryderyk)(?P<ending>\w*))"
    r"\s+(?P<n>[IVX]+)\b"
)
_NAME_ENDINGS: Final[tuple[tuple[str, Case], ...]] = (
    ("owi", "dat"), ("em", "instr"), ("a", "gen"), ("ie", "loc"), ("le", "loc"),
)  # fmt: skip
_ROMAN: Final = re.compile(r"(?<![\w/.&-])(?P<n>[IVXLCDM]{2,})(?![\w/&-])")
_NEAR_CHARS: Final = 200
_AMBIGUOUS_LETTERS: Final = frozenset("LCDM")


def read_law(text: str) -> str:
    """art. 20 ust. 1b -> artykuł dwudziesty ustęp pierwszy be; XXIII sesji -> dwudziestej trzeciej sesji."""
    text = _REFERENCE.sub(_reference, text)
    text = _LETTER.sub(_letter_reference, text)
    text = _FULL_WORD.sub(_after_full_word, text)
    text = _SLASHED.sub(_slashed, text)
    text = _ORDERED_AFTER.sub(_ordered_after, text)
    text = _ORDERED_BEFORE.sub(_ordered_before, text)
    text = _SESSION_BEFORE.sub(_ordered_before, text)
    text = _RULER.sub(_ruler, text)
    return _ROMAN.sub(_roman, text)


def _noun(sign: str, case: Case) -> tuple[str, Gender, Case]:
    key = {"§§": "§", "s.": "str."}.get(sign.lower(), sign.lower())
    (nominative, genitive, instrumental, locative), gender = LEGAL[key]
    by_case = {"gen": genitive, "instr": instrumental, "loc": locative}
    word = by_case.get(case, nominative)
    if case not in by_case:
        case = "nom"
    return (word.capitalize() if sign[0].isupper() else word), gender, case


def _reference(match: re.Match[str]) -> str:
    noun, gender, case = _noun(match["sign"], governed_case(match))

    def say(written: str, in_case: Case = case) -> str:
        figures = written.rstrip("abcdefghijklmnopqrstuvwxyz")
        number = int(figures)
        spoken = cardinal(number) if match["sign"].lower() == "poz." else ordinal(number, gender=gender, case=in_case)
        return " ".join([spoken, *(LETTERS[letter.upper()] for letter in written[len(figures) :])])

    more: str = match["more"] or ""
    if re.fullmatch(rf"\s*[–—-]\s*{_NUMBER}", more):
        return f"{noun} od {say(match['first'], 'gen')} do {say(more.strip(' –—-'), 'gen')}"
    rest = re.sub(r"\s*[–—-]\s*", " do ", more)
    return f"{noun} {say(match['first'])}{re.sub(_NUMBER, lambda m: say(m[0]), rest)}"


def _letter_reference(match: re.Match[str]) -> str:
    noun, _gender, _case = _noun(match["sign"], governed_case(match))
    first, more = LETTERS[match["letter"].upper()], match["more"]
    if re.fullmatch(r"\s*[–—-]\s*[a-z]", more):
        return f"{noun} od {first} do {LETTERS[more[-1].upper()]}"
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
    letter = f" {LETTERS[match['letter'].upper()]}" if match["letter"] else ""
    return f"{match['noun']} {ordinal(int(match['n']), case=case)}{letter}"


def _slashed(match: re.Match[str]) -> str:
    fraction = _FRACTION.fullmatch(match["parts"])
    if fraction is not None and match["nr"] is None and _is_fraction(match, fraction):
        return _spoken_fraction(int(fraction["top"]), int(fraction["bottom"]))
    parts = []
    for part in re.split(r"\s?/\s?", match["parts"]):
        value = int(part) if part.isdigit() else roman_value(part)
        if value is None:
            return match[0]
        parts.append(cardinal(value))
    lead = "" if match["nr"] is None else "numer "
    return lead + " łamane przez ".join(parts)


def _is_fraction(match: re.Match[str], fraction: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _NEAR_CHARS) : match.start()].split()
    nearest = before[-1] if before else ""
    names_a_place = nearest[:1].isupper() and len(before) > 1
    numbered = nearest.lower().startswith(("dział", "numer", "lokal", "druk", "blok", "uchwał", "m.", "ul."))
    return int(fraction["top"]) < int(fraction["bottom"]) and not names_a_place and not numbered


def _spoken_fraction(top: int, bottom: int) -> str:
    # The numbered part is feminine (część): jedna druga, dwie trzecie, pięć szóstych.
    if top == 1:
        return f"jedna {ordinal(bottom, gender='f')}"
    part = ordinal(bottom, gender="n") if top < 5 else f"{ordinal(bottom, case='loc')[:-1]}ch"
    return f"{cardinal(top, gender='f')} {part}"


def _ordered_after(match: re.Match[str]) -> str:
    written = match["n"].rstrip(".")
    number = int(written) if written.isdigit() else roman_value(written)
    noun = match["noun"].lower()
    if number is None:
        return match[0]
    if written.isdigit() and not (match["between"] + match["noun"]).islower():
        return match[0]  # "1. Otwarcie sesji" numbers a list
    gender, case = ORDERED[noun]
    if noun == "wieku" and governed_case(match) == "loc":
        case = "loc"
    return f"{ordinal(number, gender=gender, case=case)} {match['between']}{match['noun']}"


def _ordered_before(match: re.Match[str]) -> str:
    number = int(match["n"]) if match["n"].isdigit() else roman_value(match["n"])
    if number is None:
        return match[0]
    gender, case = ORDERED[match["noun"].lower()]
    return f"{match['noun']} {ordinal(number, gender=gender, case=case)}"


def _ruler(match: re.Match[str]) -> str:
    number = roman_value(match["n"])
    if number is None:
        return match[0]
    case: Case = "nom"
    for ending, governed in _NAME_ENDINGS:
        if match["ending"].endswith(ending):
            case = governed
            break
    return f"{match['name']} {ordinal(number, case=case)}"


def _roman(match: re.Match[str]) -> str:
    value = roman_value(match["n"])
    # CD, MM, XL, DC... are more often abbreviations; numerals of council business have an I, V or X and are longer.
    if value is None or (len(match["n"]) == 2 and _AMBIGUOUS_LETTERS & set(match["n"])):
        return match[0]
    return cardinal(value)
