"""Trying the servers that a council chooses for recognition and vectors, and what follows from another choice."""

from __future__ import annotations

from typing import Final

import numpy as np

from council.access import Actor, Can
from council.errors import CouncilError
from council.tenancy import tenant_scope
from speech.engine.errors import EngineError
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span
from transcripts import embedding, pipeline, recognition
from transcripts.chosen_servers import ChosenServer
from transcripts.models import Recording, RecordingState

_TRIAL_MS: Final = 2_000
_TRIAL_HZ: Final = 220


def try_recognition(actor: Actor, server: ChosenServer) -> None:
    """Have the server recognise two seconds of a tone. Blocks; what it heard does not matter, that it answers does.

    Raises:
        CouncilError: recognizer_elsewhere, remote_unavailable, remote_key_refused and its like.
    """
    recognition.check_egress(server, egress_allowed=actor.egress_allowed)
    times = np.arange(_TRIAL_MS * SAMPLE_RATE_HZ // 1000, dtype=np.float32) / SAMPLE_RATE_HZ
    sound = Audio((0.2 * np.sin(2 * np.pi * _TRIAL_HZ * times)).astype(np.float32))
    try:
        recognition.on_trial(server).recognize(sound, [Span(0, _TRIAL_MS)], RecognitionOptions())
    except EngineError as error:
        raise CouncilError(error.code, detail=error.detail) from error


def try_embeddings(actor: Actor, server: ChosenServer) -> int:
    """Have the server make one vector; its length. Blocks.

    Raises:
        CouncilError: egress_off, embeddings_unavailable, embeddings_dimensions.
    """
    return len(embedding.embedder(server, egress_allowed=actor.egress_allowed).query("Czym zajmuje się rada gminy?"))


def make_vectors_again(actor: Actor) -> int:
    """Have the vectors of all the council's recordings made by the model chosen now; how many recordings.

    They stay readable, and are found by words until their vectors are there. Vectors of that very model stand.
    """
    actor.require(Can.MANAGE)
    with tenant_scope(actor.council_id):
        recordings = Recording.objects.filter(council_id=actor.council_id, state=RecordingState.READY).order_by("pk")
        for recording in recordings:
            pipeline.follow_correction(recording, first="embeddings")
    return len(recordings)
