"""Days, years and hours of the clock."""

from __future__ import annotations

from typing import Final

from speech.engine.reading.dictionary import readings
from transcripts.facts.numbers import word_list
from transcripts.figures.tokens import Piece, Run

_MONTHS: Final = frozenset(word_list(
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
))  # fmt: skip
_YEAR: Final = frozenset(word_list("rok roku rokiem"))
_HOUR: Final = frozenset(word_list("godzina godziny godzinie godzinę godziną godz"))
_AT: Final = frozenset(word_list("o od do po przed około jest"))
HOUR_WORDS: Final = _HOUR | _AT
"""Words with which an hour begins."""
_UNTIL: Final = frozenset(word_list("do a i"))
_DAY_PAIR: Final = frozenset(word_list("do i lub oraz"))
_SURE_YEARS: Final = (1_900, 2_100)
"""Ordinals of this size are years, whatever stands beside them."""


def day_or_year(run: Run) -> Piece | None:
    """ "trzeciego maja", the first of "od pierwszego do piętnastego maja", "dwa tysiące dwudziestego szóstego"."""
    number = run.number(0)
    if number is None or number.form != "ordinal" or not number.spelled:
        return None
    following = run.at(number.size)
    if following in _MONTHS and number.value <= 31:
        return Piece(number.size, str(number.value))
    if following in _DAY_PAIR and number.value <= 31:
        other = run.number(number.size + 1)
        if other is not None and other.form == "ordinal" and run.at(number.size + 1 + other.size) in _MONTHS:
            return Piece(number.size, str(number.value)) if other.value <= 31 else None
    beside = following in _YEAR or run.before in _MONTHS or run.before in _YEAR
    sure = _SURE_YEARS[0] <= number.value <= _SURE_YEARS[1]
    if (sure or (beside and 1_000 <= number.value <= 2_999)) and not run.runs_on(number.size):
        return Piece(number.size, str(number.value))
    return None


def hour(run: Run) -> Piece | None:
    """ "o godzinie piętnastej trzydzieści"; without the word only with minutes: "o siedemnastej piętnaście"."""
    named = run.at(0) in _HOUR
    if not named and run.at(0) not in _AT:
        return None
    first = _clock(run, 1, need_minutes=not named)
    if first is None:
        return None
    at, written = first
    if run.at(at) in _UNTIL:  # "od godziny ósmej do szesnastej"
        other = _clock(run, at + 1, need_minutes=not named)
        if other is not None:
            return Piece(other[0], f"{run.words[0]} {written} {run.words[at]} {other[1]}")
    return Piece(at, f"{run.words[0]} {written}")


def _clock(run: Run, at: int, *, need_minutes: bool) -> tuple[int, str] | None:
    number = run.number(at)
    if number is None or number.form != "ordinal" or not number.spelled or number.value > 24:
        return None
    if not run.at(at + number.size - 1).endswith(("a", "ą", "ej")):
        return None
    at += number.size
    minutes = _minutes(run, at)
    if minutes is None:
        return None if need_minutes or run.runs_on(at) else (at, f"{number.value}:00")
    if run.runs_on(minutes[0]) or _counts(run.at(minutes[0])):
        return None
    return minutes[0], f"{number.value}:{minutes[1]:02}"


def _minutes(run: Run, at: int) -> tuple[int, int] | None:
    """The minutes from word `at` on, and the word after them: "zero zero", "zero pięć", "trzydzieści"."""
    noughts = run.at(at) == "zero"
    if noughts and run.at(at + 1) == "zero":
        return at + 2, 0
    number = run.number(at + noughts)
    if number is None or number.form != "cardinal" or not number.spelled:
        return None
    if number.value > 59 or (noughts and number.value > 9) or (not noughts and number.value < 10):
        return None
    return at + noughts + number.size, number.value


def _counts(word: str) -> bool:
    """Whether a word may be what the number before it counts: "o piętnastej trzydzieści osób" is no half past."""
    return any(
        tag.split(":")[0] in ("subst", "adj") and "pl" in tag.split(":") and "gen" in tag.split(":")[2].split(".")
        for _, tag, _ in readings(word) if tag.count(":") >= 2
    )  # fmt: skip
