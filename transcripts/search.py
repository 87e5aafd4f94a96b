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
import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from council.access import Actor, Can
from council.errors import MESSAGES, CouncilError
from council.tenancy import tenant_scope
from transcripts import cards, embedding, lexemes
from transcripts.models import RecordingState

Mode = Literal["hybrid", "lexical"]

MAX_LIMIT: Final = 100
EXACT_SCAN_PASSAGES: Final = 20_000
"""Up to here a council is scanned exactly, in milliseconds; above, `index_vectors` builds an index for it."""

# Chosen on the 2,620 standalone questions of one public collection (docs/benchmarks.md, "Retrieval"); the first 500 and
# the rest agreed, and hit@1 moves by less than 0.01 when any of these changes by a third.
_WORDS_SHARE: Final = 1.5  # of the words' score, when the vectors' counts 1
_FORM_BOOST: Final = 0.4  # of a word in the very form in which it was asked, beside 1 for any form
_SYNONYM_BOOST: Final = 0.35  # of a word that councils say instead
_KIND_BONUS: Final = 0.35  # of a card of the kind that is asked for
_KIND_MALUS: Final = 0.25  # of a card where nothing of its kind is asked for: its words stand in passages too
_LENGTH_SHARE: Final = 0.3  # how much longer passages are held back (BM25's b)
_ONE_OCCURRENCE: Final = 6 / math.pi**2  # ts_rank of a word that stands once in the text
_RANK_WEIGHTS: Final = "{1,1,1,1}"  # header words count as much as the text's

_CANDIDATES: Final = 200  # per side, where an index gives the nearest vectors
_SAMPLE: Final = 500  # passages that stand for the council's average there
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
class Filters:
    """Where to look; None and "" leave it open. Dates are of the recording; `speaker` is a part of the name."""

    recording_id: UUID | None = None
    meeting_id: int | None = None
    held_from: date | None = None
    held_to: date | None = None
    speaker: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`notes` are Polish sentences about how it was searched, for people; usually none."""

    hits: tuple[Hit, ...]
    mode: Mode
    notes: tuple[str, ...]


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
    terms = lexemes.query_lexemes(question) if words else ()
    vector, notes = _vector(actor, question) if meaning and question.strip() else (None, ())
    if not terms and vector is None:
        return SearchResult((), "lexical", notes)
    wanted = filters or Filters()
    wanted = replace(wanted, recording_id=recording_id or wanted.recording_id)
    query = _Query(
        actor.council_id, Can.READ_ALL not in actor.can, wanted, terms, vector, limit * _FETCHED_PER_HIT,
        cards.kinds_asked(question),
    )  # fmt: skip
    with tenant_scope(actor.council_id):
        rows = _ranked(query)
    compared = any(row.similarity is not None for row in rows)
    if rows and vector is not None and not compared:
        notes = (_note("Wektory tej rady jeszcze nie powstały albo powstały w innym modelu."),)
    hits = _without_overlaps([_hit(row) for row in rows], limit)
    return SearchResult(tuple(hits), "hybrid" if compared else "lexical", notes)


def vector_index_name(council_id: int) -> str:
    """Of the vector index that one large council has for itself."""
    return f"passage_vectors_{council_id}"


def _vector(actor: Actor, question: str) -> tuple[embedding.Vector | None, tuple[str, ...]]:
    """The question's vector; None and why when there is none: search then goes by words alone."""
    try:
        return embedding.embedder(egress_allowed=actor.egress_allowed).query(question), ()
    except CouncilError as error:
        return None, (_note(MESSAGES[error.code][0].format_map(error.context)),)


def _note(why: str) -> str:
    return f"Szukano tylko po słowach, bez porównania znaczeń. {why}"


# --- SQL -------------------------------------------------------------------------------------------------------------

# A new council has no statistics yet and PostgreSQL takes it for one row, whatever it holds. So nothing here is left to
# its choice of joins: the rows are read once, all that is known of the council is one-row tables used through scalar
# subqueries, and rows are fetched by arrays of ids.

_SCAN: Final = """
    scanned AS MATERIALIZED (
        SELECT p.id, p.lexeme_count, p.kind, {similarity} AS similarity, {ranks} AS ranks
        FROM transcripts_passage p
        WHERE p.council_id = %(council)s {visible}
    ),
    corpus AS MATERIALIZED (
        SELECT count(*)::float8 AS passages, greatest(avg(lexeme_count), 1)::float8 AS length,
               avg(similarity) AS average, max(similarity) AS best
        FROM scanned
    ),
    found AS MATERIALIZED (
        SELECT r.n, count(*) AS df FROM scanned, unnest(scanned.ranks) WITH ORDINALITY AS r (rank, n)
        WHERE scanned.ranks IS NOT NULL AND r.rank > 0 GROUP BY r.n
    ),
    terms AS MATERIALIZED (
        SELECT t.n, CASE WHEN t.boost = 1 OR found.df > 0 THEN t.boost * ln(1 + ((SELECT passages FROM corpus)
                   - coalesce(found.df, 0) + 0.5) / (coalesce(found.df, 0) + 0.5)) ELSE 0 END AS idf
        FROM unnest(%(boosts)s::float8[]) WITH ORDINALITY AS t (boost, n) LEFT JOIN found ON found.n = t.n
    ),
    weights AS MATERIALIZED (
        SELECT array_agg(idf ORDER BY n) AS idfs,
               greatest(sum(idf) FILTER (WHERE n <= %(asked)s) * %(one)s, 0.000001) AS reachable FROM terms
    ),
    scored AS MATERIALIZED (
        SELECT s.id, s.similarity, s.kind, CASE WHEN s.ranks IS NULL THEN 0 ELSE ({sum})
            / (1 - %(b)s + %(b)s * s.lexeme_count / (SELECT length FROM corpus))
            / (SELECT reachable FROM weights) END AS words
        FROM scanned s
    ),
"""

_TERM: Final = "s.ranks[{n}] * (SELECT idfs[{n}] FROM weights)"

_EXACT: Final = """
    near AS MATERIALIZED (SELECT average, best FROM corpus),
    candidates AS (SELECT id, words, similarity, kind FROM scored),
"""

_INDEXED: Final = """
    nearest AS MATERIALIZED (
        SELECT p.id FROM transcripts_passage p
        WHERE p.council_id = %(council)s AND p.embedding_model = %(model)s {visible}
        ORDER BY p.embedding <=> %(vector)s::halfvec LIMIT %(candidates)s
    ),
    worded AS MATERIALIZED (SELECT id, words FROM scored WHERE words > 0 ORDER BY words DESC, id LIMIT %(candidates)s),
    pool AS MATERIALIZED (
        SELECT p.id, p.kind, {similarity} AS similarity FROM transcripts_passage p
        WHERE p.id = ANY (ARRAY(SELECT id FROM nearest UNION SELECT id FROM worded))
    ),
    candidates AS MATERIALIZED (
        SELECT pool.id, coalesce(worded.words, 0) AS words, pool.similarity, pool.kind
        FROM pool LEFT JOIN worded ON worded.id = pool.id
    ),
    sampled AS MATERIALIZED (
        SELECT {similarity} AS similarity FROM transcripts_passage p
        WHERE p.council_id = %(council)s {visible} LIMIT %(sample)s
    ),
    near AS MATERIALIZED (
        SELECT (SELECT avg(similarity) FROM sampled) AS average, (SELECT max(similarity) FROM candidates) AS best
    ),
"""

_TOP: Final = """
    top AS MATERIALIZED (
        SELECT c.id, c.words::float8 AS words, c.similarity::float8 AS similarity,
               (%(words_share)s * c.words + coalesce((c.similarity - (SELECT average FROM near))
                   / nullif((SELECT best - average FROM near), 0), 0)
               + CASE WHEN c.kind = ANY(%(kinds)s::text[]) THEN %(bonus)s WHEN c.kind <> %(speech)s THEN -%(malus)s
                   ELSE 0 END)::float8 AS score
        FROM candidates c
        WHERE c.words > 0 OR c.similarity IS NOT NULL
        ORDER BY score DESC, c.id LIMIT %(limit)s
    ),
    told AS MATERIALIZED (
        SELECT p.id, p.recording_id, p.start_ms, p.end_ms, p.speaker, p.header, p.text, p.pieces,
               p.kind
        FROM transcripts_passage p WHERE p.id = ANY (ARRAY(SELECT id FROM top))
    )
    SELECT top.words, top.similarity, top.score, told.recording_id, told.start_ms, told.end_ms, told.speaker,
           told.header, told.text, told.pieces, r.title, r.held_on, told.kind
    FROM top JOIN told ON told.id = top.id
    JOIN transcripts_recording r ON r.id = told.recording_id AND r.council_id = %(council)s
    ORDER BY top.score DESC, top.id
"""

# IS TRUE keeps this a subquery that is hashed once; as a join it would be one lookup per passage.
_PUBLISHED: Final = """
    AND (p.recording_id IN (
        SELECT v.id FROM transcripts_recording v
        WHERE v.council_id = %(council)s AND v.published_at IS NOT NULL AND v.state = %(ready)s)) IS TRUE
"""

_OF_RECORDINGS: Final = """
    AND (p.recording_id IN (SELECT w.id FROM transcripts_recording w WHERE w.council_id = %(council)s AND {})) IS TRUE
"""
_HELD: Final = (
    ("w.meeting_id = %(meeting)s", "meeting_id"),
    ("w.held_on >= %(held_from)s", "held_from"),
    ("w.held_on <= %(held_to)s", "held_to"),
)


class _Row(NamedTuple):
    """One line of `_TOP`."""

    words: float
    similarity: float | None
    score: float
    recording_id: UUID
    start_ms: int
    end_ms: int
    speaker: str
    header: str
    text: str
    pieces: str | list[list[int]]
    title: str
    held_on: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class _Query:
    """Everything that the statement is made of."""

    council_id: int
    published_only: bool
    filters: Filters
    terms: tuple[lexemes.QueryTerm, ...]
    vector: embedding.Vector | None
    limit: int
    kinds: tuple[str, ...] = ()

    def tsqueries(self) -> list[str]:
        synonyms = [term.synonym_tsquery() for term in self.terms if term.synonyms]
        return [term.tsquery() for term in self.terms] + [term.form_tsquery() for term in self.terms] + synonyms

    def visible(self) -> str:
        """Conditions on passages `p`, apart from the council."""
        wanted = self.filters
        parts = [_PUBLISHED] if self.published_only else []
        if wanted.recording_id:
            parts.append("AND p.recording_id = %(recording)s")
        if wanted.speaker:
            parts.append("AND strpos(lower(p.speaker), lower(%(speaker)s)) > 0")
        if wanted.kind:
            parts.append("AND p.kind = %(kind)s")
        held = [sql for sql, given in _HELD if getattr(wanted, given) is not None]
        if held:
            parts.append(_OF_RECORDINGS.format(" AND ".join(held)))
        return " ".join(parts)

    def statement(self, *, indexed: bool) -> str:
        """The SQL; `indexed` when the council has a vector index of its own."""
        count = len(self.tsqueries())
        ranks = ", ".join(f"ts_rank(%(weights)s, p.lexemes, %(q{n})s::tsquery)" for n in range(count))
        similarity = "CASE WHEN p.embedding_model = %(model)s THEN 1 - (p.embedding <=> %(vector)s::halfvec) END"
        parts = {
            "visible": self.visible(),
            "similarity": similarity if self.vector else "NULL::float8",
            "sum": " + ".join(_TERM.format(n=n) for n in range(1, count + 1)) or "0",
            "ranks": f"CASE WHEN p.lexemes @@ %(any)s::tsquery THEN ARRAY[{ranks}] END" if ranks else "NULL::real[]",
        }
        scan = _SCAN.format(**{**parts, "similarity": "NULL::float8"} if indexed else parts)
        nearest = (_INDEXED if indexed else _EXACT).format(**parts)
        return f"WITH {scan} {nearest} {_TOP}"

    def parameters(self) -> dict[str, Any]:
        queries = self.tsqueries()
        count = len(self.terms)
        wanted = self.filters
        return {
            "council": self.council_id, "recording": wanted.recording_id, "meeting": wanted.meeting_id,
            "held_from": wanted.held_from, "held_to": wanted.held_to, "speaker": wanted.speaker, "kind": wanted.kind,
            "kinds": list(self.kinds), "speech": cards.SPEECH, "bonus": _KIND_BONUS, "malus": _KIND_MALUS,
            "asked": 2 * count, "ready": RecordingState.READY.value,
            "vector": str(self.vector), "model": embedding.configured_model(), "limit": self.limit,
            "any": " | ".join(
                [*(term.any_tsquery() for term in self.terms), *queries[2 * count :]]
            ), "weights": _RANK_WEIGHTS,
            "boosts": [1.0] * count + [_FORM_BOOST] * count + [_SYNONYM_BOOST] * (len(queries) - 2 * count),
            "one": _ONE_OCCURRENCE, "b": _LENGTH_SHARE, "words_share": _WORDS_SHARE, "candidates": _CANDIDATES,
            "sample": _SAMPLE, **{f"q{n}": query for n, query in enumerate(queries)},
        }  # fmt: skip


def _ranked(query: _Query) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # compiling costs more than the scan of a usual council
        indexed = query.vector is not None and query.filters == Filters() and _has_index(cursor, query.council_id)
        if indexed:
            # Without statistics the planner would rather sort the one row that it takes the council for.
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'strict_order', true),"
                " set_config('hnsw.ef_search', %s, true), set_config('enable_sort', 'off', true)",
                [str(_CANDIDATES)],
            )
        cursor.execute(query.statement(indexed=indexed), query.parameters())
        return [_Row(*row) for row in cursor.fetchall()]


def _has_index(cursor: CursorWrapper, council_id: int) -> bool:
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relname = %s AND indisvalid)",
        [vector_index_name(council_id)],
    )
    row = cursor.fetchone()
    return bool(row and row[0])


# --- hits ------------------------------------------------------------------------------------------------------------


def _hit(row: _Row) -> Hit:
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
