"""Abbreviations, acronyms, initials and words of addresses."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import governed_case, stop, words_before
from speech.engine.reading.sentences import SENTENCE_STARTERS
from speech.engine.reading.words import ABBREVIATIONS, ACRONYMS, ADDRESS, LEGAL, LETTERS

_UPPER: Final = "A-ZĄĆĘŁŃÓŚŹŻ"
_LOWER: Final = "a-ząćęłńóśźż"
_VOWELS: Final = frozenset("AEIOUYĄĘÓ")
_LONGEST_ACRONYM: Final = 6

_FORMS: Final[dict[str, str]] = {
    **{sign: nouns[0] for sign, (nouns, _gender) in LEGAL.items()},
    "lit.": "litera",
    "‰": "promili",
    "%": "procent",
    "m²": "metrów kwadratowych",
    "m³": "metrów sześciennych",
    **ABBREVIATIONS,
}
_NEEDS_NAME: Final = frozenset({"im.", "gen.", "św.", "pow.", "gm.", "kl.", "red."})
"""Abbreviations that are also words at a sentence's end; they count only before a name."""


def _pattern(forms: dict[str, str]) -> re.Pattern[str]:
    written = {*forms, *(key[0].upper() + key[1:] for key in forms)}
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(key) for key in sorted(written, key=len, reverse=True))})(?!\w)")


_ABBREVIATION: Final = _pattern(_FORMS)
_THIS_YEAR: Final = re.compile(r"\b(?P<w>[Ww]) (?P<which>br|ub\.\s?r|bm)\.")
_LAST_YEAR: Final = re.compile(r"\bub\.\s?r\.")
_ADDRESS: Final = re.compile(
    rf"(?<!\w)(?P<word>[Uu]l\.\s*(?=\w)|(?:[Aa]l\.|[Pp]l\.|[Oo]s\.)\s*(?=[{_UPPER}]))(?P<name>[\w-]+)"
)
_MISTER: Final = re.compile(rf"(?<!\w)[Pp]\.\s+(?P<name>[{_UPPER}][{_LOWER}]+(?:\s+[{_UPPER}][{_LOWER}-]+)?)")
_INITIALS: Final = re.compile(
    rf"(?<![\w.])(?P<letters>(?:[{_UPPER}]\.\s?)+)(?=(?P<next>[{_UPPER}][{_LOWER}]+|$|[\s,;:)?!]))"
)
_ACRONYM: Final = re.compile(
    rf"(?<![\w.])(?P<word>e?[{_UPPER}][{_UPPER}{_LOWER}]*[{_UPPER}][{_LOWER}]?)(?:-(?P<suffix>[{_LOWER}]{{1,4}}))?(?!\w)"
)
_AGREEING: Final = re.compile(r"(?<!\w)(?P<word>[Ww]w\.|[Ww]/w|[Tt]zw\.)\s+(?P<next>[\"„]?\w+)")
_CONCERNING: Final = re.compile(r"(?P<noun>\b\w+)\s+dot\.")
_ENDINGS: Final = (
    ("ych", "ych"), ("ich", "ych"), ("ów", "ych"), ("ach", "ych"), ("ami", "ymi"), ("ego", "ego"), ("iem", "ym"),
    ("em", "ym"), ("ej", "ej"), ("cji", "ej"), ("ie", "ej"), ("ę", "ą"), ("ą", "ą"), ("a", "a"), ("y", "ej"),
    ("i", "ej"), ("u", "ego"), ("e", "e"), ("o", "e"),
)  # fmt: skip
"""Ending of a noun -> ending of an adjective beside it; the likeliest where the noun alone does not tell."""
_SAINTS: Final = {"świętego": "świętej"}


def read_abbreviations(text: str) -> str:
    """np. -> na przykład; przy ul. Leśnej -> przy ulicy Leśnej; MPZP -> em pe zet pe; J. Kowalski -> jot Kowalski."""
    text = _THIS_YEAR.sub(_this_year, text)
    text = _LAST_YEAR.sub(lambda m: f"ubiegłego roku{stop(m)}", text)
    text = _AGREEING.sub(_agreeing, text)
    text = _CONCERNING.sub(lambda m: f"{m['noun']} dotycząc{_ending(m['noun'])}", text)
    text = _ADDRESS.sub(_address, text)
    text = _MISTER.sub(_mister, text)
    text = _ABBREVIATION.sub(_abbreviation, text)
    text = _INITIALS.sub(_initials, text)
    return _ACRONYM.sub(_acronym, text)


def _this_year(match: re.Match[str]) -> str:
    said = {"br": "bieżącym roku", "bm": "bieżącym miesiącu"}.get(match["which"], "ubiegłym roku")
    return f"{match['w']} {said}{stop(match)}"


def _ending(noun: str) -> str:
    return next((ending for noun_ending, ending in _ENDINGS if noun.lower().endswith(noun_ending)), "y")


def _agreeing(match: re.Match[str]) -> str:
    said = "tak zwan" if match["word"].lower() == "tzw." else "wyżej wymienion"
    said = said.capitalize() if match["word"][0].isupper() else said
    return f"{said}{_ending(match['next'])} {match['next']}"


def _address(match: re.Match[str]) -> str:
    word, name = match["word"].strip(), match["name"]
    nominative, genitive, accusative, instrumental, locative = ADDRESS[word.lower()]
    feminine = word.lower() in ("ul.", "al.")
    case = governed_case(match)
    if feminine and name.endswith("ą"):
        said = instrumental if case == "instr" else accusative
    elif feminine and name.endswith(("ej", "iej")):
        said = genitive
    elif case == "acc":
        said = locative if feminine or name.endswith(("m", "im", "ym")) else accusative
    elif case in ("gen", "loc", "instr"):
        said = {"gen": genitive, "loc": locative, "instr": instrumental}[case]
    elif name.endswith("a") and feminine:
        said = nominative
    else:
        # "Remont ul. Kościuszki": after a noun the genitive; at a clause's beginning the nominative.
        said = genitive if words_before(match, 1) else nominative
    return f"{said.capitalize() if word[0].isupper() else said} {name}"


def _mister(match: re.Match[str]) -> str:
    # Polish first names and adjectival surnames of women end in -a; of men hardly ever.
    first = match["name"].split()[0]
    title = "pani" if first.endswith("a") and first not in ("Kuba", "Barnaba", "Kosma") else "pan"
    return f"{title.capitalize() if match[0][0] == 'P' else title} {match['name']}"


def _abbreviation(match: re.Match[str]) -> str:
    written = match[0]
    key = written if written in _FORMS else written[0].lower() + written[1:]
    following = match.string[match.end() :].lstrip()
    if key in _NEEDS_NAME and not (following[:1].isupper() or following[:1] in ("„", '"') or following[:1].isdigit()):
        return written
    said = _FORMS[key]
    if key == "św." and re.match(rf"[{_UPPER}]\w*(?:y|i|ej)\b", following) is not None:
        said = _SAINTS[said]
    if key != written:
        said = said[0].upper() + said[1:]
    # A sign may touch its number ("5%"); a word may not.
    glue = " " if match.start() and match.string[match.start() - 1].isalnum() else ""
    return f"{glue}{said}{stop(match)}"


def _initials(match: re.Match[str]) -> str:
    letters = re.findall(rf"[{_UPPER}]", match["letters"])
    following = match["next"] or ""
    if len(letters) == 1 and (not following[:1].isupper() or following in SENTENCE_STARTERS):
        return match[0]
    ends = match.end() == len(match.string)
    said = " ".join(LETTERS[letter] for letter in letters)
    return f"{said}." if ends else f"{said} " if following[:1].isupper() else said


def _acronym(match: re.Match[str]) -> str:
    word, suffix = match["word"], match["suffix"] or ""
    if word in ACRONYMS:
        said = ACRONYMS[word]
    elif word.isupper() and len(word) <= _LONGEST_ACRONYM and not _VOWELS & set(word):
        said = " ".join(LETTERS[letter] for letter in word)
    else:
        return match[0]
    # "WPF-u" is said as one word with its ending: wu pe efu.
    return said + suffix
