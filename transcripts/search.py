"""A question to the passages that answer it: words and meaning, in one SQL statement over one council's rows.

Words: every term of the question scores a passage by its saturating frequency (`ts_rank` of that term alone) times its
inverse document frequency, which `ts_rank` does not know; the sum is divided by what the question could reach at most.
Meaning: the cosine of question and passage, stretched so that the council's average passage is 0 and its nearest is 1.
The two are added. Ranks alone (reciprocal rank fusion) lose how sure each side is: docs/benchmarks.md has both.

Full-text operators are not leakproof, so under row security PostgreSQL uses no GIN index for them, and an HNSW index
shared by many councils finds next to nothing for a small one. Hence the plan: read the rows of this council, found by
its btree, and score them all. A council too large for that gets a vector index of its own (`manage.py index_vectors`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from council.access import Actor, Can
from council.errors import MESSAGES, CouncilError, message_for
from council.tenancy import tenant_scope
from transcripts import cards, embedding, lexemes, spelling
from transcripts.bodies import people_of, recordings_of_body
from transcripts.chosen_servers import ChosenServer, chosen_server
from transcripts.embedding import reranker, serving
from transcripts.models import RecordingState
from transcripts.phrases import with_phrases_first
from transcripts.search_statement import (
    CANDIDATES,
    PUBLISHED,
    SPEAKERS,
    VOCABULARY,
    Filters,
    Query,
    Row,
    vector_index_note,
)
from transcripts.whose_words import asks_for_words, whose_words

__all__ = ["Filters", "Hit", "HitSegment", "SearchResult", "likeness", "search", "speakers_of", "vector_index_name"]

Mode = Literal["hybrid", "lexical"]

MAX_LIMIT: Final = 100
EXACT_SCAN_PASSAGES: Final = 20_000
"""Up to here a council is scanned exactly, in milliseconds; above, `index_vectors` builds an index for it."""

_FETCHED_PER_HIT: Final = 3  # passages overlap: the weaker of two that tell the same is dropped


@dataclass(frozen=True, slots=True)
class HitSegment:
    """One sentence of a hit with its own time; `text` stands word for word in the transcript."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers. All that other apps see of the transcript.

    `score` orders the hits of one answer. `words` (0 to about 1.5) is how much of what the question asks stands in the
    passage, word by word; `similarity` is the cosine of the meanings, None when it was not compared.
    """

    recording_id: UUID
    recording_title: str
    held_on: date | None
    start_ms: int
    end_ms: int
    speaker: str
    header: str
    text: str
    score: float
    segments: tuple[HitSegment, ...]
    words: float = 0.0
    similarity: float | None = None
    kind: str = cards.SPEECH  # or of which kind of fact it is the card (transcripts/cards.py)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`notes` are Polish sentences about how it was searched, for people; usually none."""

    hits: tuple[Hit, ...]
    mode: Mode
    notes: tuple[str, ...]
    corrected: str = ""  # the question with misspelt words put right, when any were
    speakers: tuple[str, ...] = ()  # whose words alone were searched, because the question asks for them


def search(
    actor: Actor,
    question: str,
    *,
    limit: int = 10,
    recording_id: UUID | None = None,
    filters: Filters | None = None,
    words: bool = True,
    meaning: bool = True,
) -> SearchResult:
    """The best passages of the actor's council, best first; residents find published recordings only.

    Args:
        limit: 1 to MAX_LIMIT.
        recording_id: search this recording only. One that the actor may not see has no passages.
        filters: where to look; its recording gives way to `recording_id`.
        words, meaning: False leaves that side out, for measuring what it is worth.
    """
    actor.require(Can.READ_PUBLISHED)
    limit = max(1, min(limit, MAX_LIMIT))
    asked, question = question, _put_right(actor, question) if words else question
    terms = lexemes.query_lexemes(question) if words else ()
    own = chosen_server(actor.council_id, "embeddings")
    vector, model, notes = _vector(actor, own, question) if meaning and question.strip() else (None, "", ())
    if not terms and vector is None:
        return SearchResult((), "lexical", notes)
    wanted = filters or Filters()
    wanted = replace(wanted, recording_id=recording_id or wanted.recording_id)
    if wanted.body_id is not None:
        wanted = replace(wanted, recording_ids=recordings_of_body(actor, wanted.body_id))
    speakers, whose = _whose_words(actor, question, wanted)
    wanted = replace(wanted, speakers=wanted.speakers or speakers)
    query = Query(
        actor.council_id, Can.READ_ALL not in actor.can, wanted, terms, vector, limit * _FETCHED_PER_HIT,
        cards.kinds_asked(question), model=model,
    )  # fmt: skip
    with tenant_scope(actor.council_id):
        rows = _ranked(query)
    compared = any(row.similarity is not None for row in rows)
    if rows and vector is not None and not compared:
        notes = (_note("Wektory tej rady jeszcze nie powstały albo powstały w innym modelu."),)
    hits, why_not = _best(actor, question, with_phrases_first(question, [_hit(row) for row in rows]), limit)
    mode: Mode = "hybrid" if compared else "lexical"
    return SearchResult(tuple(hits), mode, (*whose, *notes, *why_not), question if question != asked else "", speakers)


def _whose_words(actor: Actor, question: str, wanted: Filters) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the one person whose words are asked for, () for nobody or for more than one; what to tell."""
    if wanted.anyone or wanted.speaker or wanted.speakers or not asks_for_words(question):
        return (), ()
    found = whose_words(question, speakers_of(actor), people_of(actor))
    if found is None:
        return (), ()
    who = ", ".join(found.names)
    if not found.certain:
        return (), (f"Nie zawężono do jednej osoby, bo pytanie może dotyczyć kilku: {who}. Podaj imię i nazwisko.",)
    return found.names, (f"Pokazano tylko wypowiedzi osoby, o którą pytasz: {who}.",)


def speakers_of(actor: Actor) -> list[str]:
    """Everybody who speaks in the passages that the actor may see, in the order of the alphabet."""
    actor.require(Can.READ_PUBLISHED)
    visible = PUBLISHED if Can.READ_ALL not in actor.can else ""
    with tenant_scope(actor.council_id), connection.cursor() as cursor:
        cursor.execute(
            SPEAKERS.format(visible=visible), {"council": actor.council_id, "ready": RecordingState.READY.value}
        )
        return sorted(row[0] for row in cursor.fetchall())


def _best(actor: Actor, question: str, hits: list[Hit], limit: int) -> tuple[list[Hit], tuple[str, ...]]:
    """The best hits without overlaps, in the reranker's order where there is one; else why it gave none."""
    if not reranker.is_configured() or len(hits) < 2:
        return _without_overlaps(hits, limit), ()
    pool = _without_overlaps(hits, max(limit, reranker.PASSAGES))
    head, rest = pool[: reranker.PASSAGES], pool[reranker.PASSAGES :]
    try:
        order = reranker.order(
            question, [f"{hit.header}\n{hit.text}" for hit in head], egress_allowed=actor.egress_allowed
        )
    except CouncilError as error:
        return pool[:limit], (f"Kolejności wyników nie poprawiono. {message_for(error.code, **error.context)}",)
    return [*(head[index] for index in order), *rest][:limit], ()


def _put_right(actor: Actor, question: str) -> str:
    """The question with misspelt words as the passages that the actor may see spell them."""
    doubtful = spelling.doubtful(question, lexemes.query_lexemes(question))
    if not doubtful:
        return question
    conditions = PUBLISHED if Can.READ_ALL not in actor.can else ""
    with tenant_scope(actor.council_id), connection.cursor() as cursor:
        cursor.execute(
            VOCABULARY.format(visible=conditions),
            {"council": actor.council_id, "ready": RecordingState.READY.value,
             "first": sorted({word[0] for word in doubtful})},
        )  # fmt: skip
        vocabulary = [row[0] for row in cursor.fetchall()]
    return spelling.corrected(question, vocabulary, doubtful)


def likeness(question: str, text: str) -> float:
    """How near two texts are in meaning: their cosine in the built-in model, in this process, whatever the council's.

    Raises:
        CouncilError: "embeddings_unavailable".
    """
    built_in = embedding.built_in()
    asked, said = built_in.query(question), built_in.passages([text])[0]
    return sum(left * right for left, right in zip(asked, said, strict=True))


def vector_index_name(council_id: int) -> str:
    """Of the vector index that one large council has for itself."""
    return f"passage_vectors_{council_id}"


def _vector(
    actor: Actor, own: ChosenServer | None, question: str
) -> tuple[embedding.Vector | None, str, tuple[str, ...]]:
    """The question's vector and its model; None and why when there is none: search then goes by words alone."""
    try:
        asked = serving.asking_embedder(actor.council_id, own, egress_allowed=actor.egress_allowed)
        return asked.query(question), asked.model, ()
    except CouncilError as error:
        return None, "", (_note(MESSAGES[error.code][0].format_map(error.context)),)


def _note(why: str) -> str:
    return f"Szukano tylko po słowach, bez porównania znaczeń. {why}"


# --- asking the database ---------------------------------------------------------------------------------------------


def _ranked(query: Query) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # compiling costs more than the scan of a usual council
        indexed = query.vector is not None and query.filters.is_open() and _has_index(cursor, query)
        if indexed:
            # Without statistics the planner would rather sort the one row that it takes the council for.
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'strict_order', true),"
                " set_config('hnsw.ef_search', %s, true), set_config('enable_sort', 'off', true)",
                [str(CANDIDATES)],
            )
        cursor.execute(query.statement(indexed=indexed), query.parameters())
        return [Row(*row) for row in cursor.fetchall()]


def _has_index(cursor: CursorWrapper, query: Query) -> bool:
    """Whether there is one, whole, of vectors of this model and length."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relname = %s AND indisvalid AND obj_description(indexrelid, 'pg_class') = %s)",
        [vector_index_name(query.council_id), vector_index_note(query.model, len(query.vector or ()))],
    )
    row = cursor.fetchone()
    return bool(row and row[0])


# --- hits ------------------------------------------------------------------------------------------------------------


def _hit(row: Row) -> Hit:
    pieces = json.loads(row.pieces) if isinstance(row.pieces, str) else row.pieces
    return Hit(
        recording_id=row.recording_id, recording_title=row.title, held_on=row.held_on, start_ms=row.start_ms,
        end_ms=row.end_ms, speaker=row.speaker, header=row.header, text=row.text, score=row.score,
        segments=tuple(HitSegment(start, end, row.text[a:b], row.speaker) for start, end, a, b in pieces),
        words=row.words, similarity=row.similarity, kind=row.kind,
    )  # fmt: skip


def _without_overlaps(hits: list[Hit], limit: int) -> list[Hit]:
    """Best first, without those of which a better hit tells half or more. A card and a passage both stay."""
    kept: list[Hit] = []
    for hit in hits:
        if len(kept) == limit:
            break
        rivals = [other for other in kept if (other.kind == cards.SPEECH) == (hit.kind == cards.SPEECH)]
        if hit.kind != cards.SPEECH:
            rivals = [other for other in rivals if other.header == hit.header]
        if not any(_shared_ms(hit, better) * 2 >= hit.end_ms - hit.start_ms for better in rivals):
            kept.append(hit)
    return kept


def _shared_ms(hit: Hit, other: Hit) -> int:
    """-1 where nothing is shared."""
    if hit.recording_id != other.recording_id:
        return -1
    shared = min(hit.end_ms, other.end_ms) - max(hit.start_ms, other.start_ms)
    return shared if shared > 0 else -1
