"""What every voice offers: Polish text in, playable sound out.

All voices of this room speak the same kind of stream, MP3 at 24 kHz, mono, 48 kbit/s constant rate without any file
header (the only format edge-tts asks for). Frames of that kind can be put one after another, so the sound of several
sentences, even of several voices, is one playable stream and one downloadable file.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final, Protocol

from speech.engine.errors import EngineError

MP3: Final = "audio/mpeg"
MP3_SAMPLE_RATE_HZ: Final = 24_000
MP3_BIT_RATE_BPS: Final = 48_000
MP3_FRAME_BYTES: Final = 144
"""One MPEG-2 layer III frame: 576 samples (24 ms) at the two rates above."""

SPEED_MIN: Final = 0.5
SPEED_MAX: Final = 2.0
"""Beyond these edge-tts and espeak-ng stop being understandable; the player offers 0.6 to 2.0."""


class Voice(Protocol):
    """One speaker of one engine.

    `name` is stable (settings, what the API says), `label_pl` is what people read, `needs_network` says whether the
    text leaves this machine. `fingerprint` is another when the same text would sound otherwise (another model behind
    the same name): kept sounds are found by it.
    """

    name: str
    fingerprint: str
    label_pl: str
    media_type: str
    needs_network: bool

    def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text` exactly as written (callers make it readable with `reading.to_spoken` first).

        Yields one piece of sound per sentence, each whole: a failure is raised instead of yielding half a sentence.

        Raises:
            EngineError: text_empty, speed_invalid, voice_unknown, voice_unavailable (retryable),
                voice_incomplete (retryable).
        """
        ...


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """One sentence with its sound. `text` is as the person sees it, `audio` is playable on its own."""

    text: str
    audio: bytes
    media_type: str
    voice_name: str
    voice_label: str


def checked_text(text: str, speed: float) -> str:
    """The text without blanks around it, or EngineError text_empty / speed_invalid."""
    stripped = text.strip()
    if not any(char.isalnum() for char in stripped):
        raise EngineError("text_empty", "nothing in the text can be spoken")
    if not SPEED_MIN <= speed <= SPEED_MAX:
        raise EngineError("speed_invalid", f"speed {speed} is outside {SPEED_MIN}..{SPEED_MAX}")
    return stripped


def mp3_duration_ms(audio: bytes) -> int:
    """Length of a header-free stream in the room's own MP3 format."""
    return len(audio) * 8 * 1000 // MP3_BIT_RATE_BPS
