"""Sound of any kind to the one MP3 format all voices share (see base.py)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import av
import numpy as np

from speech.engine.errors import EngineError
from speech.engine.voices.base import MP3_BIT_RATE_BPS, MP3_SAMPLE_RATE_HZ

DECODED_MAX_S: Final = 600
"""No sentence is that long: a small file that unpacks to hours is not decoded to its end."""


def encode_mp3(pcm_s16le: bytes, sample_rate_hz: int, *, tempo: float = 1.0) -> bytes:
    """Encode mono 16-bit PCM as MP3 frames that may be put after other such frames.

    Args:
        pcm_s16le: little-endian samples, one channel.
        sample_rate_hz: of those samples; they are resampled to 24 kHz.
        tempo: 0.5 to 2; faster or slower at the same pitch (ffmpeg's atempo).
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
        for paced in _at_tempo(frame, tempo):
            for resampled in resampler.resample(paced):
                container.mux(stream.encode(resampled))
        for resampled in resampler.resample(None):
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    return target.getvalue()


def decode_pcm(sound: bytes) -> tuple[bytes, int]:
    """Any sound file as mono 16-bit little-endian PCM and its sample rate, which is the file's own.

    Raises:
        EngineError: voice_incomplete (retryable) when the bytes are no sound file or hold no sound.
    """
    pcm = bytearray()
    rate_hz = 0
    try:
        with av.open(io.BytesIO(sound), "r") as container:
            rate_hz = container.streams.audio[0].rate
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
            for frame in container.decode(audio=0):
                for mono in resampler.resample(frame):
                    pcm += mono.to_ndarray().tobytes()
                if len(pcm) > DECODED_MAX_S * rate_hz * 2:
                    raise EngineError("voice_incomplete", f"over {DECODED_MAX_S} s of sound for a sentence")
            for mono in resampler.resample(None):
                pcm += mono.to_ndarray().tobytes()
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise EngineError("voice_incomplete", f"no sound file: {error}", retryable=True) from error
    if not pcm:
        raise EngineError("voice_incomplete", "a sound file without sound", retryable=True)
    return bytes(pcm), rate_hz


def _at_tempo(frame: Any, tempo: float) -> Iterator[Any]:
    if tempo == 1.0:
        yield frame
        return
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=frame.sample_rate, format="s16", layout="mono")
    graph.link_nodes(source, graph.add("atempo", f"{tempo:.4f}"), graph.add("abuffersink")).configure()
    graph.push(frame)
    graph.push(None)
    while True:
        try:
            yield graph.pull()
        except (av.EOFError, av.BlockingIOError):
            return
