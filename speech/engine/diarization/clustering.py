"""Voices into speakers: vectors of short stretches are grouped within parts of a recording, then across them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speech.engine.diarization.base import SpeakerCount

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClusteringOptions:
    """Similarities are cosines of voice vectors.

    `part` vectors at most are compared all with all (the cost is its square; 1,500 are about 75 minutes of debate);
    parts are linked by their centroids. `alike` joins within a part: it lies between what strangers reach (CAM++, on
    the development meeting: median 0.52, one pair in a hundred 0.67) and what one person's stretches fall to (median
    0.88, one in twenty 0.75). `same` joins centroids: those hold more speech and less noise, so one person's are more
    alike than single stretches.
    """

    part: int = 1_500
    alike: float = 0.70
    same: float = 0.75


def speakers_of(
    vectors: Vectors, weights: npt.NDArray[np.float32], count: SpeakerCount, options: ClusteringOptions
) -> Labels:
    """A speaker's number for each row of `vectors`, which have length 1 and come in order of time.

    `weights` say how much speech is behind each. Needs scipy.
    """
    if len(vectors) == 0:
        return np.zeros(0, dtype=np.int64)
    local = np.zeros(len(vectors), dtype=np.int64)
    taken = 0
    for begin in range(0, len(vectors), options.part):
        part = slice(begin, begin + options.part)
        labels = grouped(vectors[part], options.alike, SpeakerCount(count.fewest, len(vectors)))
        local[part] = labels + taken
        taken += int(labels.max()) + 1
    centres = centroids(vectors, weights, local)
    return grouped(centres, options.same, count)[local]


def centroids(vectors: Vectors, weights: npt.NDArray[np.float32], labels: Labels) -> Vectors:
    """The weighted mean of each label's vectors, brought to length 1."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors * weights[:, None])
    return unit(sums)


def unit(vectors: Vectors) -> Vectors:
    """Each row brought to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled


def grouped(vectors: Vectors, similarity: float, count: SpeakerCount | None = None) -> Labels:
    """Average linkage: two groups become one while their members' mean similarity is at least `similarity`."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) == 1:
        return np.zeros(1, dtype=np.int64)
    tree = linkage(vectors.astype(np.float64), method="average", metric="cosine")
    labels = fcluster(tree, 1 - similarity, criterion="distance")
    if count is not None:
        found = int(labels.max())
        wanted = min(max(found, count.fewest), count.most, len(vectors))
        if wanted != found:
            labels = fcluster(tree, wanted, criterion="maxclust")
    numbered: Labels = np.asarray(labels, dtype=np.int64) - 1
    return numbered
