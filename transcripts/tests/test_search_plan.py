"""A council of 50 passages among tens of thousands finds exactly what is its own, by the right plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from conftest import World
from council.access import Actor
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import embedding
from transcripts.models import EMBEDDING_DIMENSIONS, Passage, Recording, RecordingState, SourceKind
from transcripts.search import search, vector_index_name
from transcripts.tests.search_world import WordEmbedder, searchable

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

SMALL, LARGE, OTHERS = 50, 5_000, 20_000

_FILL = f"""
    INSERT INTO transcripts_passage (council_id, recording_id, index, start_ms, end_ms, speaker, header, text, pieces,
                                     lexemes, lexeme_count, embedding, embedding_model)
    SELECT %(council)s, %(recording)s, n, n * 1000, n * 1000 + 1000, '', '', 'droga ' || n, '[[0, 1, 0, 5]]',
           ('droga:1D ' || 'w' || n %% 997 || ':2D')::tsvector, 2,
           ARRAY[{", ".join(["(random() - 0.5)::float4"] * 8)}]
               || array_fill(0.01::float4, ARRAY[{EMBEDDING_DIMENSIONS - 8}]), %(model)s
    FROM generate_series(1, %(count)s) AS n
"""  # noqa: S608  # constants only


def _fill(council: Council, count: int, model: str) -> None:
    with tenant_scope(council.pk):
        recording = Recording.objects.create(
            council=council, title="Wielka", source_kind=SourceKind.TRANSCRIPT, state=RecordingState.READY
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT setseed(%s)", [1 / count])
            cursor.execute(_FILL, {"council": council.pk, "recording": recording.pk, "count": count, "model": model})


@pytest.fixture
def crowded(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Lipowa has SMALL passages, Dębowa has LARGE."""
    words = WordEmbedder()
    monkeypatch.setattr(embedding, "embedder", lambda own=None, *, egress_allowed: words)
    monkeypatch.setattr(embedding, "configured_model", lambda own=None: words.model)
    searchable(
        committed_world.lipowa,
        [(f"Radny {n}", f"Droga numer {n} wymaga remontu.") for n in range(SMALL)],
        embedder=words,
    )
    _fill(committed_world.debowa, LARGE, words.model)
    yield committed_world
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS everybodys_vectors")
        cursor.execute(f"DROP INDEX IF EXISTS {vector_index_name(committed_world.debowa.pk)}")


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _indexes_of_plan(actor: Actor, question: str) -> set[str]:
    """The indexes that the statement of `search` uses, as EXPLAIN tells."""
    plans: list[dict[str, Any]] = []
    real = connection.cursor

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "scanned AS" in sql:
            with real() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                row = cursor.fetchone()[0]
                plans.append((json.loads(row) if isinstance(row, str) else row)[0]["Plan"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lambda *call: explain(*call) if "EXPLAIN" not in call[1] else call[0](*call[1:])):
        search(actor, question)
    (plan,) = plans
    return {node["Index Name"] for node in _nodes(plan) if "Index Name" in node}


def test_the_small_council_is_scanned_by_its_btree_and_finds_all_it_has(crowded: World) -> None:
    _fill(crowded.debowa, OTHERS - LARGE, WordEmbedder.model)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE INDEX everybodys_vectors ON transcripts_passage USING hnsw"
            f" ((embedding::halfvec({EMBEDDING_DIMENSIONS})) halfvec_cosine_ops)"
            " WITH (m = 4, ef_construction = 8)"
        )
        cursor.execute("ANALYZE transcripts_passage")
    used = _indexes_of_plan(crowded.actor(crowded.councillor), "remont drogi numer 7")
    assert any(name.startswith(("transcripts_passage_council_id", "passage_council")) for name in used)
    assert "everybodys_vectors" not in used

    result = search(crowded.actor(crowded.councillor), "remont drogi numer 7", limit=SMALL)
    assert len(result.hits) == SMALL
    assert result.hits[0].text == "Droga numer 7 wymaga remontu."
    assert {hit.recording_title for hit in result.hits} == {"Sesja XXIII"}

    # What the plan is guarded against: the index shared by all councils, forced. For a vector like those of the others
    # it gives theirs alone, however well it was built.
    vector = str([0.01] * EMBEDDING_DIMENSIONS)
    with tenant_scope(crowded.lipowa.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        nearest = (
            "SELECT id FROM transcripts_passage WHERE council_id = %s"  # noqa: S608
            f" ORDER BY (embedding::halfvec({EMBEDDING_DIMENSIONS})) <=> %s::halfvec LIMIT 20"
        )
        cursor.execute(f"EXPLAIN {nearest}", [crowded.lipowa.pk, vector])
        assert "everybodys_vectors" in str(cursor.fetchall())
        cursor.execute(nearest, [crowded.lipowa.pk, vector])
        assert len(cursor.fetchall()) < 20


def test_a_large_council_gets_an_index_of_its_own_and_finds_the_same(
    crowded: World, capsys: pytest.CaptureFixture[str]
) -> None:
    words = WordEmbedder()
    searchable(
        crowded.debowa,
        [("Radna Gołąb", "Przepust pod drogą zatyka się po ulewie.")],
        embedder=words,
        title="Sesja XXIV",
    )
    stranger = crowded.actor(crowded.stranger, crowded.debowa)
    scanned = search(stranger, "przepust pod drogą po ulewie")
    call_command("index_vectors", "--above", "1000", skip_checks=True)
    assert vector_index_name(crowded.debowa.pk) in _indexes_of_plan(stranger, "przepust pod drogą po ulewie")
    indexed = search(stranger, "przepust pod drogą po ulewie")
    assert scanned.hits[0].text == indexed.hits[0].text == "Przepust pod drogą zatyka się po ulewie."
    assert indexed.mode == "hybrid"
    assert len(indexed.hits) == len(scanned.hits) == 10

    with tenant_scope(crowded.debowa.pk):
        Passage.objects.filter(council=crowded.debowa).exclude(speaker="Radna Gołąb").delete()
    call_command("index_vectors", "--above", "1000", skip_checks=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = %s", [vector_index_name(crowded.debowa.pk)])
        assert cursor.fetchone() == (0,)
    assert "usunięto" in capsys.readouterr().out
    assert search(stranger, "przepust").hits[0].recording_title == "Sesja XXIV"
