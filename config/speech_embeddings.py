"""POST /v1/embeddings: this deployment's embedding model in the shape of OpenAI's API. Needs no database.

The built-in model takes questions and passages differently; `input_type` ("query" or "passage", which is the default)
says which a text is, as other servers of such models do. `usage` is an estimate: four bytes a token.
"""

from __future__ import annotations

import asyncio
import base64
import json
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from council.errors import CouncilError
from speech.server.caller import current_caller
from speech.server.errors import ApiError, invalid
from speech.server.speaking.wishes import read_object
from transcripts.embedding import BUILT_IN_DIMENSIONS, BUILT_IN_MODEL, Embedder, Vector, configured_model, embedder

TEXTS_AT_MOST: Final = 2048
CHARS_AT_MOST: Final = 100_000
_TURN_TEXTS: Final = 16
"""Requests take turns after so many texts: a question does not wait for a whole library."""
_ENCODINGS: Final = ("float", "base64")
_INPUT_TYPES: Final = ("passage", "query")
_BYTES_A_TOKEN: Final = 4
_STARTED_S: Final = int(time.time())

_sizes: Final = {BUILT_IN_MODEL: BUILT_IN_DIMENSIONS}
"""Model -> length of its vectors. A server's is known once this process has seen one of its vectors."""

_embedding: Final = ThreadPoolExecutor(1, thread_name_prefix="embed")  # the embedder uses several cores by itself


@dataclass(frozen=True, slots=True)
class _Wishes:
    texts: list[str]
    encoding: str
    is_query: bool
    dimensions: int | None


@require_POST
async def embeddings(request: HttpRequest) -> HttpResponse:
    wishes = _read_wishes(request.body)
    try:
        engine = embedder(egress_allowed=current_caller.get().may_leave)
        vectors = await _vectors(engine, wishes)
    except CouncilError as error:
        raise _failure(error) from error
    _sizes[engine.model] = len(vectors[0])
    _check_dimensions(engine.model, wishes.dimensions)
    encode = _as_base64 if wishes.encoding == "base64" else list
    rows = [{"object": "embedding", "index": i, "embedding": encode(vector)} for i, vector in enumerate(vectors)]
    tokens = sum(max(1, len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN) for text in wishes.texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return JsonResponse({"object": "list", "data": rows, "model": configured_model(), "usage": usage})


def offered_models() -> list[dict[str, object]]:
    """The row of GET /v1/models; `dimensions` as far as they are known."""
    model = configured_model()
    row: dict[str, object] = {
        "id": model,
        "object": "model",
        "created": _STARTED_S,
        "owned_by": "asystent-radnego",
        "task": "feature-extraction",
    }
    return [{**row, "dimensions": _sizes[model]} if model in _sizes else row]


async def _vectors(engine: Embedder, wishes: _Wishes) -> list[Vector]:
    loop = asyncio.get_running_loop()
    vectors: list[Vector] = []
    for start in range(0, len(wishes.texts), _TURN_TEXTS):
        texts = wishes.texts[start : start + _TURN_TEXTS]
        work = partial(_queries, engine, texts) if wishes.is_query else partial(engine.passages, texts)
        vectors += await loop.run_in_executor(_embedding, work)
    return vectors


def _queries(engine: Embedder, texts: list[str]) -> list[Vector]:
    return [engine.query(text) for text in texts]


def _read_wishes(body: bytes) -> _Wishes:
    wishes = read_object(body)
    _check_model(wishes.get("model"))
    dimensions = wishes.get("dimensions")
    if dimensions is not None and (type(dimensions) is not int or dimensions < 1):
        raise invalid("'dimensions' must be a whole number from 1.", "dimensions")
    _check_dimensions(configured_model(), dimensions)
    return _Wishes(
        texts=_texts(wishes.get("input")),
        encoding=_choice(wishes, "encoding_format", _ENCODINGS),
        is_query=_choice(wishes, "input_type", _INPUT_TYPES) == "query",
        dimensions=dimensions,
    )


def _check_dimensions(model: str, wanted: int | None) -> None:
    """A wish for another length than the model's, as far as that is known."""
    size = _sizes.get(model)
    if wanted is not None and size is not None and wanted != size:
        raise invalid(f"This model's vectors have {size} dimensions.", "dimensions")


def _check_model(name: object) -> None:
    if not isinstance(name, str) or not name:
        raise invalid("'model' is required.", "model", code="missing_required_parameter")
    if name != configured_model():
        message = f"The model {json.dumps(name)[:200]} makes no embeddings here; {configured_model()} does."
        raise ApiError(404, message, code="model_not_found", param="model")


def _texts(given: object) -> list[str]:
    texts: list[Any] = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    if not texts:
        raise invalid("'input' must be a string or a list of strings.", "input")
    if any(not isinstance(text, str) for text in texts):
        raise invalid("'input' must hold strings; token numbers belong to another tokenizer.", "input")
    if len(texts) > TEXTS_AT_MOST:
        raise invalid(f"'input' may hold {TEXTS_AT_MOST} texts.", "input", code="array_above_max_length")
    if any(not text.strip() for text in texts):
        raise invalid("'input' must not hold an empty text.", "input")
    if any(len(text) > CHARS_AT_MOST for text in texts):
        raise invalid(f"A text may have {CHARS_AT_MOST} characters.", "input", code="string_above_max_length")
    return texts


def _choice(wishes: dict[str, object], name: str, allowed: tuple[str, ...]) -> str:
    value = wishes.get(name)
    if value is None:
        return allowed[0]
    if isinstance(value, str) and value in allowed:
        return value
    raise invalid(f"'{name}' must be {' or '.join(allowed)}.", name)


def _as_base64(vector: Vector) -> str:
    """32-bit floats, little-endian: what OpenAI's own client asks for and unpacks."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _failure(error: CouncilError) -> ApiError:
    if error.code == "egress_off":
        return ApiError(403, "This council's words must not leave this machine.", code=error.code)
    return ApiError(503 if error.retryable else 500, "The embedding model failed.", code=error.code)


DESCRIPTION: Final[dict[str, Any]] = {
    "/v1/embeddings": {
        "post": {
            "operationId": "createEmbedding",
            "tags": ["embeddings"],
            "summary": "Vectors of texts, by this deployment's embedding model",
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["model", "input"],
                            "properties": {
                                "model": {"type": "string"},
                                "input": {
                                    "oneOf": [
                                        {"type": "string", "minLength": 1, "maxLength": CHARS_AT_MOST},
                                        {"type": "array", "minItems": 1, "maxItems": TEXTS_AT_MOST}
                                        | {"items": {"type": "string", "minLength": 1, "maxLength": CHARS_AT_MOST}},
                                    ]
                                },
                                "encoding_format": {"enum": list(_ENCODINGS), "default": "float"},
                                "dimensions": {
                                    "type": "integer",
                                    "minimum": 1,
                                    "description": "Only the model's own, which GET /v1/models tells: none is cut",
                                },
                                "input_type": {"enum": list(_INPUT_TYPES), "default": "passage"},
                            },
                        }
                    }
                },
            },
            "responses": {
                "200": {
                    "description": "One vector a text",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["object", "data", "model", "usage"],
                                "properties": {
                                    "object": {"const": "list"},
                                    "data": {"type": "array", "items": {"type": "object"}},
                                    "model": {"type": "string"},
                                    "usage": {"type": "object"},
                                },
                            }
                        }
                    },
                },
                "default": {"$ref": "#/components/responses/Error"},
            },
        }
    }
}
