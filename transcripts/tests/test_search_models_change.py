"""A new embedding model is made ready beside the old one, which answers until the new one is complete."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conftest import World
from council.tenancy import tenant_scope
from transcripts import embedding
from transcripts.embedding import serving
from transcripts.models import Passage, Recording, SourceKind
from transcripts.search import search
from transcripts.stages import embeddings, passages
from transcripts.tests.search_world import WordEmbedder
from transcripts.tests.test_search_stages import run_stage

pytestmark = pytest.mark.django_db(transaction=True)


class OfLength(WordEmbedder):
    """Vectors of `size` numbers by a model called so."""

    def __init__(self, size: int, model: str) -> None:
        self.size, self.model = size, model

    def query(self, text: str) -> embedding.Vector:
        whole = super().query(text)
        return (
            [sum(whole[at :: self.size]) for at in range(self.size)]
            if self.size < len(whole)
            else (whole + [0.0] * (self.size - len(whole)))
        )

    def passages(self, texts: Sequence[str]) -> list[embedding.Vector]:
        return [self.query(text) for text in texts]


class Models:
    """`now` is configured; `old` may still be asked when it is not None."""

    now: OfLength
    old: OfLength | None = None


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    chosen = Models()
    chosen.now = OfLength(384, "old")

    def of(council_id: int, model: str, own: object, *, egress_allowed: bool) -> OfLength | None:
        return chosen.old if chosen.old and chosen.old.model == model else None

    monkeypatch.setattr(embedding, "embedder", lambda own=None, *, egress_allowed: chosen.now)
    monkeypatch.setattr(embedding, "configured_model", lambda own=None: chosen.now.model)
    monkeypatch.setattr(serving, "embedder_of", of)
    return chosen


def bring_in(world: World, text: str) -> Recording:
    with tenant_scope(world.lipowa.pk):
        recording = Recording.objects.create(
            council=world.lipowa, title="Sesja", source_kind=SourceKind.TRANSCRIPT, state="ready"
        )
        recording.segments.create(council=world.lipowa, index=0, start_ms=0, end_ms=900, text=text, speaker="Wójt")
    run_stage(recording, "passages", passages.run)
    return recording


def held(world: World) -> set[tuple[str, str]]:
    with tenant_scope(world.lipowa.pk):
        return set(Passage.objects.values_list("embedding_model", "next_model"))


@pytest.mark.parametrize("size", [64, 1_024])
def test_the_old_model_answers_until_the_new_one_is_complete(committed_world: World, models: Models, size: int) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    first, second = (bring_in(committed_world, text) for text in ("Opłata za odpady rośnie.", "Most będzie w maju."))
    for recording in (first, second):
        run_stage(recording, "embeddings", embeddings.run)
    models.old, models.now = models.now, OfLength(size, "new")
    run_stage(first, "embeddings", embeddings.run)
    assert held(committed_world) == {("old", "new"), ("old", "")}
    result = search(clerk, "śmieci", limit=1)
    assert result.mode == "hybrid"
    assert result.hits[0].text == "Opłata za odpady rośnie."
    run_stage(second, "embeddings", embeddings.run)
    assert held(committed_world) == {("new", "")}
    result = search(clerk, "śmieci", limit=1)
    assert (result.mode, result.hits[0].text) == ("hybrid", "Opłata za odpady rośnie.")


def test_what_comes_in_meanwhile_is_found_by_both(committed_world: World, models: Models) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    first = bring_in(committed_world, "Most będzie w maju.")
    run_stage(first, "embeddings", embeddings.run)
    models.old, models.now = models.now, OfLength(64, "new")
    second = bring_in(committed_world, "Opłata za odpady rośnie.")
    run_stage(second, "embeddings", embeddings.run)
    assert held(committed_world) == {("old", ""), ("old", "new")}
    assert search(clerk, "śmieci", limit=1).hits[0].recording_id == second.pk
    run_stage(first, "embeddings", embeddings.run)
    assert held(committed_world) == {("new", "")}


def test_vectors_of_a_model_that_is_gone_are_replaced_at_once(committed_world: World, models: Models) -> None:
    recording = bring_in(committed_world, "Most będzie w maju.")
    run_stage(recording, "embeddings", embeddings.run)
    models.now = OfLength(64, "new")
    run_stage(recording, "embeddings", embeddings.run)
    assert held(committed_world) == {("new", "")}


def test_a_server_that_changed_its_length_under_the_same_name_breaks_no_search(
    committed_world: World, models: Models
) -> None:
    recording = bring_in(committed_world, "Most będzie w maju.")
    run_stage(recording, "embeddings", embeddings.run)
    models.now = OfLength(64, "old")
    result = search(committed_world.actor(committed_world.clerk), "most")
    assert (result.mode, len(result.hits)) == ("lexical", 1)
