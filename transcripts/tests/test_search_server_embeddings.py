"""Vectors from an OpenAI-compatible server: what is sent, what is refused, what a failure looks like."""

from __future__ import annotations

import json

import pytest
from pytest_django import Settings as SettingsWrapper
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from council.errors import CouncilError
from transcripts.embedding import BUILT_IN_MODEL, configured_model, embedder
from transcripts.embedding.base import MOST_DIMENSIONS
from transcripts.models import EMBEDDING_DIMENSIONS


def answer(request: Request, dimensions: int = EMBEDDING_DIMENSIONS) -> Response:
    """Each vector begins with the length of its text; the order is turned round, as servers may."""
    texts = json.loads(request.data)["input"]
    data = [
        {"object": "embedding", "index": index, "embedding": [float(len(text))] + [0.5] * (dimensions - 1)}
        for index, text in enumerate(texts)
    ]
    body = {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    return Response(json.dumps(body), content_type="application/json")


@pytest.fixture
def server(httpserver: HTTPServer, settings: SettingsWrapper) -> HTTPServer:
    settings.EMBEDDINGS_BASE_URL = httpserver.url_for("/v1")
    settings.EMBEDDINGS_MODEL = "bge-m3"
    settings.EMBEDDINGS_API_KEY = "tajny-klucz"
    return httpserver


def test_passages_come_back_in_their_order_with_the_models_name(server: HTTPServer) -> None:
    server.expect_request("/v1/embeddings", headers={"Authorization": "Bearer tajny-klucz"}).respond_with_handler(
        answer
    )
    made = embedder(egress_allowed=True)
    vectors = made.passages(["x" * length for length in range(1, 101)])  # more than one request holds
    assert [vector[0] for vector in vectors] == [float(length) for length in range(1, 101)]
    assert made.model == configured_model() == "bge-m3"


def test_e5_models_get_the_prefixes_they_were_trained_with(server: HTTPServer, settings: SettingsWrapper) -> None:
    settings.EMBEDDINGS_MODEL = "intfloat/multilingual-e5-small"
    server.expect_request("/v1/embeddings").respond_with_handler(answer)
    made = embedder(egress_allowed=True)
    made.query("droga")
    made.passages(["most"])
    assert [json.loads(request.data)["input"] for request, _ in server.log] == [["query: droga"], ["passage: most"]]


def test_a_model_of_another_size_is_a_clear_error(server: HTTPServer) -> None:
    server.expect_request("/v1/embeddings").respond_with_handler(lambda request: answer(request, 4_096))
    with pytest.raises(CouncilError) as caught:
        embedder(egress_allowed=True).query("droga")
    assert caught.value.code == "embeddings_dimensions"
    assert caught.value.context == {"got": 4_096, "wanted": MOST_DIMENSIONS}


def test_a_server_that_fails_may_be_tried_again(server: HTTPServer) -> None:
    server.expect_request("/v1/embeddings").respond_with_data("no", status=400)
    with pytest.raises(CouncilError) as caught:
        embedder(egress_allowed=True).query("droga")
    assert caught.value.code == "embeddings_unavailable"
    assert caught.value.retryable


def test_a_council_that_allows_no_connections_sends_nothing(settings: SettingsWrapper) -> None:
    settings.EMBEDDINGS_BASE_URL = "https://api.example.com/v1"
    with pytest.raises(CouncilError) as caught:
        embedder(egress_allowed=False)
    assert caught.value.code == "egress_off"


def test_a_server_on_this_machine_is_no_connection_to_the_outside(server: HTTPServer) -> None:
    server.expect_request("/v1/embeddings").respond_with_handler(answer)
    assert len(embedder(egress_allowed=False).query("droga")) == EMBEDDING_DIMENSIONS


def test_without_a_server_the_built_in_model_is_used_and_needs_no_connection(settings: SettingsWrapper) -> None:
    settings.EMBEDDINGS_BASE_URL = ""
    assert embedder(egress_allowed=False).model == configured_model() == BUILT_IN_MODEL


@pytest.mark.engine
def test_the_built_in_model_knows_that_other_words_mean_the_same(settings: SettingsWrapper) -> None:
    settings.EMBEDDINGS_BASE_URL = ""
    made = embedder(egress_allowed=False)
    question = made.query("Ile zapłacimy za śmieci?")
    about, other = made.passages(["Stawka opłaty za odbiór odpadów komunalnych wzrośnie.", "Otwarto nową bibliotekę."])
    assert _dot(question, about) > _dot(question, other) + 0.02
    assert _dot(about, about) == pytest.approx(1.0, abs=1e-3)
    assert len(made.query("\0")) == EMBEDDING_DIMENSIONS


def _dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))
