"""Pieces that OpenAPI descriptions of routes are put together from."""

from __future__ import annotations

from typing import Any, Final

Spec = dict[str, Any]

STRING: Final[Spec] = {"type": "string"}
FLAG: Final[Spec] = {"type": "boolean", "default": False}
INTEGER: Final[Spec] = {"type": "integer"}
NUMBER: Final[Spec] = {"type": "number"}
FILE: Final[Spec] = {"type": "string", "format": "binary", "description": "Any sound or video that ffmpeg reads"}
STRINGS: Final[Spec] = {"type": "array", "items": {"type": "string"}}


def enum(*values: str, default: str | None = None) -> Spec:
    return {"type": "string", "enum": list(values)} | ({} if default is None else {"default": default})


def operation(
    operation_id: str, tag: str, summary: str, answers: Spec, *, body: Spec | None = None, query: Spec | None = None
) -> Spec:
    """One method of one path. `answers` maps a status to what it holds; errors are added to all."""
    described: Spec = {"operationId": operation_id, "tags": [tag], "summary": summary}
    if query:
        described["parameters"] = [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in query.items()
        ]
    if body:
        described["requestBody"] = body
    described["responses"] = {**answers, "default": {"$ref": "#/components/responses/Error"}}
    return described


def form(required: list[str], **fields: Spec) -> Spec:
    """A multipart body. Names that are no Python words are written with their brackets in `fields` of a dict."""
    schema = {"type": "object", "required": required, "properties": fields}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def json_body(required: list[str], **keys: Spec) -> Spec:
    schema = {"type": "object", "required": required, "properties": keys}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def json_answer(description: str, **keys: Spec) -> Spec:
    schema: Spec = {"type": "object", "properties": keys}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def answer(description: str, *types: str) -> Spec:
    """An answer of other types than JSON, or without a body."""
    return {"description": description} | ({"content": {kind: {} for kind in types}} if types else {})


def path_parameter(name: str, description: str) -> Spec:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": STRING}
