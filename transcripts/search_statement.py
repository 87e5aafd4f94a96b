"""The SQL of a search (`transcripts/search.py` says why it is as it is) and what fills it in."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from transcripts import cards, embedding, lexemes
from transcripts.models import RecordingState

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

CANDIDATES: Final = 200  # per side, where an index gives the nearest vectors
_SAMPLE: Final = 500  # passages that stand for the council's average there


@dataclass(frozen=True, slots=True)
class Filters:
    """Where to look; None, "" and () leave it open. Dates are of the recording; `speaker` is a part of the name.

    `speakers` are whole names, any of which will do. `recording_ids` narrows to these, () to none of them. `anyone`:
    words of everybody, even where the question asks for one person's.
    """

    recording_id: UUID | None = None
    meeting_id: int | None = None
    held_from: date | None = None
    held_to: date | None = None
    speaker: str = ""
    kind: str = ""
    speakers: tuple[str, ...] = ()
    recording_ids: tuple[UUID, ...] | None = None
    body_id: int | None = None
    anyone: bool = False

    def is_open(self) -> bool:
        """Whether nothing is left out."""
        return replace(self, anyone=False) == Filters()


def vector_index_note(model: str, size: int) -> str:
    """The comment on that index: what it is of."""
    return f"{size} {model}"


def indexed_vector(size: int, table: str = "") -> str:
    """SQL of what that index holds: vectors of one length, which the column does not demand."""
    return f"({table}embedding::halfvec({size}))" if size else f"{table}embedding"


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
        ORDER BY {indexed} <=> %(vector)s::halfvec LIMIT %(candidates)s
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
PUBLISHED: Final = """
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


VOCABULARY: Final = """
    SELECT DISTINCT substr(word, 2) FROM transcripts_passage p, unnest(tsvector_to_array(p.lexemes)) AS word
    WHERE p.council_id = %(council)s {visible} AND word LIKE '\\_%%' AND substr(word, 2, 1) = ANY (%(first)s)
"""


SPEAKERS: Final = """
    SELECT DISTINCT speaker FROM transcripts_passage p WHERE p.council_id = %(council)s AND speaker > '' {visible}
"""


class Row(NamedTuple):
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
class Query:
    """Everything that the statement is made of."""

    council_id: int
    published_only: bool
    filters: Filters
    terms: tuple[lexemes.QueryTerm, ...]
    vector: embedding.Vector | None
    limit: int
    kinds: tuple[str, ...] = ()
    model: str = ""  # of the vectors that the question's may be compared with

    def tsqueries(self) -> list[str]:
        synonyms = [term.synonym_tsquery() for term in self.terms if term.synonyms]
        return [term.tsquery() for term in self.terms] + [term.form_tsquery() for term in self.terms] + synonyms

    def visible(self) -> str:
        """Conditions on passages `p`, apart from the council."""
        wanted = self.filters
        parts = [PUBLISHED] if self.published_only else []
        if wanted.recording_id:
            parts.append("AND p.recording_id = %(recording)s")
        if wanted.speaker:
            parts.append("AND strpos(lower(p.speaker), lower(%(speaker)s)) > 0")
        if wanted.speakers:
            parts.append("AND p.speaker = ANY(%(speakers)s::text[])")
        if wanted.recording_ids is not None:
            parts.append("AND p.recording_id = ANY(%(recordings)s::uuid[])")
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
        # A server may have changed its model under the same name: vectors of another length are not comparable.
        similarity = (
            "CASE WHEN p.embedding_model = %(model)s AND vector_dims(p.embedding) = %(size)s"
            " THEN 1 - (p.embedding <=> %(vector)s::halfvec) END"
        )
        parts = {
            "visible": self.visible(),
            "indexed": indexed_vector(len(self.vector or ()), "p."),
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
            "speakers": list(wanted.speakers), "recordings": list(wanted.recording_ids or ()),
            "kinds": list(self.kinds), "speech": cards.SPEECH, "bonus": _KIND_BONUS, "malus": _KIND_MALUS,
            "asked": 2 * count, "ready": RecordingState.READY.value,
            "vector": str(self.vector), "model": self.model, "size": len(self.vector or ()), "limit": self.limit,
            "any": " | ".join(
                [*(term.any_tsquery() for term in self.terms), *queries[2 * count :]]
            ), "weights": _RANK_WEIGHTS,
            "boosts": [1.0] * count + [_FORM_BOOST] * count + [_SYNONYM_BOOST] * (len(queries) - 2 * count),
            "one": _ONE_OCCURRENCE, "b": _LENGTH_SHARE, "words_share": _WORDS_SHARE, "candidates": CANDIDATES,
            "sample": _SAMPLE, **{f"q{n}": query for n, query in enumerate(queries)},
        }  # fmt: skip
