"""Sound as clients send and want it: bytes of a declared format to the engine's rate and back."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final, Literal, cast

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from speech.engine.types import SAMPLE_RATE_HZ

Pcm = npt.NDArray[np.int16]
Kind = Literal["audio/pcm", "audio/pcmu", "audio/pcma"]

G711_RATE_HZ: Final = 8_000
PCM_RATE_HZ: Final = 24_000
PCM_RATES_HZ: Final = (8_000, 48_000)
_CODECS: Final = {"audio/pcmu": "pcm_mulaw", "audio/pcma": "pcm_alaw"}


@dataclass(frozen=True, slots=True)
class Format:
    """Mono sound without a header: 16-bit little-endian samples, or G.711 (one byte each, always 8 kHz)."""

    kind: Kind = "audio/pcm"
    rate_hz: int = PCM_RATE_HZ


class Resampler:
    """16-bit mono samples at another rate, block after block, by libswresample (filtered: nothing folds back)."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz = from_hz
        self._graph = None if from_hz == to_hz else _resampling_graph(from_hz, to_hz)

    def feed(self, pcm: Pcm) -> Pcm:
        """The samples that are ready; about a millisecond stays inside the filter until the next block."""
        if self._graph is None or len(pcm) == 0:
            return pcm
        self._graph.push(_frame(pcm, self._from_hz))
        return _pulled(self._graph)

    def flush(self) -> Pcm:
        """What the filter still holds; nothing can be fed afterwards."""
        if self._graph is None:
            return _joined([])
        self._graph.push(None)
        return _pulled(self._graph)


def _resampling_graph(from_hz: int, to_hz: int) -> Graph:
    """As PyAV's AudioResampler makes it, but without threads: it would start one per core for every connection."""
    graph = Graph()
    graph.threads = 1
    source = graph.add(
        "abuffer", sample_rate=str(from_hz), sample_fmt="s16", channel_layout="mono", time_base=f"1/{from_hz}"
    )
    resample = graph.add("aresample", str(to_hz))
    sink = graph.add("abuffersink")
    source.link_to(resample)
    resample.link_to(sink)
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Pcm:
    frames: list[av.AudioFrame] = []
    while True:
        try:
            frames.append(cast(av.AudioFrame, graph.pull()))
        except (av.error.BlockingIOError, av.error.EOFError):  # nothing more for now, or at all
            return _joined(frames)


class Decoder:
    """Bytes from the client to 16-bit samples at the engine's rate; half a sample waits for the next bytes."""

    def __init__(self, declared: Format) -> None:
        self._kind = declared.kind
        self._half = b""
        self._resampler = Resampler(declared.rate_hz, SAMPLE_RATE_HZ)

    def feed(self, data: bytes) -> Pcm:
        if self._kind != "audio/pcm":
            return self._resampler.feed(_g711_table(self._kind)[np.frombuffer(data, dtype=np.uint8)])
        data = self._half + data
        whole = len(data) // 2 * 2
        self._half = data[whole:]
        return self._resampler.feed(np.frombuffer(data[:whole], dtype="<i2"))


def encoded(mp3: bytes, wanted: Format) -> bytes:
    """The voices' sound as bytes of `wanted`."""
    with av.open(io.BytesIO(mp3), "r", format="mp3") as container:
        mono = av.AudioResampler(format="s16", layout="mono", rate=wanted.rate_hz)
        frames = [out for frame in container.decode(audio=0) for out in mono.resample(frame)]
        pcm = _joined([*frames, *mono.resample(None)])
    if wanted.kind == "audio/pcm":
        return pcm.astype("<i2").tobytes()
    return encode_g711(pcm, wanted.kind)


def encode_g711(pcm: Pcm, kind: Kind) -> bytes:
    """Samples at 8 kHz as bytes of G.711."""
    if len(pcm) == 0:
        return b""
    codec: Any = av.CodecContext.create(_CODECS[kind], "w")
    codec.sample_rate, codec.layout, codec.format = G711_RATE_HZ, "mono", "s16"
    codec.time_base = Fraction(1, G711_RATE_HZ)
    return b"".join(bytes(packet) for packet in codec.encode(_frame(pcm, G711_RATE_HZ)))


def duration_ms(data: bytes, declared: Format) -> int:
    """Length of bytes of that format."""
    sample_bytes = 2 if declared.kind == "audio/pcm" else 1
    return len(data) * 1000 // (sample_bytes * declared.rate_hz)


@cache
def _g711_table(kind: str) -> Pcm:
    """The sample that each of the 256 bytes stands for."""
    codec: Any = av.CodecContext.create(_CODECS[kind], "r")
    codec.sample_rate, codec.layout = G711_RATE_HZ, "mono"
    return _joined(codec.decode(av.Packet(bytes(range(256)))))


def _frame(pcm: Pcm, rate_hz: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate_hz
    return frame


def _joined(frames: list[av.AudioFrame]) -> Pcm:
    blocks = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(blocks).astype(np.int16) if blocks else np.zeros(0, dtype=np.int16)
