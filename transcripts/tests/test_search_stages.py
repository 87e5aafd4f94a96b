"""From segments to passages with vectors: the two last stages, run as a worker runs them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from conftest import World
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts import embedding, ledger
from transcripts.models import Passage, Recording, RunState, Segment, SourceKind, StageRun
from transcripts.search import search
from transcripts.stages import embeddings, passages
from transcripts.tests.search_world import WordEmbedder
from transcripts.work import StageJob

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = ("Otwieram obrady.", "Punkt drugi, oświetlenie dróg.", "Lampy nie świecą od lutego.")


class CountingEmbedder(WordEmbedder):
    asked = 0

    def passages(self, texts: object) -> list[embedding.Vector]:
        self.asked += len(texts)  # type: ignore[arg-type]
        return super().passages(texts)  # type: ignore[arg-type]


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> CountingEmbedder:
    words = CountingEmbedder()
    monkeypatch.setattr(embedding, "embedder", lambda own=None, *, egress_allowed: words)
    monkeypatch.setattr(embedding, "configured_model", lambda own=None: words.model)
    return words


@pytest.fixture
def recording(committed_world: World) -> Recording:
    council = committed_world.lipowa
    with tenant_scope(council.pk):
        made = Recording.objects.create(council=council, title="Sesja XXIII", source_kind=SourceKind.TRANSCRIPT)
        for index, text in enumerate(TEXTS):
            Segment.objects.create(
                council=council, recording=made, index=index, start_ms=index * 1000, end_ms=index * 1000 + 900,
                text=text, speaker="Przewodniczący",
            )  # fmt: skip
    return made


def run_stage(recording: Recording, name: str, run: Callable[[StageJob], None]) -> StageJob:
    """Claim the stage and run it once; the pipeline's part is only to remember that it was finished."""
    StageRun.objects.update_or_create(
        council_id=recording.council_id, recording=recording, stage=name,
        defaults={"position": 0, "state": RunState.WAITING, "attempts": 0},
    )  # fmt: skip
    claimed = ledger.claim(StageRun, recording.pk)
    assert claimed is not None
    job = StageJob(claimed[0], name, "key", threading.Event(), lambda job, _: ledger.finish(job.lease))
    run(job)
    return job


def rows(recording: Recording) -> list[Passage]:
    with tenant_scope(recording.council_id):
        return list(Passage.objects.filter(recording=recording).order_by("index"))


def test_segments_become_passages_with_vectors_that_search_finds(
    committed_world: World, recording: Recording, embedder: CountingEmbedder
) -> None:
    run_stage(recording, "passages", passages.run)
    assert [row.text for row in rows(recording)] == [TEXTS[0], f"{TEXTS[1]} {TEXTS[2]}"]
    assert all(row.embedding is None for row in rows(recording))
    run_stage(recording, "embeddings", embeddings.run)
    assert {row.embedding_model for row in rows(recording)} == {embedder.model}
    result = search(committed_world.actor(committed_world.clerk), "kiedy naprawią lampy")
    assert result.mode == "hybrid"
    assert result.hits[0].segments[-1].text == TEXTS[2]
    assert (result.hits[0].segments[-1].start_ms, result.hits[0].end_ms) == (2000, 2900)


def test_a_second_run_changes_nothing_and_makes_no_vector_again(
    recording: Recording, embedder: CountingEmbedder
) -> None:
    for _ in range(2):
        run_stage(recording, "passages", passages.run)
        run_stage(recording, "embeddings", embeddings.run)
    assert len(rows(recording)) == 2
    assert all(row.embedding is not None for row in rows(recording))
    assert embedder.asked == 2


def test_only_what_a_correction_changed_gets_a_new_vector(recording: Recording, embedder: CountingEmbedder) -> None:
    run_stage(recording, "passages", passages.run)
    run_stage(recording, "embeddings", embeddings.run)
    with tenant_scope(recording.council_id):
        Segment.objects.filter(index=2).update(text="Latarnie nie świecą od lutego.")
    run_stage(recording, "passages", passages.run)
    run_stage(recording, "embeddings", embeddings.run)
    assert "Latarnie" in rows(recording)[1].text
    assert embedder.asked == 3


def test_a_new_model_replaces_the_vectors_of_the_old_one(
    recording: Recording, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_stage(recording, "passages", passages.run)
    run_stage(recording, "embeddings", embeddings.run)
    before = embeddings.settings()
    embedder.model = "a-newer-model"
    run_stage(recording, "embeddings", embeddings.run)
    assert {row.embedding_model for row in rows(recording)} == {"a-newer-model"}
    assert embeddings.settings() != before


def test_a_council_that_allows_no_connections_stays_searchable_by_words(
    committed_world: World, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(own: object, *, egress_allowed: bool) -> embedding.Embedder:
        raise CouncilError("egress_off")

    monkeypatch.setattr(embedding, "embedder", refuse)
    run_stage(recording, "passages", passages.run)
    run_stage(recording, "embeddings", embeddings.run)
    assert StageRun.objects.get(recording=recording, stage="embeddings").state == RunState.DONE
    result = search(committed_world.actor(committed_world.clerk), "oswietlenie drog")
    assert result.mode == "lexical"
    assert len(result.hits) == 1


def test_work_that_was_taken_away_writes_no_passages(recording: Recording) -> None:
    def stolen(job: StageJob) -> None:
        StageRun.objects.filter(pk=job.lease.row_id).update(fence=None)
        passages.run(job)

    with pytest.raises(ledger.LeaseLost):
        run_stage(recording, "passages", stolen)
    assert rows(recording) == []


def test_an_empty_transcript_goes_through(recording: Recording, embedder: CountingEmbedder) -> None:
    with tenant_scope(recording.council_id):
        Segment.objects.all().delete()
    run_stage(recording, "passages", passages.run)
    run_stage(recording, "embeddings", embeddings.run)
    assert rows(recording) == []
