"""Voice profiles as they are in the database: which may be used, and their vectors, sealed."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable
from datetime import date

import numpy as np
from django.utils import timezone

from council.errors import CouncilError
from council.models import Seat
from council.sealing import seal, unseal
from speech.engine.diarization import Vector
from transcripts.models_voices import VoicePolicy, VoiceProfile, VoiceSample
from transcripts.speakers.voices import KnownVoice

logger = logging.getLogger(__name__)


def voices_allowed() -> bool:
    """Whether the council of the scope lets voices be known."""
    return VoicePolicy.objects.filter(allowed=True).exists()


def term_end_of(person_id: int, today: date) -> date | None:
    """The last day of the person's term: of the latest of their seats that are not over. None where no seat says.

    Needs the scope.
    """
    ends: list[date] = []
    for seat in Seat.objects.filter(person_id=person_id).select_related("term"):
        known = [day for day in (seat.ends_on, seat.term.ends_on if seat.term else None) if day is not None]
        if known and min(known) >= today:
            ends.append(min(known))
    return max(ends, default=None)


def load_known(engine: str) -> list[KnownVoice]:
    """Profiles that may name voices of this engine today; none where the council does not allow it. Needs the scope."""
    if not voices_allowed():
        return []
    today = timezone.localdate()
    samples = VoiceSample.objects.filter(profile__expires_on__gte=today, engine=engine).exclude(sealed="")
    vectors: dict[tuple[int, int], list[tuple[Vector, int]]] = {}
    for sample in samples.select_related("profile").order_by("pk"):
        try:
            vector = unpacked(sample.sealed)
        except CouncilError as error:  # SECRET_KEY was changed: the administration pages say so at the profile
            logger.warning("voice sample %s: %s", sample.pk, error)
            VoiceSample.objects.filter(pk=sample.pk).update(error_code=error.code)
            continue
        vectors.setdefault((sample.profile_id, sample.profile.person_id), []).append((vector, sample.heard_ms))
    return [
        KnownVoice(profile_id, person_id, _mean(theirs)) for (profile_id, person_id), theirs in sorted(vectors.items())
    ]


def still_there(known: Iterable[KnownVoice]) -> list[KnownVoice]:
    """Those whose profile is still there and allowed, held until the transaction ends: whoever deletes one waits."""
    wanted = list(known)
    if not wanted or not voices_allowed():
        return []
    rows = VoiceProfile.objects.select_for_update(no_key=True).filter(
        pk__in=[one.profile_id for one in wanted], expires_on__gte=timezone.localdate()
    )
    there = set(rows.order_by("pk").values_list("pk", flat=True))
    return [one for one in wanted if one.profile_id in there]


def packed(vector: Vector) -> str:
    """A vector as sealed text."""
    return seal(base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii"))


def unpacked(sealed: str) -> Vector:
    """The vector that was sealed. Raises CouncilError("secret_unreadable")."""
    vector: Vector = np.frombuffer(base64.b64decode(unseal(sealed)), dtype="<f4").astype(np.float32)
    return vector


def _mean(vectors: list[tuple[Vector, int]]) -> Vector:
    """Weighted by how much was heard, of length 1; samples of another size than the newest (an older model) are not."""
    size = vectors[-1][0].shape
    summed = np.sum([vector * weight for vector, weight in vectors if vector.shape == size], axis=0)
    mean: Vector = (summed / max(float(np.linalg.norm(summed)), 1e-9)).astype(np.float32)
    return mean
