"""Stage 8: a vector for every passage, so that search also finds what was said in other words."""

from __future__ import annotations

import logging

from council.errors import CouncilError
from transcripts import embedding
from transcripts.chosen_servers import chosen_server
from transcripts.embedding import serving
from transcripts.models import Passage
from transcripts.work import StageJob

logger = logging.getLogger(__name__)

_BATCH = 16  # passages between two reports of progress; a killed worker loses at most these

_VECTOR_FIELDS = ["embedding", "embedding_model"]
_NEXT_FIELDS = ["next_embedding", "next_model"]
_Waiting = tuple[int, str, str, str]  # passage, its header and text, the model of its vector


def settings() -> dict[str, object]:
    return {"model": embedding.configured_model(), "version": 1}


def run(job: StageJob) -> None:
    """Fill in missing vectors and those of another model, batch by batch; what is there is not made again.

    While the council's old model can still be asked, the new vectors are made beside the old ones and change over when
    all of the council's are there (transcripts/embedding/serving.py). A council that allows no connections while the
    embedder is a server elsewhere stays searchable by words.

    Raises:
        CouncilError: "embeddings_unavailable" (retryable), "embeddings_dimensions".
    """
    own = chosen_server(job.council_id, "embeddings")
    wanted = embedding.configured_model(own)
    with job.scope() as recording:
        egress_allowed = recording.council.egress_allowed
        old = serving.old_model(job.council_id, wanted)
        waiting = list(
            Passage.objects.filter(recording=recording)
            .exclude(embedding__isnull=False, embedding_model=wanted)
            .exclude(next_embedding__isnull=False, next_model=wanted)
            .order_by("index")
            .values_list("pk", "header", "text", "embedding_model")
        )
    asked = serving.embedder_of(job.council_id, old, own, egress_allowed=egress_allowed) if old else None
    try:
        embedder = embedding.embedder(own, egress_allowed=egress_allowed)
    except CouncilError as error:
        if error.code != "egress_off":
            raise
        logger.info("%s: no vectors, the council allows no connections", job.recording_id)
        waiting = []
    for start in range(0, len(waiting), _BATCH):
        rows = _made(waiting[start : start + _BATCH], embedder, asked)
        with job.scope():
            job.check()
            Passage.objects.bulk_update(rows, _VECTOR_FIELDS if asked is None else _NEXT_FIELDS)
            if asked is not None:
                Passage.objects.bulk_update([row for row in rows if row.embedding is not None], _VECTOR_FIELDS)
        job.progress(start + len(rows), len(waiting))
    with job.finishing():
        if asked is not None:
            serving.change_over(job.council_id, wanted)


def _made(batch: list[_Waiting], embedder: embedding.Embedder, asked: embedding.Embedder | None) -> list[Passage]:
    """Passages with their new vectors, and one of the old model where there is none for today's questions."""
    vectors = embedder.passages([f"{header}\n{text}" for _, header, text, _ in batch])
    made = zip(batch, vectors, strict=True)
    if asked is None:
        return [Passage(pk=pk, embedding=vector, embedding_model=embedder.model) for (pk, *_), vector in made]
    rows = [Passage(pk=pk, next_embedding=vector, next_model=embedder.model) for (pk, *_), vector in made]
    bare = [index for index, (*_, model) in enumerate(batch) if not model]
    try:
        of_old = asked.passages([f"{batch[i][1]}\n{batch[i][2]}" for i in bare]) if bare else []
    except CouncilError as error:
        logger.warning("no vectors of the old model %s: %s", asked.model, error)
        return rows  # found by words until the new model answers
    for index, vector in zip(bare, of_old, strict=True):
        rows[index].embedding, rows[index].embedding_model = vector, asked.model
    return rows
