"""What people decided about a transcript, carried over to one that was recognised anew.

A stretch whose text a person decided about keeps that text; everything else comes from the new recognition. Both know
times only to a few hundred milliseconds and cut sentences elsewhere, so the border between them is looked for among the
new words near the old border: where the words before it are those that stood before it, and the words after it those
that begin the corrected text. No word outside a corrected stretch is lost, none inside comes twice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from transcripts.corrections.line import Line
from transcripts.corrections.words import plain, token_times

REACH_MS: Final = 1_500
"""How far from its old place a border may be found."""
_CONTEXT: Final = 4  # words on each side of a border that are compared
_EDGE: Final = 2
"""So few words at the edge of a new sentence do not cut it for another speaker: word times differ by that much."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the new transcript and the line it stands in."""

    text: str
    start_ms: int
    end_ms: int
    line: int
    place: int  # in its line

    @property
    def middle_ms(self) -> int:
        return (self.start_ms + self.end_ms) // 2


@dataclass(frozen=True, slots=True)
class _Held:
    """Neighbouring lines whose text is held, with the words that stood around them."""

    lines: tuple[Line, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [plain(token) for line in self.lines for token in line.text.split()]


def keep_corrections(old: Sequence[Line], new: Sequence[Line]) -> list[Line]:
    """`new` with what people decided about `old`. Both in order of time; so is the result."""
    return _with_held_speakers(old, _with_held_texts(old, new))


# --- text ------------------------------------------------------------------------------------------------------------


def _with_held_texts(old: Sequence[Line], new: Sequence[Line]) -> list[Line]:
    groups = _groups(old)
    if not groups:
        return list(new)
    tokens = [
        _Token(text, start_ms, end_ms, number, place)
        for number, line in enumerate(new)
        for place, (text, start_ms, end_ms) in enumerate(token_times(line))
    ]
    lines: list[Line] = []
    done = 0
    for group in groups:
        start_ms, end_ms = group.lines[0].start_ms, group.lines[-1].end_ms
        first = max(_border(tokens, start_ms, group.before, tuple(group.words[:_CONTEXT])), done)
        last = max(_border(tokens, end_ms, tuple(group.words[-_CONTEXT:]), group.after), first)
        lines += _pieces(new, tokens[done:first], latest_ms=start_ms)
        lines += group.lines
        done = last
    lines += _pieces(new, tokens[done:])
    return _in_order(lines)


def _groups(old: Sequence[Line]) -> list[_Held]:
    groups: list[_Held] = []
    numbered = groupby(enumerate(old), key=lambda pair: pair[1].text_held)
    for held, run in numbered:
        if held:
            numbers = [number for number, _ in run]
            first, last = numbers[0], numbers[-1] + 1
            groups.append(_Held(tuple(old[first:last]), _words_before(old, first), _words_after(old, last)))
    return groups


def _words_before(old: Sequence[Line], at: int) -> tuple[str, ...]:
    found: list[str] = []
    for line in reversed(old[max(at - _CONTEXT, 0) : at]):
        found = [plain(token) for token in line.text.split()] + found
        if len(found) >= _CONTEXT:
            break
    return tuple(found[-_CONTEXT:])


def _words_after(old: Sequence[Line], at: int) -> tuple[str, ...]:
    words = [plain(token) for line in old[at : at + _CONTEXT] for token in line.text.split()]
    return tuple(words[:_CONTEXT])


def _border(tokens: list[_Token], at_ms: int, before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """Index of the first token behind the border that used to be at `at_ms`."""
    by_time = bisect_left(tokens, at_ms, key=lambda token: token.middle_ms)
    low = bisect_left(tokens, at_ms - REACH_MS, key=lambda token: token.middle_ms)
    high = bisect_left(tokens, at_ms + REACH_MS, key=lambda token: token.middle_ms)
    best, best_score = by_time, float("-inf")
    for index in range(low, high + 1):
        same = _same(tokens[max(index - _CONTEXT, 0) : index][::-1], before[::-1])
        same += _same(tokens[index : index + _CONTEXT], after)
        score = 2.0 * same - abs(_time_of(tokens, index, at_ms) - at_ms) / 1_000 + (0.5 if index == by_time else 0.0)
        if score > best_score:
            best, best_score = index, score
    return best


def _same(tokens: Sequence[_Token], words: Sequence[str]) -> int:
    """How many words agree, from the border outwards, until one does not."""
    count = 0
    for token, word in zip(tokens, words, strict=False):
        if plain(token.text) != word:
            break
        count += 1
    return count


def _time_of(tokens: list[_Token], index: int, near_ms: int) -> int:
    """When the border before `index` is: the moment between two words that is nearest to `near_ms`."""
    left = tokens[index - 1].end_ms if index else 0
    right = tokens[index].start_ms if index < len(tokens) else max(left, near_ms)
    return min(max(near_ms, min(left, right)), max(left, right))


def _pieces(new: Sequence[Line], tokens: list[_Token], latest_ms: int | None = None) -> list[Line]:
    """The lines that these tokens stand in, cut down to them; whole ones as they are, lines without words dropped."""
    pieces: list[Line] = []
    for number, run in groupby(tokens, key=lambda token: token.line):
        mine = list(run)
        line = new[number]
        count = len(line.text.split())
        if len(mine) == count:
            pieces.append(line)
            continue
        first, last = mine[0].place, mine[-1].place + 1
        timed = len(line.words) == count
        pieces.append(
            replace(
                line, id=None, text=" ".join(token.text for token in mine),
                start_ms=line.start_ms if first == 0 else mine[0].start_ms,
                end_ms=line.end_ms if last == count else mine[-1].end_ms,
                words=line.words[first:last] if timed else (),
            )
        )  # fmt: skip
    return [_ending(piece, latest_ms) for piece in pieces] if latest_ms is not None else pieces


def _ending(line: Line, latest_ms: int) -> Line:
    if line.end_ms <= latest_ms:
        return line
    words = tuple((min(start, latest_ms), min(end, latest_ms), text, sure) for start, end, text, sure in line.words)
    return replace(line, start_ms=min(line.start_ms, latest_ms), end_ms=latest_ms, words=words)


def _in_order(lines: list[Line]) -> list[Line]:
    """Starts never go back: what begins inside its predecessor begins at its end. Held lines stay as they are."""
    ordered: list[Line] = []
    reached = 0
    for line in lines:
        late = not line.text_held and line.start_ms < reached
        ordered.append(_beginning(line, reached) if late else line)
        reached = max(reached, ordered[-1].end_ms)
    return ordered


def _beginning(line: Line, earliest_ms: int) -> Line:
    words = tuple((max(start, earliest_ms), max(end, earliest_ms), text, sure) for start, end, text, sure in line.words)
    return replace(line, start_ms=earliest_ms, end_ms=max(line.end_ms, earliest_ms), words=words)


# --- speakers --------------------------------------------------------------------------------------------------------


def _with_held_speakers(old: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    spans = [line for line in old if line.speaker_held]
    if not spans:
        return list(lines)
    ends = [span.end_ms for span in spans]
    found: list[Line] = []
    for line in lines:
        if line.text_held:
            found.append(line)  # it came with its speaker
            continue
        found += _spoken(line, spans, ends)
    return found


def _spoken(line: Line, spans: list[Line], ends: list[int]) -> list[Line]:
    """The line with the speakers decided for its time, cut where they change in its midst."""
    times = token_times(line)
    if not times:
        return [line]
    owners = [_owner((start_ms + end_ms) // 2, spans, ends) for _, start_ms, end_ms in times]
    pieces, first = [], 0
    for name, count in _runs([owner.speaker if owner else None for owner in owners]):
        pieces.append(_as_of(_words_of(line, times, first, first + count), name))
        first += count
    return pieces


def _runs(names: Sequence[str | None]) -> list[tuple[str | None, int]]:
    """How many words in a row are whose; a few at an edge go with their neighbours."""
    runs = [(name, len(list(run))) for name, run in groupby(names)]
    while len(runs) > 1 and runs[0][1] <= _EDGE and runs[0][1] < runs[1][1]:
        runs = [(runs[1][0], runs[0][1] + runs[1][1]), *runs[2:]]
    while len(runs) > 1 and runs[-1][1] <= _EDGE and runs[-1][1] <= runs[-2][1]:
        runs = [*runs[:-2], (runs[-2][0], runs[-1][1] + runs[-2][1])]
    return runs


def _owner(at_ms: int, spans: list[Line], ends: list[int]) -> Line | None:
    place = bisect_left(ends, at_ms + 1)
    return spans[place] if place < len(spans) and spans[place].start_ms <= at_ms else None


def _as_of(line: Line, speaker: str | None) -> Line:
    return line if speaker is None else replace(line, speaker=speaker, speaker_held=True)


def _words_of(line: Line, times: list[tuple[str, int, int]], first: int, last: int) -> Line:
    timed = len(line.words) == len(times)
    return replace(
        line, id=line.id if first == 0 else None, text=" ".join(token for token, _, _ in times[first:last]),
        start_ms=line.start_ms if first == 0 else times[first][1],
        end_ms=line.end_ms if last == len(times) else times[last][1],
        words=line.words[first:last] if timed else (),
    )  # fmt: skip
