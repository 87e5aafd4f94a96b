"""How many requests a caller may make a minute, and how an answer says so."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from speech.server.errors import ApiError

WINDOW_S: Final = 60.0
_CALLERS_AT_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """The state of one caller's minute after a request was counted."""

    limit: int
    used: int
    reset_s: float

    @property
    def headers(self) -> dict[str, str]:
        """Named as OpenAI names them."""
        return {
            "x-ratelimit-limit-requests": str(self.limit),
            "x-ratelimit-remaining-requests": str(max(0, self.limit - self.used)),
            "x-ratelimit-reset-requests": f"{max(0.0, self.reset_s):.1f}s",
        }

    def check(self) -> None:
        """Raises ApiError 429 when the request just counted was one too many."""
        if self.used > self.limit:
            wait_s = max(1, math.ceil(self.reset_s))
            message = f"More than {self.limit} requests in a minute; try again in {wait_s} s."
            headers = {**self.headers, "retry-after": str(wait_s)}
            raise ApiError(429, message, code="rate_limit_exceeded", headers=headers)


class MemoryCounter:
    """Counts in this process only: for the server that has no database."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, caller: str, limit: int) -> Allowance:
        now = self._clock()
        started, used = self._windows.get(caller, (now, 0))
        if now - started >= WINDOW_S:
            started, used = now, 0
        self._make_room(now)
        self._windows[caller] = (started, used + 1)
        return Allowance(limit, used + 1, started + WINDOW_S - now)

    def _make_room(self, now: float) -> None:
        """Forget minutes that are over; a flood of addresses beyond that forgets everybody's."""
        if len(self._windows) < _CALLERS_AT_MOST:
            return
        self._windows = {name: window for name, window in self._windows.items() if now - window[0] < WINDOW_S}
        if len(self._windows) >= _CALLERS_AT_MOST:
            self._windows.clear()
