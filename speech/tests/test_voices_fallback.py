"""Who speaks when the configured voice fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from speech.engine.errors import EngineError
from speech.engine.voices.base import SpokenSentence
from speech.engine.voices.edge import FIRST_ANSWER_TIMEOUT_S, NEXT_ANSWER_TIMEOUT_S, EdgeVoice
from speech.engine.voices.fake import FakeVoice
from speech.engine.voices.fallback import CircuitBreaker, FallbackVoice, Speech
from speech.engine.voices.sound_cache import SoundCache
from speech.tests.edge_server import edge_server

TEXT = "Otwieram XXIII sesję. Przechodzimy do pkt 5. Dziękuję państwu."
DOWN = EngineError("voice_unavailable", "down", retryable=True)


async def everything(speech: Speech) -> list[SpokenSentence]:
    return [sentence async for sentence in speech.sentences]


async def test_the_configured_voice_reads_what_it_can() -> None:
    first, second = FakeVoice("edge", label_pl="Zofia"), FakeVoice("local")
    speech = await FallbackVoice(first, second).open(TEXT)
    sentences = await everything(speech)
    assert speech.voice_label == "Zofia"
    assert [sentence.text for sentence in sentences] == [
        "Otwieram XXIII sesję.", "Przechodzimy do pkt 5.", "Dziękuję państwu.",
    ]  # fmt: skip
    assert first.spoken[:2] == ["Otwieram dwudziestą trzecią sesję.", "Przechodzimy do punktu piątego."]
    assert second.spoken == []


async def test_the_first_sentence_sounds_before_the_second_is_made() -> None:
    first = FakeVoice()
    await FallbackVoice(first, FakeVoice()).open(TEXT)
    assert len(first.spoken) == 1


async def test_the_speaker_is_known_before_the_first_byte() -> None:
    first, second = FakeVoice(fail_with=DOWN), FakeVoice("local", label_pl="głos zastępczy")
    speech = await FallbackVoice(first, second).open(TEXT)
    assert speech.voice_label == "głos zastępczy"
    assert {sentence.voice_label for sentence in await everything(speech)} == {"głos zastępczy"}


async def test_a_voice_that_dies_midway_is_relieved_at_a_sentence() -> None:
    first, second = FakeVoice("edge", fail_with=DOWN, fail_from=1), FakeVoice("local")
    sentences = await everything(await FallbackVoice(first, second).open(TEXT))
    assert [sentence.voice_name for sentence in sentences] == ["edge", "local", "local"]
    assert first.spoken + second.spoken == [
        "Otwieram dwudziestą trzecią sesję.", "Przechodzimy do punktu piątego.", "Dziękuję państwu.",
    ]  # fmt: skip


async def test_a_real_connection_cut_midway_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with edge_server(tmp_path) as server:
        server.mode, server.cut_from_request = "cut", 1
        second = FakeVoice("local")
        voice = FallbackVoice(server.voice(), second)
        sentences = await everything(await voice.open(TEXT))
    assert [sentence.voice_name for sentence in sentences] == ["edge:pl-PL-ZofiaNeural", "local", "local"]
    assert second.spoken == ["Przechodzimy do punktu piątego.", "Dziękuję państwu."]


@pytest.mark.parametrize(
    "mode", ["refuse", "busy", "silent", "stall", "nothing", "cut", "cut_late", "garbage", "absent"]
)
async def test_another_voice_speaks_when_the_service_misbehaves(tmp_path: Path, mode: str) -> None:
    async with edge_server(tmp_path) as server:
        server.mode = mode
        if mode == "absent":
            server.socket = tmp_path / "nobody.sock"
        voice = FallbackVoice(EdgeVoice(connector_factory=server.connector), FakeVoice("local"))
        async with asyncio.timeout(120):
            speech = await voice.open("Otwieram obrady rady gminy.")
        assert [sentence.voice_name for sentence in await everything(speech)] == ["local"]


def test_the_service_is_given_up_in_time_for_another_voice_to_speak_within_two_seconds() -> None:
    assert max(FIRST_ANSWER_TIMEOUT_S, NEXT_ANSWER_TIMEOUT_S) <= 1.8


async def test_the_third_voice_speaks_when_two_fail() -> None:
    voices = [FakeVoice("edge", fail_with=DOWN), FakeVoice("piper", fail_with=DOWN, fail_from=1), FakeVoice("espeak")]
    sentences = await everything(await FallbackVoice(*voices).open(TEXT))
    assert [sentence.voice_name for sentence in sentences] == ["piper", "espeak", "espeak"]


async def test_a_long_first_sentence_is_cut_at_a_comma_where_reading_stays_the_same() -> None:
    text = (
        "Na podstawie art. 18 ust. 2 pkt 9, 10 i 11 ustawy z dnia 8 marca 1990 r. o samorządzie gminnym, a także na "
        "wniosek wójta, rada gminy uchwala, co następuje w tej oto sprawie. Dziękuję."
    )
    whole, short = FakeVoice(), FakeVoice()
    await everything(await FallbackVoice(whole).open(text))
    await everything(await FallbackVoice(short).open(text, short_opening=True))
    assert " ".join(short.spoken) == " ".join(whole.spoken)
    assert (len(whole.spoken), len(short.spoken)) == (2, 3)
    assert short.spoken[0].endswith("gminnym,")


@pytest.mark.parametrize("text", ["1." * 20_000, "." * 50_000 + "a", "[" * 20_000 + "a", "a" * 20_000, "r. " * 9_000])
async def test_text_made_to_be_slow_is_read_piece_by_piece(text: str) -> None:
    voice = FakeVoice()
    async with asyncio.timeout(40):  # a minute and more when it is looked at as one sentence
        await FallbackVoice(voice).open(text)
    assert len(voice.spoken) < 30


async def test_long_text_is_neither_lost_nor_doubled_where_it_is_cut_into_blocks() -> None:
    text = " ".join(f"Punkt {number} przyjęto, dziękuję państwu." for number in range(900))
    voice = FakeVoice()
    sentences = await everything(await FallbackVoice(voice).open(text))
    assert " ".join(sentence.text for sentence in sentences) == text
    assert len(sentences) == 900


async def test_what_was_spoken_is_kept_for_the_same_voice_speed_and_council(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, max_bytes=10**6)
    voice = FakeVoice()

    async def read(scope: str = "lipowa", speed: float = 1.0, text: str = "Dziękuję.") -> bytes:
        sentences = await everything(await FallbackVoice(voice, cache=cache, scope=scope).open(text, speed=speed))
        return b"".join(sentence.audio for sentence in sentences)

    assert await read() == await read()
    assert len(voice.spoken) == 1
    await read("dębowa")
    await read(speed=1.5)
    await read(text="Proszę.")
    assert len(voice.spoken) == 4


async def test_a_kept_sentence_is_heard_in_the_first_voice_even_when_it_is_away(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, max_bytes=10**6)
    first, second = FakeVoice("edge"), FakeVoice("local")
    voice = FallbackVoice(first, second, breaker=CircuitBreaker(failures_to_open=1), cache=cache)
    await everything(await voice.open("Dziękuję."))
    first.fail_with = DOWN
    await everything(await voice.open("Proszę."))
    assert (await voice.open("Dziękuję.")).voice_name == "edge"
    assert (await voice.open("Proszę.")).voice_name == "local"
    assert len(second.spoken) == 1


async def test_a_voice_that_keeps_failing_is_not_asked_for_a_while() -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures_to_open=2, skip_s=60, clock=lambda: now[0])
    first = FakeVoice("edge", fail_with=DOWN)
    voice = FallbackVoice(first, FakeVoice("local"), breaker=breaker)
    for _attempt in range(2):
        await voice.open(TEXT)
    first.fail_with = None
    assert (await voice.open(TEXT)).voice_name == "local"
    now[0] = 61.0
    assert (await voice.open(TEXT)).voice_name == "edge"
    first.fail_with = DOWN
    await voice.open(TEXT)
    first.fail_with = None
    assert (await voice.open(TEXT)).voice_name == "edge", "one failure after a success must not open the breaker"


async def test_a_trial_that_fails_opens_the_breaker_again_at_once() -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures_to_open=2, skip_s=60, clock=lambda: now[0])
    first = FakeVoice("edge", fail_with=DOWN)
    voice = FallbackVoice(first, FakeVoice("local"), breaker=breaker)
    for _attempt in range(2):
        await voice.open(TEXT)
    now[0] = 61.0
    await voice.open(TEXT)
    assert not breaker.lets_through()


async def test_when_both_fail_the_error_is_the_second_ones() -> None:
    second = FakeVoice(fail_with=EngineError("voice_incomplete"))
    with pytest.raises(EngineError) as caught:
        await FallbackVoice(FakeVoice(fail_with=DOWN), second).open(TEXT)
    assert caught.value.code == "voice_incomplete"


async def test_an_empty_text_is_nobodys_failure() -> None:
    breaker = CircuitBreaker(failures_to_open=1)
    with pytest.raises(EngineError) as caught:
        await FallbackVoice(FakeVoice(), FakeVoice(), breaker=breaker).open(" ")
    assert caught.value.code == "text_empty"
    assert breaker.lets_through()


async def test_what_has_nothing_to_say_is_passed_over() -> None:
    first = FakeVoice()
    sentences = await everything(await FallbackVoice(first, FakeVoice()).open("Tak.\n[1]\nNie."))
    assert [sentence.text for sentence in sentences] == ["Tak.", "Nie."]
    with pytest.raises(EngineError) as caught:
        await FallbackVoice(first, FakeVoice()).open("[1]")
    assert caught.value.code == "text_empty"


def test_voices_whose_sound_cannot_be_joined_are_refused() -> None:
    other = FakeVoice("wav")
    other.media_type = "audio/wav"
    with pytest.raises(ValueError, match="audio/wav"):
        FallbackVoice(FakeVoice(), other)
