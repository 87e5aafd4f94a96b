"""The script read by espeak-ng, a voice of its own for each speaker, with the time of every sentence."""

from __future__ import annotations

import io
import subprocess
import wave
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import imageio_ffmpeg

from speech.engine.types import Span
from speech.engine.voices import espeak
from transcripts.demo.script import Line

_VARIANTS_F: Final = ("f2", "f4", "f1", "f5", "f3")
_VARIANTS_M: Final = ("m3", "m1", "m7", "m4", "m2")
_SAMPLE_RATE_HZ: Final = 22_050  # what espeak-ng makes
_AFTER_SENTENCE_MS: Final = 300
_AFTER_TURN_MS: Final = 700
_THREADS: Final = 2  # each waits for a process of its own
_BYTES_PER_MS: Final = _SAMPLE_RATE_HZ * 2 / 1000
_MS_PER_CHAR: Final = 75  # of espeak-ng at 165 words a minute


def read_aloud(lines: Sequence[Line], target: Path) -> list[Span]:
    """Write the reading as an MP3 (mono, 48 kbit/s: every browser plays it) and return each sentence's time.

    Raises:
        EngineError: "voice_unavailable" when this machine has no espeak-ng.
    """
    voices = _voices(lines)
    with ThreadPoolExecutor(_THREADS) as threads:
        spoken = list(threads.map(partial(_speak, voices), lines))
    spans, pcm = [], bytearray()
    for position, sound in enumerate(spoken):
        start_ms = round(len(pcm) / _BYTES_PER_MS)
        pcm += sound
        spans.append(Span(start_ms, round(len(pcm) / _BYTES_PER_MS)))
        pcm += bytes(2 * round(_pause_ms(lines, position) * _SAMPLE_RATE_HZ / 1000))
    _encode(bytes(pcm), target)
    return spans


def times_without_sound(lines: Sequence[Line]) -> list[Span]:
    """About when each sentence would be said, for a machine that cannot read aloud."""
    spans, now_ms = [], 0
    for position, line in enumerate(lines):
        end_ms = now_ms + len(line.text) * _MS_PER_CHAR
        spans.append(Span(now_ms, end_ms))
        now_ms = end_ms + _pause_ms(lines, position)
    return spans


def _pause_ms(lines: Sequence[Line], position: int) -> int:
    last_of_turn = position + 1 == len(lines) or lines[position + 1].speaker != lines[position].speaker
    return _AFTER_TURN_MS if last_of_turn else _AFTER_SENTENCE_MS


def _voices(lines: Iterable[Line]) -> dict[str, str]:
    """Speaker -> espeak-ng voice; Polish women's first names end with a."""
    speakers = list(dict.fromkeys(line.speaker for line in lines))
    women = [speaker for speaker in speakers if speaker.split()[1].endswith("a")]
    men = [speaker for speaker in speakers if speaker not in women]
    voices = {speaker: f"pl+{_VARIANTS_F[number % len(_VARIANTS_F)]}" for number, speaker in enumerate(women)}
    return voices | {speaker: f"pl+{_VARIANTS_M[number % len(_VARIANTS_M)]}" for number, speaker in enumerate(men)}


def _speak(voices: dict[str, str], line: Line) -> bytes:
    sound = espeak.synthesize_wav(line.text, voice=voices[line.speaker])
    with wave.open(io.BytesIO(sound)) as reader:
        if (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) != (_SAMPLE_RATE_HZ, 1, 2):
            raise ValueError("espeak-ng changed its sample format")
        pcm: bytes = reader.readframes(reader.getnframes())
    return pcm


def _encode(pcm: bytes, target: Path) -> None:
    arguments = ["-f", "s16le", "-ar", str(_SAMPLE_RATE_HZ), "-ac", "1", "-i", "-", "-b:a", "48k", "-y", str(target)]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", *arguments]
    subprocess.run(command, input=pcm, check=True)
