"""Sound above a server's limits: no request is ever too large, and the text is what was said, once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from speech.engine.chunk_limits import ChunkLimits
from speech.engine.errors import EngineError
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.openai_api import OpenAiApiRecognizer
from speech.engine.recognizers.remote import RemoteSettings
from speech.engine.types import Span
from speech.tests.remote_server import (
    Asked,
    RemoteServer,
    openai_json_only,
    openai_whisper,
    refusal,
    remote_server,
    segments_only,
    spoken,
    words_of,
)

ANY_SIZE = 10**9


@pytest.fixture
def server() -> Iterator[RemoteServer]:
    with remote_server(openai_whisper) as made:
        yield made


def recognizer(server: RemoteServer, **limits: int | bool) -> OpenAiApiRecognizer:
    settings = RemoteSettings(limits=ChunkLimits(**limits))  # type: ignore[arg-type]
    return OpenAiApiRecognizer(f"{server.url}/v1", "", "whisper-1", settings)


def said(result: Recognition) -> list[str]:
    return [word.text.rstrip("?") for segment in result.segments for word in segment.words]


def numbers(seed: int, count: int) -> list[int]:
    return random.Random(seed).choices(range(25), k=count)


@pytest.mark.parametrize("seed", range(6))
def test_a_long_speech_without_pauses_is_heard_whole_and_once(server: RemoteServer, seed: int) -> None:
    what = numbers(seed, 150)
    audio, speech = spoken(what, offset_ms=3_600_000)
    result = recognizer(server, max_bytes=ANY_SIZE, max_ms=20_000).recognize(audio, speech, RecognitionOptions())
    assert said(result) == words_of(what)
    assert len(server.asked) >= 3
    assert max(asked.duration_ms for asked in server.asked) <= 20_000
    assert sum(asked.duration_ms for asked in server.asked) == 60_000 + 3_000 * (len(server.asked) - 1)


@pytest.mark.parametrize("seed", range(4))
def test_votes_asked_again_and_again_all_stay(server: RemoteServer, seed: int) -> None:
    """Kto jest za? Kto jest przeciw? Kto się wstrzymał? ... right across every seam."""
    what = [1, 2, 3, 1, 2, 4, 1, 5, 6] * 14 + [seed]
    audio, speech = spoken(what)
    result = recognizer(server, max_bytes=ANY_SIZE, max_ms=10_000 + 500 * seed).recognize(
        audio, speech, RecognitionOptions()
    )
    assert said(result) == words_of(what)


@pytest.mark.parametrize("seed", range(4))
def test_cuts_lie_in_pauses_where_there_are_any_and_then_nothing_is_sent_twice(server: RemoteServer, seed: int) -> None:
    what = numbers(seed, 120)
    audio, speech = spoken(what, dict.fromkeys(range(0, 120, 12), 700))
    result = recognizer(server, max_bytes=ANY_SIZE, max_ms=15_000).recognize(audio, speech, RecognitionOptions())
    assert said(result) == words_of(what)
    assert sum(asked.duration_ms for asked in server.asked) == sum(span.duration_ms for span in speech)


@pytest.mark.parametrize("dialect", [segments_only, openai_json_only])
def test_servers_without_times_of_words_lose_and_double_nothing_in_pauses(dialect: object) -> None:
    what = numbers(1, 120)
    audio, speech = spoken(what, dict.fromkeys(range(0, 120, 12), 700))
    with remote_server(dialect) as server:  # type: ignore[arg-type]
        result = recognizer(server, max_bytes=ANY_SIZE, max_ms=15_000).recognize(audio, speech, RecognitionOptions())
        assert said(result) == words_of(what)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dialect", [segments_only, openai_json_only])
def test_nor_do_they_without_any_pause(dialect: object, seed: int) -> None:
    what = numbers(seed, 120)
    audio, speech = spoken(what)
    with remote_server(dialect) as server:  # type: ignore[arg-type]
        result = recognizer(server, max_bytes=ANY_SIZE, max_ms=15_000).recognize(audio, speech, RecognitionOptions())
        assert said(result) == words_of(what)


def test_no_file_is_above_the_limit_of_size(server: RemoteServer) -> None:
    what = numbers(2, 300)
    audio, speech = spoken(what)
    result = recognizer(server, max_bytes=150_000, max_ms=60_000).recognize(audio, speech, RecognitionOptions())
    assert said(result) == words_of(what)
    assert max(asked.size for asked in server.asked) <= 150_000
    assert max(asked.duration_ms for asked in server.asked) <= 60_000


def test_what_the_server_finds_too_large_is_halved_until_it_is_not(server: RemoteServer) -> None:
    def small_only(asked: Asked) -> object:
        if asked.duration_ms > 9_000:
            return refusal(413, "Maximum content size limit (26214400) exceeded")
        return openai_whisper(asked)

    server.dialect = small_only  # type: ignore[assignment]
    what = numbers(3, 100)
    audio, speech = spoken(what)
    seen: list[tuple[int, int]] = []
    result = recognizer(server).recognize(
        audio, speech, RecognitionOptions(), lambda done, total: seen.append((done, total))
    )
    assert said(result) == words_of(what)
    assert seen[-1] == (40_000, 40_000)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_openais_refusal_of_long_sound_is_understood_as_too_large(server: RemoteServer) -> None:
    server.faults = [
        refusal(400, "audio duration 1500.2 seconds is longer than 1400 seconds which is the maximum for this model")
    ]
    what = numbers(4, 60)
    audio, speech = spoken(what)
    assert said(recognizer(server).recognize(audio, speech, RecognitionOptions())) == words_of(what)
    assert len(server.asked) == 3


def test_a_server_that_finds_everything_too_large_is_an_error_and_no_endless_loop(server: RemoteServer) -> None:
    server.dialect = lambda asked: refusal(413, "too large")
    audio, speech = spoken(numbers(5, 60))
    with pytest.raises(EngineError) as caught:
        recognizer(server).recognize(audio, speech, RecognitionOptions())
    assert (caught.value.code, caught.value.retryable) == ("remote_too_large", False)
    assert len(server.asked) < 10


def test_without_chunking_the_sound_goes_whole_and_a_refusal_stands(server: RemoteServer) -> None:
    audio, speech = spoken(numbers(6, 100))
    whole = recognizer(server, enabled=False, max_bytes=1_000, max_ms=10_000)
    assert len(said(whole.recognize(audio, speech, RecognitionOptions()))) == 100
    assert len(server.asked) == 1
    server.faults = [refusal(413, "too large")]
    with pytest.raises(EngineError) as caught:
        whole.recognize(audio, speech, RecognitionOptions())
    assert caught.value.code == "remote_too_large"


def test_silence_is_not_sent(server: RemoteServer) -> None:
    what = numbers(7, 20)
    audio, speech = spoken(what, {0: 60_000, 10: 90_000})
    result = recognizer(server).recognize(audio, speech, RecognitionOptions())
    assert said(result) == words_of(what)
    assert [asked.duration_ms for asked in server.asked] == [8_000]
    words = [word for segment in result.segments for word in segment.words]
    assert abs(words[0].start_ms - 60_000) < 200
    assert all(any(s.start_ms <= w.start_ms <= w.end_ms <= s.end_ms for s in speech) for w in words)


def test_speech_that_got_no_words_is_asked_about_once_more(server: RemoteServer) -> None:
    def leaves_out_a_sentence(asked: Asked) -> object:
        return openai_whisper(replace(asked, heard=[*asked.heard[:10], *asked.heard[25:]]))

    server.faults = [leaves_out_a_sentence]  # type: ignore[list-item]
    what = numbers(8, 40)
    audio, speech = spoken(what, {10: 800, 25: 800})
    result = recognizer(server).recognize(audio, speech, RecognitionOptions())
    words = said(result)
    assert words[:10] == words_of(what[:10])
    assert words[-15:] == words_of(what[25:])
    assert len(words) >= 38
    assert len(server.asked) == 2


def test_times_are_those_of_the_recording_and_never_go_back(server: RemoteServer) -> None:
    what = numbers(9, 150)
    audio, speech = spoken(what, {40: 5_000}, offset_ms=1_000_000)
    result = recognizer(server, max_ms=15_000).recognize(audio, speech, RecognitionOptions())
    words = [word for segment in result.segments for word in segment.words]
    starts = [1_000_000 + index * 400 + (5_000 if index >= 40 else 0) for index in range(150)]
    assert max(abs(word.start_ms - start) for word, start in zip(words, starts, strict=True)) <= 150
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert Span(words[0].start_ms, words[-1].end_ms).duration_ms <= audio.duration_ms
