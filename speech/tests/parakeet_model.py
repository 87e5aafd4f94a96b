"""A model of the shape of parakeet-tdt-0.6b-v3, without its weights: each of four tones says a word of its own.

Its failings are the real one's: the third tone makes it write Cyrillic unless it must not, and what lies more than
SEES_MS after a sound's start it skips.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from speech.engine.types import SAMPLE_RATE_HZ, Samples

TONES_HZ = (300, 700, 1_500, 3_000)
VOCABULARY = ("<unk>", "▁tak", "▁nie", "▁za", "▁za", "▁rad", "a", ".", "<|pl|>", "<blk>")
_CYRILLIC, _LATIN, _BLANK = 3, 4, 9
SEES_MS = 8_000
_MELS, _FRAMES = 128, 8
_DURATIONS = 7


def write_parakeet_model(folder: Path, *, suffix: str = ".int8") -> Path:
    """encoder-model, decoder_joint-model, vocab.txt and config.json, named as in istupakov's repository."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_encoder(), str(folder / f"encoder-model{suffix}.onnx"))
    onnx.save(_decoder_joint(), str(folder / f"decoder_joint-model{suffix}.onnx"))
    words = [*VOCABULARY]
    words[_CYRILLIC] = "▁за"
    lines = [f"{word} {number}" for number, word in enumerate(words)]
    (folder / "vocab.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = {"model_type": "nemo-conformer-tdt", "features_size": _MELS, "subsampling_factor": _FRAMES}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def said(tones: list[tuple[int, int]], duration_ms: int) -> Samples:
    """Sound of `duration_ms` with a tone of 200 ms (index into TONES_HZ) at each of the given ms."""
    sound = 0.003 * np.random.default_rng(3).standard_normal(duration_ms * SAMPLE_RATE_HZ // 1000)
    t = np.arange(SAMPLE_RATE_HZ * 200 // 1000) / SAMPLE_RATE_HZ
    for at_ms, tone in tones:
        first = at_ms * SAMPLE_RATE_HZ // 1000
        sound[first : first + len(t)] += 0.3 * np.hanning(len(t)) * np.sin(2 * np.pi * TONES_HZ[tone] * t)
    return sound.astype(np.float32)


def _bands() -> list[int]:
    """The mel band of each tone, on NeMo's scale (Slaney's) from 0 to 8 kHz."""
    return [round(_mel(tone) / _mel(8_000) * (_MELS + 1)) - 1 for tone in TONES_HZ]


def _mel(hz: float) -> float:
    return hz * 3 / 200 if hz < 1_000 else 15 + float(np.log(hz / 1_000)) / (float(np.log(6.4)) / 27)


def _encoder() -> onnx.ModelProto:
    """Eight frames become one: the loudness of the four tones, nothing of it after SEES_MS."""
    kernel = np.zeros((len(TONES_HZ), _MELS, _FRAMES), np.float32)
    for channel, band in enumerate(_bands()):
        kernel[channel, band - 1 : band + 2, :] = 1 / (3 * _FRAMES)
    constants: dict[str, np.ndarray] = {
        "kernel": kernel,
        "frames": np.array(_FRAMES, np.int64),
        "one": np.array(1, np.int64),
        "nothing": np.array(0, np.int64),
        "last": np.array(2, np.int64),
        "sees": np.array(SEES_MS // 80, np.int64),
    }
    nodes = [
        helper.make_node("Conv", ["audio_signal", "kernel"], ["both"], strides=[_FRAMES], pads=[0, _FRAMES]),
        helper.make_node("ThresholdedRelu", ["both"], ["all"], alpha=1.5),
        helper.make_node("Shape", ["all"], ["shape"]),
        helper.make_node("Gather", ["shape", "last"], ["steps"]),
        helper.make_node("Range", ["nothing", "steps", "one"], ["index"]),
        helper.make_node("Less", ["index", "sees"], ["seen"]),
        helper.make_node("Cast", ["seen"], ["weight"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["all", "weight"], ["outputs"]),
        helper.make_node("Sub", ["length", "one"], ["before"]),
        helper.make_node("Div", ["before", "frames"], ["whole"]),
        helper.make_node("Add", ["whole", "one"], ["encoded_lengths"]),
    ]
    inputs = [_tensor("audio_signal", ["batch", _MELS, "time"]), _tensor("length", ["batch"], TensorProto.INT64)]
    outputs = [
        _tensor("outputs", ["batch", len(TONES_HZ), "steps"]),
        _tensor("encoded_lengths", ["batch"], TensorProto.INT64),
    ]
    return _model(nodes, inputs, outputs, constants)


def _decoder_joint() -> onnx.ModelProto:
    """A loud tone gives its word and a step of six frames, silence the blank and a step of one."""
    weights = np.zeros((len(TONES_HZ), len(VOCABULARY) + _DURATIONS), np.float32)
    for tone, token in enumerate((1, 2, _CYRILLIC, 5)):
        weights[:, token] = -8
        weights[tone, token] = 10
        weights[tone, len(VOCABULARY) + 6] = 10
    weights[:, _LATIN] = weights[:, 0] = -8
    weights[2, _LATIN] = 9
    weights[2, 0] = 9.5  # the marker lies nearer than the right word
    bias = np.full(len(VOCABULARY) + _DURATIONS, -2, np.float32)
    bias[_BLANK], bias[len(VOCABULARY) + 1] = 12, 12
    constants: dict[str, np.ndarray] = {
        "weights": weights,
        "bias": bias,
        "row": np.array([1, 1, 1, len(TONES_HZ)], np.int64),
    }
    nodes = [
        helper.make_node("Reshape", ["encoder_outputs", "row"], ["frame"]),
        helper.make_node("MatMul", ["frame", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "bias"], ["outputs"]),
        helper.make_node("Identity", ["input_states_1"], ["output_states_1"]),
        helper.make_node("Identity", ["input_states_2"], ["output_states_2"]),
    ]
    inputs = [
        _tensor("encoder_outputs", [1, len(TONES_HZ), 1]),
        _tensor("targets", [1, 1], TensorProto.INT32),
        _tensor("target_length", [1], TensorProto.INT32),
        _tensor("input_states_1", [2, 1, 4]),
        _tensor("input_states_2", [2, 1, 4]),
    ]
    outputs = [
        _tensor("outputs", [1, 1, 1, len(VOCABULARY) + _DURATIONS]),
        _tensor("output_states_1", [2, 1, 4]),
        _tensor("output_states_2", [2, 1, 4]),
    ]
    return _model(nodes, inputs, outputs, constants)


def _tensor(name: str, shape: list[int | str], kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: dict[str, np.ndarray],
) -> onnx.ModelProto:
    tensors = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "parakeet", inputs, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
