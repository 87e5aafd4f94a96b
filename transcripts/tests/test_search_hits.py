"""What people find, and what they must not find."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from conftest import World
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts import embedding
from transcripts.models import Passage
from transcripts.search import search
from transcripts.tests.search_world import WordEmbedder, asked_in_words, searchable

pytestmark = pytest.mark.django_db

TURNS = [
    ("Przewodniczący Bieniek", "Otwieram obrady sesji. Stwierdzam kworum."),
    ("Radny Zając", "Mieszkańcy pytają o oświetlenie dróg w Brzózkach. Trzy lampy nie świecą od lutego."),
    ("Skarbnik Wójtowicz", "Proponujemy stawkę opłaty za odpady komunalne trzydzieści dziewięć złotych."),
    ("Radna Gołąb", "Dach świetlicy przecieka. Proszę o remont dachu."),
]


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    return asked_in_words(monkeypatch)


def test_a_question_finds_its_passage_with_everything_a_citation_needs(world: World, embedder: WordEmbedder) -> None:
    recording = searchable(world.lipowa, TURNS, embedder=embedder)
    result = search(world.actor(world.councillor), "Kiedy naprawią oświetlenie drogi w Brzózkach?")
    hit = result.hits[0]
    assert result.mode == "hybrid"
    assert result.notes == ()
    assert (hit.recording_id, hit.recording_title, hit.held_on) == (recording.pk, "Sesja XXIII", date(2026, 3, 26))
    assert (hit.start_ms, hit.end_ms, hit.speaker) == (10_000, 20_000, "Radny Zając")
    assert [segment.text for segment in hit.segments] == [
        "Mieszkańcy pytają o oświetlenie dróg w Brzózkach.",
        "Trzy lampy nie świecą od lutego.",
    ]
    assert hit.segments[0].start_ms == 10_000
    assert hit.segments[0].end_ms == hit.segments[1].start_ms


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("oswietlenie drog", "Radny Zając"),
        ("co mówiła radna Gołąb", "Radna Gołąb"),
        ("przeciekający dach", "Radna Gołąb"),
        ("opłata za śmieci", "Skarbnik Wójtowicz"),  # the word is not there, its meaning is
    ],
)
def test_other_words_for_the_same_find_it_first(
    world: World, embedder: WordEmbedder, question: str, speaker: str
) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    assert search(world.actor(world.councillor), question).hits[0].speaker == speaker


def test_a_rare_word_outweighs_common_ones(world: World) -> None:
    turns = [(f"Radny {n}", "Droga gminna i jeszcze raz droga gminna, budżet gminy.") for n in range(30)]
    searchable(world.lipowa, [*turns, ("Radna Gołąb", "Przepust się zatyka po każdej ulewie.")])
    hits = search(world.actor(world.councillor), "droga gminna przepust", meaning=False).hits
    assert hits[0].speaker == "Radna Gołąb"


def test_residents_find_published_recordings_only(world: World, embedder: WordEmbedder) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    public = searchable(world.lipowa, TURNS, embedder=embedder, published=True)
    for question in ("oświetlenie dróg", "dach świetlicy"):
        found = {hit.recording_id for hit in search(world.actor(world.resident), question).hits}
        assert found == {public.pk}
        assert len({hit.recording_id for hit in search(world.actor(world.councillor), question).hits}) == 2


def test_nothing_of_another_council_is_ever_found(world: World, embedder: WordEmbedder) -> None:
    secret = searchable(world.lipowa, TURNS, embedder=embedder, published=True)
    stranger = world.actor(world.stranger, world.debowa)
    for question in ("oświetlenie dróg w Brzózkach", "opłata za śmieci"):
        assert search(stranger, question).hits == ()
        assert search(stranger, question, recording_id=secret.pk).hits == ()


def test_one_recording_can_be_searched_alone(world: World, embedder: WordEmbedder) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    other = searchable(world.lipowa, TURNS, embedder=embedder, title="Komisja")
    hits = search(world.actor(world.councillor), "oświetlenie", recording_id=other.pk).hits
    assert {hit.recording_title for hit in hits} == {"Komisja"}


def test_the_limit_is_kept_and_hits_that_tell_the_same_are_left_out(world: World, embedder: WordEmbedder) -> None:
    searchable(world.lipowa, [("Wójt", "Budujemy drogę. " * 200)], embedder=embedder)
    hits = search(world.actor(world.councillor), "droga", limit=5).hits
    assert 1 < len(hits) <= 5
    spans = sorted((hit.start_ms, hit.end_ms) for hit in hits)
    assert all(later[0] >= (earlier[0] + earlier[1]) / 2 for earlier, later in pairwise(spans))


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", "'; DROP TABLE transcripts_passage; --", "a' | !b & (c", "\\", "\0", "%s %(x)s"]
)
def test_any_text_may_be_asked(world: World, embedder: WordEmbedder, question: str) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    search(world.actor(world.councillor), question)
    with tenant_scope(world.lipowa.pk):
        assert Passage.objects.count() == len(TURNS)


@pytest.mark.parametrize("code", ["embeddings_unavailable", "egress_off"])
def test_without_an_embedder_words_still_find_and_people_are_told(
    world: World, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(own: object, *, egress_allowed: bool) -> embedding.Embedder:
        raise CouncilError(code)

    searchable(world.lipowa, TURNS, embedder=embedder)
    monkeypatch.setattr(embedding, "embedder", refuse)
    result = search(world.actor(world.councillor), "oświetlenie drogi")
    assert result.mode == "lexical"
    assert [hit.speaker for hit in result.hits] == ["Radny Zając"]
    assert result.hits[0].similarity is None
    assert result.notes[0].startswith("Szukano tylko po słowach")


def test_vectors_of_another_model_are_passed_over(
    world: World, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    newer = WordEmbedder()
    newer.model = "a-newer-model"
    monkeypatch.setattr(embedding, "embedder", lambda own=None, *, egress_allowed: newer)
    monkeypatch.setattr(embedding, "configured_model", lambda own=None: newer.model)
    result = search(world.actor(world.councillor), "opłata za śmieci")
    assert result.mode == "lexical"
    assert "innym modelu" in result.notes[0]
    assert all(hit.similarity is None and hit.words > 0 for hit in result.hits)


def test_a_council_without_passages_has_no_hits(world: World) -> None:
    assert search(world.actor(world.councillor), "droga").hits == ()
