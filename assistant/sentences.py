"""Every sentence of the evidence with what stands beside it: what an answer is chosen from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from assistant.asking import CURRENCY
from assistant.matching import heard_apart, lexemes_of
from assistant.quotes import Place, Track
from assistant.retrieval import Piece

_NEAR_MS: Final = 30_000
_PAUSE_MS: Final = 10_000  # sentences further apart do not adjoin
_ANSWERING: Final = 2  # sentences at the beginning of a turn that answer what was asked before it
_ASKING: Final = 3  # sentences at the end of a turn that ask
_FLOOR_WORDS: Final = 8  # "Dziękuję. Proszę, panie wójcie." between a question and its answer
ASKS: Final = re.compile(
    r"\?|\b(?:pytam|zapytuję|(?:mam|mamy) pytanie|mieszkańcy pytają|chciał(?:a)?bym (?:za)?pytać|dlaczego"
    r"|proszę (?:o (?:odpowiedź|informację|wyjaśnieni\w+)|powiedzieć|rozważyć))\b",
    re.IGNORECASE,
)
"""What a sentence asks or requests by, whether or not the recogniser wrote a question mark."""
_IMPLIED_BY_MONEY: Final = frozenset(["pieniądz", "kwota", "koszt", "kosztować", "cena", "wydać", "zapłacić"])
"""Words of a question about money that a sentence with a sum answers without saying them."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `rank` is its piece's among the evidence from 0, `own` the lexemes of its words."""

    piece: Piece
    place: Place
    rank: int
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with what stands beside it; `previous` and `following` are its neighbours in the recording."""

    piece: Piece
    place: Place
    rank: int
    own: frozenset[str]
    previous: Sentence | None
    following: Sentence | None
    around: frozenset[str]  # speaker, meeting, agenda point
    near: frozenset[str]  # the passage and what was said just before and after it
    answered: frozenset[str] = frozenset()  # the question of another speaker that it answers, empty for most

    @property
    def beside(self) -> frozenset[str]:
        return _own(self.previous) | _own(self.following)


def candidates_of(pieces: Sequence[Piece]) -> list[Candidate]:
    """Every sentence of the evidence, beside its neighbours in the recording (which another piece may hold)."""
    timelines: dict[tuple[UUID, UUID | None, int], list[Sentence]] = {}
    for rank, piece in enumerate(pieces):
        timelines.setdefault((piece.recording_id, piece.document_id, piece.page), []).extend(
            Sentence(piece, place, rank, lexemes_of(place.text) | heard_apart(place.text))
            for place in Track(piece.segments).sentences
        )
    found = []
    for timeline in timelines.values():
        timeline.sort(key=lambda sentence: (sentence.place.start_ms, sentence.place.start))
        for index, sentence in enumerate(timeline):
            found.append(_candidate(sentence, timeline, index))
    return found


def _candidate(sentence: Sentence, timeline: Sequence[Sentence], index: int) -> Candidate:
    piece, place = sentence.piece, sentence.place
    previous = timeline[index - 1] if index and _adjoin(timeline[index - 1], sentence) else None
    following = timeline[index + 1] if index + 1 < len(timeline) and _adjoin(sentence, timeline[index + 1]) else None
    around = lexemes_of(f"{piece.header} {piece.recording_title}") | lexemes_of(place.speaker)
    near = frozenset[str]().union(
        *(
            other.own
            for other in timeline
            if other.piece is piece
            or abs(other.place.start_ms - place.end_ms) < _NEAR_MS
            or abs(place.start_ms - other.place.end_ms) < _NEAR_MS
        )
    )
    own = sentence.own | _IMPLIED_BY_MONEY if not CURRENCY.isdisjoint(sentence.own) else sentence.own
    return Candidate(
        piece, place, sentence.rank, own, previous, following, around, near, _question_before(timeline, index)
    )


def _question_before(timeline: Sequence[Sentence], index: int) -> frozenset[str]:
    """The words of what another speaker asked just before, when the sentence at `index` begins the answer."""
    speaker = timeline[index].place.speaker
    at = index
    while at and timeline[at - 1].place.speaker == speaker and _adjoin(timeline[at - 1], timeline[at]):
        at -= 1
    if not speaker or index - at >= _ANSWERING:
        return frozenset()
    at = _before_the_floor_was_given(timeline, at, speaker)
    asking: list[Sentence] = []
    while at and len(asking) < _ASKING and _adjoin(timeline[at - 1], timeline[at]):
        if timeline[at - 1].place.speaker in (speaker, "") or (
            asking and timeline[at - 1].place.speaker != asking[-1].place.speaker
        ):
            break
        at -= 1
        asking.append(timeline[at])
    if not any(ASKS.search(sentence.place.text) for sentence in asking):
        return frozenset()
    return frozenset().union(*(sentence.own for sentence in asking))


def _before_the_floor_was_given(timeline: Sequence[Sentence], at: int, speaker: str) -> int:
    """Where the turn before `at` begins, if it is but a few words and a question stands before it; else `at`."""
    first, words = at, 0
    while first and _adjoin(timeline[first - 1], timeline[first]):
        before = timeline[first - 1].place
        if before.speaker in (speaker, "") or (first < at and before.speaker != timeline[first].place.speaker):
            break
        words += len(before.text.split())
        if words > _FLOOR_WORDS or "?" in before.text:
            return at
        first -= 1
    return first


def _adjoin(sentence: Sentence, following: Sentence) -> bool:
    return following.place.start_ms - sentence.place.end_ms < _PAUSE_MS


def _own(sentence: Sentence | None) -> frozenset[str]:
    return sentence.own if sentence else frozenset()
