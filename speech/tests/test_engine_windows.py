"""What a recogniser hears together does not depend on how the recording is cut into chunks."""

from __future__ import annotations

import random
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from speech.engine.audio import quietest_ms, read_audio
from speech.engine.chunking import plan_chunks
from speech.engine.guards import Removed
from speech.engine.recognizers.packing import Window, pack_windows
from speech.engine.recognizers.skipped import skipped_by_window
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span, Word
from speech.engine.windows import REACH_MS, WINDOW_MS, plan_windows

MINUTES_MS = 240_000


def speech(seed: int, *, longest_ms: int = 70_000, pauses_ms: tuple[int, ...] = (0, 0, 100, 900, 5_000)) -> list[Span]:
    rng = random.Random(seed)
    spans: list[Span] = []
    at_ms = 0
    while True:
        start_ms = at_ms + rng.choice(pauses_ms)
        at_ms = start_ms + rng.randint(300, rng.choice([4_000, 15_000, longest_ms]))
        if at_ms >= MINUTES_MS:
            return spans
        spans.append(Span(start_ms, at_ms))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("windows") / "noise.wav"
    rng = np.random.default_rng(3)
    loudness = np.repeat(rng.random(MINUTES_MS // 50), SAMPLE_RATE_HZ // 20)
    samples = 10_000 * loudness * rng.standard_normal(len(loudness)).clip(-1, 1)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("target_ms", [5_000, 60_000])
def test_any_chunks_have_the_windows_of_the_whole_recording(recording: Path, target_ms: int) -> None:
    said = speech(1)
    whole = read_audio(recording, Span(0, MINUTES_MS))
    chunks = plan_chunks(
        said,
        MINUTES_MS,
        target_ms=target_ms,
        quietest=lambda span: quietest_ms(recording, span),
        window_ms=WINDOW_MS,
    )
    assert len(chunks) > 1
    apart = [
        window
        for chunk in chunks
        for window in pack_windows(read_audio(recording, Span(chunk.start_ms, chunk.end_ms)), chunk.speech)
    ]
    assert apart == pack_windows(whole, said)


@pytest.mark.parametrize("seed", range(10))
def test_windows_keep_all_speech_in_order_and_within_their_limits(seed: int) -> None:
    said = speech(seed, longest_ms=90_000, pauses_ms=(0, 1_000, 100_000))
    windows = plan_windows(said, lambda search: search.start_ms + 17)
    pieces = [piece for window in windows for piece in window]
    assert sum(piece.duration_ms for piece in pieces) == sum(span.duration_ms for span in said)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(pieces))
    assert max(sum(piece.duration_ms for piece in window) for window in windows) <= WINDOW_MS
    assert max(window[-1].end_ms - window[0].start_ms for window in windows) <= REACH_MS


def test_a_word_an_hour_makes_chunks_that_fit() -> None:
    said = [Span(hour * 3_600_000, hour * 3_600_000 + 800) for hour in range(4)]
    chunks = plan_chunks(said, 4 * 3_600_000, window_ms=WINDOW_MS)
    assert max(chunk.end_ms - chunk.start_ms for chunk in chunks) <= 600_000
    assert [span for chunk in chunks for span in chunk.speech] == said


class Heard:
    def __init__(self, words: list[Word], removed: list[Removed] | None = None) -> None:
        self.words = words
        self.removed = removed or []


def words(until_ms: int, from_ms: int = 0) -> list[Word]:
    return [Word(at, at + 400, "słowo") for at in range(from_ms, until_ms - 399, 400)]


def test_a_question_left_out_at_the_end_of_a_window_is_asked_for_again() -> None:
    window = Window((Span(0, 6_000), Span(6_000, 6_600)))
    assert skipped_by_window([window], [Heard(words(5_200))]) == [[Span(5_200, 6_000), Span(6_000, 6_600)]]
    assert skipped_by_window([window], [Heard(words(6_000))]) == []
    silent = Removed(5_200, 6_600, "Dziękuję.", "no_speech")
    assert skipped_by_window([window], [Heard(words(5_200), [silent])]) == []


def test_a_gap_is_found_by_the_words_of_its_own_window_alone() -> None:
    first, second = Window((Span(0, 10_000),)), Window((Span(10_000, 20_000),))
    heard = Heard([*words(4_000), *words(10_000, 8_000), *words(20_000, 12_000)])
    alone = [skipped_by_window([window], [heard]) for window in (first, second)]
    assert skipped_by_window([first, second], [heard]) == [spans for found in alone for spans in found]
    assert alone[0] == [[Span(4_000, 8_000)]]
    assert alone[1] == [[Span(10_000, 12_000)]]


def test_sound_shorter_than_the_plan_loses_no_window() -> None:
    audio = Audio(np.zeros(30 * SAMPLE_RATE_HZ, np.float32), offset_ms=60_000)
    assert pack_windows(audio, [Span(59_000, 61_000), Span(80_000, 95_000)]) == [
        Window((Span(60_000, 61_000), Span(80_000, 90_000)))
    ]
