"""A transcript to passages: the few sentences that search returns, each with a header that says where they were said.

A passage never crosses a change of speaker or of agenda point. The chair closes one point and opens the next in one
turn, so the cut is made at the formula, not at the turn.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from speech.engine.reading.sentences import split_sentences
from transcripts.cards import SPEECH, Card, Point

VERSION: Final = 2
"""Changes when the same transcript would give other passages."""

TARGET_WORDS: Final = 80
MAX_WORDS: Final = 120
OVERLAP_WORDS: Final = 30
"""A thought cut in two by the target is whole in one of the two passages when they share a sentence or two."""

_MONTHS: Final = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip
_POINT_CHARS: Final = 160
_CARD_SENTENCES: Final = 6
_CARD_SLACK_MS: Final = 15_000  # times inside a segment without words of their own are estimates

_ENTERS: Final = (
    r"(?:prze(?:chodzimy|jdziemy|jdźmy|chodząc)|przystępujemy|przystąpimy|przystąpmy)(?: teraz| więc| zatem| dalej)*"
    r" do (?:(?:realizacji|kolejnego|następnego|omówienia|rozpatrzenia) )*(?:podpunktu|punktu|pkt)"
)
_FORMULA: Final = re.compile(
    rf"\b{_ENTERS}|\bprocedujemy (?:teraz )?(?:punkt|pkt)\b|\b(?:kolejny|następny) punkt(?: to|,| porządku)",
    re.IGNORECASE,
)
"""Anywhere in a sentence: the chair opens a point."""
_FORMULA_AT_START: Final = re.compile(
    r"(?:(?:dziękuję|dobrze|zatem|teraz|i)[,.]? )?(?:punkt|pkt\.?|ad\.?) (?:numer |nr )?"
    r"(?:\d+|[IVXL]+\b|\w+(?:szy|gi|ci|ty|my|y)\b)",
    re.IGNORECASE,
)
"""Only where a sentence begins: "Punkt siódmy, stawka opłaty", not "żeby był to punkt szósty"."""


class Said(NamedTuple):
    """A segment as the transcript has it. `words` are (start_ms, end_ms, text, probability or None), possibly none."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str
    words: Sequence[Sequence[object]]


class Piece(NamedTuple):
    """One sentence with its time."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class BuiltPassage:
    """`pieces` are the sentences of `text`: (start_ms, end_ms, first character, end character).

    `kind` is one of transcripts.cards.KINDS.
    """

    start_ms: int
    end_ms: int
    speaker: str
    header: str
    text: str
    pieces: tuple[tuple[int, int, int, int], ...]
    kind: str = SPEECH


def build_passages(
    segments: Iterable[Said],
    *,
    title: str,
    held_on: date | None,
    points: Sequence[Point] = (),
    cards: Sequence[Card] = (),
) -> list[BuiltPassage]:
    """Passages of one recording, in order, then its cards. Every word of the transcript is in at least one passage.

    `points` of the agenda name the passages; without any, they are named as the chair announced them.
    """
    pieces = [piece for segment in segments for piece in _sentences(segment)]
    passages: list[BuiltPassage] = []
    announced = ""
    for stretch in _stretches(pieces, points):
        announced = _announced_point(stretch[0].text) or announced
        point = _point_at(points, stretch[0]) if points else announced
        header = _header(title, held_on, point, stretch[0].speaker)
        passages.extend(_passage(window, header) for window in _windows(stretch))
    return passages + [built for card in cards if (built := _of_card(card, pieces, points, title, held_on))]


def polish_date(day: date) -> str:
    """ "26 marca 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


# --- sentences -------------------------------------------------------------------------------------------------------


def _sentences(segment: Said) -> Iterator[Piece]:
    """A segment cut into sentences, and before each formula; a long one without marks, into windows of words."""
    words = segment.text.split()
    if not words:
        return
    clock = _Clock(segment, words)
    done = 0
    for sentence in split_sentences(" ".join(words)):
        for part in _at_formulae(sentence):
            tokens = part.split()
            for start in range(0, len(tokens), MAX_WORDS):
                size = len(tokens[start : start + MAX_WORDS])
                yield Piece(
                    clock.start_of(done),
                    clock.end_of(done + size - 1),
                    " ".join(words[done : done + size]),
                    segment.speaker,
                )
                done += size


def _at_formulae(sentence: str) -> list[str]:
    cuts = [0, *(match.start() for match in _FORMULA.finditer(sentence) if match.start() > 0), len(sentence)]
    return [sentence[start:end].strip() for start, end in pairwise(cuts)]


class _Clock:
    """When each word of a segment was said: by its own time where the recogniser gave one, else by its place."""

    def __init__(self, segment: Said, words: list[str]) -> None:
        self._segment = segment
        self._times: list[tuple[int, int]] = []
        if len(segment.words) == len(words):
            self._times = [(int(str(word[0])), int(str(word[1]))) for word in segment.words]
        self._chars = [0]
        for word in words:
            self._chars.append(self._chars[-1] + len(word) + 1)

    def start_of(self, index: int) -> int:
        return self._times[index][0] if self._times else self._at(self._chars[index])

    def end_of(self, index: int) -> int:
        return self._times[index][1] if self._times else self._at(self._chars[index + 1])

    def _at(self, chars: int) -> int:
        segment = self._segment
        return segment.start_ms + (segment.end_ms - segment.start_ms) * chars // self._chars[-1]


# --- stretches of one speaker and one point --------------------------------------------------------------------------


def _stretches(pieces: Iterable[Piece], points: Sequence[Point]) -> Iterator[list[Piece]]:
    stretch: list[Piece] = []
    for piece in pieces:
        if stretch and (
            piece.speaker != stretch[-1].speaker
            or _opens_point(piece.text)
            or _point_at(points, piece) != _point_at(points, stretch[-1])
        ):
            yield stretch
            stretch = []
        stretch.append(piece)
    if stretch:
        yield stretch


def _opens_point(sentence: str) -> bool:
    return bool(_FORMULA.match(sentence) or _FORMULA_AT_START.match(sentence))


def _point_at(points: Sequence[Point], piece: Piece) -> str:
    """The point under which most of a sentence was said."""
    at = bisect_right(points, (piece.start_ms + piece.end_ms) // 2, key=lambda point: point.start_ms)
    return points[at - 1].name[:_POINT_CHARS] if at else ""


def _announced_point(sentence: str) -> str:
    """What the chair announced: "Punkt piąty, podjęcie uchwały w sprawie zmian w budżecie"."""
    if not _opens_point(sentence):
        return ""
    start = re.search(r"\b(?:podpunktu|punktu|punkt|pkt|ad)\b", sentence, re.IGNORECASE)
    point = sentence[start.start() if start else 0 :].rstrip(" .,;:")
    point = re.sub(r"^(pod)?punktu (\w+?[gc]i)ego\b", r"\1punkt \2", point)  # trzeciego -> trzeci
    point = re.sub(r"^(pod)?punktu (\w+?)ego\b", r"\1punkt \2y", point)  # piątego -> piąty
    if len(point) > _POINT_CHARS:
        point = point[:_POINT_CHARS].rsplit(" ", 1)[0] + "…"
    return point[:1].upper() + point[1:]


def _header(title: str, held_on: date | None, point: str, speaker: str) -> str:
    return "\n".join(part for part in (title, polish_date(held_on) if held_on else "", point, speaker) if part)


# --- windows ---------------------------------------------------------------------------------------------------------


def _windows(stretch: list[Piece]) -> Iterator[list[Piece]]:
    """Windows of about TARGET_WORDS whole sentences that overlap a little; a short rest joins the window before it."""
    sizes = [len(piece.text.split()) for piece in stretch]
    start = 0
    while True:
        end, words = start, 0
        while end < len(stretch) and (end == start or words + sizes[end] <= TARGET_WORDS):
            words += sizes[end]
            end += 1
        if words + sum(sizes[end:]) <= MAX_WORDS:
            yield stretch[start:]
            return
        yield stretch[start:end]
        start = _with_overlap(sizes, start, end)


def _with_overlap(sizes: list[int], start: int, end: int) -> int:
    """Where the window after [start, end) begins: as many of the last sentences as fit into the overlap."""
    begin, words = end, 0
    while begin - 1 > start and words + sizes[begin - 1] <= OVERLAP_WORDS:
        begin -= 1
        words += sizes[begin]
    return begin


def _passage(window: list[Piece], header: str) -> BuiltPassage:
    pieces: list[tuple[int, int, int, int]] = []
    position = 0
    for piece in window:
        pieces.append((piece.start_ms, piece.end_ms, position, position + len(piece.text)))
        position += len(piece.text) + 1
    return BuiltPassage(
        start_ms=window[0].start_ms, end_ms=window[-1].end_ms, speaker=window[0].speaker, header=header,
        text=" ".join(piece.text for piece in window), pieces=tuple(pieces),
    )  # fmt: skip


def _of_card(
    card: Card, pieces: Sequence[Piece], points: Sequence[Point], title: str, held_on: date | None
) -> BuiltPassage | None:
    """The sentences in which the fact was said, all of one speaker, under a header that tells it."""
    near = [
        piece
        for piece in pieces
        if piece.start_ms < card.end_ms + _CARD_SLACK_MS and card.start_ms - _CARD_SLACK_MS < piece.end_ms
    ]
    said = [piece for piece in near if piece.text in card.quote or (card.quote and card.quote in piece.text)]
    said = said or [piece for piece in near if piece.start_ms < card.end_ms and card.start_ms < piece.end_ms]
    said = [piece for piece in said if piece.speaker == said[0].speaker][:_CARD_SENTENCES]
    if not said:
        return None
    header = _header(title, held_on, _point_at(points, said[0]), said[0].speaker)
    return replace(_passage(said, f"{header}\n{card.words}" if header else card.words), kind=card.kind)
