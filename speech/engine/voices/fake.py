"""A full voice without an engine: real, silent MP3 frames, the same for the same text, and failures on order."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator

from speech.engine.errors import EngineError
from speech.engine.reading import split_sentences
from speech.engine.voices.base import MP3, MP3_FRAME_BYTES, checked_text

_SILENT_FRAME_HEADER = bytes.fromhex("fff364c4")  # MPEG-2 layer III, 48 kbit/s, 24 kHz, mono
_SIDE_INFO = bytes(9)  # all zero: no spectrum, so the frame plays as silence and the rest of it is not looked at
_CHARACTERS_PER_SECOND = 15  # usual pace of reading aloud


class FakeVoice:
    """Speaks silence of the right length.

    Args:
        fail_with: raised for every sentence from number `fail_from` (0 is the first) on.
        needs_network: what the voice says about itself.
    """

    media_type = MP3

    def __init__(
        self,
        name: str = "fake",
        *,
        label_pl: str = "głos próbny",
        needs_network: bool = False,
        fail_with: EngineError | None = None,
        fail_from: int = 0,
    ) -> None:
        self.name = self.fingerprint = name
        self.label_pl = label_pl
        self.needs_network = needs_network
        self.fail_with = fail_with
        self.fail_from = fail_from
        self.spoken: list[str] = []

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream."""
        for sentence in split_sentences(checked_text(text, speed)):
            if self.fail_with is not None and len(self.spoken) >= self.fail_from:
                raise self.fail_with
            self.spoken.append(sentence)
            yield _frames(f"{self.name}:{sentence}", round(len(sentence) / _CHARACTERS_PER_SECOND / speed * 1000))


def _frames(seed: str, duration_ms: int) -> bytes:
    mark = hashlib.sha256(seed.encode()).digest()
    frame = (_SILENT_FRAME_HEADER + _SIDE_INFO + mark).ljust(MP3_FRAME_BYTES, b"\0")
    return frame * max(1, duration_ms // 24)
