"""The offline voice, for real."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from speech.engine.errors import EngineError
from speech.engine.voices import espeak
from speech.engine.voices.espeak import VARIANTS, EspeakVoice, available, synthesize_wav

pytestmark = pytest.mark.skipif(not available(), reason="espeak-ng is optional and not installed")

SENTENCE = "Zażółć gęślą jaźń, drodzy radni."


def samples(wav_bytes: bytes) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    with wave.open(io.BytesIO(wav_bytes)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 22_050)
        return np.frombuffer(wav.readframes(wav.getnframes()), np.int16)


def test_wav_has_true_sizes_and_audible_speech() -> None:
    wav_bytes = synthesize_wav(SENTENCE)
    assert int.from_bytes(wav_bytes[4:8], "little") == len(wav_bytes) - 8
    sound = samples(wav_bytes)
    assert 1.5 < len(sound) / 22_050 < 6
    assert np.sqrt(np.mean(sound.astype(float) ** 2)) > 500


def test_speed_changes_the_length() -> None:
    slow, fast = (len(samples(synthesize_wav(SENTENCE, speed=speed))) for speed in (0.6, 1.8))
    assert slow > 2 * fast


def test_variants_and_pitches_are_different_speakers() -> None:
    speakers = [("pl", 50), ("pl+f2", 50), ("pl+m3", 50), ("pl+m7", 50), ("pl", 70)]
    sounds = {synthesize_wav(SENTENCE, voice=voice, pitch=pitch) for voice, pitch in speakers}
    assert len(sounds) == len(speakers)


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_offered_variant_exists(variant: str) -> None:
    assert synthesize_wav("Tak.", voice=f"pl+{variant}") != synthesize_wav("Tak.")


@pytest.mark.parametrize("voice", ["pl+nobody", "xx", "pl+../f1", "", "pl; rm"])
def test_unknown_voice_is_refused(voice: str) -> None:
    with pytest.raises(EngineError) as caught:
        synthesize_wav("Tak.", voice=voice)
    assert caught.value.code == "voice_unknown"
    with pytest.raises(EngineError):
        EspeakVoice(voice)


def test_text_is_never_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    run = subprocess.run

    def spy(command: list[str], **options: object) -> object:
        seen.append(command)
        return run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spy)
    synthesize_wav("Tajemnica radnego")
    assert len(seen) == 1
    assert "Tajemnica" not in " ".join(seen[0])


def test_the_library_is_not_loaded_into_this_process() -> None:
    synthesize_wav(SENTENCE)
    assert "libespeak" not in Path("/proc/self/maps").read_text()


def test_markup_of_the_engine_is_read_as_text() -> None:
    assert len(samples(synthesize_wav("Raz [[raz]] <break time='9s'/> dwa."))) / 22_050 < 9


def test_a_hanging_process_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "TIMEOUT_S", 0.2)
    monkeypatch.setattr(espeak, "_command", lambda *_args: ["sleep", "60"])
    with pytest.raises(EngineError) as caught:
        synthesize_wav(SENTENCE)
    assert caught.value.code == "voice_unavailable"
    assert caught.value.retryable


@pytest.mark.parametrize("command", [["false"], ["/nonexistent/espeak-ng"], ["cat"]])
def test_a_broken_engine_is_unavailable(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setattr(espeak, "_command", lambda *_args: command)
    with pytest.raises(EngineError) as caught:
        synthesize_wav(SENTENCE)
    assert caught.value.code == "voice_unavailable"


def test_without_any_espeak_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "_loader_folder", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert not available()
    with pytest.raises(EngineError) as caught:
        synthesize_wav(SENTENCE)
    assert caught.value.code == "voice_unavailable"


def test_a_program_on_the_path_serves_when_there_is_no_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # The program writes a WAV that claims to be 2 GB long; so does this stand-in for it.
    program = tmp_path / "espeak-ng"
    header = bytes.fromhex("52494646 24f0ff7f 57415645 666d7420 10000000 0100 0100 22560000 44ac0000 0200 1000")
    (tmp_path / "sound").write_bytes(header + b"data" + bytes.fromhex("00f0ff7f") + b"\1\2" * 2205)
    script = ["#!/bin/sh", f'echo "$@" > {tmp_path}/arguments', f"cat > {tmp_path}/text", f"cat {tmp_path}/sound"]
    program.write_text("\n".join(script))
    program.chmod(0o755)
    monkeypatch.setattr(espeak, "_loader_folder", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda _name: str(program))
    assert len(samples(synthesize_wav("Dzień dobry", voice="pl+f2", speed=2.0, pitch=60))) == 2205
    assert (tmp_path / "text").read_text() == "Dzień dobry"
    assert (tmp_path / "arguments").read_text().split()[:6] == ["-v", "pl+f2", "-s", "330", "-p", "60"]


def test_label_says_that_it_stands_in() -> None:
    assert EspeakVoice().label_pl == "espeak-ng (głos zastępczy, bez internetu)"
