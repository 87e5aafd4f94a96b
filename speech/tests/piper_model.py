"""A model of the shape of Piper's, with no weights: a tone for every phoneme id, so the sound tells the input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLES_PER_ID = 1_000
RATE_HZ = 22_050
SPEAKER = "pl_PL-gosia-medium"
_SYMBOLS = (
    "_^$ !'(),-.:;?abcdefghijklmnopqrstuvwxyzæçðøħŋœǀɐɑɒɓɔɕɖɗɘəɚɛ"
    "ɜɞɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢˈˌːˑ˞βθχᵻⱱʲ̧̃̊"
)


def write_piper_model(folder: Path, speaker: str = SPEAKER, *, speakers: int = 1, **description: Any) -> Path:
    """The two files of a voice as Piper writes them: input, input_lengths, scales[, sid] to output [1, 1, 1, n]."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{speaker}.onnx"
    onnx.save(_model(speakers), str(path))
    row = {
        "audio": {"sample_rate": RATE_HZ, "quality": "medium"},
        "espeak": {"voice": "pl"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(_SYMBOLS)},
        "num_speakers": speakers,
        **description,
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(row))
    return path


def _model(speakers: int) -> onnx.ModelProto:
    """Every id becomes SAMPLES_PER_ID x length_scale samples of a wave whose height is the id's."""
    wave = np.sin(np.arange(SAMPLES_PER_ID * 4, dtype=np.float32) * 0.06)
    constants = {
        "wave": wave.reshape(1, 1, -1),
        "second": np.array([1], np.int64),
        "unit": np.array([SAMPLES_PER_ID], np.float32),
        "zero": np.array([0], np.int64),
        "whole": np.array([1, 1, 1, -1], np.int64),
        "column": np.array([1, -1, 1], np.int64),
        "last": np.array([2], np.int64),
        "height": np.array([0.005], np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["scales", "second"], ["length"]),
        helper.make_node("Mul", ["length", "unit"], ["samples"]),
        helper.make_node("Cast", ["samples"], ["count"], to=TensorProto.INT64),
        helper.make_node("Slice", ["wave", "zero", "count", "last"], ["tone"]),
        helper.make_node("Cast", ["input"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["numbers", "height"], ["heights"]),
        helper.make_node("Reshape", ["heights", "column"], ["columns"]),
        helper.make_node("Mul", ["columns", "tone"], ["tones"]),
        helper.make_node("Reshape", ["tones", "whole"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, ["batch"]))
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples"])
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tones", inputs, [output], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
