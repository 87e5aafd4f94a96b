"""Servers that a council chose for itself, where else the deployment's are asked: who recognises, who makes vectors.

The choices are kept a floor above (`assistant/providers.py`), which has itself asked here from the start on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

Use = Literal["recognition", "embeddings"]


@dataclass(frozen=True, slots=True)
class ChosenServer:
    """`dialect` is one of speech's REMOTE_KINDS and means nothing for embeddings. `base_url` goes up to `/v1`."""

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    dialect: str = "openai_api"


Lookup = Callable[[int, Use], ChosenServer | None]

EarlierLookup = Callable[[int, Use, str], ChosenServer | None]

_lookups: Final[list[Lookup]] = []
_earlier: Final[list[EarlierLookup]] = []


def ask_for_choices(lookup: Lookup) -> None:
    """Have `lookup` asked for every council's choices; it replaces the one before."""
    _lookups[:] = [lookup]


def ask_for_earlier(lookup: EarlierLookup) -> None:
    """Have `lookup` asked for a server that a council used before, by its model; it replaces the one before."""
    _earlier[:] = [lookup]


def earlier_server(council_id: int, use: Use, model: str) -> ChosenServer | None:
    """The server with `model` that the council chose some time; None when there was none. Outside its scope.

    Raises:
        CouncilError: secret_unreadable.
    """
    return _earlier[0](council_id, use, model) if _earlier else None


def chosen_server(council_id: int, use: Use) -> ChosenServer | None:
    """The council's own server; None when the deployment's choice holds. One short read of the database.

    Raises:
        CouncilError: secret_unreadable.
    """
    return _lookups[0](council_id, use) if _lookups else None
