"""Texts to vectors: the small multilingual model inside a wheel, or any OpenAI-compatible `/v1/embeddings` server.

A vector is only comparable with vectors of the same model, so each is stored with its model's id and search passes over
the others.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from council.errors import CouncilError
from speech.engine.addresses import is_this_machine
from transcripts.embedding.base import Embedder, Vector
from transcripts.embedding.built_in import BUILT_IN_MODEL, BuiltInEmbedder

__all__ = ["BUILT_IN_MODEL", "BuiltInEmbedder", "Embedder", "Vector", "configured_model", "embedder"]


def embedder(*, egress_allowed: bool) -> Embedder:
    """The configured embedder for a council.

    Raises:
        CouncilError: "egress_off" when it is a server elsewhere and the council's words must not leave this machine.
    """
    if not settings.EMBEDDINGS_BASE_URL:
        return _built_in
    if not egress_allowed and not is_this_machine(settings.EMBEDDINGS_BASE_URL):
        raise CouncilError("egress_off")
    from transcripts.embedding.server import ServerEmbedder  # half a second of imports that the built-in one spares

    return ServerEmbedder(
        base_url=settings.EMBEDDINGS_BASE_URL, api_key=settings.EMBEDDINGS_API_KEY, model=_server_model()
    )


def configured_model() -> str:
    """The id of the model that makes new vectors."""
    return _server_model() if settings.EMBEDDINGS_BASE_URL else BUILT_IN_MODEL


_built_in: Final = BuiltInEmbedder()


def _server_model() -> str:
    return str(settings.EMBEDDINGS_MODEL or "default")[:100]
