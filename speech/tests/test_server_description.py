"""The description at /openapi.json tells of every route, and is a document that tools can read."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its stubs are a package more

from speech.server.description import document

UNDESCRIBED = {"/static/{path}"}
NOT_EVERYWHERE = {"/v1/embeddings", "/v1/chat/completions"}
"""Described by other floors, once their addresses were loaded in this process."""


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.pattern)


def as_path(route: str) -> str:
    """A route's regular expression as OpenAPI writes a path."""
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", route)
    return "/" + named.removeprefix("^").removesuffix("$").removesuffix("/?").replace("\\", "")


@pytest.mark.parametrize("urlconf", ["speech.server.urls", "config.speech_urls", "config.speech_urls_in_web"])
def test_every_route_is_described_and_every_description_has_its_route(urlconf: str) -> None:
    ours = {as_path(route) for route in routes(get_resolver(urlconf).url_patterns)} - UNDESCRIBED
    described = set(document()["paths"])
    assert ours - described == set()
    assert described - ours <= {"/v1/realtime", *NOT_EVERYWHERE}, "no such route"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_served_document_is_whole(server_url: str) -> None:
    with urllib.request.urlopen(f"{server_url}/openapi.json", timeout=120) as answer:  # noqa: S310  # our own server
        served = json.load(answer)
    assert served["openapi"].startswith("3.1")
    for reference in references(served):
        found = served
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    ids = []
    for path, methods in served["paths"].items():
        wanted = set(re.findall(r"\{(\w+)\}", path))
        assert wanted == {parameter["name"] for parameter in methods.get("parameters", [])}, path
        for method, operation in methods.items():
            if method == "parameters":
                continue
            assert method in {"get", "post", "delete"}
            assert operation["responses"], path
            ids.append(operation["operationId"])
    assert len(ids) == len(set(ids))


def test_schemas_are_json_schemas() -> None:
    def schemas(part: Any) -> Iterator[Any]:
        if isinstance(part, dict):
            if "schema" in part:
                yield part["schema"]
            for inner in part.values():
                yield from schemas(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from schemas(inner)

    found = list(schemas(document()["paths"]))
    assert len(found) > 30
    for schema in found:
        Draft202012Validator.check_schema(schema)
