"""Stage 8: a vector for every passage, so that search also finds what was said in other words."""

from __future__ import annotations

import logging

from council.errors import CouncilError
from transcripts import embedding
from transcripts.models import Passage
from transcripts.work import StageJob

logger = logging.getLogger(__name__)

_BATCH = 16  # passages between two reports of progress; a killed worker loses at most these


def settings() -> dict[str, object]:
    return {"model": embedding.configured_model(), "version": 1}


def run(job: StageJob) -> None:
    """Fill in missing vectors and those of another model, batch by batch; what is there is not made again.

    A council that allows no connections while the embedder is a server elsewhere stays searchable by words.

    Raises:
        CouncilError: "embeddings_unavailable" (retryable), "embeddings_dimensions".
    """
    with job.scope() as recording:
        egress_allowed = recording.council.egress_allowed
        waiting = list(
            Passage.objects.filter(recording=recording)
            .exclude(embedding__isnull=False, embedding_model=embedding.configured_model())
            .order_by("index")
            .values_list("pk", "header", "text")
        )
    try:
        embedder = embedding.embedder(egress_allowed=egress_allowed)
    except CouncilError as error:
        if error.code != "egress_off":
            raise
        logger.info("%s: no vectors, the council allows no connections", job.recording_id)
        waiting = []
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        vectors = embedder.passages([f"{header}\n{text}" for _, header, text in batch])
        with job.scope():
            job.check()
            rows = [
                Passage(pk=pk, embedding=vector, embedding_model=embedder.model)
                for (pk, _, _), vector in zip(batch, vectors, strict=True)
            ]
            Passage.objects.bulk_update(rows, ["embedding", "embedding_model"])
        job.progress(start + len(batch), len(waiting))
    with job.finishing():
        pass
