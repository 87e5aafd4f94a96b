"""Parakeet TDT on onnxruntime through `onnx-asr`, made unable to write other scripts than Latin.

The only module that knows onnx-asr, and what of its inside the mask needs (pinned: 0.12).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx_asr.models.nemo import NemoConformerTdt
from onnx_asr.onnx import OnnxSessionOptions
from onnx_asr.preprocessors.numpy_preprocessor import NemoPreprocessorNumpy
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from speech.engine.guards import has_foreign_letters
from speech.engine.types import Samples

ERRORS: Final = (
    ort.Fail, ort.InvalidArgument, ort.NoSuchFile, ort.NoModel, ort.EngineError, ort.RuntimeException,
    ort.InvalidProtobuf, ort.NotImplemented, ort.InvalidGraph, ort.EPFail,
    RuntimeError, ValueError, OSError, MemoryError, AssertionError, KeyError,
)  # fmt: skip
"""What onnxruntime and onnx-asr raise; onnxruntime's have no common parent."""
_BLANK: Final = "<blk>"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a word; a leading blank starts a word. `start_ms` of the samples, `probability` among the allowed."""

    start_ms: int
    text: str
    probability: float


class LatinTdt(NemoConformerTdt):
    """Of the model's 8,192 tokens one in seven is Cyrillic, and some are markers such as <unk>: none can be chosen.

    Choosing among what is left, instead of deleting afterwards, keeps the word: for "дzień" it writes "dzień".
    """

    def __init__(self, files: dict[str, Path], options: OnnxSessionOptions) -> None:
        super().__init__(files, NemoPreprocessorNumpy, options)
        self._forbidden = np.zeros(self._vocab_size, dtype=bool)
        for token, text in self._vocab.items():
            marker = text.startswith("<") and text.endswith(">") and len(text) > 2
            self._forbidden[token] = text != _BLANK and (marker or has_foreign_letters(text))

    def _decode(self, prev_tokens: Any, prev_state: Any, encoder_out: Any) -> tuple[npt.NDArray[np.float32], int, Any]:
        logits, step, state = super()._decode(prev_tokens, prev_state, encoder_out)
        return np.where(self._forbidden, np.float32(-np.inf), logits), step, state

    def hear(self, batch: list[Samples]) -> list[list[Token]]:
        """The tokens of each of several sounds of 16 kHz."""
        longest = max(len(samples) for samples in batch)
        waveforms = np.stack([np.pad(samples, (0, longest - len(samples))) for samples in batch])
        lengths = np.array([len(samples) for samples in batch], dtype=np.int64)
        heard = self.recognize_batch(waveforms.astype(np.float32), lengths, need_logprobs=True)
        return [
            [
                Token(round(at_s * 1000), text, round(float(np.exp(logprob)), 3))
                for at_s, text, logprob in zip(
                    found.timestamps or (), found.tokens or (), found.logprobs or (), strict=True
                )
            ]
            for found in heard
        ]


def load_parakeet(folder: Path, *, device: str, card: int, precision: str, threads: int) -> LatinTdt:
    """The model of a folder with encoder-model[.int8].onnx, decoder_joint-model[.int8].onnx, vocab.txt, config.json.

    `precision` "int8" or "float32"; when the folder holds only the other, that is taken.

    Raises:
        ERRORS, and FileNotFoundError when a file is missing.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    providers: list[Any] = ["CPUExecutionProvider"]
    if device == "cuda":
        providers.insert(0, ("CUDAExecutionProvider", {"device_id": card}))
    files = {part: _part(folder, part, precision) for part in ("encoder", "decoder_joint")}
    files["vocab"] = folder / "vocab.txt"
    if (folder / "config.json").is_file():
        files["config"] = folder / "config.json"
    return LatinTdt(files, {"sess_options": options, "providers": providers})


def cards_seen() -> bool:
    """Whether the onnxruntime that is installed can use a card."""
    return "CUDAExecutionProvider" in onnxruntime.get_available_providers()


def _part(folder: Path, part: str, precision: str) -> Path:
    small, whole = folder / f"{part}-model.int8.onnx", folder / f"{part}-model.onnx"
    wanted, other = (small, whole) if precision == "int8" else (whole, small)
    if wanted.is_file():
        return wanted
    if other.is_file():
        return other
    raise FileNotFoundError(f"{folder} holds neither {small.name} nor {whole.name}")
