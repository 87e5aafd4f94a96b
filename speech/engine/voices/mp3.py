"""PCM to the one MP3 format all voices share (see base.py)."""

from __future__ import annotations

import io

import av
import numpy as np

from speech.engine.voices.base import MP3_BIT_RATE_BPS, MP3_SAMPLE_RATE_HZ


def encode_mp3(pcm_s16le: bytes, sample_rate_hz: int) -> bytes:
    """Encode mono 16-bit PCM as MP3 frames that may be put after other such frames.

    Args:
        pcm_s16le: little-endian samples, one channel.
        sample_rate_hz: of those samples; they are resampled to 24 kHz.
    """
    target = io.BytesIO()
    # No Xing frame and no ID3 tag: both describe a whole file and would be wrong inside a longer stream. No bit
    # reservoir: a frame must not refer to bytes of the frame before it, which may come from another sentence.
    with av.open(target, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        stream = container.add_stream(
            "libmp3lame", rate=MP3_SAMPLE_RATE_HZ, options={"reservoir": "0", "compression_level": "7"}
        )
        stream.bit_rate = MP3_BIT_RATE_BPS
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm_s16le, "<i2").reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = sample_rate_hz
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=MP3_SAMPLE_RATE_HZ)
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    return target.getvalue()
