"""Chunks tile the recording, are cut in pauses, and never grow past the limit."""

import random

import pytest

from speech.engine.chunking import plan_chunks
from speech.engine.types import ChunkPlan, Span


def tiles(chunks: list[ChunkPlan], duration_ms: int) -> bool:
    edges = [0, *(chunk.end_ms for chunk in chunks)]
    return [c.start_ms for c in chunks] == edges[:-1] and edges[-1] == duration_ms


def random_speech(seed: int, duration_ms: int) -> list[Span]:
    rng = random.Random(seed)
    spans: list[Span] = []
    at = 0
    while True:
        start = at + rng.choice([0, 200, 900, 3_000, 40_000])
        end = start + rng.randint(300, 25_000)
        if end >= duration_ms:
            return spans
        spans.append(Span(start, end))
        at = end


@pytest.mark.parametrize("seed", range(25))
def test_chunks_tile_the_recording_and_lose_no_speech(seed: int) -> None:
    duration_ms = 3_600_000 + seed * 777
    speech = random_speech(seed, duration_ms)
    chunks = plan_chunks(speech, duration_ms)
    assert tiles(chunks, duration_ms)
    assert all(0 < chunk.end_ms - chunk.start_ms <= 600_000 for chunk in chunks)
    assert sum(s.duration_ms for c in chunks for s in c.speech) == sum(s.duration_ms for s in speech)


@pytest.mark.parametrize("seed", range(25))
def test_no_word_is_cut_while_there_are_pauses(seed: int) -> None:
    speech = random_speech(seed, 3_600_000)
    chunks = plan_chunks(speech, 3_600_000)
    assert [s for chunk in chunks for s in chunk.speech] == speech


def test_the_longest_pause_near_the_target_is_taken() -> None:
    speech = [Span(0, 200_000), Span(200_500, 270_000), Span(274_000, 500_000)]
    assert plan_chunks(speech, 500_000)[0].end_ms == 272_000


def test_speech_without_a_pause_is_cut_at_the_limit_or_at_the_quietest_place() -> None:
    speech = [Span(0, 1_500_000)]
    assert [c.end_ms for c in plan_chunks(speech, 1_500_000)] == [600_000, 1_200_000, 1_500_000]
    asked: list[Span] = []

    def quietest(span: Span) -> int:
        asked.append(span)
        return span.start_ms + 1_000

    chunks = plan_chunks(speech, 1_500_000, quietest=quietest)
    assert asked[0] == Span(540_000, 600_000)
    assert chunks[0].end_ms == 541_000
    assert tiles(chunks, 1_500_000)


def test_a_short_recording_is_one_chunk_and_silence_is_none() -> None:
    assert plan_chunks([Span(10, 900)], 1_000) == [ChunkPlan(0, 0, 1_000, (Span(10, 900),))]
    assert plan_chunks([], 3_600_000) == []


def test_hours_of_silence_between_words_still_make_small_chunks() -> None:
    chunks = plan_chunks([Span(0, 1_000), Span(7_200_000, 7_201_000)], 7_201_000)
    assert tiles(chunks, 7_201_000)
    assert max(c.end_ms - c.start_ms for c in chunks) <= 600_000
