"""The offline voice: espeak-ng in a process of its own (GPL-3, optional).

Looks for the package `espeakng-loader` first and for an `espeak-ng` program on the PATH second. The text travels on
standard input, never on a command line, where other users of the machine could read it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import re
import shutil
import subprocess
import sys
import wave
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences
from speech.engine.voices.base import MP3, checked_text
from speech.engine.voices.mp3 import encode_mp3

VARIANTS: Final = frozenset({"f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"})
"""espeak-ng's own speaker variants; a name outside its list is silently ignored by the library, so we check it."""

WORDS_PER_MINUTE: Final = 165
"""At speed 1.0; espeak-ng's default of 175 is hard to follow for figures and names."""
PITCH_DEFAULT: Final = 50
"""Of 0..99, espeak-ng's default."""
VOLUME: Final = 80
"""Of 0..200; at espeak-ng's default of 100 some speakers clip."""
TIMEOUT_S: Final = 30.0
"""A thousand times what a sentence needs: reached only when the process hangs."""
_UNKNOWN_VOICE_EXIT: Final = 3
_PROCESS: Final = Path(__file__).with_name("espeak_process.py")


class EspeakVoice:
    """One espeak-ng speaker of Polish.

    Args:
        voice: "pl" or "pl+<variant>" (see VARIANTS).
        pitch: 0..99.
    """

    media_type = MP3
    needs_network = False
    label_pl = "espeak-ng (głos zastępczy, bez internetu)"

    def __init__(self, voice: str = "pl", *, pitch: int = PITCH_DEFAULT) -> None:
        _check_voice(voice, pitch)
        self.name = self.fingerprint = f"espeak:{voice}"
        self._voice = voice
        self._pitch = pitch

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream; the sound of one sentence takes about 60 ms to make."""
        for sentence in split_sentences(checked_text(text, speed)):
            yield await asyncio.to_thread(self._mp3, sentence, speed)

    def _mp3(self, sentence: str, speed: float) -> bytes:
        wav_bytes = synthesize_wav(sentence, voice=self._voice, speed=speed, pitch=self._pitch)
        with wave.open(io.BytesIO(wav_bytes)) as wav:
            return encode_mp3(wav.readframes(wav.getnframes()), wav.getframerate())


def available() -> bool:
    """Whether this machine has espeak-ng in either form."""
    return _loader_folder() is not None or _program() is not None


def synthesize_wav(text: str, *, voice: str = "pl", speed: float = 1.0, pitch: int = PITCH_DEFAULT) -> bytes:
    """Speak the whole text at once; blocks (call it from a thread or a command).

    Returns:
        A WAV file, mono, 16 bit, 22,050 Hz, with true sizes in its header.

    Raises:
        EngineError: text_empty, speed_invalid, voice_unknown, voice_unavailable (no espeak-ng, or it failed).
    """
    spoken = checked_text(text, speed)
    _check_voice(voice, pitch)
    # The program on the PATH takes [[...]] for phonemes; a blank between the brackets makes them plain text.
    streamed = _run(_command(voice, round(WORDS_PER_MINUTE * speed), pitch), spoken.replace("[[", "[ ["))
    return _with_true_sizes(streamed)


def phonemes(clauses: list[str], *, voice: str = "pl") -> list[str]:
    """How each clause is pronounced, in IPA without its punctuation; blocks.

    Raises:
        EngineError: voice_unknown, voice_unavailable (no espeak-ng, or it failed).
    """
    lines = [" ".join(clause.replace("[[", "[ [").split()) for clause in clauses]
    loader = _loader_folder()
    if loader is not None:
        found = _run([*_library_command(loader), voice], "\n".join(lines)).decode().split("\n")
    else:
        command = [_found_program(), "-q", "--ipa", "-v", voice, "--stdin"]
        found = [" ".join(_run(command, line).decode().split()) for line in lines]
    if len(found) != len(lines):
        raise EngineError("voice_incomplete", f"phonemes of {len(found)} clauses for {len(lines)}", retryable=True)
    # "(en)" and "(pl)" mark where the library takes a word for a foreign one.
    return [re.sub(r"\([a-z-]+\)", "", line) for line in found]


def _run(command: list[str], text: str) -> bytes:
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise EngineError("voice_unavailable", f"espeak-ng hung for {TIMEOUT_S} s", retryable=True) from error
    except OSError as error:
        raise EngineError("voice_unavailable", f"espeak-ng cannot be started: {error}", retryable=True) from error
    if done.returncode == _UNKNOWN_VOICE_EXIT:
        raise EngineError("voice_unknown", "espeak-ng has no such voice")
    if done.returncode != 0:
        detail = done.stderr.decode(errors="replace")[-500:]
        raise EngineError("voice_unavailable", f"espeak-ng exited with {done.returncode}: {detail}", retryable=True)
    return done.stdout


def _with_true_sizes(streamed: bytes) -> bytes:
    """Rewrite the header: a WAV written to a pipe by the espeak-ng program claims to be 2 GB long."""
    data_at = streamed.find(b"data", 12)
    if streamed[:4] != b"RIFF" or data_at < 0:
        raise EngineError("voice_unavailable", "espeak-ng did not write a WAV file", retryable=True)
    pcm = streamed[data_at + 8 :]
    if not pcm:
        raise EngineError("voice_incomplete", "espeak-ng made no sound for this text", retryable=True)
    target = io.BytesIO()
    with wave.open(target, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(int.from_bytes(streamed[24:28], "little"))
        wav.writeframes(pcm[: len(pcm) // 2 * 2])
    return target.getvalue()


def _check_voice(voice: str, pitch: int) -> None:
    match = re.fullmatch(r"pl(?:\+(\w+))?", voice)
    if match is None or (match[1] is not None and match[1] not in VARIANTS):
        raise EngineError("voice_unknown", f"not a Polish espeak-ng voice: {voice}")
    if not 0 <= pitch <= 99:
        raise ValueError(f"pitch is 0..99, not {pitch}")


def _command(voice: str, words_per_minute: int, pitch: int) -> list[str]:
    loader = _loader_folder()
    if loader is not None:
        return [*_library_command(loader), voice, str(words_per_minute), str(pitch), str(VOLUME)]
    start = [_found_program(), "-v", voice, "-s", str(words_per_minute), "-p", str(pitch), "-a", str(VOLUME)]
    return [*start, "-b", "1", "--stdin", "--stdout"]


def _library_command(loader: Path) -> list[str]:
    library = next(iter(sorted(loader.glob("libespeak-ng.*"))), loader / "espeak-ng.dll")
    # -I -S: no site-packages and no environment, so the child starts in 20 ms and loads nothing of ours.
    return [sys.executable, "-I", "-S", str(_PROCESS), str(library), str(loader / "espeak-ng-data")]


def _found_program() -> str:
    program = _program()
    if program is None:
        raise EngineError("voice_unavailable", "neither espeakng-loader nor espeak-ng is installed")
    return program


def _loader_folder() -> Path | None:
    # find_spec does not import the package, so not even its Python part is loaded here.
    spec = importlib.util.find_spec("espeakng_loader")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _program() -> str | None:
    return shutil.which("espeak-ng")
