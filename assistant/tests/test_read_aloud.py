"""Reading answers aloud: the voice that may be used, the sound, what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import Settings

from assistant import voice
from assistant.actions import ask
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
