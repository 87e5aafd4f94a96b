"""What stands around a number decides its case and gender."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.grammar import CountedNoun, counted_noun, governs_genitive
from speech.engine.reading.numbers import Case, cardinal, collective, men, word_list
from speech.engine.reading.sentences import SENTENCE_STARTERS
from speech.engine.reading.words import COUNT_CASES, GENITIVE_AFTER, GOVERNS, INSTRUMENTAL_Z

LEFT: Final = r"(?<![\w*/_])(?<![\w.,]\.)(?<!\d[.,])"
"""Before a number that stands on its own: not inside art_20_ust, 2*3, A4, RO.0002.5.2026."""
RIGHT: Final = r"(?![\w*/_])(?![.,:]\d)"

_NEAR_CHARS: Final = 200
"""How far around a number is looked: more than any words that matter take, and no more however long the text is."""
_BLANKS: Final = re.compile(r"\s*")
_CLAUSE_END: Final = re.compile(r"[;:()„”\"!?]|,\s|\.\s(?=[A-ZĄĆĘŁŃÓŚŹŻ])")
_NEXT_WORDS: Final = re.compile(r"(?:\s+[^\W\d_]+)+")
_STARTER: Final = re.compile(r"\w+")
_TRANSPARENT: Final = frozenset(
    word_list("brutto netto łącznie łącznej ogólnej całkowitej użytkowej rocznie tylko aż łączną wszystkich")
)
_LABELS: Final = frozenset(word_list("nr nr. numer numeru numerem numerze numery ad tel telefon poz pkt art § druk"))
"""A number after these names something and counts nothing."""
_SENTENCE_WORDS: Final = 12
_OBLIQUE: Final[tuple[Case, ...]] = ("gen", "loc", "instr", "dat", "acc")


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
    """Case of a counted measure: do pięciu, przy pięciu, kwota pięciu; else nom (which is the numerals' acc, too)."""
    before = _telling_words(match)
    if not before:
        return "nom"
    if len(before) > 2 and before[1] in ("nie", "może") and before[0].startswith("przekr"):
        return "gen"  # nie może przekroczyć dwudziestu procent
    case = _case_after(match, before[0])
    return "gen" if case is None and governs_genitive(before[0], GENITIVE_AFTER) else case or "nom"


def _telling_words(match: re.Match[str]) -> list[str]:
    before = words_before(match, 4)
    while before and before[0] in _TRANSPARENT:
        before = before[1:]
    return before


def _case_after(match: re.Match[str], word: str) -> Case | None:
    if word in ("a", "i") and "między" in words_before(match, _SENTENCE_WORDS):
        return "instr"  # między dziesięcioma a piętnastoma
    return COUNT_CASES.get(word)


def numeral(match: re.Match[str], number: int) -> str:
    """The bare number of the match, as the noun after it and the words before it ask for: w trzech przetargach."""
    before = _telling_words(match)
    if before and before[0] in _LABELS:
        return cardinal(number)
    following = _NEXT_WORDS.match(match.string, match.end(), match.end() + _NEAR_CHARS)
    words = [word.lower() for word in following[0].split()] if following is not None else []
    noun = counted_noun(words, one=number == 1) if words else None
    if noun is None:
        return cardinal(number, case=(_case_after(match, before[0]) if before else None) or "nom")
    asked = count_case(match)
    if asked == "nom":
        asked = governed_case(match)
    case = _numeral_case(number, noun, asked)
    if noun.collective and number > 1 and case in ("nom", "gen"):
        return collective(number, case=case)
    gender = noun.gender(case if case in noun.cases() else "gen")
    if number == 1 and case == "acc" and gender == "mp":
        case = "gen"  # wybrano jednego kandydata
    if number > 1 and gender == "mp" and ("mp", "nom") in noun.forms and case == "nom":
        return men(number)
    return cardinal(number, gender=gender, case=case)


def _numeral_case(number: int, noun: CountedNoun, asked: Case) -> Case:
    cases = noun.cases()
    if number == 1:
        return next((case for case in (asked, "nom", "acc", *_OBLIQUE) if case in cases), "nom")
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    if asked in cases and asked not in ("nom", "acc"):
        return asked
    if few:
        return next((case for case in ("nom", *_OBLIQUE) if case in cases), "nom")
    # From five on the noun stands in the genitive beside a numeral in the nominative: pięć dróg.
    return next((case for case in ("loc", "instr", "dat") if case in cases), "nom") if "gen" not in cases else "nom"


def stop(match: re.Match[str]) -> str:
    """A full stop when the match swallowed, with an abbreviation's dot, the end of the sentence."""
    if not match[0].endswith("."):
        return ""
    blanks = _BLANKS.match(match.string, match.end())
    if blanks is None or blanks.end() == len(match.string):
        return "."
    starter = _STARTER.match(match.string, blanks.end())
    return "." if starter is not None and starter[0] in SENTENCE_STARTERS else ""
