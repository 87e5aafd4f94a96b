"""Finding pages of documents: words by their lemmas, as in the recordings; what binds more comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from council.access import Actor, Can
from council.tenancy import tenant_scope
from transcripts.bodies import recordings_of_body
from transcripts.documents_queries import KINDS
from transcripts.lexemes import QueryTerm, fold, query_lexemes
from transcripts.search_statement import Filters

MOST_HITS: Final = 30
_MOST_QUESTION_CHARS: Final = 1_000
_EXCERPT_CHARS: Final = 300
_STEM_CHARS: Final = 5

_WEIGHTS: Final = {"resolution": 1.3, "vote_list": 1.2, "minutes": 1.15, "draft": 1.0, "agenda": 0.9, "other": 0.9}
"""A resolution says what was decided, minutes what the council agreed was said, a draft only what was proposed."""

_SQL: Final = """
WITH hit AS (
SELECT d.id, d.recording_id, d.title, d.kind, p.number, p.text, r.held_on, ts_rank(p.lexemes, %(any)s::tsquery) AS rank,
       (SELECT count(*) FROM unnest(%(terms)s::text[]) AS term WHERE p.lexemes @@ term::tsquery) AS found
  FROM transcripts_documentpage p
  JOIN transcripts_document d ON d.id = p.document_id
  JOIN transcripts_recording r ON r.id = d.recording_id
 WHERE p.council_id = %(council)s AND p.lexemes @@ %(any)s::tsquery
   AND (%(recording)s::uuid IS NULL OR d.recording_id = %(recording)s::uuid)
   AND (%(recordings)s::uuid[] IS NULL OR d.recording_id = ANY(%(recordings)s::uuid[]))
   AND (%(meeting)s::bigint IS NULL OR r.meeting_id = %(meeting)s::bigint)
   AND (%(held_from)s::date IS NULL OR r.held_on >= %(held_from)s::date)
   AND (%(held_to)s::date IS NULL OR r.held_on <= %(held_to)s::date)
   AND (%(all)s OR (d.published AND r.published_at IS NOT NULL AND r.state = 'ready'))
)
SELECT id, recording_id, title, kind, number, text, held_on, found FROM hit
 ORDER BY found * (%(weights)s::jsonb ->> kind)::float DESC, rank DESC, id, number
 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page that holds words of the question. `excerpt` is the part of it that holds most of them."""

    document_id: UUID
    recording_id: UUID
    title: str
    kind: str
    kind_label: str
    page: int
    excerpt: str
    text: str  # of the whole page
    held_on: date | None
    weight: float  # 1.3 for a resolution, see _WEIGHTS
    share: float  # of the question's words that stand on the page


def search_documents(
    actor: Actor, question: str, *, recording_id: UUID | None = None, filters: Filters | None = None
) -> list[PageHit]:
    """The best pages of the documents that the actor may see; [] for a question without words that carry something.

    Args:
        recording_id: in the documents of this recording only.
        filters: of which meetings; what they say of speakers and kinds says nothing of documents.
    """
    wanted = filters or Filters()
    if wanted.body_id is not None:
        wanted = replace(wanted, recording_ids=recordings_of_body(actor, wanted.body_id))
    terms = query_lexemes(question[:_MOST_QUESTION_CHARS])
    if not terms:
        return []
    queries = [term.any_tsquery() for term in terms]
    values: dict[str, Any] = {
        "terms": queries, "any": " | ".join(f"({query})" for query in queries), "council": actor.council_id,
        "all": Can.READ_ALL in actor.can, "most": MOST_HITS, "weights": _weights_json(),
        "recording": recording_id or wanted.recording_id, "meeting": wanted.meeting_id,
        "recordings": None if wanted.recording_ids is None else list(wanted.recording_ids),
        "held_from": wanted.held_from, "held_to": wanted.held_to,
    }  # fmt: skip
    with tenant_scope(actor.council_id), connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return [
        PageHit(
            document,
            recording,
            title,
            kind,
            KINDS.get(kind, kind),
            page,
            _excerpt(text, terms),
            text,
            held_on,
            _WEIGHTS.get(kind, 1.0),
            found / len(terms),
        )
        for document, recording, title, kind, page, text, held_on, found in rows
    ]


def _weights_json() -> str:
    return "{" + ", ".join(f'"{kind}": {_WEIGHTS.get(kind, 1.0)}' for kind in KINDS) + "}"


def _excerpt(text: str, terms: tuple[QueryTerm, ...]) -> str:
    """The sentence that begins most of the question's words, and what follows it."""
    stems = [term.form.lstrip("_")[:_STEM_CHARS] for term in terms]
    flat = " ".join(text.split())
    starts = [0, *(match.end() for match in re.finditer(r"[.!?;:] ", flat))]

    def worth(start: int) -> int:
        window = fold(flat[start : start + _EXCERPT_CHARS])
        return sum(stem in window for stem in stems)

    best = max(starts[:2000], key=worth)
    return flat[best : best + _EXCERPT_CHARS].rsplit(" ", 1)[0] if len(flat) > best + _EXCERPT_CHARS else flat[best:]
