"""What an embedder is, and what every one of them checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from council.errors import CouncilError
from transcripts.models import EMBEDDING_DIMENSIONS

Vector = list[float]


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


def checked_size(vector: Vector) -> Vector:
    """The vector itself. Raises CouncilError("embeddings_dimensions")."""
    if len(vector) != EMBEDDING_DIMENSIONS:
        raise CouncilError("embeddings_dimensions", got=len(vector), wanted=EMBEDDING_DIMENSIONS)
    return vector


def clean(text: str) -> str:
    """Without what a C string or UTF-8 cannot hold; an empty text would give a vector of nothing."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode().strip() or "-"
