"""The real edge-tts client against a local service that misbehaves as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from speech.engine.errors import EngineError
from speech.engine.voices import edge
from speech.engine.voices.base import mp3_duration_ms
from speech.engine.voices.edge import EdgeVoice
from speech.tests.edge_server import EdgeServer, edge_server

SENTENCE = "Rada podjęła uchwałę w sprawie zmiany budżetu gminy na rok bieżący jednogłośnie."


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EdgeServer]:
    monkeypatch.setattr(edge, "NEXT_ANSWER_TIMEOUT_S", 60.0)  # the machine of the tests may be busy
    monkeypatch.setattr(edge, "SENTENCE_TIMEOUT_S", 120.0)
    async with edge_server(tmp_path) as running:
        yield running


async def failure(voice: EdgeVoice, text: str = SENTENCE) -> EngineError:
    with pytest.raises(EngineError) as caught:
        async for _piece in voice.stream(text):
            pass
    return caught.value


async def test_sentences_are_sent_one_by_one_with_their_speed(server: EdgeServer) -> None:
    voice = server.voice()
    pieces = [piece async for piece in voice.stream("Kto jest za? Kto jest przeciw & dlaczego?", speed=1.25)]
    assert server.requests == ["Kto jest za?", "Kto jest przeciw & dlaczego?"]
    assert server.rates == ["+25%", "+25%"]
    assert mp3_duration_ms(pieces[0]) == 3 * 15 * 24


async def test_slower_is_a_negative_rate(server: EdgeServer) -> None:
    await anext(server.voice().stream("Dzień dobry.", speed=0.8))
    assert server.rates == ["-20%"]


@pytest.mark.parametrize("mode", ["cut", "cut_late", "short_turn"])
async def test_half_a_sentence_is_an_error_not_half_the_sound(server: EdgeServer, mode: str) -> None:
    server.mode = mode
    error = await failure(server.voice())
    assert error.code == "voice_incomplete"
    assert error.retryable


async def test_a_short_sentence_cut_in_half_is_noticed_too(server: EdgeServer) -> None:
    server.mode = "cut"
    error = await failure(server.voice(), "Kto jest za?")
    assert error.code == "voice_incomplete"


@pytest.mark.parametrize("mode", ["refuse", "busy", "nothing"])
async def test_a_service_that_gives_no_sound_is_unavailable(server: EdgeServer, mode: str) -> None:
    server.mode = mode
    error = await failure(server.voice())
    assert error.code == "voice_unavailable"
    assert error.retryable


async def test_a_silent_service_is_given_up(server: EdgeServer) -> None:
    server.mode = "silent"
    error = await failure(EdgeVoice(connector_factory=server.connector, first_answer_timeout_s=0.1))
    assert error.code == "voice_unavailable"


async def test_a_service_that_stops_in_the_middle_is_given_up(
    server: EdgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "NEXT_ANSWER_TIMEOUT_S", 0.1)
    server.mode = "stall"
    error = await failure(server.voice())
    assert (error.code, error.retryable) == ("voice_unavailable", True)


async def test_an_answer_in_another_shape_is_unavailable(server: EdgeServer) -> None:
    server.mode = "garbage"
    assert (await failure(server.voice())).code == "voice_unavailable"


async def test_a_service_that_does_not_stop_is_given_up(server: EdgeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "SENTENCE_MAX_BYTES", 1_000)
    assert (await failure(server.voice())).code == "voice_incomplete"


async def test_nobody_listening_is_unavailable(tmp_path: Path) -> None:
    voice = EdgeVoice(connector_factory=lambda: aiohttp.UnixConnector(path=str(tmp_path / "no.sock")))
    assert (await failure(voice)).code == "voice_unavailable"


async def test_a_voice_the_service_does_not_know_is_named_as_such(server: EdgeServer) -> None:
    error = await failure(server.voice("pl-PL-NiktNeural"))
    assert error.code == "voice_unknown"


@pytest.mark.parametrize("name", ["Zofia", "pl-PL-Zofia", "", "../../etc"])
def test_a_name_the_service_cannot_have_is_refused_at_once(name: str) -> None:
    with pytest.raises(EngineError) as caught:
        EdgeVoice(name)
    assert caught.value.code == "voice_unknown"


def test_label_names_the_speaker_and_the_company() -> None:
    assert EdgeVoice().label_pl == "Zofia (Microsoft Edge)"
    assert EdgeVoice("pl-PL-MarekNeural").label_pl == "Marek (Microsoft Edge)"
