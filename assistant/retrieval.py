"""A question to the evidence that an answer may stand on: pieces of transcripts and of documents' pages, numbered,
within a budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings

from council.access import Actor
from speech.engine.reading.sentences import split_sentences
from transcripts import search as transcript_search
from transcripts.cards import SPEECH
from transcripts.documents_search import PageHit, search_documents
from transcripts.lexemes import fold, query_lexemes
from transcripts.search import Hit, HitSegment

HITS: Final = 12
EVIDENCE_TOKENS: Final = 3_000
"""Room for evidence in a model's context: small local models are served with 4,096 to 8,192 tokens in all."""
CHARS_PER_TOKEN: Final = 3.2
"""Polish text in the tokenizers of common models."""

PAGES: Final = 3
DOCUMENT: Final = "document"
"""The kind of a piece that is no speech: words of a document's page."""
_LEAST_SHARE: Final = 0.5  # of the question's words, on a page that is shown as evidence
_BINDING: Final = 1.1  # weight from which on a page comes before what was merely said: resolutions, lists, minutes
_PAGE_CHARS: Final = 1_000
_STEM_CHARS: Final = 5

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
    kind: str = SPEECH  # or of which kind of fact its header is the card, or DOCUMENT
    document_id: UUID | None = None
    page: int = 0  # of the document, from 1; its segments have no times
    weight: float = 1.0  # of a document by its kind: a resolution says more than what was said about it


@dataclass(frozen=True, slots=True)
class Evidence:
    """Best first. `notes` are Polish sentences for people about how it was found."""

    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = field(default=())
    corrected: str = ""  # the question with misspelt words put right


def gather(actor: Actor, question: str, *, recording_id: UUID | None = None) -> Evidence:
    """What the actor may see that bears on the question.

    Raises:
        CouncilError: what transcripts.search raises.
    """
    found = transcript_search.search(actor, question, limit=HITS, recording_id=recording_id)
    question = found.corrected or question
    pages = search_documents(actor, question, recording_id=recording_id)
    from_pages = [_of_page(page, question) for page in pages if page.share >= _LEAST_SHARE][:PAGES]
    room = EVIDENCE_TOKENS - sum(estimate_tokens(piece.header + piece.segments[0].text) for piece in from_pages)
    said = list(pieces_from_hits(found.hits, budget_tokens=room))
    binding = [piece for piece in from_pages if piece.weight >= _BINDING]
    others = [piece for piece in from_pages if piece.weight < _BINDING]
    ordered = [*said[:1], *binding, *said[1:], *others]
    return Evidence(
        tuple(replace(piece, number=number) for number, piece in enumerate(ordered, start=1)),
        tuple(found.notes),
        found.corrected,
    )


def _of_page(page: PageHit, question: str) -> Piece:
    """The sentences of a page around those that hold most of the question's words, as one segment without a time."""
    text = _best_part(page.text, question)
    return Piece(
        0, page.recording_id, page.title, page.held_on, f"{page.kind_label}, strona {page.page}",
        (HitSegment(0, 0, text, ""),), None, DOCUMENT, page.document_id, page.page, page.weight,
    )  # fmt: skip


def _best_part(text: str, question: str) -> str:
    sentences = split_sentences(" ".join(text.split()))
    stems = {term.form.lstrip("_")[:_STEM_CHARS] for term in query_lexemes(question)}
    worth = [sum(stem in fold(sentence) for stem in stems) for sentence in sentences]
    first = last = max(range(len(sentences)), key=worth.__getitem__, default=0)
    length = len(sentences[first]) if sentences else 0
    while sentences:
        if last + 1 < len(sentences) and length + len(sentences[last + 1]) <= _PAGE_CHARS:
            last += 1
            length += len(sentences[last]) + 1
        elif first > 0 and length + len(sentences[first - 1]) <= _PAGE_CHARS:
            first -= 1
            length += len(sentences[first]) + 1
        else:
            break
    return " ".join(sentences[first : last + 1])


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
