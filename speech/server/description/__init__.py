"""What the server says about itself: an OpenAPI 3.1 document, put together from the rooms' own descriptions.

It is kept by hand, for the routes are OpenAI's; speech/tests/test_server_description.py holds it to the routes.
"""

from __future__ import annotations

from typing import Final

from speech.server.description import models, voices, words
from speech.server.description.parts import STRING, Spec

EXTRA_PATHS: Final[Spec] = {}
"""What other floors add to the document when they add a route."""

_ERROR: Final[Spec] = {
    "type": "object",
    "required": ["error", "detail"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": STRING,
                "type": STRING,
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        },
        "detail": STRING,
    },
}


def document() -> Spec:
    """The whole description. Every answer also has the header x-request-id."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Asystent Radnego: serwer mowy",
            "version": "1",
            "description": "Mowa na tekst i tekst na mowę, zgodnie z API OpenAI. "
            "Klucz: `Authorization: Bearer <klucz>`. Opis pól: docs/speech-api.md.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {**words.PATHS, **voices.PATHS, **models.PATHS, **EXTRA_PATHS},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _ERROR},
            "responses": {
                "Error": {
                    "description": "What went wrong",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            },
        },
    }
