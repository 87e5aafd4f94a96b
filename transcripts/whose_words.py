"""Whose words a question asks for: "co mówił radny Zając o drodze" wants what Zając said, not what was said of him.

The speaker is looked for right beside a verb of saying, or right after "wypowiedź", "stanowisko" and their like, and
never after a preposition: "co mówił wójt o radnym Zającu" asks for the mayor's words. Names are compared with the
speakers of the council's recordings and with its roster, in any case form, with diacritics or without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from speech.engine.reading.dictionary import readings
from transcripts.lexemes import fold
from transcripts.speakers.roster import role_of, stems

_SAID: Final = (
    "mowil mowila mowi powiedzial powiedziala twierdzil twierdzila twierdzi sadzil sadzila sadzi uwazal uwazala uwaza"
    " myslal myslala mysli pytal pytala pyta zapytal zapytala odpowiedzial odpowiedziala odpowiadal odpowiadala"
    " proponowal proponowala proponuje zaproponowal zaproponowala wnioskowal wnioskowala wnosil wnosila obiecal"
    " obiecala obiecywal obiecywala tlumaczyl tlumaczyla wyjasnil wyjasnila wyjasnial wyjasniala krytykowal"
    " krytykowala skrytykowal skrytykowala wspominal wspominala wspomnial wspomniala interpelowal interpelowala"
    " wypowiadal wypowiadala wypowiedzial wypowiedziala zglaszal zglaszala zglosil zglosila argumentowal argumentowala"
)
_SAYS: Final = frozenset(_SAID.split())
"""Third person, folded."""
_WORDS_OF: Final = re.compile(r"(?:wypowied[zi]|wystapieni|stanowisk|opini|glos[uy]?$|slow[ao]?$|zdani)\w*")
_QUESTION: Final = "co czego o jak jakie jaki jaka kiedy gdzie czy dlaczego czemu ile kto"
_ASKS: Final = frozenset(_QUESTION.split())
_BETWEEN: Final = "pan pani pana panem panstwo nasz nasza sie tez jeszcze ostatnio wtedy"
_FILLERS: Final = frozenset(_BETWEEN.split())
_OWN_OFFICE: Final = frozenset(["gminy", "miasta", "rady", "powiatu", "wojewodztwa"])
_COUNCILLOR: Final = re.compile(r"^radn(?:[yaie]|ego|ej|emu|ym|a)$")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-–][^\W\d_]+)*|[^\w\s]")
_MOST_WORDS: Final = 5
_MASCULINE, _FEMININE = "m", "f"


@dataclass(frozen=True, slots=True)
class Whose:
    """`names` are the speakers' names of the one person who is meant; several when they could be more people."""

    names: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    office: str  # of roster.role_of, "councillor", or ""
    names: tuple[str, ...]
    sex: str

    @property
    def given(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self.names[:-1])


@dataclass(frozen=True, slots=True)
class _Person:
    office: str
    given: frozenset[str]  # folded, all but the surname
    names: tuple[str, ...]  # all names as they are written
    sex: str


def whose_words(question: str, speakers: Iterable[str], people: Iterable[str] = ()) -> Whose | None:
    """Who is asked for among `speakers` (as recordings name them); None when a question asks for nobody's words.

    Args:
        people: full names of the council's roster. Two of them with the name that is asked make it uncertain, even
            if only one has spoken.
    """
    asked = _asked(question)
    if asked is None:
        return None
    voices = {label: _person(label) for label in speakers}
    surnamed = [person for person in voices.values() if _fits(asked, person, whole=False)]
    rostered = [person for name in people if asked.names and _fits(asked, person := _person(name), whole=False)]
    alone = _all_one([*surnamed, *rostered, _Person(asked.office, asked.given, asked.names, asked.sex)])
    fitting = tuple(sorted(label for label, person in voices.items() if _fits(asked, person, whole=not alone)))
    if not fitting:
        return None
    known = [person for person in rostered if _fits(asked, person, whole=True)]
    return Whose(fitting, alone or _all_one([*(voices[label] for label in fitting), *known]))


def asks_for_words(question: str) -> bool:
    """Whether a question names somebody beside a word of saying: cheap, before anybody is looked up."""
    return _asked(question) is not None


# --- the question ----------------------------------------------------------------------------------------------------


def _asked(question: str) -> _Asked | None:
    words = _WORD.findall(question)
    folded = [fold(word) for word in words]
    for at, word in enumerate(folded):
        if word in _SAYS:
            sex = _FEMININE if word.endswith("la") else _MASCULINE if word.endswith("l") else ""
            before = _before(words, folded, at)
            found = _named(before, "nom", sex) or _named(words[at + 1 : at + 1 + _MOST_WORDS], "nom", sex)
        elif _WORDS_OF.fullmatch(word):
            found = _named(words[at + 1 : at + 1 + _MOST_WORDS], "gen", "")
        else:
            continue
        if found:
            return found
    return None


def _before(words: Sequence[str], folded: Sequence[str], at: int) -> list[str]:
    """The words between the question word and the verb; none where there is no question word so near."""
    start = max(0, at - _MOST_WORDS)
    for begin in range(at - 1, start - 1, -1):
        if folded[begin] in _ASKS:
            return list(words[begin + 1 : at])
    return list(words[start:at]) if start == 0 else []


def _named(words: Sequence[str], case: str, sex: str) -> _Asked | None:
    """The office and the names with which `words` begin, in one case; None for neither."""
    office = ""
    names: list[str] = []
    for word in words:
        folded = fold(word)
        if folded in _FILLERS or (office and folded in _OWN_OFFICE and not names):
            continue
        if names and names[-1][0].isupper() and word[0].islower():
            break
        role = _office(word)
        if role and not names and not office and _can_be(word, case):
            office = role
            sex = sex or _sex_of(word)
        elif not role and word[0].isalpha() and len(word) > 2 and _can_be(word, case) and folded not in _ASKS:
            names.append(word)
        else:
            break
    return _Asked(office, tuple(names), sex) if office or names else None


@lru_cache(maxsize=4_096)
def _can_be(word: str, case: str) -> bool:
    """Whether a word may stand in a case; one that morfeusz2 does not know so may stand in any."""
    tags = [tag for form in {word, word.capitalize()} for _, tag, _ in readings(form)]
    if not tags:
        return True
    return any(case in part.split(".") for tag in tags for part in tag.split(":")[1:])


# --- people ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def _person(label: str) -> _Person:
    """A speaker's name as recordings show it: "Radna Maria Świderska-Lis", "Burmistrz", "Jan Zając"."""
    words = label.split()
    office, sex, at = "", "", 0
    while at < len(words) and (
        _office(words[at]) or fold(words[at]) in _FILLERS | _OWN_OFFICE or words[at][:1].islower()
    ):
        office = office or _office(words[at])
        sex = sex or _sex_of(words[at])
        at += 1
    names = tuple(word.strip(".,;:()") for word in words[at:])
    given = frozenset(fold(name) for name in names[:-1])
    return _Person(office, given, names, sex or _sex_by_name(names[:-1]))


def _office(word: str) -> str:
    return "councillor" if _COUNCILLOR.match(word.lower()) else role_of(word) or ""


def _sex_of(office: str) -> str:
    lower = office.lower()
    if lower in ("radna", "radnej", "radną", "przewodnicząca", "przewodniczącej", "wiceprzewodnicząca"):
        return _FEMININE
    return _MASCULINE if lower in ("radny", "radnego") else ""


def _sex_by_name(given: Sequence[str]) -> str:
    for name in given:
        tags = {tag.split(":")[3] for _, tag, kinds in readings(name) if "imię" in kinds and tag.count(":") >= 3}
        if tags and tags <= {"f"}:
            return _FEMININE
        if tags and tags <= {"m1"}:
            return _MASCULINE
    return ""


def _fits(asked: _Asked, person: _Person, *, whole: bool) -> bool:
    """Whether it may be they who are meant; `whole`: by all their names that the question gives, else by surname."""
    if asked.sex and person.sex and asked.sex != person.sex:
        return False
    if not asked.names:
        return bool(asked.office) and asked.office != "councillor" and person.office == asked.office
    if asked.office not in ("", "councillor") and person.office not in ("", asked.office):
        return False
    known = [_folded_stems(part) for name in person.names for part in re.split("[-–]", name)]
    surname = [_folded_stems(part) for part in re.split("[-–]", person.names[-1])] if person.names else []
    parts = [_folded_stems(part) for name in asked.names for part in re.split("[-–]", name)]
    if whole and not all(any(part & other for other in known) for part in parts):
        return False
    return any(part & other for part in parts for other in surname)


def _all_one(people: Sequence[_Person]) -> bool:
    return all(_may_be_one(one, other) for one in people for other in people)


@lru_cache(maxsize=8_192)
def _folded_stems(name: str) -> frozenset[str]:
    return frozenset(fold(stem) for stem in stems(name)) | {fold(name)}


def _may_be_one(one: _Person, other: _Person) -> bool:
    """Whether two names may be one person's: nothing in them differs but how much they say."""
    if one.sex and other.sex and one.sex != other.sex:
        return False
    alike = any(left.startswith(right) or right.startswith(left) for left in one.given for right in other.given)
    if one.given and other.given and not alike:  # an initial may stand for the name
        return False
    if not one.names or not other.names:
        return True
    left, right = ([_folded_stems(part) for part in re.split("[-–]", each.names[-1])] for each in (one, other))
    fewer, more = sorted((left, right), key=len)
    return all(any(part & other for other in more) for part in fewer)
