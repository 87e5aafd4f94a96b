"""Names for voices: which speaker sounds like which known person."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from speech.engine.diarization.base import Vector

SAME_PERSON = 0.70
"""Cosine of CAM++ vectors of some seconds each: strangers reach it once in a hundred pairs, one person's speech falls
below it once in twenty (see `clustering.ClusteringOptions`)."""
MARGIN = 0.05
"""A speaker who is almost as like a second known person is named as neither."""


def match_known(
    voices: Mapping[str, Vector],
    known: Mapping[str, Vector],
    threshold: float = SAME_PERSON,
    margin: float = MARGIN,
) -> dict[str, str]:
    """Speaker -> known name, for those speakers whose name is certain; nobody is forced into one.

    Pairs are taken from the likest down, each speaker and each name once. A pair counts when its cosine is at least
    `threshold` and no other known voice is within `margin` for that speaker. Vectors need not have length 1; one
    without direction (zeros, not finite) or of another size than the rest matches nothing.
    """
    pairs = [
        (_cosine(voice, reference), speaker, name)
        for speaker, voice in voices.items()
        for name, reference in known.items()
    ]
    named: dict[str, str] = {}
    for likeness, speaker, name in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness < threshold or speaker in named or name in named.values():
            continue
        rivals = [other for other, who, rival in pairs if who == speaker and rival != name]
        if all(likeness - other >= margin for other in rivals):
            named[speaker] = name
    return named


def _cosine(one: Vector, other: Vector) -> float:
    if one.shape != other.shape:
        return -1.0
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    likeness = float(np.dot(one, other)) / lengths if lengths > 0 else -1.0
    return likeness if np.isfinite(likeness) else -1.0
