"""The words around a number, by the dictionary: what is counted, and in which case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from speech.engine.reading.dictionary import readings
from speech.engine.reading.numbers import Case, Gender

_CASES: Final[dict[str, Case]] = {
    "nom": "nom", "gen": "gen", "dat": "dat", "acc": "acc", "inst": "instr", "loc": "loc",
}  # fmt: skip
_GENDERS: Final[dict[str, Gender]] = {"m1": "mp", "m2": "m", "m3": "m", "f": "f", "n": "n"}
_ADJECTIVES: Final = ("adj", "pact", "ppas")
_LITTLE_WORDS: Final = frozenset({"prep", "conj", "comp", "part", "brev", "interj"})
_MOST_WORDS: Final = 4
Form = tuple[Gender, Case]


@dataclass(frozen=True, slots=True)
class CountedNoun:
    """Every gender and case that a noun after a number may stand for; `collective` is counted dwoje, troje..."""

    forms: frozenset[Form]
    collective: bool = False

    def cases(self) -> frozenset[Case]:
        return frozenset(case for _gender, case in self.forms)

    def gender(self, case: Case) -> Gender:
        """The likeliest gender in that case: groups with men first (radnych is also the genitive of radne)."""
        found = {gender for gender, of in self.forms if of == case}
        return next((gender for gender in ("mp", "f", "n") if gender in found), "m")


def counted_noun(words: Sequence[str], *, one: bool) -> CountedNoun | None:
    """The noun that a number before `words` counts, past its adjectives: 2 nowe uchwały; None when there is none."""
    number = "sg" if one else "pl"
    if any(tag.partition(":")[0] in _LITTLE_WORDS for _lemma, tag, _names in readings(words[0])):
        return None  # "do" and "a" are notes of a scale, too
    for at, word in enumerate(words[:_MOST_WORDS]):
        nouns, adjectives = _forms(word, ("subst",), number), _forms(word, _ADJECTIVES, number)
        following = _forms(words[at + 1], ("subst",), number) if at + 1 < len(words) else frozenset()
        if adjectives and (not nouns or adjectives & following) and following:
            continue
        if nouns:
            return CountedNoun(nouns, _is_collective(word))
        if not adjectives:
            return None
        if at + 1 == len(words) or not _forms(words[at + 1], _ADJECTIVES, number):
            return CountedNoun(adjectives)  # 2 obecnych, 1 wstrzymujący się
    return None


def governs_genitive(word: str, lemmas: frozenset[str]) -> bool:
    """Whether what follows `word` is its genitive: a noun made of a verb (przyjęcie 5 uchwał) or one of `lemmas`."""
    return any(tag.startswith("ger:") or lemma in lemmas for lemma, tag, _names in readings(word))


def _forms(word: str, classes: tuple[str, ...], number: str) -> frozenset[Form]:
    forms: set[Form] = set()
    for _lemma, tag, _names in readings(word):
        kind, *parts = tag.split(":")
        if kind not in classes or len(parts) < 3 or number not in parts[0].split("."):
            continue
        forms.update(
            (_GENDERS[gender], _CASES[case])
            for case in parts[1].split(".") if case in _CASES
            for gender in parts[2].split(".") if gender in _GENDERS
        )  # fmt: skip
    return frozenset(forms)


def _is_collective(word: str) -> bool:
    return any(lemma == "drzwi" or tag.endswith(":col") for lemma, tag, _names in readings(word))
