"""Where somebody speaks: silero VAD v6 (the ONNX file inside faster-whisper), run block by block with carried state.

The peer, `faster_whisper.vad.get_speech_timestamps`, wants the whole recording as one array; this gives the same spans
(a test compares them) in memory that does not grow with the length.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from speech.engine.model_manager import MODELS, ModelKey
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span

VAD_KEY: Final = ModelKey("vad", "silero_vad_v6", precision="float32", expected_bytes=20_000_000)
_FRAME = 512
_CONTEXT = 64
_STATE_SHAPE = (1, 1, 128)
_FRAMES_PER_RUN = 1_000
_FRAME_MS = _FRAME * 1000 // SAMPLE_RATE_HZ
_CUT_PAUSE_MS = 98
"""Silero's own: the shortest pause at which speech over the length limit is divided."""


@dataclass(frozen=True, slots=True)
class VadOptions:
    """Thresholds of silero's own state machine.

    `threshold` starts speech, `end_threshold` ends it (None: `threshold - 0.15`, silero's default). A pause counts from
    `min_silence_ms` (160, as in faster-whisper's batched mode). Every span is widened by `pad_ms` (`pad_before_ms`
    before it, where given), at most to where the next one's widening begins; 400, faster-whisper's value, lengthened
    the speech by 5 % and gave no better words on the development meeting. Speech longer than `max_speech_ms` (0: any
    length) is divided at its last pause of about 0.1 s, else where the limit is reached.
    """

    threshold: float = 0.5
    min_silence_ms: int = 160
    min_speech_ms: int = 0
    pad_ms: int = 200
    pad_before_ms: int | None = None
    end_threshold: float | None = None
    max_speech_ms: int = 0


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
        for start, end in _pad(spans, options, counter.duration_ms)
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


def session() -> AbstractContextManager[Any]:
    """The onnxruntime session, kept in memory for the length of the block at least."""
    return MODELS.using(VAD_KEY, _load)


def load() -> bool:
    """Have the model in memory; False when it was there."""
    return MODELS.load(VAD_KEY, _load)


def _load() -> Any:
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
    with session() as model:
        yield from _run(model, blocks)


def _run(model: Any, blocks: Iterable[Samples]) -> Iterator[float]:
    h = np.zeros(_STATE_SHAPE, dtype=np.float32)
    c = np.zeros(_STATE_SHAPE, dtype=np.float32)
    context = np.zeros(_CONTEXT, dtype=np.float32)
    for frames in _frames(blocks):
        before = np.concatenate([context[None, :], frames[:-1, -_CONTEXT:]])
        context = frames[-1, -_CONTEXT:].copy()
        output, h, c = model.run(None, {"input": np.concatenate([before, frames], axis=1), "h": h, "c": c})
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
    quiet = options.end_threshold
    if quiet is None:
        quiet = max(options.threshold - 0.15, 0.01)
    longest_ms = options.max_speech_ms - _FRAME_MS - 2 * options.pad_ms if options.max_speech_ms else math.inf
    spans: list[tuple[int, int]] = []
    start: int | None = None
    silence: int | None = None
    paused = resumed = 0  # the last pause in the running speech at which it may be divided
    for index, probability in enumerate(probabilities):
        now = index * _FRAME_MS
        if probability >= options.threshold:
            if silence is not None and resumed < paused:
                resumed = now
            silence = None
            if start is None:
                start = now
                continue
        if start is not None and now - start > longest_ms:
            spans.append((start, paused or now))
            start = resumed if 0 < paused <= resumed else None
            cut_in_speech, silence = not paused, None
            paused = resumed = 0
            if cut_in_speech:
                continue
        if probability < quiet and start is not None:
            silence = now if silence is None else silence
            if now - silence > _CUT_PAUSE_MS:
                paused = silence
            if now - silence >= options.min_silence_ms:
                if silence - start > options.min_speech_ms:
                    spans.append((start, silence))
                start = silence = None
                paused = resumed = 0
    if start is not None and counter.duration_ms - start > options.min_speech_ms:
        spans.append((start, counter.duration_ms))
    return spans


def _pad(spans: list[tuple[int, int]], options: VadOptions, duration_ms: int) -> list[tuple[int, int]]:
    after_ms = options.pad_ms
    before_ms = after_ms if options.pad_before_ms is None else options.pad_before_ms
    padded: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(spans):
        room_before = start if index == 0 else _share(start - spans[index - 1][1], before_ms, after_ms)
        last = index == len(spans) - 1
        room_after = duration_ms - end if last else _share(spans[index + 1][0] - end, after_ms, before_ms)
        padded.append((start - min(before_ms, room_before), end + min(after_ms, room_after)))
    return padded


def _share(gap_ms: int, pad_ms: int, other_ms: int) -> int:
    """This padding's share of a pause too short for both, else the whole padding."""
    return gap_ms * pad_ms // (pad_ms + other_ms) if gap_ms < pad_ms + other_ms else pad_ms
