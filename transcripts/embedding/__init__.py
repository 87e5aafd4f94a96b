"""Texts to vectors: the small multilingual model inside a wheel, or any OpenAI-compatible `/v1/embeddings` server.

A vector is only comparable with vectors of the same model, so each is stored with its model's id and search passes over
the others; `serving.py` says which model answers while another is being made.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from council.errors import CouncilError
from speech.engine.addresses import is_this_machine
from transcripts.chosen_servers import ChosenServer
from transcripts.embedding.base import Embedder, Vector
from transcripts.embedding.built_in import BUILT_IN_DIMENSIONS, BUILT_IN_MODEL, BuiltInEmbedder

__all__ = [
    "BUILT_IN_DIMENSIONS",
    "BUILT_IN_MODEL",
    "BuiltInEmbedder",
    "Embedder",
    "Vector",
    "built_in",
    "configured_model",
    "embedder",
]


def embedder(own: ChosenServer | None = None, *, egress_allowed: bool) -> Embedder:
    """A council's embedder: its own server, else the configured one.

    Raises:
        CouncilError: "egress_off" when it is a server elsewhere and the council's words must not leave this machine.
    """
    if own is None and not settings.EMBEDDINGS_BASE_URL:
        return _built_in
    base_url = own.base_url if own else settings.EMBEDDINGS_BASE_URL
    if not egress_allowed and not is_this_machine(base_url):
        raise CouncilError("egress_off")
    from transcripts.embedding.server import ServerEmbedder  # half a second of imports that the built-in one spares

    api_key = own.api_key if own else settings.EMBEDDINGS_API_KEY
    return ServerEmbedder(base_url=base_url, api_key=api_key, model=configured_model(own))


def configured_model(own: ChosenServer | None = None) -> str:
    """The id of the model that makes new vectors."""
    if own is not None:
        return own.model[:_MOST_MODEL_CHARS]
    return _server_model() if settings.EMBEDDINGS_BASE_URL else BUILT_IN_MODEL


def built_in() -> Embedder:
    """The embedder inside this process, whatever is configured."""
    return _built_in


_built_in: Final = BuiltInEmbedder()
_MOST_MODEL_CHARS: Final = 100


def _server_model() -> str:
    return str(settings.EMBEDDINGS_MODEL or "default")[:_MOST_MODEL_CHARS]
