"""Sound as a file small enough to send, in containers that a server can read from a pipe."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final, Literal

import av
import numpy as np

from speech.engine.types import SAMPLE_RATE_HZ, Samples

UploadFormat = Literal["opus", "mp3"]
BIT_RATE: Final = 32_000
"""Speech at 16 kHz loses nothing that a recogniser hears; 20 MB hold 80 minutes."""
LOSSLESS_MAX_BYTES: Final = 1_000_000
"""FLAC up to this size is sent as it is: about a minute of a meeting, where compression would save nothing."""
MIN_MS: Final = 1_000
"""Shorter sound is filled up with silence: servers refuse less than 0.1 s, and Whisper invents words for scraps."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send; `duration_ms` is that of its sound, silence at its end included."""

    name: str
    media_type: str
    data: bytes
    duration_ms: int


_ENCODINGS: Final = {
    "opus": ("ogg", "libopus", "sound.ogg", "audio/ogg"),
    "mp3": ("mp3", "libmp3lame", "sound.mp3", "audio/mpeg"),
    "flac": ("flac", "flac", "sound.flac", "audio/flac"),
}


def encode_upload(samples: Samples, format_: UploadFormat) -> Upload:
    """`samples` as FLAC when that is small, else as Opus (Ogg) or MP3 of BIT_RATE."""
    shortest = MIN_MS * SAMPLE_RATE_HZ // 1000
    if len(samples) < shortest:
        samples = np.pad(samples, (0, shortest - len(samples)))
    if len(samples) * 2 <= 4 * LOSSLESS_MAX_BYTES:  # FLAC takes a quarter at best of what it is made from
        lossless = _encode(samples, "flac")
        if len(lossless.data) <= LOSSLESS_MAX_BYTES:
            return lossless
    return _encode(samples, format_)


def _encode(samples: Samples, encoding: str) -> Upload:
    container_format, codec, name, media_type = _ENCODINGS[encoding]
    target = io.BytesIO()
    with av.open(target, "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE_HZ)
        assert isinstance(stream, av.AudioStream)  # noqa: S101 - these codecs are of sound
        stream.layout = "mono"
        if codec != "flac":
            stream.bit_rate = BIT_RATE
        whole = np.clip(np.nan_to_num(samples) * 32_767, -32_768, 32_767).astype("<i2")
        for at in range(0, len(whole), SAMPLE_RATE_HZ):
            frame = av.AudioFrame.from_ndarray(whole[None, at : at + SAMPLE_RATE_HZ], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE_HZ
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Upload(name, media_type, target.getvalue(), len(samples) * 1000 // SAMPLE_RATE_HZ)
