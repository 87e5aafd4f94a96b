"""Which model a council's questions are asked in, and how a new model takes over from an old one.

Vectors of a new model are made beside the old ones (`Passage.next_embedding`), which go on answering; when every
passage has its new vector they change over in one statement. Where the old model can no longer be asked, its vectors
are worth nothing, and the new ones take their place at once.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import connection

from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts import embedding
from transcripts.chosen_servers import ChosenServer, earlier_server

_MODELS_HELD: Final = """
    SELECT min(embedding_model), max(embedding_model) FROM transcripts_passage
    WHERE council_id = %(council)s AND embedding_model > ''
"""
_UNFINISHED: Final = """
    SELECT EXISTS (SELECT FROM transcripts_passage WHERE council_id = %(council)s AND embedding IS NOT NULL
                   AND embedding_model <> %(model)s AND next_model <> %(model)s)
"""
_CHANGE_OVER: Final = """
    UPDATE transcripts_passage
    SET embedding = next_embedding, embedding_model = next_model, next_embedding = NULL, next_model = ''
    WHERE council_id = %(council)s AND next_model = %(model)s
"""
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext('passage vectors'), %(council)s::int)"


def asking_embedder(council_id: int, own: ChosenServer | None, *, egress_allowed: bool) -> embedding.Embedder:
    """The embedder for questions: the old model's until the new one is complete. Call outside the council's scope.

    Raises:
        CouncilError: "egress_off".
    """
    with tenant_scope(council_id):
        old = old_model(council_id, embedding.configured_model(own))
    asked = embedder_of(council_id, old, own, egress_allowed=egress_allowed) if old else None
    return asked or embedding.embedder(own, egress_allowed=egress_allowed)


def old_model(council_id: int, wanted: str) -> str:
    """The model other than `wanted` whose vectors the council still has, "" when there is none. Needs the scope."""
    with connection.cursor() as cursor:
        cursor.execute(_MODELS_HELD, {"council": council_id})
        held = cursor.fetchone() or ()
    return next((model for model in held if model and model != wanted), "")


def embedder_of(
    council_id: int, model: str, own: ChosenServer | None, *, egress_allowed: bool
) -> embedding.Embedder | None:
    """Who can be asked in an old model: the one inside, the deployment's, a server chosen before; None for nobody."""
    if model == embedding.BUILT_IN_MODEL:
        return embedding.built_in()
    try:
        if own is not None and settings.EMBEDDINGS_BASE_URL and model == embedding.configured_model():
            return embedding.embedder(egress_allowed=egress_allowed)
        earlier = earlier_server(council_id, "embeddings", model)
        return embedding.embedder(earlier, egress_allowed=egress_allowed) if earlier else None
    except CouncilError:
        return None  # it may not be asked (egress) or its key cannot be read: as good as gone


def change_over(council_id: int, model: str) -> bool:
    """Let the vectors of `model` answer if every passage that has any has one of it. Needs the council's scope."""
    wanted: dict[str, int | str] = {"council": council_id, "model": model}
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, wanted)
        cursor.execute(_UNFINISHED, wanted)
        row = cursor.fetchone()
        if row is None or row[0]:
            return False
        cursor.execute(_CHANGE_OVER, wanted)
        return bool(cursor.rowcount)
