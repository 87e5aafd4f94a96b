"""Asking a server until it answers: what each refusal means, how long to wait, when to give up."""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from speech.engine.errors import EngineError

T = TypeVar("T")

FAULT_CODES: Final = (
    "remote_unavailable", "remote_key_refused", "remote_quota_used_up", "remote_model_missing", "remote_rejected",
    "remote_too_large", "remote_answer_invalid",
)  # fmt: skip
_TOO_LARGE: Final = re.compile(
    r"longer than \d+|too (large|long|big)|maximum (content|file|allowed) size|size limit|exceeds? the (maximum|limit)"
    r"|maximum audio|file size",
    re.IGNORECASE,
)
"""Servers also refuse large sound with a plain 400 ("audio duration 1500 seconds is longer than 1400 seconds")."""
_PASSING: Final = frozenset({408, 409, 421, 425, 429})
_DETAIL_CHARS: Final = 400
_SLICE_S: Final = 1.0


class RemoteFault(Exception):
    """A request that brought no answer. `code` is one of FAULT_CODES; `status` 0 when the server said nothing.

    `retry_after_s` is the server's wish; `final` its wish that nobody repeats the request.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        retryable: bool = False,
        status: int = 0,
        retry_after_s: float | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = one_line(detail)
        self.retryable = retryable
        self.status = status
        self.retry_after_s = retry_after_s
        self.final = final

    def as_engine_error(self) -> EngineError:
        return EngineError(self.code, self.detail, retryable=self.retryable)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long one request is repeated.

    Waits double from `first_wait_s` to `longest_wait_s`, each varied by a quarter so that workers refused together do
    not return together. A server's Retry-After is obeyed up to `longest_obeyed_s`. No attempt begins later than
    `budget_s` after the first: what takes longer is the queue's to repeat.
    """

    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 30.0
    longest_obeyed_s: float = 120.0
    budget_s: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def ask(self, request: Callable[[], T], still_wanted: Callable[[], None]) -> T:
        """What `request` returns; `still_wanted` is called while waiting and may raise to stop.

        Raises:
            RemoteFault: the last one, when waiting does not help or lasts too long.
        """
        started, wait_s, attempt = self.clock(), self.first_wait_s, 1
        while True:
            try:
                return request()
            except RemoteFault as fault:
                pause_s = self._pause(fault, wait_s)
                if not fault.retryable or fault.final or attempt >= self.attempts:
                    raise
                if self.clock() - started + pause_s > self.budget_s:
                    raise
            self._wait(pause_s, still_wanted)
            wait_s, attempt = min(2 * wait_s, self.longest_wait_s), attempt + 1

    def _pause(self, fault: RemoteFault, wait_s: float) -> float:
        if fault.retry_after_s is not None:
            return min(fault.retry_after_s, self.longest_obeyed_s)
        return wait_s * random.uniform(0.75, 1.25)  # noqa: S311 - no secret depends on it

    def _wait(self, pause_s: float, still_wanted: Callable[[], None]) -> None:
        while pause_s > 0:
            still_wanted()
            self.sleep(min(pause_s, _SLICE_S))
            pause_s -= _SLICE_S
        still_wanted()


def status_fault(status: int, body: str, headers: dict[str, str]) -> RemoteFault:
    """What an HTTP status other than 2xx means; names in `headers` are in lower case.

    400 and 422 come back as "remote_rejected": the caller knows whether another form of request may be tried.
    """
    detail = f"HTTP {status}: {body}"
    if status == 413 or (status in (400, 422) and _TOO_LARGE.search(body)):
        return RemoteFault("remote_too_large", detail, status=status)
    if status in (401, 403):
        return RemoteFault("remote_key_refused", detail, status=status)
    if status == 404:
        return RemoteFault("remote_model_missing", detail, status=status)
    if status == 429 and "insufficient_quota" in body:
        return RemoteFault("remote_quota_used_up", detail, status=status)
    if status in _PASSING or (status >= 500 and status != 501):
        return RemoteFault(
            "remote_unavailable",
            detail,
            retryable=True,
            status=status,
            retry_after_s=retry_after(headers),
            final=headers.get("x-should-retry", "").lower() == "false",
        )
    return RemoteFault("remote_rejected", detail, status=status)


def retry_after(headers: dict[str, str]) -> float | None:
    """Seconds that a server asks to wait (Retry-After as seconds or date, retry-after-ms); None when it does not."""
    for name, scale in (("retry-after-ms", 1_000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / scale
        except ValueError:
            continue
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        at = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def read_object(body: bytes) -> dict[str, object]:
    """The JSON object in `body`, whatever its declared type.

    Raises:
        RemoteFault: "remote_answer_invalid" (retryable: a proxy's error page, a cut answer).
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise invalid_answer(f"no JSON ({type(error).__name__}): {body[:200]!r}") from error
    if not isinstance(data, dict):
        raise invalid_answer(f"JSON, but no object: {body[:200]!r}")
    return data


def invalid_answer(detail: str) -> RemoteFault:
    return RemoteFault("remote_answer_invalid", detail, retryable=True)


def one_line(text: str) -> str:
    """The beginning of `text` for a log: printable, without line breaks."""
    return "".join(c if c.isprintable() else " " for c in text)[:_DETAIL_CHARS]
