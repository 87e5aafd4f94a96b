"""Incoming sound is the same however it is cut, nothing folds back, and turns are what the VAD of whole files finds."""

from __future__ import annotations

import numpy as np
import pytest

from speech.engine.types import Audio
from speech.engine.vad import VadOptions, find_speech
from speech.engine.vad_stream import SpeechEdges, SpeechProbabilities
from speech.engine.voices.espeak import available
from speech.server.realtime.input_buffer import TURN_MAX_MS, InputBuffer, as_floats
from speech.server.realtime.sound import Decoder, Format, Kind, Pcm, Resampler, encode_g711
from speech.server.realtime.transcribing import Turn
from speech.tests.realtime_client import noise, spoken

needs_speech = pytest.mark.skipif(not available(), reason="espeak-ng makes the speech that detection must hear")


def tone(hertz: float, rate_hz: int, seconds: float = 1.0) -> Pcm:
    return (np.sin(2 * np.pi * hertz * np.arange(int(rate_hz * seconds)) / rate_hz) * 10_000).astype(np.int16)


def level_db(pcm: Pcm) -> float:
    middle = pcm[len(pcm) // 4 : -len(pcm) // 4].astype(np.float64)
    return float(20 * np.log10(np.sqrt(np.mean(middle**2)) / 10_000 * np.sqrt(2) + 1e-9))


@pytest.mark.parametrize("block_bytes", [1, 333, 4_801, 10**6])
def test_however_the_bytes_are_cut(block_bytes: int) -> None:
    data = noise(0.2).astype("<i2").tobytes()
    whole = Decoder(Format()).feed(data)
    decoder = Decoder(Format())
    cut = [decoder.feed(data[at : at + block_bytes]) for at in range(0, len(data), block_bytes)]
    assert np.array_equal(np.concatenate(cut)[: len(whole)], whole)
    assert abs(sum(map(len, cut)) - len(data) // 2 * 2 // 3) < 40


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
def test_what_the_engine_cannot_hold_does_not_fold_back(rate_hz: int) -> None:
    heard, gone = (Decoder(Format(rate_hz=rate_hz)).feed(tone(hertz, rate_hz).tobytes()) for hertz in (3_000, 10_500))
    assert level_db(heard) == pytest.approx(0, abs=0.5)
    assert level_db(gone) < -40


@pytest.mark.parametrize("kind", ["audio/pcmu", "audio/pcma"])
def test_telephone_codes_there_and_back(kind: Kind) -> None:
    sound = tone(440, 8_000)
    heard = Decoder(Format(kind, 8_000)).feed(encode_g711(sound, kind))
    expected = Resampler(8_000, 16_000).feed(sound)
    assert np.max(np.abs(heard[: len(expected)].astype(int) - expected[: len(heard)])) < 400


@needs_speech
@pytest.mark.parametrize("block", [160, 512, 7_777])
def test_probabilities_do_not_depend_on_blocks(block: int) -> None:
    samples = as_floats(spoken(rate_hz=16_000))
    whole = SpeechProbabilities().feed(samples)
    stream = SpeechProbabilities()
    cut = [p for at in range(0, len(samples), block) for p in stream.feed(samples[at : at + block])]
    assert cut == pytest.approx(whole, abs=1e-4)


@needs_speech
def test_turns_are_the_spans_of_the_whole_file() -> None:
    pcm = np.tile(spoken(rate_hz=16_000), 3)
    spans = find_speech([Audio(as_floats(pcm))], VadOptions(min_silence_ms=500, pad_ms=0))
    edges = SpeechEdges().feed(as_floats(pcm))
    assert [edge.at_ms for edge in edges] == [at for span in spans for at in (span.start_ms, span.end_ms)]
    assert [edge.kind for edge in edges] == ["start", "end"] * 3


@needs_speech
def test_a_turn_holds_every_sample_of_its_speech() -> None:
    pcm = spoken(rate_hz=16_000)
    buffer = InputBuffer()
    buffer.detect(threshold=0.5, silence_ms=500, prefix_ms=300)
    changes = [change for at in range(0, len(pcm), 1_600) for change in buffer.add(pcm[at : at + 1_600])]
    started, stopped = changes
    assert np.array_equal(stopped.sound, pcm[started.at_ms * 16 : stopped.at_ms * 16])


def test_silence_is_not_kept_and_noise_starts_nothing() -> None:
    buffer = InputBuffer()
    buffer.detect(threshold=0.5, silence_ms=500, prefix_ms=300)
    for _ in range(100):
        assert buffer.add(noise(1, rate_hz=16_000)) == []
    assert buffer.held_ms <= 1_000
    assert buffer.uncommitted_ms == 100_000


@needs_speech
def test_a_turn_has_an_end() -> None:
    sentence = spoken(rate_hz=16_000)
    voiced = np.flatnonzero(np.abs(sentence) > 500)
    endless = np.tile(sentence[voiced[0] : voiced[-1]], 20)[: 65 * 16_000]
    buffer = InputBuffer()
    buffer.detect(threshold=0.3, silence_ms=2_000, prefix_ms=0)
    changes = [change for at in range(0, len(endless), 16_000) for change in buffer.add(endless[at : at + 16_000])]
    sounds = [change.sound for change in changes if change.kind == "stopped"]
    assert len(sounds) == 2
    assert all(len(sound) <= TURN_MAX_MS * 16 for sound in sounds)
    assert np.array_equal(np.concatenate([*sounds, buffer.take()]), endless[changes[0].at_ms * 16 :])


def test_deltas_are_words_that_two_hearings_agree_on() -> None:
    turn = Turn("item")
    assert turn.stable(["Otwieram", "ob"]) == ""
    assert turn.stable(["Otwieram", "obrady", "ses"]) == "Otwieram"
    assert turn.stable(["Otwieram", "obrady", "sesji."]) == " obrady"
    assert turn.stable(["Zamykam", "obrady", "sesji."]) == ""
    assert turn.rest("Otwieram obrady sesji.") == " sesji."
    assert turn.rest("Otwieram obradysko.") == ""
    assert turn.rest("Zamykam obrady.") == ""
    assert Turn("item").rest("Zamykam obrady.") == "Zamykam obrady."
