"""Abbreviations, acronyms, initials and words of addresses."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.context import governed_case, stop, words_before
from speech.engine.reading.numbers import Case, ordinal
from speech.engine.reading.sentences import SENTENCE_STARTERS
from speech.engine.reading.words import ABBREVIATIONS, ACRONYMS, ADDRESS, LEGAL, LETTERS, MONTHS

_UPPER: Final = "A-ZĄĆĘŁŃÓŚŹŻ"
_LOWER: Final = "a-ząćęłńóśźż"
_VOWELS: Final = frozenset("AEIOUYĄĘÓ")
_LONGEST_ACRONYM: Final = 6

_FORMS: Final[dict[str, str]] = {
    **{sign: noun.form("nom") for sign, noun in LEGAL.items() if sign not in ("s.", "kl.")},
    "‰": "promili",
    "%": "procent",
    "m²": "metrów kwadratowych",
    "m³": "metrów sześciennych",
    **ABBREVIATIONS,
}
_NEEDS_NAME: Final = frozenset(
    {"im.", "gen.", "św.", "gm.", "kl.", "red.", "st.", "mł.", "bp", "dh", "sob.", "pt.", "bud."}
)
"""Abbreviations that are also words at a sentence's end; they count only before a name, a number or each other."""
_BEFORE_NAMES: Final = ("św.", "bł.", "bryg.", "asp.", "kpt.", "sierż.", "ogn.")
_TITLES: Final[dict[str, tuple[str, str]]] = {
    "ks.": ("ksiądz", "księdza"), "gen.": ("generał", "generała"), "płk": ("pułkownik", "pułkownika"),
    "płk.": ("pułkownik", "pułkownika"), "mjr": ("major", "majora"), "mjr.": ("major", "majora"),
    "kpt.": ("kapitan", "kapitana"), "prof.": ("profesor", "profesora"), "dr": ("doktor", "doktora"),
    "dr.": ("doktora", "doktora"), "inż.": ("inżynier", "inżyniera"), "bp": ("biskup", "biskupa"),
    "abp": ("arcybiskup", "arcybiskupa"), "por.": ("porucznik", "porucznika"), "rtm.": ("rotmistrz", "rotmistrza"),
    "marsz.": ("marszałek", "marszałka"), "hm.": ("harcmistrz", "harcmistrza"), "dh": ("druh", "druha"),
    "kard.": ("kardynał", "kardynała"), "sierż.": ("sierżant", "sierżanta"),
}  # fmt: skip
"""Titles of persons: nominative, and the genitive that follows ulica, imienia, rondo, skwer..."""
_TITLED: Final = re.compile(
    rf"(?P<lead>\b(?:[Ii]m\.|[Ii]mienia|[Uu]l\.|[Uu]lic\w+|[Aa]l\.|[Aa]lei|[Pp]l\.|[Pp]lac\w*|[Rr]ond\w+|[Ss]kwer\w*|[Oo]s\.)\s+)"
    rf"(?P<titles>(?:(?:{'|'.join(re.escape(title) for title in _TITLES)})\s*)+)(?=[{_UPPER}])"
)
_SURFACE: Final = re.compile(r"\b[Pp]ow\.(?=\s*(?:\d|użytk|zabud|całk|ok\b|ogóln|łączn|gruntu|działki|powyżej|do\b))")
_DAYS: Final[dict[str, tuple[str, str]]] = {
    "pon.": ("poniedziałek", "poniedziałku"), "wt.": ("wtorek", "wtorku"), "śr.": ("środa", "środy"),
    "czw.": ("czwartek", "czwartku"), "pt.": ("piątek", "piątku"), "sob.": ("sobota", "soboty"),
    "niedz.": ("niedziela", "niedzieli"), "nd.": ("niedziela", "niedzieli"),
}  # fmt: skip
_DAY: Final = "|".join(re.escape(day) for day in _DAYS)
_DAY_RANGE: Final = re.compile(rf"\b(?P<a>{_DAY})\s*[–-]\s*(?P<b>{_DAY})", re.IGNORECASE)
_FLAT: Final = re.compile(r"(?P<house>\b\d{1,3}[A-Za-z]?(?:/\d+)?)\s+m\.\s*(?=\d)")
_STREET_ORDINAL: Final = re.compile(
    rf"(?P<lead>\b(?:[Uu]l\.|[Uu]lic\w+|[Pp]l\.|[Aa]l\.|[Oo]s\.)\s*)(?P<n>\d{{1,2}})\s+(?!(?i:{'|'.join(MONTHS)})\b)(?=[{_UPPER}])"
)
_ADDRESS_NUMBER: Final = re.compile(r"(?<!\d)(?<!\d )\b(?P<word>[Aa]l\.|[Pp]l\.)\s*(?=\d)")
_PLACE: Final = re.compile(rf"\b(?P<lead>[Ww]|[Zz]|[Dd]o|[Oo]d|[Dd]la|[Kk]oło|[Pp]rzez)\s+m\.\s+(?=[{_UPPER}])")
_PLOT: Final = re.compile(r"\b[Dd]z\.\s*(?=nr\b|ew\.|ewid\.)")
_WATER: Final = re.compile(r"(?P<noun>\b\w+)\s+wod\.\s?-\s?kan\.")
_BUDGET_PART: Final = re.compile(r"\b[Dd]z(?:\.|iał)\s*(?=\d{3}(?![\w/]|[.,]\d))")
_PART_FORMS: Final[dict[Case, str]] = {"gen": "działu", "loc": "dziale", "instr": "działem"}
_AD: Final = re.compile(r"\b(?P<ad>[Aa]d)\.(?=\s*\d|\s+[a-ząćęłńóśźż])")


def _pattern(forms: dict[str, str]) -> re.Pattern[str]:
    written = {*forms, *(key[0].upper() + key[1:] for key in forms)}
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(key) for key in sorted(written, key=len, reverse=True))})(?!\w)")


_ABBREVIATION: Final = _pattern(_FORMS)
_THIS_YEAR: Final = re.compile(r"\b(?P<w>[Ww]) (?P<which>br|b\.r|ub\.\s?r|bm)\.")
_LAST_YEAR: Final = re.compile(r"\bub\.\s?r\.")
_ADDRESS: Final = re.compile(
    rf"(?<!\w)(?P<word>[Uu]l\.\s*(?=\w)|(?:[Aa]l\.|[Pp]l\.|[Oo]s\.)\s*(?=[{_UPPER}]))(?P<name>[\w-]+)"
)
_MISTER: Final = re.compile(rf"(?<!\w)[Pp]\.\s+(?P<name>[{_UPPER}][{_LOWER}]+(?:\s+[{_UPPER}][{_LOWER}-]+)?)")
_INITIALS: Final = re.compile(
    rf"(?<![\w.])(?P<letters>(?:[{_UPPER}]\.\s?)+)(?=(?P<next>[{_UPPER}][{_LOWER}]+|$|[\s,;:)?!]))"
)
_ACRONYM: Final = re.compile(
    rf"(?<![\w.])(?P<word>e?[{_UPPER}][{_UPPER}{_LOWER}]*[{_UPPER}][{_LOWER}]?)(?:-(?P<suffix>[{_LOWER}]{{1,4}}))?(?!\w|-[{_UPPER}]|\.\w)"
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


def read_before_numbers(text: str) -> str:
    """What only the number after it explains: o pow. 500 m² -> o powierzchni; 5 m. 12 -> 5 mieszkania 12; dz. 600."""
    text = _AD.sub(lambda m: m["ad"], text)
    text = _SURFACE.sub(_surface, text)
    text = _BUDGET_PART.sub(_budget_part, text)
    text = _STREET_ORDINAL.sub(_street_ordinal, text)
    text = _ADDRESS_NUMBER.sub(_address_number, text)
    text = _PLACE.sub(lambda m: f"{m['lead']} miejscowoś{'ć' if m['lead'].lower() == 'przez' else 'ci'} ", text)
    text = _PLOT.sub(lambda m: "Działka " if m[0][0] == "D" else "działka ", text)
    return _FLAT.sub(r"\g<house> mieszkanie ", text)


def read_abbreviations(text: str) -> str:
    """np. -> na przykład; przy ul. Leśnej -> przy ulicy Leśnej; MPZP -> em pe zet pe; J. Kowalski -> jot Kowalski."""
    text = _DAY_RANGE.sub(_day_range, text)
    text = _TITLED.sub(_titled, text)
    text = _THIS_YEAR.sub(_this_year, text)
    text = _LAST_YEAR.sub(lambda m: f"ubiegłego roku{stop(m)}", text)
    text = _AGREEING.sub(_agreeing, text)
    text = _WATER.sub(lambda m: f"{m['noun']} wodno-kanalizacyjn{_ending(m['noun'])}", text)
    text = _CONCERNING.sub(lambda m: f"{m['noun']} dotycząc{_ending(m['noun'])}", text)
    text = _ADDRESS.sub(_address, text)
    text = _MISTER.sub(_mister, text)
    text = _ABBREVIATION.sub(_abbreviation, text)
    text = _INITIALS.sub(_initials, text)
    return _ACRONYM.sub(_acronym, text)


def _day_range(match: re.Match[str]) -> str:
    first, last = (_DAYS[match[side].lower()][1] for side in ("a", "b"))
    return f"{'' if words_before(match, 1) == ['od'] else 'od '}{first} do {last}"


def _surface(match: re.Match[str]) -> str:
    case = governed_case(match)
    said = {"nom": "powierzchnia", "acc": "powierzchnię", "instr": "powierzchnią"}.get(case, "powierzchni")
    return said.capitalize() if match[0][0] == "P" else said


def _street_ordinal(match: re.Match[str]) -> str:
    return f"{match['lead']}{ordinal(int(match['n']), case='gen')} "  # ulica piętnastego Pułku Piechoty


def _address_number(match: re.Match[str]) -> str:
    word = match["word"]
    nominative, genitive, _accusative, instrumental, locative = ADDRESS[word.lower()]
    case = governed_case(match, default="gen" if words_before(match, 1) else "nom")
    said = {"nom": nominative, "gen": genitive, "instr": instrumental}.get(case, locative)
    return f"{said.capitalize() if word[0].isupper() else said} "


def _budget_part(match: re.Match[str]) -> str:
    said = _PART_FORMS.get(governed_case(match), "dział")
    return f"{said.capitalize() if match[0][0] == 'D' else said} "


def _titled(match: re.Match[str]) -> str:
    titles = sorted(re.findall(r"\S+", match["titles"]), key=match["titles"].index)
    lead = re.sub(r"^([Ii])m\.", r"\1mienia", match["lead"])
    return f"{lead}{' '.join(_TITLES[title][1] for title in titles)} "


def _this_year(match: re.Match[str]) -> str:
    said = {"br": "bieżącym roku", "b.r": "bieżącym roku", "bm": "bieżącym miesiącu"}.get(
        match["which"], "ubiegłym roku"
    )
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
        # "na" more often says where than where to: na placu Wolności, but na plac Nowy.
        said = accusative if not feminine and name.endswith(("ny", "wy", "ki", "gi")) else locative
    elif case in ("gen", "loc", "instr"):
        said = {"gen": genitive, "loc": locative, "instr": instrumental}[case]
    elif name.endswith("a") and feminine:
        said = nominative
    else:
        # "Remont ul. Kościuszki": after a noun the genitive; at a clause's beginning the nominative.
        said = genitive if words_before(match, 1) else nominative
    return f"{said.capitalize() if word[0].isupper() else said} {name}"


def _mister(match: re.Match[str]) -> str:
    if match[0][0] == "P" and words_before(match, 1):
        return match[0]  # "Radny P. Kot": an initial
    # Polish first names and adjectival surnames of women end in -a; of men hardly ever.
    first = match["name"].split()[0]
    title = "pani" if first.endswith("a") and first not in ("Kuba", "Barnaba", "Kosma") else "pan"
    return f"{title.capitalize() if match[0][0] == 'P' else title} {match['name']}"


def _abbreviation(match: re.Match[str]) -> str:
    written = match[0]
    key = written if written in _FORMS else written[0].lower() + written[1:]
    following = match.string[match.end() :].lstrip()
    if key in _NEEDS_NAME and not (
        following[:1].isupper()
        or following[:1] in ("„", '"')
        or following[:1].isdigit()
        or following.startswith(_BEFORE_NAMES)
    ):
        return written
    said = LEGAL[key].form(governed_case(match)) if key in LEGAL else _FORMS[key]
    if key == "poł." and governed_case(match) == "loc":
        said = "połowie"
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
    # "WPF-u" is said as one word with its ending: wu pe efu; MPZP-ie: em pe zet pie.
    return (said.removesuffix("e") if suffix.startswith(("i", "e")) else said) + suffix
