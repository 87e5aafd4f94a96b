"""What every voice keeps: the fake, the real espeak-ng, Piper with a stand-in model, and the real clients of edge-tts
and of OpenAI's API against local services.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from speech.engine.errors import EngineError
from speech.engine.voices import edge as edge_module
from speech.engine.voices.base import MP3_SAMPLE_RATE_HZ, Voice, mp3_duration_ms
from speech.engine.voices.edge import EdgeVoice
from speech.engine.voices.espeak import EspeakVoice, available
from speech.engine.voices.fake import FakeVoice
from speech.engine.voices.fallback import FallbackVoice
from speech.engine.voices.piper import PiperVoice
from speech.tests.edge_server import edge_server
from speech.tests.openai_voice_server import openai_voice_server
from speech.tests.piper_model import SPEAKER, write_piper_model

TWO_SENTENCES = "Otwieram dwudziestą trzecią sesję rady. Stwierdzam prawomocność obrad."


@pytest.fixture(params=["fake", "espeak", "piper", "edge", "openai", "fallback"])
async def voice(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Voice]:
    monkeypatch.setattr(edge_module, "NEXT_ANSWER_TIMEOUT_S", 60.0)  # the machine of the tests may be busy
    monkeypatch.setattr(edge_module, "SENTENCE_TIMEOUT_S", 120.0)
    if request.param in {"espeak", "fallback", "piper"} and not available():
        pytest.skip("espeak-ng is optional and not installed")
    async with edge_server(tmp_path) as server, openai_voice_server() as remote:
        edge = server.voice()
        voices: dict[str, Voice] = {"fake": FakeVoice(), "edge": edge, "openai": remote.voice()}
        if request.param == "piper":
            write_piper_model(tmp_path)
            voices["piper"] = PiperVoice(SPEAKER, tmp_path)
        if request.param in {"espeak", "fallback"}:
            voices |= {"espeak": EspeakVoice(), "fallback": FallbackVoice(edge, EspeakVoice())}
        yield voices[request.param]


def decoded_ms(mp3: bytes) -> int:
    """Milliseconds that a player gets out of the bytes."""
    with av.open(io.BytesIO(mp3), mode="r", format="mp3") as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    return samples * 1000 // MP3_SAMPLE_RATE_HZ


async def test_every_sentence_is_one_playable_piece(voice: Voice) -> None:
    pieces = [piece async for piece in voice.stream(TWO_SENTENCES)]
    assert len(pieces) == 2
    assert all(decoded_ms(piece) > 500 for piece in pieces)


async def test_pieces_together_play_as_long_as_they_do_alone(voice: Voice) -> None:
    pieces = [piece async for piece in voice.stream(TWO_SENTENCES)]
    together = b"".join(pieces)
    assert voice.media_type == "audio/mpeg"
    # A decoder may swallow a frame (24 ms) at the start of a stream.
    assert decoded_ms(together) == pytest.approx(sum(mp3_duration_ms(piece) for piece in pieces), abs=60)


@pytest.mark.parametrize("text", ["", "  \n ", "…", "***"])
async def test_nothing_to_say_is_an_error_not_silence(voice: Voice, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        await anext(voice.stream(text))
    assert caught.value.code == "text_empty"


@pytest.mark.parametrize("speed", [0.0, 0.4, 2.5, -1.0])
async def test_speed_out_of_reach_is_refused(voice: Voice, speed: float) -> None:
    with pytest.raises(EngineError) as caught:
        await anext(voice.stream("Dzień dobry.", speed=speed))
    assert caught.value.code == "speed_invalid"


async def test_text_longer_than_one_request_is_read_whole(voice: Voice) -> None:
    text = " ".join(f"To jest zdanie numer {number} z długiej uchwały rady." for number in range(30))
    pieces = [piece async for piece in voice.stream(text)]
    assert len(pieces) == 30
    assert all(pieces)


async def test_a_faster_voice_is_shorter(voice: Voice) -> None:
    slow, fast = [b"".join([part async for part in voice.stream(TWO_SENTENCES, speed=speed)]) for speed in (0.6, 1.8)]
    if isinstance(voice, EdgeVoice) or "edge" in voice.name:
        return  # the service's stand-in hears the rate (test_voices_edge.py) but speaks as always
    assert len(slow) > 2 * len(fast)


async def test_voice_says_who_it_is(voice: Voice) -> None:
    assert voice.name
    assert voice.fingerprint
    assert voice.label_pl
    assert voice.needs_network == ("edge" in voice.name)
