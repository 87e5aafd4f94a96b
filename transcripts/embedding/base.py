"""What an embedder is, and what every one of them checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

from council.errors import CouncilError

Vector = list[float]

MOST_DIMENSIONS: Final = 4_000
"""What an HNSW index over halfvec takes (pgvector's README)."""

_WORD_CHARS: Final = 100
_ENDLESS: Final = re.compile(rf"\S{{{_WORD_CHARS},}}")
"""No Polish word is so long; a model's tokenizer may take seconds over one letter repeated a thousand times."""


class Embedder(Protocol):
    """Vectors of one length per model. Slow: call outside transactions.

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
    if not 1 <= len(vector) <= MOST_DIMENSIONS:
        raise CouncilError("embeddings_dimensions", got=len(vector), wanted=MOST_DIMENSIONS)
    return vector


def clean(text: str) -> str:
    """Without what a C string or UTF-8 cannot hold; an empty text would give a vector of nothing."""
    text = _ENDLESS.sub(lambda word: word[0][:_WORD_CHARS], text)
    return text.replace("\0", " ").encode("utf-8", "replace").decode().strip() or "-"
