"""The database from asynchronous code."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")


async def in_database(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """`work` in a thread that may ask the database; connections that outlived their time are closed around it.

    Unlike channels' database_sync_to_async it leaves a transaction that the calling thread is in alone.
    """
    return await sync_to_async(_tended)(work, *args, **kwargs)


def _tended(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    _close_old()
    try:
        return work(*args, **kwargs)
    finally:
        _close_old()


def _close_old() -> None:
    if not connection.in_atomic_block:
        close_old_connections()
