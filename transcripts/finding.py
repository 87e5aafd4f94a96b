"""What the search page shows: recordings and documents together, each result with a place to go and marked words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from council.access import Actor
from transcripts import cards, search
from transcripts.documents_search import PageHit, search_documents
from transcripts.lexemes import QueryTerm, query_lexemes, spans_of
from transcripts.search_statement import Filters

DOCUMENTS: Final = "document"
KIND_LABELS: Final = {
    cards.SPEECH: "wypowiedź",
    cards.VOTE: "głosowanie",
    cards.PROMISE: "zobowiązanie",
    cards.INTERPELLATION: "interpelacja",
    cards.ATTENDANCE: "obecność",
}
_LEAST_SHARE: Final = 0.5
"""Of the question's words, on a page that stands among the first results: right after the best thing said."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some of a result's text; `marked`: the words that were looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One result. `start_ms` is where the sentence begins that holds most of the words; None for a document's page."""

    title: str
    held_on: date | None
    kind: str
    kind_label: str
    speaker: str
    point: tuple[Run, ...]  # of the agenda, and what the card of a fact says
    recording_id: UUID
    start_ms: int | None
    document_id: UUID | None
    page: int
    runs: tuple[Run, ...]

    @property
    def has_words(self) -> bool:
        """Whether any of the words that were looked for stands in it; without, its meaning is alike."""
        return any(run.marked for run in (*self.runs, *self.point))


@dataclass(frozen=True, slots=True)
class Results:
    """`notes` say for people how it was searched; `more`: whether a larger limit may show more."""

    found: tuple[Found, ...]
    notes: tuple[str, ...]
    corrected: str
    speakers: tuple[str, ...]
    more: bool


def find(actor: Actor, question: str, filters: Filters, *, kind: str = "", limit: int = 20) -> Results:
    """The best of the recordings and of the documents for `question`.

    Args:
        kind: one of cards.KINDS, DOCUMENTS, or "" for all of them. A speaker is asked for: then no documents.
    """
    said = search.SearchResult((), "lexical", ())
    if kind != DOCUMENTS:
        said = search.search(actor, question, limit=limit, filters=filters)
    question = said.corrected or question
    pages: list[PageHit] = []
    if kind in ("", DOCUMENTS) and not (filters.speaker or filters.speakers or said.speakers):
        pages = search_documents(actor, question, filters=filters)
    terms = query_lexemes(question)
    heard = [_of_hit(hit, terms) for hit in said.hits]
    good = [_of_page(page, terms) for page in pages if page.share >= _LEAST_SHARE]
    rest = [_of_page(page, terms) for page in pages if page.share < _LEAST_SHARE]
    found = [*heard[:1], *good, *heard[1:], *rest] if heard else [*good, *rest]
    return Results(tuple(found), said.notes, said.corrected, said.speakers, len(said.hits) == limit)


def marked(text: str, terms: Sequence[QueryTerm]) -> tuple[Run, ...]:
    """`text` in runs, those that `terms` found marked; put together they are `text` again."""
    runs, at = [], 0
    for first, end in spans_of(terms, text):
        if at < first:
            runs.append(Run(text[at:first], False))
        runs.append(Run(text[first:end], True))
        at = end
    return (*runs, Run(text[at:], False)) if at < len(text) else tuple(runs)


def _of_hit(hit: search.Hit, terms: Sequence[QueryTerm]) -> Found:
    best = max(hit.segments, key=lambda segment: len(spans_of(terms, segment.text)), default=None)
    known = {hit.recording_title, hit.speaker}
    lines = [line for line in hit.header.split("\n")[1:] if line not in known]
    return Found(
        title=hit.recording_title or "Nagranie bez tytułu", held_on=hit.held_on, kind=hit.kind,
        kind_label=KIND_LABELS.get(hit.kind, hit.kind), speaker=hit.speaker,
        point=marked(" · ".join(lines[1:] if hit.held_on else lines), terms), recording_id=hit.recording_id,
        start_ms=best.start_ms if best else hit.start_ms, document_id=None, page=0, runs=marked(hit.text, terms),
    )  # fmt: skip


def _of_page(page: PageHit, terms: Sequence[QueryTerm]) -> Found:
    return Found(
        title=page.title, held_on=page.held_on, kind=DOCUMENTS, kind_label=page.kind_label, speaker="", point=(),
        recording_id=page.recording_id, start_ms=None, document_id=page.document_id, page=page.page,
        runs=marked(page.excerpt, terms),
    )  # fmt: skip
