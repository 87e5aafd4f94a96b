"""How much sound one request to a recognition server may carry, and how an operator writes that down."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

_QUANTITY: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([a-z]*)", re.IGNORECASE)
_BYTES: Final = {"kb": 10**3, "kib": 2**10, "mb": 10**6, "mib": 2**20, "gb": 10**9, "gib": 2**30}
_MILLISECONDS: Final = {"s": 1_000, "sec": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000}
MIN_BYTES: Final = 100_000
MIN_MS: Final = 10_000
"""Smaller limits hold no sentence: a mistake in the setting, not a wish."""
_EXAMPLES: Final = "write a size (20MB, 25MiB, 1.5GB) or a length (1200s, 20m, 1h), or one of each: 20MB,1200s"


class LimitError(ValueError):
    """A limit that cannot be used; the message names the variable, its value and what is allowed."""


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """Limits of one upload; both hold at once.

    Args:
        enabled: False sends every sound whole, whatever its size.
        max_bytes: of the encoded file. The default keeps below OpenAI's 25 MiB.
        max_ms: of the sound. The default keeps below the 1400 s of OpenAI's gpt-4o models.
        overlap_ms: of two neighbours, where there was no pause to cut in.
    """

    enabled: bool = True
    max_bytes: int = 20 * 10**6
    max_ms: int = 1_200_000
    overlap_ms: int = 3_000


DEFAULT_LIMITS: Final = ChunkLimits()


def chunk_limits(*, enabled: bool, limit: str, size_mb: str, overlap_s: int) -> ChunkLimits:
    """Limits from the settings ENABLE_CHUNKING, CHUNK_LIMIT, CHUNK_SIZE_MB and CHUNK_OVERLAP_SECONDS.

    Empty strings stand for unset. CHUNK_SIZE_MB, the older setting, only adds a size: with both, the smaller one holds.

    Raises:
        LimitError: a value that says nothing, two things, or something impossible.
    """
    limits = ChunkLimits(enabled=enabled, overlap_ms=overlap_s * 1_000)
    if limit:
        found = parse_limit("CHUNK_LIMIT", limit)
        limits = replace(
            limits,
            max_bytes=found.get("max_bytes", limits.max_bytes),
            max_ms=found.get("max_ms", limits.max_ms),
        )
    if size_mb:
        older = parse_limit("CHUNK_SIZE_MB", f"{size_mb}MB", shown=size_mb)
        smaller = min(limits.max_bytes, older["max_bytes"]) if limit else older["max_bytes"]
        limits = replace(limits, max_bytes=smaller)
    if enabled and limits.max_ms < 2 * limits.overlap_ms:
        raise LimitError(
            f"CHUNK_OVERLAP_SECONDS='{overlap_s}': chunks of at most {limits.max_ms // 1_000} s cannot overlap by more"
            " than half of that"
        )
    return limits


def parse_limit(name: str, value: str, *, shown: str | None = None) -> dict[str, int]:
    """`max_bytes`, `max_ms` or both, as the value of setting `name` says; `shown` replaces the value in messages.

    MB counts 10^6 bytes and MiB 2^20, units in any case. A number alone and "M" (mega or minutes?) are refused: a guess
    would cut recordings thirty times too short or not at all.

    Raises:
        LimitError
    """
    found: dict[str, int] = {}
    shown = value if shown is None else shown
    for part in value.split(","):
        kind, amount = _quantity(name, part.strip(), shown)
        if kind in found:
            raise LimitError(f"{name}={shown!r}: two limits of one kind; {_EXAMPLES}")
        found[kind] = amount
    return found


def _quantity(name: str, text: str, shown: str) -> tuple[str, int]:
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise LimitError(f"{name}={shown!r}: {_EXAMPLES}")
    number, unit = Decimal(match[1]), match[2]
    if unit == "M" or not unit:
        raise LimitError(f"{name}={shown!r}: megabytes or minutes? {_EXAMPLES}")
    if unit.lower() in _BYTES:
        kind, amount, least, least_text = "max_bytes", int(number * _BYTES[unit.lower()]), MIN_BYTES, "100kB"
    elif unit.lower() in _MILLISECONDS:
        kind, amount, least, least_text = "max_ms", int(number * _MILLISECONDS[unit.lower()]), MIN_MS, "10s"
    else:
        raise LimitError(f"{name}={shown!r}: unknown unit {unit!r}; {_EXAMPLES}")
    if amount < least:
        raise LimitError(f"{name}={shown!r}: at least {least_text}; to send recordings whole set ENABLE_CHUNKING=false")
    return kind, amount
