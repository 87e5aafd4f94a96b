"""Writing, correcting and approving summaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final
from uuid import UUID

from django.utils import timezone

from assistant.llm import summary_model
from assistant.models_minutes import Summary, SummaryOrigin, SummaryStyle
from assistant.summaries import extract
from assistant.summaries.material import Material, gather
from assistant.summaries.verified import Sentence, write_summary
from assistant.summaries.words import clean
from council.access import Actor, Can
from council.errors import CouncilError, message_for
from council.tenancy import tenant_scope
from transcripts.queries import get_recording

STYLES: Final = tuple(SummaryStyle.choices)
"""(value, what people read)."""
MOST_SENTENCES: Final = 100
_MOST_CHARS: Final = 1000
_MOST_TITLE_CHARS: Final = 300


def summarise(actor: Actor, *, recording_id: UUID, point: str = "", style: str = "normal") -> int:
    """Write (again) the summary of a meeting or of the point with this key, and give its id.

    With a language model in its words, each sentence proven by a quote; without one, or when it fails, out of facts.
    What was approved or corrected before is replaced and has to be approved again.

    Raises:
        CouncilError: "not_found" (also an unknown point), "not_ready", "summary_invalid" (unknown style).
    """
    actor.require(Can.EDIT)
    if style not in SummaryStyle.values:
        raise CouncilError("summary_invalid")
    material = gather(actor, recording_id)
    title, sentences, origin, model_name, notes = _written(actor, material, point, style)
    with tenant_scope(actor.council_id):
        row, _ = Summary.objects.select_for_update().get_or_create(
            council_id=actor.council_id, recording_id=recording_id, point=point, style=style,
            defaults={"sentences": [], "origin": origin, "version": 0},
        )  # fmt: skip
        row.title, row.sentences = title[:_MOST_TITLE_CHARS], [asdict(sentence) for sentence in sentences]
        row.origin, row.model_name, row.notes = origin, model_name[:100], notes
        row.version, row.approved_at, row.approved_by = row.version + 1, None, None
        row.save()
        return row.pk


def correct_summary(
    actor: Actor, *, recording_id: UUID, summary_id: int, based_on: int, title: str, texts: Sequence[str]
) -> None:
    """Set the words of a summary; sentences keep their second by their place, empty ones are dropped.

    Raises:
        CouncilError: "not_found", "summary_invalid", "minutes_changed" (it was written anew in between).
    """
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    told = [" ".join(clean(text).split()) for text in texts]
    if not any(told) or len(told) > MOST_SENTENCES or max(map(len, told)) > _MOST_CHARS:
        raise CouncilError("summary_invalid")
    with tenant_scope(actor.council_id):
        row = _locked(recording_id, summary_id)
        if row.version != based_on:
            raise CouncilError("minutes_changed")
        proofs = [*row.sentences, *[{"start_ms": None, "quote": ""}] * len(told)]
        row.title = " ".join(clean(title).split())[:_MOST_TITLE_CHARS] or row.title
        row.sentences = [{**proof, "text": text} for proof, text in zip(proofs, told, strict=False) if text]
        row.origin, row.version, row.approved_at, row.approved_by = SummaryOrigin.CLERK, row.version + 1, None, None
        row.save()


def approve_summary(actor: Actor, *, recording_id: UUID, summary_id: int, approved: bool) -> None:
    """From now on residents see it, or no longer. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    with tenant_scope(actor.council_id):
        row = _locked(recording_id, summary_id)
        row.approved_at, row.approved_by_id = (timezone.now(), actor.user_id) if approved else (None, None)
        row.save(update_fields=["approved_at", "approved_by"])


def _written(
    actor: Actor, material: Material, point: str, style: str
) -> tuple[str, tuple[Sentence, ...], str, str, list[str]]:
    """Title, sentences, origin, name of the model and notes."""
    chosen = next((row for row in material.points if row.key == point), None)
    if point and chosen is None:
        raise CouncilError("not_found")
    title, facts = (
        extract.summarise_point(material, chosen, style=style)
        if chosen
        else extract.summarise_meeting(material, style=style)
    )
    notes: list[str] = []
    segments = chosen.segments if chosen else material.public_segments
    try:
        model = None if not segments or (chosen and chosen.is_private) else summary_model(actor)
        if model is not None:
            written = write_summary(model, title, segments, style=style)
            if written.sentences:
                if written.dropped:
                    notes.append(f"Usunięto zdania bez pokrycia w nagraniu: {written.dropped}.")
                if written.unread:
                    notes.append(f"Części zapisu, których model nie streścił: {written.unread} z {written.parts}.")
                return written.title or title, written.sentences, SummaryOrigin.MODEL, model.name, notes
            notes.append("Model nie napisał żadnego zdania z pokryciem w nagraniu.")
    except CouncilError as error:
        notes.append(message_for(error.code, **error.context))
    if not facts:
        notes.append("Nie znaleziono głosowań, uchwał ani zobowiązań, które można przytoczyć.")
    return title, facts, SummaryOrigin.FACTS, "", notes


def _locked(recording_id: UUID, summary_id: int) -> Summary:
    row = Summary.objects.select_for_update().filter(recording_id=recording_id, pk=summary_id).first()
    if row is None:
        raise CouncilError("not_found")
    return row
