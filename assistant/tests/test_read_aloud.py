"""Reading answers aloud: the voice that may be used, the sound, what is kept."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import av
import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from pytest_django import Settings

from assistant import voice
from assistant.actions import ask
from assistant.summaries.actions import summarise
from assistant.summaries.queries import list_summaries
from assistant.tests.meetings import bring_in
from conftest import World
from council.errors import CouncilError
from speech.engine.errors import EngineError
from speech.engine.voices import build, espeak
from speech.engine.voices.fake import FakeVoice
from speech.engine.voices.fallback import CircuitBreaker

AWAY = EngineError("voice_unavailable", "nobody there", retryable=True)


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings, tmp_path: Path) -> None:
    settings.TTS_CACHE_DIR = tmp_path


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> dict[str, FakeVoice]:
    """Both engines replaced by fakes: `edge` far away, `espeak` here."""
    fakes = {
        "edge": FakeVoice("edge:fake", label_pl="głos z sieci", needs_network=True),
        "espeak": FakeVoice("espeak:fake", label_pl="głos zastępczy"),
    }
    breaker = CircuitBreaker()
    monkeypatch.setattr(build, "make_voice", lambda voice_id, config: fakes[voice_id.engine])
    monkeypatch.setattr(build, "_breaker", lambda engine: breaker)
    settings.READ_ALOUD_ONLINE = True
    return fakes


def test_the_sentence_is_spoken_as_words_by_the_configured_voice(world: World, fakes: dict[str, FakeVoice]) -> None:
    sound = voice.speak(world.actor(world.clerk), "Koszt: 200 zł.")
    assert (sound.voice.name, sound.media_type) == ("edge:fake", "audio/mpeg")
    assert fakes["edge"].spoken == ["Koszt: dwieście złotych."]


def test_a_second_reading_is_not_made_again_but_another_speed_is(world: World, fakes: dict[str, FakeVoice]) -> None:
    clerk = world.actor(world.clerk)
    first = voice.speak(clerk, "Otwieram obrady.")
    assert voice.speak(clerk, "Otwieram obrady.").audio == first.audio
    assert len(fakes["edge"].spoken) == 1
    voice.speak(clerk, "Otwieram obrady.", speed=1.5)
    assert len(fakes["edge"].spoken) == 2


def test_what_one_council_heard_is_not_kept_for_another(world: World, fakes: dict[str, FakeVoice]) -> None:
    voice.speak(world.actor(world.clerk), "Otwieram obrady.")
    voice.speak(world.actor(world.stranger, world.debowa), "Otwieram obrady.")
    assert len(fakes["edge"].spoken) == 2


def test_when_the_first_voice_fails_the_second_speaks_and_says_so(world: World, fakes: dict[str, FakeVoice]) -> None:
    fakes["edge"].fail_with = AWAY
    clerk = world.actor(world.clerk)
    assert voice.speak(clerk, "Otwieram obrady.").voice.label == "głos zastępczy"
    fakes["edge"].fail_with = None  # back again: what the other voice said is not passed off as its own
    assert voice.speak(clerk, "Otwieram obrady.").voice.label == "głos z sieci"


def test_when_no_voice_works_nothing_is_kept(world: World, fakes: dict[str, FakeVoice], tmp_path: Path) -> None:
    fakes["edge"].fail_with = fakes["espeak"].fail_with = AWAY
    clerk = world.actor(world.clerk)
    with pytest.raises(CouncilError) as failure:
        voice.speak(clerk, "Otwieram obrady.")
    assert (failure.value.code, failure.value.retryable) == ("speech_unavailable", True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("why", ["operator", "council", "page"])
def test_no_text_leaves_the_machine_when_it_may_not(
    world: World, fakes: dict[str, FakeVoice], settings: Settings, why: str
) -> None:
    actor = world.actor(world.clerk)
    settings.READ_ALOUD_ONLINE = why != "operator"
    if why == "council":
        actor = replace(actor, egress_allowed=False)
    sound = voice.speak(actor, "Otwieram obrady.", offline=why == "page")
    assert (sound.voice.name, sound.voice.online) == ("espeak:fake", False)
    assert fakes["edge"].spoken == []
    if why != "page":
        assert voice.planned_voice(actor).name == "espeak:fake"


@pytest.mark.parametrize(("text", "speed", "code"), [("...", 1, "speech_empty"), ("Tak.", 3, "speech_speed_invalid")])
def test_what_cannot_be_read(world: World, fakes: dict[str, FakeVoice], text: str, speed: float, code: str) -> None:
    with pytest.raises(CouncilError, match=code):
        voice.speak(world.actor(world.clerk), text, speed=speed)


def test_an_answer_over_http(world: World, fakes: dict[str, FakeVoice]) -> None:
    turn = ask(world.actor(world.clerk), "Ile będzie kosztował remont?").turn_id
    client = Client()
    client.force_login(world.clerk)
    base = f"/api/v1/councils/lipowa/turns/{turn}/speech/"
    speech = client.get(base).json()
    assert speech["synthetic"] is True
    assert speech["voice"]["label"] == "głos z sieci"
    (sentence,) = speech["sentences"]
    assert sentence["text"] == "Brak podstaw w nagraniach tej rady"
    sound = client.get(sentence["url"], {"speed": "0.8"}, headers={"Accept": "audio/*"})
    assert sound.status_code == 200
    assert sound["Content-Type"] == "audio/mpeg"
    assert sound["X-Voice"] == "edge:fake"
    assert unquote(sound["X-Voice-Label"]) == "głos z sieci"
    assert sound.content
    assert client.get(f"{base}1/").status_code == 404
    assert client.get(f"{base}0/?speed=9").status_code == 400
    fakes["edge"].fail_with = fakes["espeak"].fail_with = AWAY
    failed = client.get(f"{base}0/?speed=0.7")
    assert (failed.status_code, failed.json()["errors"][0]["code"]) == (503, "speech_unavailable")


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is an optional extra and is not installed")
def test_the_offline_voice_really_speaks(world: World, settings: Settings) -> None:
    settings.READ_ALOUD_ONLINE = False
    sound = voice.speak(world.actor(world.clerk), "Otwieram obrady dwudziestej trzeciej sesji.")
    assert sound.voice.name.startswith("espeak")
    assert len(sound.audio) > 6_000  # a second of it at 48 kbit/s


def _whole(response: Any) -> bytes:
    async def read() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    return async_to_sync(read)()


def _asked(committed_world: World, client: Client) -> str:
    client.force_login(committed_world.clerk)
    answer = ask(committed_world.actor(committed_world.clerk), "Ile kosztuje remont ulicy Lipowej?")
    return f"/api/v1/councils/lipowa/turns/{answer.turn_id}/speech/"


def test_that_no_person_speaks_is_said_once_and_written_into_the_file(
    committed_world: World, client: Client, fakes: dict[str, FakeVoice]
) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    address = _asked(committed_world, client)
    contents = client.get(address).json()
    assert contents["notice"]["text"] == "Ten tekst czyta głos syntetyczny."
    notice = client.get(contents["notice"]["url"]).content
    sentences = [client.get(sentence["url"]).content for sentence in contents["sentences"]]
    kept = client.get(contents["mp3"])
    sound = _whole(kept)
    assert kept["Content-Disposition"].startswith("attachment; filename*=UTF-8''Ile%20kosztuje")
    assert sound.startswith(b"ID3\x04")
    assert b"synthetic_speech\0true" in sound
    assert "Mowa syntetyczna, głos: głos z sieci".encode() in sound
    assert sound.endswith(notice + b"".join(sentences))


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is not installed: no real sound to read back")
def test_the_file_is_one_that_players_read(committed_world: World, client: Client, settings: Settings) -> None:
    settings.TTS_VOICE = "espeak:pl"
    bring_in(committed_world.actor(committed_world.clerk))
    address = _asked(committed_world, client)
    sound = _whole(client.get(f"{address}mp3/?speed=1.5"))
    with av.open(io.BytesIO(sound), "r") as container:
        seconds = sum(frame.samples for frame in container.decode(audio=0)) / 24_000
        assert container.metadata["title"].startswith("Ile kosztuje")
        assert container.metadata["synthetic_speech"] == "true"
    assert 3 < seconds < 60


def test_no_voice_is_an_error_and_no_file(committed_world: World, client: Client, fakes: dict[str, FakeVoice]) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    address = _asked(committed_world, client)
    for fake in fakes.values():
        fake.fail_with = AWAY
    assert client.get(f"{address}mp3/").status_code == 503
    assert client.get(f"{address}notice/").status_code == 503


def test_once_a_voice_has_failed_the_next_reads_the_file_to_its_end(
    committed_world: World, client: Client, fakes: dict[str, FakeVoice]
) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    address = _asked(committed_world, client)
    fakes["edge"].fail_with = AWAY
    assert "głos zastępczy".encode() in _whole(client.get(f"{address}mp3/"))


def test_a_transcript_is_read_by_segments_and_tells_who_begins_to_speak(
    committed_world: World, client: Client, fakes: dict[str, FakeVoice]
) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    client.force_login(committed_world.clerk)
    contents = client.get(f"/api/v1/councils/lipowa/recordings/{recording_id}/speech/").json()
    assert [row["index"] for row in contents["sentences"]] == [0, 1, 2, 3, 4]
    assert contents["sentences"][1]["text"].startswith("Wójt Jan Kruk: Remont ulicy")
    sound = client.get(contents["sentences"][1]["url"])
    assert sound["X-Synthetic-Speech"] == "true"
    assert sound.content
    assert client.get(f"/api/v1/councils/lipowa/recordings/{recording_id}/speech/99/").status_code == 404


def test_a_summary_is_read_to_those_who_may_see_it(
    committed_world: World, client: Client, fakes: dict[str, FakeVoice]
) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk, published=True)
    summarise(clerk, recording_id=recording_id, point="", style="normal")
    summary = list_summaries(clerk, recording_id)[0]
    address = f"/api/v1/councils/lipowa/recordings/{recording_id}/summaries/{summary.id}/speech/"
    client.force_login(committed_world.clerk)
    spoken = [row["text"] for row in client.get(address).json()["sentences"]]
    assert spoken[0].startswith(summary.title)
    client.force_login(committed_world.resident)
    assert client.get(address).status_code == 404, "not approved yet"
    client.force_login(committed_world.stranger)
    assert client.get(address).status_code == 404
    assert client.get(f"/api/v1/councils/lipowa/recordings/{recording_id}/speech/").status_code == 404


@pytest.mark.parametrize("query", ["speed=nan", "speed=9", "speed=0", "speed=abc", "speed=1e999"])
def test_no_such_speed(committed_world: World, client: Client, fakes: dict[str, FakeVoice], query: str) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    address = _asked(committed_world, client)
    assert client.get(f"{address}mp3/?{query}").status_code == 400
