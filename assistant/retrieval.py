"""A question to the evidence that an answer may stand on: pieces of transcripts, numbered, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings

from council.access import Actor
from transcripts import search as transcript_search
from transcripts.cards import SPEECH
from transcripts.search import Hit, HitSegment

HITS: Final = 12
EVIDENCE_TOKENS: Final = 3_000
"""Room for evidence in a model's context: small local models are served with 4,096 to 8,192 tokens in all."""
CHARS_PER_TOKEN: Final = 3.2
"""Polish text in the tokenizers of common models."""

_Key = tuple[UUID, int, int, str]  # which segment


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive segments of one recording. `number` is how a model names the piece, from 1.

    `similarity` is the cosine of question and passage in the built-in embedding model; None when they were not compared
    or by another model, whose cosines mean something else.
    """

    number: int
    recording_id: UUID
    recording_title: str
    held_on: date | None
    header: str
    segments: tuple[HitSegment, ...]
    similarity: float | None = None
    kind: str = SPEECH  # or of which kind of fact its header is the card


@dataclass(frozen=True, slots=True)
class Evidence:
    """Best first. `notes` are Polish sentences for people about how it was found."""

    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = field(default=())


def gather(actor: Actor, question: str, *, recording_id: UUID | None = None) -> Evidence:
    """What the actor may see that bears on the question.

    Raises:
        CouncilError: what transcripts.search raises.
    """
    found = transcript_search.search(actor, question, limit=HITS, recording_id=recording_id)
    return Evidence(tuple(pieces_from_hits(found.hits)), tuple(found.notes))


def estimate_tokens(text: str) -> int:
    return round(len(text) / CHARS_PER_TOKEN)


def pieces_from_hits(hits: Iterable[Hit], *, budget_tokens: int = EVIDENCE_TOKENS) -> Iterator[Piece]:
    """Number the hits' segments until the budget is spent.

    Passages overlap; a segment is taken once, with a card that has it or else with the best hit. The hit that does not
    fit whole is cut between segments; no segment is cut.
    """
    hits = list(hits)
    left = budget_tokens
    of_cards = {_key(hit, segment) for hit in hits if hit.kind != SPEECH for segment in hit.segments}
    taken: set[_Key] = set()
    number = 0
    for hit in hits:
        left -= estimate_tokens(hit.header)
        for run in _new_runs(hit, taken, of_cards if hit.kind == SPEECH else frozenset()):
            fitting: list[HitSegment] = []
            for segment in run:
                left -= estimate_tokens(segment.text)
                if left < 0:
                    break
                fitting.append(segment)
            if fitting:
                number += 1
                yield Piece(
                    number, hit.recording_id, hit.recording_title, hit.held_on, hit.header, tuple(fitting),
                    None if settings.EMBEDDINGS_BASE_URL else hit.similarity, hit.kind,
                )  # fmt: skip
            if left < 0:
                return


def _new_runs(hit: Hit, taken: set[_Key], left_to_cards: frozenset[_Key] | set[_Key]) -> Iterator[list[HitSegment]]:
    run: list[HitSegment] = []
    for segment in hit.segments:
        key = _key(hit, segment)
        if key in taken or key in left_to_cards:
            if run:
                yield run
            run = []
            continue
        taken.add(key)
        run.append(segment)
    if run:
        yield run


def _key(hit: Hit, segment: HitSegment) -> _Key:
    return (hit.recording_id, segment.start_ms, segment.end_ms, segment.text)
