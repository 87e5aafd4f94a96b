"""Piper's voices with a stand-in for the weights: the real onnxruntime, the real espeak-ng phonemes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS
from speech.engine.voices import espeak
from speech.engine.voices.base import mp3_duration_ms
from speech.engine.voices.piper import PiperVoice, installed, load, pronounced
from speech.tests.piper_model import RATE_HZ, SAMPLES_PER_ID, SPEAKER, write_piper_model

SENTENCE = "Otwieram sesję, proszę państwa!"


def letters(clauses: list[str], voice: str) -> list[str]:
    """Stands in for espeak-ng: every letter is its own phoneme."""
    return clauses


async def sound(voice: PiperVoice, text: str = SENTENCE, speed: float = 1.0) -> bytes:
    return b"".join([part async for part in voice.stream(text, speed=speed)])


async def test_every_phoneme_is_given_with_marks_between_and_around(tmp_path: Path) -> None:
    write_piper_model(tmp_path)
    made = await sound(PiperVoice(SPEAKER, tmp_path, to_phonemes=letters), "abc.")
    ids = 2 + 2 * len("abc.") + 1  # begin and pad, each with its pad, end
    assert mp3_duration_ms(made) == pytest.approx(ids * SAMPLES_PER_ID * 1000 / RATE_HZ, abs=120)


@pytest.mark.parametrize("speed", [0.5, 2.0])
async def test_speed_is_the_length_of_the_sound(tmp_path: Path, speed: float) -> None:
    write_piper_model(tmp_path)
    voice = PiperVoice(SPEAKER, tmp_path, to_phonemes=letters)
    plain, paced = await sound(voice), await sound(voice, speed=speed)
    assert len(paced) * speed == pytest.approx(len(plain), rel=0.1)


async def test_a_voice_of_several_speakers_speaks_as_its_first(tmp_path: Path) -> None:
    write_piper_model(tmp_path, speakers=3)
    assert await sound(PiperVoice(SPEAKER, tmp_path, to_phonemes=letters))


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is optional and not installed")
async def test_polish_is_pronounced_by_espeak(tmp_path: Path) -> None:
    write_piper_model(tmp_path)
    assert await sound(PiperVoice(SPEAKER, tmp_path))
    symbols = "".join(pronounced("Czy są głosy? Nie, meeting.", espeak.phonemes))
    assert symbols.startswith("tʃ")
    assert [sign for sign in symbols if sign in ".,?!"] == ["?", ",", "."]
    assert "(" not in symbols


def test_punctuation_stays_and_letters_are_decomposed() -> None:
    assert "".join(pronounced("Tak… nie; (raz) dwa 1.5", lambda clauses: clauses)) == "Tak.  nie;  (raz) dwa 1.5"
    assert pronounced("ç", lambda clauses: clauses) == ["c", "\u0327"]


async def test_a_long_sentence_is_made_in_sections(tmp_path: Path) -> None:
    write_piper_model(tmp_path)
    made = await sound(PiperVoice(SPEAKER, tmp_path, to_phonemes=lambda clauses, voice: ["ab" * 1_000]), "Tak.")
    assert mp3_duration_ms(made) > 2_001 * 2 * SAMPLES_PER_ID * 1000 / RATE_HZ


@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is optional and not installed")
async def test_the_model_can_be_unloaded_and_comes_back(tmp_path: Path) -> None:
    write_piper_model(tmp_path)
    voice = PiperVoice(SPEAKER, tmp_path)
    first = await sound(voice)
    (key,) = [row.key for row in MODELS.listing() if row.key.variant.startswith(str(tmp_path))]
    assert (key.task, key.model_id) == ("tts", f"piper:{SPEAKER}")
    MODELS.unload(key)
    assert await sound(voice) == first


def test_installed_are_polish_voices_with_both_files(tmp_path: Path) -> None:
    assert installed(tmp_path / "nowhere") == []
    for name in ("pl_PL-own-high", "pl_PL-darkman-medium", SPEAKER, "en_US-lessac-medium"):
        write_piper_model(tmp_path, name)
    (tmp_path / "pl_PL-mc_speech-medium.onnx").write_bytes(b"x")
    assert installed(tmp_path) == [SPEAKER, "pl_PL-darkman-medium", "pl_PL-own-high"]


def test_what_is_not_there_or_not_polish_is_refused(tmp_path: Path) -> None:
    for name, code in [
        (SPEAKER, "voice_unavailable"),
        ("en_US-lessac-medium", "voice_not_polish"),
        ("../../etc", "voice_unknown"),
    ]:
        with pytest.raises(EngineError) as caught:
            PiperVoice(name, tmp_path)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"espeak": {"voice": "en-us"}}, "voice_not_polish"),
        ({"phoneme_type": "text"}, "voice_unavailable"),
        ({"phoneme_id_map": {"a": [1]}}, "voice_unavailable"),
        ({"phoneme_id_map": "x"}, "voice_unavailable"),
        ({"audio": {}}, "voice_unavailable"),
        ({"audio": {"sample_rate": 0}}, "voice_unavailable"),
    ],
)
def test_a_description_that_does_not_fit_is_a_failure_of_the_voice(
    tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    path = write_piper_model(tmp_path, **change)
    with pytest.raises(EngineError) as caught:
        load(path)
    assert caught.value.code == code


@pytest.mark.parametrize("broken", ["model", "json", "list", "no-json"])
async def test_broken_files_are_a_failure_of_the_voice(tmp_path: Path, broken: str) -> None:
    path = write_piper_model(tmp_path)
    description = path.with_name(f"{path.name}.json")
    match broken:
        case "model":
            path.write_bytes(b"no model")
        case "json":
            description.write_bytes(b"\xff{")
        case "list":
            description.write_text(json.dumps([]))
        case _:
            description.unlink()
    with pytest.raises(EngineError) as caught:
        await sound(PiperVoice(SPEAKER, tmp_path, to_phonemes=letters))
    assert caught.value.code == "voice_unavailable"


async def test_a_model_that_wants_other_inputs_is_a_failure_of_the_voice(tmp_path: Path) -> None:
    write_piper_model(tmp_path, speakers=2, num_speakers=1)  # wants sid, does not say so
    with pytest.raises(EngineError) as caught:
        await sound(PiperVoice(SPEAKER, tmp_path, to_phonemes=letters))
    assert caught.value.code == "voice_unavailable"


def test_label_names_the_speaker_and_says_offline(tmp_path: Path) -> None:
    write_piper_model(tmp_path)
    voice = PiperVoice(SPEAKER, tmp_path)
    assert (voice.label_pl, voice.needs_network) == ("Gosia (Piper, bez internetu)", False)
