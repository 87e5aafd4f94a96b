"""Sounds for tests, made on the spot: Polish speech by espeak-ng, so that the real VAD hears it."""

from __future__ import annotations

import io
import wave
from functools import cache
from pathlib import Path

from speech.engine.voices.espeak import synthesize_wav

SENTENCES = (
    "Otwieram obrady dwudziestej trzeciej sesji Rady Gminy Lipowa.",
    "Przechodzimy do punktu drugiego, czyli przyjęcia porządku obrad.",
    "Kto jest za? Kto jest przeciw? Kto się wstrzymał?",
    "Radna Gołąb pyta o remont drogi do Brzózek.",
)
RATE_HZ = 22_050


@cache
def _pcm(sentence: str) -> bytes:
    with wave.open(io.BytesIO(synthesize_wav(sentence))) as wav:
        assert wav.getframerate() == RATE_HZ
        return bytes(wav.readframes(wav.getnframes()))


def write_speech(path: Path, *, sentences: int = 4, pause_s: float = 1.0, repeat: int = 1) -> Path:
    """A WAV file of spoken sentences with silence between them, `repeat` times over."""
    silence = b"\0\0" * int(RATE_HZ * pause_s)
    block = b"".join(_pcm(SENTENCES[i % len(SENTENCES)]) + silence for i in range(sentences))
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE_HZ)
        for _ in range(repeat):
            wav.writeframes(block)
    return path


def write_silence(path: Path, *, seconds: float = 5.0) -> Path:
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE_HZ)
        wav.writeframes(b"\0\0" * int(RATE_HZ * seconds))
    return path
