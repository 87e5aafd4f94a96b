"""The people of a council as speech names them: by any case form of a surname, by first name, by function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from speech.engine.reading.dictionary import readings

_ROLES: Final = (
    ("deputy", re.compile(r"^(?:zastęp|wice(?!przew)|viceprzew)")),
    ("vice_chair", re.compile(r"^wiceprzewodnicz")),
    ("chair", re.compile(r"^przewodnicz")),
    ("treasurer", re.compile(r"^skarbni")),
    ("secretary", re.compile(r"^sekretarz")),
    ("head", re.compile(r"^(?:wójt|wójci|burmistrz|prezydent|starost|starości)")),
    ("marshal", re.compile(r"^marszał")),
    ("lawyer", re.compile(r"^(?:mecenas|radc)")),
    ("village", re.compile(r"^sołty")),
    ("clerk", re.compile(r"^protokolant")),
)
_OFFICE: Final = "office "
_COMMITTEE: Final = re.compile(r"komisj|klub|zarząd|osiedl", re.IGNORECASE)
_MAIN_BODY: Final = re.compile(r"^(?:rada|sejmik)\b", re.IGNORECASE)
_FEMININE_TAG, _MASCULINE_TAG = "f", "m1"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the roster. `title` is how a transcript shows them: "Radna Danuta Gołąb"."""

    person_id: int
    name: str
    title: str
    given: tuple[str, ...]
    surname: tuple[str, ...]  # its parts: ("Świderska", "Lis")
    roles: frozenset[str]
    feminine: bool | None  # None: the first name does not say
    chairs: tuple[frozenset[str], ...] = ()  # the committees that they chair, as `committee_key` of their words


def member(person_id: int, name: str, seats: Sequence[tuple[str, str]] = ()) -> Member:
    """A member from a full name and (function, body) of each seat; a seat without a function is a councillor's."""
    words = name.split()
    given, surname = words[:-1], re.split(r"[-–]", words[-1]) if words else []
    feminine = _is_feminine(given)
    roles: set[str] = set()
    titles: list[tuple[int, str]] = []
    chairs: list[frozenset[str]] = []
    for function, body in seats:
        of_committee = bool(_COMMITTEE.search(f"{function} {body}"))
        first = function.split()[0] if function.split() else ""
        role = role_of(first) or (office_key(first) or None)
        if role and not (of_committee and role in ("chair", "vice_chair", "deputy")):
            roles.add(role)
            titles.append((0, function))
        elif role == "chair" and "komisj" in f"{function} {body}".lower():
            named = body if "komisj" in body.lower() else function
            chairs.append(frozenset(map(committee_key, named.split()[1:])) - {""})
        elif not function and _MAIN_BODY.match(body):
            titles.append((1, "radna" if feminine else "radny"))
        if _MAIN_BODY.match(body):
            roles.add("councillor")
    title = min(titles)[1] if titles else ""
    shown = f"{title[:1].upper()}{title[1:]} {name}".strip()
    return Member(person_id, name, shown, tuple(given), tuple(surname), frozenset(roles), feminine, tuple(chairs))


def office_key(word: str) -> str:
    """An office that is none of `role_of`, as a role of its own: "komendanta" and "komendant" are one. Else ""."""
    lower = word.lower().strip(",.")
    if len(lower) < 5 or lower.startswith(("radn", "człon")) or role_of(lower):
        return ""
    return f"{_OFFICE}{lower[:6]}"


def committee_key(word: str) -> str:
    """What the forms of a word in a committee's name share: "budżetu", "budżetowa"; "" for words that tell nothing."""
    lower = word.lower().strip(",.")
    return "" if len(lower) < 4 or lower.startswith(("komisj", "przewodnicz", "spraw", "stał", "rady")) else lower[:5]


def role_of(word: str) -> str | None:
    """The function that a word names in any of its forms: "skarbnika" -> "treasurer"."""
    lower = word.lower()
    return next((role for role, pattern in _ROLES if pattern.match(lower)), None)


def _is_feminine(given: Iterable[str]) -> bool | None:
    for name in given:
        tags = {tag.split(":")[3] for _, tag, kinds in readings(name) if "imię" in kinds and tag.count(":") >= 3
                and "nom" in tag.split(":")[2]}  # fmt: skip
        if _FEMININE_TAG in tags and _MASCULINE_TAG not in tags:
            return True
        if _MASCULINE_TAG in tags and _FEMININE_TAG not in tags:
            return False
    return None


@lru_cache(maxsize=32_768)
def stems(word: str) -> frozenset[str]:
    """What every case form of a name shares, men's and women's: Kowalski, Kowalską, Kowalskiej; Zając, Zającowi."""
    if not word.isprintable():
        return frozenset({word.lower()})
    written = word[:1].upper() + word[1:].lower()
    lemmas = {
        lemma.lower() for lemma, _, kinds in readings(written) if {"nazwisko", "imię"} & set(kinds)
    }  # fmt: skip
    plain = {lemma.lower() for lemma, tag, _ in readings(written) if tag.split(":")[0] in ("subst", "adj")}
    found = lemmas or plain
    stem = {re.sub(r"(?<=[skcdzn])[iya]$", "", lemma) for lemma in found}
    return frozenset(stem | {word.lower()}) if found else frozenset({_without_ending(word), word.lower()})


def _without_ending(word: str) -> str:
    return re.sub(r"(?<=.{3})(?:owi|em|iem|ego|emu|ej|ym|im|ą|[aeiouyę])$", "", word.lower())


def who_is_meant(
    roster: Sequence[Member], words: Sequence[str], *, roles: Iterable[str] = (), feminine: bool | None = None
) -> Member | None:
    """The one member whom names and functions mean; None when none does or more than one could.

    `words` are names as they were said, in any case: a surname or both names, a double surname in one word or two.
    """
    wanted = [role for role in roles if role]
    fitting = [one for one in roster if feminine is None or one.feminine is None or one.feminine == feminine]
    parts = [part for word in words for part in re.split(r"[-–]", word) if part]
    if not parts:
        found = [one for one in fitting if wanted and all(role in one.roles for role in wanted)]
        return found[0] if len(found) == 1 else None
    scored = [(score, one) for one in fitting if (score := _fit(one, parts)) > 0]
    if not scored:
        return None
    best = max(score for score, _ in scored)
    found = [one for score, one in scored if score == best]
    if len(found) > 1 and wanted:
        found = [one for one in found if all(role in one.roles for role in wanted)]
    return found[0] if len(found) == 1 else None


def _fit(one: Member, parts: Sequence[str]) -> int:
    """How well names fit a member: 0 not at all. Every word must be one of their names, at least one a surname."""
    given = [stems(name) for name in one.given]
    surname = [stems(name) for name in one.surname]
    surnames = names = 0
    for part in parts:
        said = stems(part)
        if any(said & known for known in surname):
            surnames += 1
        elif any(said & known for known in given):
            names += 1
        else:
            return 0
    if not surnames:
        return 0
    whole = surnames == len(surname)
    return 4 * names + 2 * surnames + (1 if whole else 0)
