"""A transcript as rules read it: one line of lower-case words with numbers as figures, each with its time.

Rules are regular expressions over `Speech.line`. A cardinal stands there as "#11", an ordinal as "@23", everything else
as the word in lower case without punctuation, so that what a recogniser writes without punctuation or in digits reads
the same as careful prose. Where a sentence begins and who speaks is asked of the unit, not of the line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from transcripts.facts.folding import mended, unfolded
from transcripts.facts.numbers import number_at, word_list

_EDGES: Final = ".,;:!?…„”“\"'()[]«»–—-*"
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"”»’)\]]*$")
_ABBREVIATIONS: Final = frozenset(
    word_list("nr pkt art ust poz lit ul al pl os im św dr prof mgr inż tys mln mld godz ok np tzw m.in in wz ad r")
)
_INNER_BREAK: Final = re.compile(r"(?<=[^\W\d])[.,:;?!](?=[^\W\d])|(?<=[^\W\d])\.(?=\d)|[/\\](?=\s|$)")
_DOTTED_NUMBER: Final = re.compile(r"(?:\d{1,3}|[XVILC]{1,8})\.")
_CHOICE: Final = re.compile(r"^(?:za|przeciw\w*|się|sie|wstrzym\w+|głosowało|było)$", re.IGNORECASE)
_MOST_WORD_CHARS: Final = 200
"""What is longer is no word; some rules need time that grows with the square of a word's length."""
_NOISE: Final = frozenset({"", "eee", "yyy", "ee", "yy", "e", "y", "mhm", "hmm", "ehm", "no", "prawda"})
"""Said while thinking: no rule reads them, quotes keep them."""


class Utterance(NamedTuple):
    """A segment of a transcript. `words` are (start_ms, end_ms, text, ...), possibly none."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str
    words: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, or a number of several words. `value` and `ordinal` are of numbers only."""

    mark: str  # as it stands in Speech.line
    raw: str  # as written, with punctuation
    start_ms: int
    end_ms: int
    turn: int  # counts changes of speaker
    speaker: str
    starts: bool  # first of a sentence or of a turn
    comma: bool  # punctuation of any kind stands before it
    value: int | None = None
    ordinal: bool = False

    @property
    def is_count(self) -> bool:
        return self.value is not None and not self.ordinal


@dataclass(frozen=True)
class Speech:
    """All that was said, in order."""

    units: tuple[Unit, ...]

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for unit in self.units:
            starts.append(at)
            at += len(unit.mark) + 1
        return starts

    @cached_property
    def line(self) -> str:
        return " ".join(unit.mark for unit in self.units)

    @cached_property
    def punctuated(self) -> bool:
        """Whether sentences are marked: at least one end in forty words. A change of speaker marks nothing."""
        ends = sum(unit.starts and before.turn == unit.turn for before, unit in pairwise(self.units))
        turns = self.units[-1].turn + 1 if self.units else 0
        return ends * 40 >= len(self.units) or (ends > 0 and (ends + turns) * 25 >= len(self.units))

    @cached_property
    def has_turns(self) -> bool:
        return len({unit.speaker for unit in self.units}) > 1

    def index_at(self, position: int) -> int:
        """The unit at a position of `line`."""
        return max(bisect_right(self._starts, position) - 1, 0)

    def span(self, match: re.Match[str], group: int | str = 0) -> tuple[int, int]:
        """First unit of a match, and the one after its last."""
        return self.index_at(match.start(group)), self.index_at(max(match.end(group) - 1, match.start(group))) + 1

    def position(self, index: int) -> int:
        return self._starts[index] if index < len(self._starts) else len(self.line)

    def find(self, pattern: re.Pattern[str], first: int = 0, last: int | None = None) -> re.Match[str] | None:
        """First match within units [first, last)."""
        return pattern.search(self.line, self.position(first), self.end_position(last))

    def find_all(self, pattern: re.Pattern[str], first: int = 0, last: int | None = None) -> Iterable[re.Match[str]]:
        return pattern.finditer(self.line, self.position(first), self.end_position(last))

    def marks(self, first: int, last: int) -> str:
        return " ".join(unit.mark for unit in self.units[max(first, 0) : last])

    def raw(self, first: int, last: int) -> str:
        """Word for word, for quotes."""
        return " ".join(unit.raw for unit in self.units[max(first, 0) : last])

    def sentence_end(self, index: int, most: int) -> int:
        """The unit after the sentence that holds `index`, at most `most` units on and never past the turn."""
        at = index + 1
        while at < len(self.units) and at - index < most:
            if self.units[at].starts or self.units[at].turn != self.units[index].turn:
                break
            at += 1
        return at

    def sentence_start(self, index: int, most: int) -> int:
        at = index
        while at > 0 and index - at < most and not self.units[at].starts:
            at -= 1
        return at

    def turn_start(self, index: int) -> int:
        turn, at = self.units[index].turn, index
        while at > 0 and self.units[at - 1].turn == turn:
            at -= 1
        return at

    def turn_end(self, index: int) -> int:
        turn, at = self.units[index].turn, index
        while at < len(self.units) and self.units[at].turn == turn:
            at += 1
        return at

    def end_position(self, last: int | None) -> int:
        """Where unit `last` - 1 ends in `line`."""
        if last is None or last >= len(self.units):
            return len(self.line)
        return max(self.position(last) - 1, 0)


class _Word(NamedTuple):
    raw: str
    plain: str
    start_ms: int
    end_ms: int
    turn: int
    speaker: str
    starts: bool
    comma: bool
    last_of_phrase: bool  # punctuation follows: a number in digits goes no further


def read_speech(utterances: Iterable[Utterance]) -> Speech:
    """Words of all utterances as units; a number never crosses a change of speaker."""
    words = _words(utterances)
    units: list[Unit] = []
    at = 0
    while at < len(words):
        window = _phrase(words, at)
        number = number_at(window, 0)
        size = number.size if number else 1
        first, last = words[at], words[at + size - 1]
        mark = first.plain.lower() if number is None else f"{'@' if number.form == 'ordinal' else '#'}{number.value}"
        units.append(
            Unit(
                mark, " ".join(word.raw for word in words[at : at + size]), first.start_ms, last.end_ms, first.turn,
                first.speaker, first.starts, first.comma, number.value if number else None,
                ordinal=number is not None and number.form == "ordinal",
            )
        )  # fmt: skip
        at += size
    return Speech(tuple(units))


def _phrase(words: list[_Word], at: int) -> list[str]:
    """Words from `at` that one number may span: up to punctuation or another speaker, sixteen at most."""
    window: list[str] = []
    for word in words[at : at + 16]:
        if word.turn != words[at].turn:
            break
        window.append(word.plain)
        if word.last_of_phrase:
            break
    return window


def _words(utterances: Iterable[Utterance]) -> list[_Word]:
    found: list[_Word] = []
    turn, speaker = -1, None
    ended, broken = True, True
    heard = [(said, timed) for said in utterances for timed in _timed(said)]
    dots_of_ordinals = _dots_of_ordinals([timed[0] for _, timed in heard])
    for index, (said, (raw, start_ms, end_ms)) in enumerate(heard):
        if said.speaker != speaker:
            turn, speaker, ended, broken = turn + 1, said.speaker, True, True
        plain = raw.strip(_EDGES)
        if plain.lower() in _NOISE:
            if found and not ended:
                found[-1] = found[-1]._replace(raw=f"{found[-1].raw} {raw}", end_ms=end_ms)
            continue
        plain = unfolded(plain)
        if ended or not plain[:1].isupper():
            plain = mended(plain)  # inside a sentence a capital begins a name
        stop = raw.rstrip('"”»’)]')[-1:] in ".,;:!?…–—"
        if found and _stammered(found[-1], plain, turn):
            found[-1] = found[-1]._replace(raw=f"{found[-1].raw} {raw}", end_ms=end_ms, last_of_phrase=stop)
            ended, broken = _ends_sentence(raw, plain), stop
            continue
        if index in dots_of_ordinals:
            plain, stop = (f"{plain}-ty" if plain.isdigit() else plain), False
        found.append(_Word(raw, plain, start_ms, end_ms, turn, said.speaker, ended, broken, stop))
        ended, broken = index not in dots_of_ordinals and _ends_sentence(raw, plain), stop
    return found


def _dots_of_ordinals(raws: list[str]) -> frozenset[int]:
    """Words such as the "23." of "otwieram 23. sesję": a full stop before a small letter that ends no sentence.

    Where sentences begin with small letters too, only a text without any other full stop is read so.
    """
    dotted, small, ends = [], 0, 0
    for index, (raw, following) in enumerate(pairwise(raws)):
        if raw[-1:] not in ".?!" or not following[:1].isalpha():
            continue
        if _DOTTED_NUMBER.fullmatch(raw):
            if following[:1].islower() and not _CHOICE.search(raws[index - 1] if index else ""):
                dotted.append(index)
        else:
            ends += 1
            small += following[:1].islower()
    return frozenset(dotted) if small * 2 <= ends else frozenset()


def _stammered(before: _Word, plain: str, turn: int) -> bool:
    """The same word twice in one breath; small ones and numbers are left alone, "dwa, dwa" may be two counts."""
    same = before.plain.lower() == plain.lower() and plain.isalpha() and len(plain) > 2  # "kto jest za? Za trzynastu"
    return same and before.turn == turn and not before.last_of_phrase and number_at([plain], 0) is None


def _ends_sentence(raw: str, plain: str) -> bool:
    if not _SENTENCE_END.search(raw):
        return False
    return plain.lower() not in _ABBREVIATIONS or raw.rstrip('"”»’)]')[-1:] in "!?"


def _timed(said: Utterance) -> Iterable[tuple[str, int, int]]:
    """Each written word with its time: its own where the recogniser gave one, else by its share of characters."""
    words = said.text.split()
    times: list[tuple[int, int]] | None = None
    if len(said.words) == len(words):
        times = [(int(str(word[0])), int(str(word[1]))) for word in said.words]
    total = sum(len(word) + 1 for word in words) or 1
    length, done = said.end_ms - said.start_ms, 0
    for index, word in enumerate(words):
        share = (said.start_ms + length * done // total, said.start_ms + length * (done + len(word) + 1) // total)
        start_ms, end_ms = times[index] if times else share
        done += len(word) + 1
        for part in _INNER_BREAK.sub(lambda mark: f"{mark[0]} ", word).split():
            yield part[:_MOST_WORD_CHARS], start_ms, end_ms
