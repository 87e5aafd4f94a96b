"""Load a Whisper model with CTranslate2, and tell its failures apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from speech.engine import model_store
from speech.engine.errors import EngineError

_MEMORY: Final = (
    "out of memory",
    "alloc_failed",
    "alloc failed",
    "cudaerrormemoryallocation",
    "bad_alloc",
    "bad alloc",
)
"""CTranslate2: "CUDA failed with error out of memory"; cuBLAS and cuDNN: "..._STATUS_ALLOC_FAILED"."""
_PRECISION: Final = ("compute type", "do not support efficient")
_DEVICE: Final = (
    "cuda driver", "no cuda-capable", "libcublas", "libcudnn", "cudnn_status_not_initialized",
    "compiled with cuda", "no kernel image", "invalid device ordinal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhisperLoad:
    """What to load and where; `threads` for each of `workers` decoders that take turns of their own."""

    model: str
    models_dir: Path
    device: str
    device_index: int
    precision: str
    threads: int
    workers: int


def load_whisper(wanted: WhisperLoad) -> Any:
    """A faster_whisper.WhisperModel.

    Raises:
        EngineError: see `model_store.weights`; RuntimeError, ValueError, OSError, MemoryError: see `failure`.
    """
    from faster_whisper import WhisperModel

    return WhisperModel(
        model_store.weights(wanted.model, wanted.models_dir),
        device=wanted.device,
        device_index=wanted.device_index,
        compute_type=wanted.precision,
        cpu_threads=wanted.threads,
        num_workers=wanted.workers,
        download_root=str(wanted.models_dir),
    )


def failure(error: Exception, otherwise: str) -> EngineError:
    """The engine's error for what CTranslate2 raised: `out_of_memory`, `precision_unsupported`,
    `device_unavailable`, else `otherwise`."""
    text = str(error)[:600]
    lower = text.lower()
    if isinstance(error, MemoryError) or any(sign in lower for sign in _MEMORY):
        return EngineError("out_of_memory", text or "out of memory", retryable=True)
    if any(sign in lower for sign in _DEVICE):
        return EngineError("device_unavailable", text, retryable=True)
    if any(sign in lower for sign in _PRECISION):
        return EngineError("precision_unsupported", text)
    return EngineError(otherwise, text, retryable=True)
