"""Where somebody speaks: silero VAD v6 (the ONNX file inside faster-whisper), run block by block with carried state.

The peer, `faster_whisper.vad.get_speech_timestamps`, wants the whole recording as one array; this gives the same spans
(a test compares them) in memory that does not grow with the length.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span

_FRAME = 512
_CONTEXT = 64
_STATE_SHAPE = (1, 1, 128)
_FRAMES_PER_RUN = 1_000


@dataclass(frozen=True, slots=True)
class VadOptions:
    """Thresholds of silero's own state machine.

    `threshold` starts speech, `threshold - 0.15` ends it (silero's defaults). A pause counts from `min_silence_ms`
    (160, as in faster-whisper's batched mode). Every span is widened by `pad_ms`, at most to the middle of the pause;
    400, faster-whisper's value, lengthened the speech by 5 % and gave no better words on the development meeting.
    """

    threshold: float = 0.5
    min_silence_ms: int = 160
    min_speech_ms: int = 0
    pad_ms: int = 200


def find_speech(blocks: Iterable[Audio], options: VadOptions | None = None) -> list[Span]:
    """Spans of speech, in order and without overlap, in ms of the recording.

    `blocks` follow each other without a gap (as `audio.stream_audio` yields them) and may have any length; times start
    from the first block's offset. Runs on one thread, about 300 times faster than real time on one core.
    """
    options = options or VadOptions()
    counter = _Counter()
    spans = _raw_spans(_probabilities(counter.watch(blocks)), options, counter)
    return [
        Span(start + counter.offset_ms, end + counter.offset_ms)
        for start, end in _pad(spans, options.pad_ms, counter.duration_ms)
    ]


@dataclass(slots=True)
class _Counter:
    """Counts what flows by, for the end of the recording is known only after the last block."""

    samples: int = 0
    offset_ms: int = 0

    @property
    def duration_ms(self) -> int:
        return self.samples * 1000 // SAMPLE_RATE_HZ

    def watch(self, blocks: Iterable[Audio]) -> Iterator[Samples]:
        for index, block in enumerate(blocks):
            if index == 0:
                self.offset_ms = block.offset_ms
            self.samples += len(block.samples)
            yield block.samples


@functools.cache
def _session() -> Any:
    import onnxruntime
    from faster_whisper.utils import get_assets_path

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    path = Path(get_assets_path()) / "silero_vad_v6.onnx"
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"], sess_options=options)


def _probabilities(blocks: Iterable[Samples]) -> Iterator[float]:
    """One speech probability per 32 ms frame. Each frame is seen with the 64 samples before it."""
    session = _session()
    h = np.zeros(_STATE_SHAPE, dtype=np.float32)
    c = np.zeros(_STATE_SHAPE, dtype=np.float32)
    context = np.zeros(_CONTEXT, dtype=np.float32)
    for frames in _frames(blocks):
        before = np.concatenate([context[None, :], frames[:-1, -_CONTEXT:]])
        context = frames[-1, -_CONTEXT:].copy()
        output, h, c = session.run(None, {"input": np.concatenate([before, frames], axis=1), "h": h, "c": c})
        yield from output.ravel().tolist()


def _frames(blocks: Iterable[Samples]) -> Iterator[npt.NDArray[np.float32]]:
    """Batches of whole frames; the last one is padded with silence, always with at least one sample, as in the peer."""
    size = _FRAME * _FRAMES_PER_RUN
    rest: Samples = np.zeros(0, dtype=np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block]) if len(rest) else block
        while len(rest) >= size:
            yield rest[:size].reshape(-1, _FRAME)
            rest = rest[size:]
    last = np.pad(rest, (0, _FRAME - len(rest) % _FRAME))
    last[-_CONTEXT:] = 0.0
    yield last.reshape(-1, _FRAME)


def _raw_spans(probabilities: Iterable[float], options: VadOptions, counter: _Counter) -> list[tuple[int, int]]:
    frame_ms = _FRAME * 1000 // SAMPLE_RATE_HZ
    quiet = max(options.threshold - 0.15, 0.01)
    spans: list[tuple[int, int]] = []
    start: int | None = None
    silence: int | None = None
    for index, probability in enumerate(probabilities):
        now = index * frame_ms
        if probability >= options.threshold:
            silence = None
            start = now if start is None else start
        elif probability < quiet and start is not None:
            silence = now if silence is None else silence
            if now - silence >= options.min_silence_ms:
                if silence - start > options.min_speech_ms:
                    spans.append((start, silence))
                start = silence = None
    if start is not None and counter.duration_ms - start > options.min_speech_ms:
        spans.append((start, counter.duration_ms))
    return spans


def _pad(spans: list[tuple[int, int]], pad_ms: int, duration_ms: int) -> list[tuple[int, int]]:
    padded: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(spans):
        room_before = start if index == 0 else _share(start - spans[index - 1][1], pad_ms)
        room_after = duration_ms - end if index == len(spans) - 1 else _share(spans[index + 1][0] - end, pad_ms)
        padded.append((start - min(pad_ms, room_before), end + min(pad_ms, room_after)))
    return padded


def _share(gap_ms: int, pad_ms: int) -> int:
    """Half of a pause too short for both paddings, else the whole padding."""
    return gap_ms // 2 if gap_ms < 2 * pad_ms else pad_ms
