"""Limits of uploads as operators write them: clear values hold, unclear ones stop the start with a sentence."""

import pytest

from speech.engine.chunk_limits import DEFAULT_LIMITS, ChunkLimits, LimitError, chunk_limits, parse_limit


def limits(limit: str = "", size_mb: str = "", overlap_s: int = 3, *, enabled: bool = True) -> ChunkLimits:
    return chunk_limits(enabled=enabled, limit=limit, size_mb=size_mb, overlap_s=overlap_s)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20MB", {"max_bytes": 20_000_000}),
        ("20 MB", {"max_bytes": 20_000_000}),
        ("20mb", {"max_bytes": 20_000_000}),
        ("25MiB", {"max_bytes": 26_214_400}),
        ("1.5GB", {"max_bytes": 1_500_000_000}),
        ("500kB", {"max_bytes": 500_000}),
        ("1200s", {"max_ms": 1_200_000}),
        ("20m", {"max_ms": 1_200_000}),
        ("20min", {"max_ms": 1_200_000}),
        ("90min", {"max_ms": 5_400_000}),
        ("1h", {"max_ms": 3_600_000}),
        ("1.5h", {"max_ms": 5_400_000}),
        ("20MB, 1200s", {"max_bytes": 20_000_000, "max_ms": 1_200_000}),
    ],
)
def test_a_clear_value_is_understood(text: str, expected: dict[str, int]) -> None:
    assert parse_limit("CHUNK_LIMIT", text) == expected


@pytest.mark.parametrize(
    "text",
    ["", " ", "1h30", "0s", "0MB", "-5m", "20 bananas", "20M", "1200", "m", "nan s", "1e9s", "٢٠MB", "20MB,30MB", ",",
     "20MB,", "5s", "9" * 5_000 + "s", "1..5h", "20\nMB", "\ud800s"],
)  # fmt: skip
def test_an_unclear_value_is_refused_by_name(text: str) -> None:
    with pytest.raises(LimitError) as caught:
        parse_limit("CHUNK_LIMIT", text)
    assert f"CHUNK_LIMIT={text!r}" in str(caught.value)


def test_nothing_set_keeps_below_the_limits_of_openai() -> None:
    assert limits() == DEFAULT_LIMITS
    assert DEFAULT_LIMITS.max_bytes < 25 * 2**20
    assert DEFAULT_LIMITS.max_ms < 1_400_000
    assert DEFAULT_LIMITS.overlap_ms == 3_000


def test_size_and_length_hold_together() -> None:
    both = limits("600s", "5")
    assert (both.max_ms, both.max_bytes) == (600_000, 5_000_000)


def test_the_older_setting_alone_may_allow_more_than_the_default_and_with_the_newer_one_only_less() -> None:
    assert limits(size_mb="24").max_bytes == 24_000_000
    assert limits("10MB", "24").max_bytes == 10_000_000
    assert limits("30MB", "24").max_bytes == 24_000_000


@pytest.mark.parametrize("value", ["0", "-1", "twenty", "20MB", "0.01"])
def test_a_bad_older_setting_is_refused_by_its_own_name(value: str) -> None:
    with pytest.raises(LimitError) as caught:
        limits(size_mb=value)
    assert f"CHUNK_SIZE_MB={value!r}" in str(caught.value)


def test_an_overlap_longer_than_half_a_chunk_is_refused() -> None:
    with pytest.raises(LimitError, match="CHUNK_OVERLAP_SECONDS='6'"):
        limits("10s", overlap_s=6)
    assert limits("10s", overlap_s=5).overlap_ms == 5_000


def test_chunking_can_be_switched_off() -> None:
    assert limits(enabled=False).enabled is False
