"""Misspelt questions, and results put in order by a reranker: what people notice of both."""

from __future__ import annotations

import json

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from conftest import World
from council.access import Actor
from transcripts.search import search
from transcripts.spelling import corrected
from transcripts.tests.search_world import WordEmbedder, asked_in_words, searchable

pytestmark = pytest.mark.django_db

TURNS = [
    ("Radny Zając", "Oświetlenie dróg w Brzózkach nie działa od lutego."),
    ("Radna Świderska-Lis", "Kanalizacja w Zakrzewku przecieka po każdej ulewie."),
    ("Wójt Kruk", "Remont kanalizacji zaczniemy w maju."),
]


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    return asked_in_words(monkeypatch)


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("oswietlneie drog", "Radny Zając"),
        ("co mówiła Świderksa-Lis", "Radna Świderska-Lis"),
        ("kanalizcja w Zakrzewku", "Radna Świderska-Lis"),
    ],
)
def test_a_misspelt_question_finds_what_was_meant(world: World, question: str, speaker: str) -> None:
    searchable(world.lipowa, TURNS)
    found = search(world.actor(world.councillor), question, meaning=False)
    assert found.hits[0].speaker == speaker
    assert found.corrected


def test_words_of_recordings_that_a_resident_may_not_see_put_nothing_right(world: World) -> None:
    searchable(world.lipowa, TURNS)
    assert search(world.actor(world.resident), "Zakrzewko oswietlneie").corrected == ""
    assert search(world.actor(world.councillor), "oswietlneie").corrected == "oswietlenie"


def test_words_that_are_right_or_like_nothing_stay() -> None:
    assert corrected("Ile kosztował Budimex?", ["budimex", "budynek"], ["budimex"]) == "Ile kosztował Budimex?"
    assert corrected("Gdzie jest Qwertyw?", ["remont", "kosz"], ["qwertyw"]) == "Gdzie jest Qwertyw?"


@pytest.fixture
def reranker(httpserver: HTTPServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    monkeypatch.setattr("transcripts.embedding.reranker._TIMEOUT_S", 120.0)  # the machine of the tests may be busy
    settings.RERANKER_BASE_URL = httpserver.url_for("/v1")
    settings.RERANKER_MODEL = "bge"
    return httpserver


def asks(world: World) -> Actor:
    return world.actor(world.councillor)


def test_the_rerankers_order_is_followed(world: World, reranker: HTTPServer) -> None:
    def worst_first(request: Request) -> Response:
        wish = json.loads(request.data)
        assert (wish["model"], wish["query"]) == ("bge", "kanalizacja")
        rows = [
            {"index": index, "relevance_score": float("maju" in text)} for index, text in enumerate(wish["documents"])
        ]
        return Response(json.dumps({"results": rows[::-1]}), content_type="application/json")

    searchable(world.lipowa, TURNS)
    assert search(asks(world), "kanalizacja", meaning=False).hits[0].speaker != "Wójt Kruk"
    reranker.expect_request("/v1/rerank").respond_with_handler(worst_first)
    found = search(asks(world), "kanalizacja", meaning=False)
    assert found.hits[0].speaker == "Wójt Kruk"
    assert (len(found.hits), found.notes) == (2, ())


@pytest.mark.parametrize(
    "answer",
    [
        Response("{}", content_type="application/json"),
        Response("no", status=500),
        Response('{"results": [{"index": 99, "relevance_score": 1}, 3]}', content_type="application/json"),
        Response('{"results": [{"index": 0, "relevance_score": NaN}]}', content_type="application/json"),
        Response("<html>", content_type="text/html"),
    ],
)
def test_a_reranker_that_fails_costs_its_order_only(world: World, reranker: HTTPServer, answer: Response) -> None:
    searchable(world.lipowa, TURNS)
    reranker.expect_request("/v1/rerank").respond_with_response(answer)
    found = search(asks(world), "kanalizacja", meaning=False)
    assert len(found.hits) == 2
    assert "Kolejności wyników nie poprawiono" in found.notes[0]


def test_a_council_without_egress_sends_no_passages_out(world: World, settings: Settings) -> None:
    world.lipowa.egress_allowed = False
    world.lipowa.save()
    settings.RERANKER_BASE_URL = "https://reranker.example.com/v1"
    searchable(world.lipowa, TURNS)
    found = search(asks(world), "kanalizacja", meaning=False)
    assert (len(found.hits), len(found.notes)) == (2, 1)
