"""People named in speech, in the form of a list: "radnej Gołąb" is "Danuta Gołąb" when she is among the speakers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from speech.engine.reading.dictionary import readings as readings
from transcripts.facts.numbers import word_list
from transcripts.facts.text import Speech

_FUNCTIONS: Final = re.compile(
    r"^(?:(?:wice)?przewodnicząc\w+|radn[yae]|wójt|burmistrz\w*|zastępc\w+|prezydent\w*|starost\w*|wicestarost\w*|skarbni\w+"
    r"|sekretarz\w*|sołtys\w*|protokolant\w*|kierowni\w+|dyrektor\w*|naczelni\w+|radc\w+|prawn\w+|mieszkan\w+|pani?|gość"
    r"|inspektor\w*|komendant\w*|marszał\w+|obywatel\w*|rady|gminy|miasta|powiatu|komisji|urzędu)$",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"^(?:kandydat(?:a|ce|ki|ka|kę|owi)?|radn(?:y|a|ego|ej|emu|ym|ą|i|ych|ymi)|pan(?:a|u|em|i|ią)?|państwo)$"
)
_NOMINATIVE: Final = frozenset({"radny", "radna", "pan", "pani", "kandydat", "kandydatka"})
_FEMININE: Final = frozenset({"radna", "radnej", "radną", "pani", "panią", "kandydatka", "kandydatkę"})
_PLURAL: Final = frozenset({"radni", "radnych", "radnymi", "państwo"})
_NOT_NAMES: Final = frozenset(
    word_list("""przewodniczący przewodnicząca przewodniczącego przewodniczącej wójt wójta skarbnik skarbniczka sekretarz burmistrz
    burmistrza starosta proszę bardzo i oraz a jest był była nie się za przeciw głosował głosowała wstrzymał wstrzymała
    zgłosił zgłosiła opuścił opuściła przybył przybyła który która obecnych obecny obecna ma mam jako radny radna rady
    czy że to w na do z o od po jeszcze tylko też także dziękuję stwierdzam punkt uchwała wniosek jedna jeden mecenas
    dyrektor kierownik zastępca prezydent prezydenta sołtys radnych radni usprawiedliwiony usprawiedliwiona nieobecny
    nieobecna ad pkt wiceprzewodniczący wiceprzewodnicząca złożył złożyła zgłasza""")
)


@dataclass(frozen=True, slots=True)
class Named:
    """A person named at units [first, last)."""

    name: str
    first: int
    last: int


class Roster:
    """Full names that the transcript itself gives: its speakers, and those who were called by both names."""

    def __init__(self, speakers: Iterable[str]) -> None:
        self._people: dict[str, frozenset[str]] = {}
        for speaker in speakers:
            name = person_of(speaker)
            if name and " " in name:
                self._people[name] = _surname_lemmas(name.split()[-1])

    def learn(self, speech: Speech) -> None:
        """Those whom the speech itself names by first name and surname: "radny Edmund Sęk", later "radny Sęk"."""
        for named in people_in(speech, self, 0, len(speech.units)):
            words = named.name.split()
            if len(words) == 2 and named.name not in self._people and _is_given(words[0]):
                self._people[named.name] = _surname_lemmas(words[1])

    def full_name(self, words: list[str], *, nominative: bool, feminine: bool) -> str:
        """The person's name in the nominative; the full one when exactly one known person bears the surname."""
        last = words[-1]
        lemmas = _surname_lemmas(last)
        known = [name for name, theirs in self._people.items() if lemmas & theirs]
        if len(words) > 1 and len(known) > 1:
            known = [name for name in known if name.split()[0][:3].lower() == words[0][:3].lower()]
        if len(known) == 1:
            return known[0]
        if nominative:
            return " ".join(_capital(word) for word in words)
        given = [_lemma(word, feminine=feminine, kinds=("imię", "nazwisko")) for word in words[:-1]]
        return " ".join([*given, _lemma(last, feminine=feminine)])


def person_of(speaker: str) -> str:
    """ "PRZEWODNICZĄCY Stanisław Bieniek" -> "Stanisław Bieniek"; "" for "SPEAKER_00" and bare functions."""
    words = [word for word in re.split(r"[\s,()]+", speaker) if word and not _FUNCTIONS.match(word)]
    named = [word for word in words if word[:1].isupper() and not any(char.isdigit() for char in word)]
    return " ".join(named) if 1 < len(named) <= 4 else ""


def people_in(speech: Speech, roster: Roster, first: int, last: int) -> list[Named]:
    """People called "radny X", "pani Y" within units [first, last)."""
    found: list[Named] = []
    at = first
    while at < min(last, len(speech.units)):
        title = _TITLE.match(speech.units[at].mark)
        named = person_at(speech, roster, at, last) if title else None
        at = at + 1 if named is None else at
        while named is not None:
            found.append(named)
            at = named.last
            more = at < min(last, len(speech.units)) and speech.units[at].mark in ("i", "oraz")
            named = person_at(speech, roster, at, last) if more and title and title[0] in _PLURAL else None
    return found


def person_at(speech: Speech, roster: Roster, at: int, last: int) -> Named | None:
    """The person whom the title at unit `at` introduces ("radnego Jana Nowaka")."""
    if at and speech.units[at - 1].mark.startswith("klub"):
        return None
    titles = [speech.units[at].mark]
    start = at + 1
    if titles[0].startswith("pan") and start < last and speech.units[start].mark.startswith("radn"):
        titles.append(speech.units[start].mark)
        start += 1
    words: list[str] = []
    for unit in speech.units[start : min(start + 3, last, len(speech.units))]:
        if unit.mark in _NOT_NAMES or unit.value is not None or (words and unit.comma):
            break
        plain = unit.raw.split()[0].strip(".,;:!?…„”\"'()")  # a name said twice in one breath is one
        if not (plain[:1].isupper() or _is_name(plain)):
            break
        words.append(plain)
        if unit.raw[-1:] in ".,;:?!":
            break
    if not words:
        return None
    title = titles[-1]
    name = roster.full_name(words, nominative=title in _NOMINATIVE, feminine=title in _FEMININE)
    return Named(name, at, start + len(words))


def _capital(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def _is_name(word: str) -> bool:
    return any({"nazwisko", "imię"} & set(names) for _, _, names in readings(_capital(word)))


def _is_given(word: str) -> bool:
    return any("imię" in names and tag.startswith("subst:sg:nom") for _, tag, names in readings(_capital(word)))


def _surname_lemmas(surname: str) -> frozenset[str]:
    """What all forms of one surname share, men's and women's: Kowalski, Kowalską, Kowalskiej."""
    lemmas = set()
    for part in surname.split("-"):
        known = {lemma for lemma, _, names in readings(_capital(part)) if "nazwisko" in names}
        lemmas |= {re.sub(r"(?<=[skcdz])[ia]$", "", lemma.lower()) for lemma in known or {_without_ending(part)}}
        break  # of a double surname the first part decides
    return frozenset(lemmas)


def _without_ending(word: str) -> str:
    return re.sub(r"(?<=.{3})(?:owi|em|iem|ego|emu|ej|ym|im|[aeiouyąę])$", "", word.lower())


def _lemma(word: str, *, feminine: bool, kinds: tuple[str, ...] = ()) -> str:
    wanted = "f" if feminine else "m1"
    parts = []
    for part in word.split("-"):
        fits = [
            lemma
            for kind in (kinds or ("nazwisko", "imię"))
            for lemma, tag, names in readings(_capital(part))
            if kind in names and wanted in tag.split(":")[3:4]
        ]
        parts.append(_capital(fits[0] if fits else part))
    return "-".join(parts)
