"""Who a request came from, for the rooms that must know: text of a closed council does not leave the machine."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` tells callers apart in limits and logs. `may_leave`: whether their words may be sent to other machines.

    A room that would hand text or sound to a service elsewhere asks `may_leave` first and takes its local way, or
    refuses. `may_manage`: whether they may fetch, load and remove models, which are everybody's.
    """

    name: str
    may_leave: bool
    may_manage: bool = True


_NOBODY: Final = Caller("anonymous", may_leave=True)
current_caller: ContextVar[Caller] = ContextVar("current_caller", default=_NOBODY)
"""The caller of the request that is being answered. `asyncio.to_thread` hands it on, `run_in_executor` does not."""
