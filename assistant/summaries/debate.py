"""The debate of each point in the words of a language model, for minutes."""

from __future__ import annotations

from typing import Final

from assistant.llm import summary_model
from assistant.summaries.material import Material, Point
from assistant.summaries.verified import Written, write_summary
from council.access import Actor
from council.errors import CouncilError

_FEWEST_CHARS: Final = 400  # a point with less said in it is told by its facts and quotes


def summarise_debate(actor: Actor, material: Material) -> dict[str, Written]:
    """Key of a point -> what its debate came to; points of which nothing could be proven are left out.

    Raises:
        CouncilError: "model_not_configured", "model_elsewhere", and what the model raises.
    """
    model = summary_model(actor)
    if model is None:
        raise CouncilError("model_not_configured")
    written = {
        point.key: write_summary(model, point.row.title, point.segments)
        for point in material.points
        if _worth_telling(point)
    }
    return {key: text for key, text in written.items() if text.sentences}


def _worth_telling(point: Point) -> bool:
    said = sum(len(segment.text) for segment in point.segments)
    return said >= _FEWEST_CHARS and not point.is_private
