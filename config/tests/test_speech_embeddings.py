"""POST /v1/embeddings: vectors as OpenAI's clients expect them, and every wrong wish named."""

from __future__ import annotations

import base64
import http.client
import json
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from speech.server.caller import Caller, current_caller
from speech.tests.speech_server import running_server
from transcripts.embedding import BUILT_IN_MODEL


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_server("config.speech_urls") as found:
        yield found


def ask(url: str, body: object) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", "/v1/embeddings/", body=data, headers={"Content-Type": "application/json"})
    answer = connection.getresponse()
    received = json.loads(answer.read())
    connection.close()
    return answer.status, received


def test_vectors_come_in_the_order_of_the_texts(url: str) -> None:
    texts = ["remont drogi gminnej", "budowa szkoły", "remont drogi gminnej"]
    status, answer = ask(url, {"model": BUILT_IN_MODEL, "input": texts})
    assert status == 200
    first, second, third = (row["embedding"] for row in answer["data"])
    assert len(first) == 384
    assert first == third != second
    assert answer["usage"]["total_tokens"] > 0


def test_base64_holds_the_same_numbers(url: str) -> None:
    wish = {"model": BUILT_IN_MODEL, "input": "remont drogi"}
    _, plain = ask(url, wish)
    _, packed = ask(url, {**wish, "encoding_format": "base64"})
    numbers = struct.unpack("<384f", base64.b64decode(packed["data"][0]["embedding"]))
    assert list(numbers) == pytest.approx(plain["data"][0]["embedding"], abs=1e-6)


def test_a_question_is_nearer_to_its_passage_when_it_says_that_it_is_one(url: str) -> None:
    wish = {"model": BUILT_IN_MODEL, "input": "remont drogi"}
    _, passage = ask(url, wish)
    _, query = ask(url, {**wish, "input_type": "query"})
    assert query["data"][0]["embedding"] != passage["data"][0]["embedding"]


@pytest.mark.parametrize(
    ("change", "status", "param"),
    [
        ({"model": None}, 400, "model"),
        ({"model": "text-embedding-3-small"}, 404, "model"),
        ({"model": ["a"]}, 400, "model"),
        ({"input": None}, 400, "input"),
        ({"input": []}, 400, "input"),
        ({"input": " "}, 400, "input"),
        ({"input": [1, 2]}, 400, "input"),
        ({"input": [[1, 2]]}, 400, "input"),
        ({"input": ["a", ""]}, 400, "input"),
        ({"input": ["a"] * 2049}, 400, "input"),
        ({"input": "a" * 100_001}, 400, "input"),
        ({"input": {"a": 1}}, 400, "input"),
        ({"dimensions": 10}, 400, "dimensions"),
        ({"dimensions": float("nan")}, 400, "dimensions"),
        ({"encoding_format": "int8"}, 400, "encoding_format"),
        ({"encoding_format": {}}, 400, "encoding_format"),
        ({"input_type": 5}, 400, "input_type"),
    ],
)
def test_a_wrong_wish_is_named(change: dict[str, object], status: int, param: str, url: str) -> None:
    got, answer = ask(url, {"model": BUILT_IN_MODEL, "input": "droga", **change})
    assert (got, answer["error"]["param"]) == (status, param)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_a_body_that_is_no_object_is_refused(body: bytes, url: str) -> None:
    assert ask(url, body)[0] == 400


@pytest.mark.parametrize("text", ["\ud800", "\0", "ą" * 5_000, "{}", "👍"])
def test_odd_texts_have_vectors_too(text: str, url: str) -> None:
    status, answer = ask(url, {"model": BUILT_IN_MODEL, "input": text, "dimensions": 384, "user": "x"})
    assert (status, len(answer["data"][0]["embedding"])) == (200, 384)


async def _embed(**wish: object) -> Any:
    from django.test import RequestFactory

    from config.speech_embeddings import embeddings

    body = json.dumps({"model": "bge-m3", "input": "droga", **wish})
    return await embeddings(RequestFactory().post("/v1/embeddings", body, content_type="application/json"))


async def test_the_dimensions_told_are_those_of_the_server_that_is_configured(
    settings: Settings, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from config import speech_embeddings
    from speech.server.errors import ApiError

    monkeypatch.setattr(speech_embeddings, "_sizes", dict(speech_embeddings._sizes))
    assert speech_embeddings.offered_models()[0]["dimensions"] == 384
    settings.EMBEDDINGS_BASE_URL, settings.EMBEDDINGS_MODEL = httpserver.url_for("/v1"), "bge-m3"
    row = {"object": "embedding", "index": 0, "embedding": [0.5] * 1024}
    httpserver.expect_request("/v1/embeddings").respond_with_json({"object": "list", "model": "m", "data": [row]})
    assert "dimensions" not in speech_embeddings.offered_models()[0]  # not known before it was asked
    with pytest.raises(ApiError) as caught:
        await _embed(dimensions=384)
    assert (caught.value.status, caught.value.param) == (400, "dimensions")
    answer = json.loads((await _embed(dimensions=1024)).content)
    assert len(answer["data"][0]["embedding"]) == 1024
    assert speech_embeddings.offered_models()[0]["dimensions"] == 1024


async def test_words_that_must_stay_do_not_go_to_a_server_elsewhere(settings: Settings) -> None:
    from django.test import RequestFactory

    from config.speech_embeddings import embeddings
    from speech.server.errors import ApiError

    settings.EMBEDDINGS_BASE_URL, settings.EMBEDDINGS_MODEL = "https://example.pl/v1", "e5"
    body = json.dumps({"model": "e5", "input": "droga"})
    request = RequestFactory().post("/v1/embeddings", body, content_type="application/json")
    token = current_caller.set(Caller("key:1", may_leave=False))
    try:
        with pytest.raises(ApiError) as caught:
            await embeddings(request)
    finally:
        current_caller.reset(token)
    assert (caught.value.status, caught.value.code) == (403, "egress_off")
