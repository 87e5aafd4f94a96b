"""What stands around a number decides its case and gender."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.numbers import Case, Gender, word_list
from speech.engine.reading.sentences import SENTENCE_STARTERS
from speech.engine.reading.words import COUNT_GENITIVE, FEMININE, GOVERNS, INSTRUMENTAL_Z, NEUTER, VIRILE

LEFT: Final = r"(?<![\w*/_])(?<![\w.,]\.)(?<!\d[.,])"
"""Before a number that stands on its own: not inside art_20_ust, 2*3, A4, RO.0002.5.2026."""
RIGHT: Final = r"(?![\w*/_])(?![.,:]\d)"

_NEAR_CHARS: Final = 200
"""How far around a number is looked: more than any words that matter take, and no more however long the text is."""
_BLANKS: Final = re.compile(r"\s*")
_CLAUSE_END: Final = re.compile(r"[;:()„”\"!?]|,\s|\.\s(?=[A-ZĄĆĘŁŃÓŚŹŻ])")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_NEXT_WORD: Final = re.compile(r"\s+([^\W\d_]+)")
_STARTER: Final = re.compile(r"\w+")
_GENITIVE_PLURALS: Final = frozenset(
    word_list("osób uchwał komisji sesji lat dni godzin minut działek dróg ulic spraw")
)
_COUNTED: Final[tuple[tuple[Gender, frozenset[str]], ...]] = (("f", FEMININE), ("n", NEUTER), ("mp", VIRILE))
_TRANSPARENT: Final = frozenset(word_list("brutto netto łącznie łącznej ogólnej całkowitej rocznie tylko aż łączną"))


def words_before(match: re.Match[str], count: int = 2) -> list[str]:
    """Up to `count` words right before the match, nearest first, in lower case; a clause's end hides what is before."""
    near = match.string[max(0, match.start() - _NEAR_CHARS) : match.start()]
    before = _CLAUSE_END.split(near)[-1]
    return [word.lower() for word in reversed(before.split()[-count:])]


def governed_case(match: re.Match[str], default: Case = "nom") -> Case:
    """The case that the preposition before the match asks for."""
    before = words_before(match)
    if not before:
        return default
    if before[0] in ("z", "ze") and len(before) > 1 and before[1] in INSTRUMENTAL_Z:
        return "instr"
    return GOVERNS.get(before[0], default)


def count_case(match: re.Match[str]) -> Case:
    """Genitive after do, od, około, w kwocie...; else the nominative (which is the accusative of numerals, too)."""
    before = words_before(match, 3)
    while before and before[0] in _TRANSPARENT:
        before = before[1:]
    return "gen" if before and before[0] in COUNT_GENITIVE else "nom"


def plain_case(match: re.Match[str], number: int) -> Case:
    """Case of a bare number by the word before it and the ending of the noun after it: w 3 przetargach, 2 głosów."""
    following = _NEXT_WORD.match(match.string, match.end())
    noun = following[1].lower() if following is not None else ""
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    if noun.endswith(("ach", "ech")) or (few and (noun.endswith("ów") or noun in _GENITIVE_PLURALS)):
        return "gen"
    if noun.endswith(("ami", "ymi", "imi", "oma")):
        return "instr"
    return count_case(match)


def counted_gender(following: str) -> tuple[Gender, bool]:
    """Gender of the noun that a number in front of `following` counts, and whether that noun is in the accusative."""
    for number, word in enumerate(_WORDS.findall(following[:_NEAR_CHARS])[:3]):
        lower = word.lower()
        for gender, nouns in _COUNTED:
            if lower in nouns:
                return gender, lower.endswith(("ę", "ą"))
        if number == 0 and not following.startswith(" "):
            break
        if not lower.endswith(("ych", "ich", "e", "a", "ą", "y", "i")):
            break
    return "m", False


def stop(match: re.Match[str]) -> str:
    """A full stop when the match swallowed, with an abbreviation's dot, the end of the sentence."""
    if not match[0].endswith("."):
        return ""
    blanks = _BLANKS.match(match.string, match.end())
    if blanks is None or blanks.end() == len(match.string):
        return "."
    starter = _STARTER.match(match.string, blanks.end())
    return "." if starter is not None and starter[0] in SENTENCE_STARTERS else ""
