"""Models of other floors that `GET /v1/models` lists beside those of speech: embeddings, a chat model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

Row = dict[str, object]
Provider = Callable[[], Sequence[Row]]

_providers: Final[dict[str, Provider]] = {}


def add(name: str, provider: Provider) -> None:
    """Have the list ask `provider` each time; a second one of the same name replaces the first.

    A row has `id`, `object` ("model"), `created`, `owned_by` and `task` (as Hugging Face names it).
    """
    _providers[name] = provider


def rows(task: str = "") -> list[Row]:
    """The rows of all providers, of one task if it is named."""
    found = [row for provider in _providers.values() for row in provider()]
    return [row for row in found if task in ("", row["task"])]
