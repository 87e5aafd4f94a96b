"""Meetings for the assistant's tests: real imports through the real passages, embeddings and search."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from council.access import Actor
from speech.engine.types import Segment
from transcripts import actions, pipeline

ROAD = (
    ("Przewodnicząca Maria Lis", "Otwieram obrady dwunastej sesji rady. Przechodzimy do punktu drugiego."),
    ("Wójt Jan Kruk", "Remont ulicy Lipowej zaczniemy w maju. Koszt remontu to dwieście tysięcy złotych."),
    ("Radna Ewa Sroka", "Nie poprę tej uchwały, bo droga do Gajówki jest w gorszym stanie."),
    ("Wójt Jan Kruk", "Biblioteka gminna będzie otwarta także w soboty, od godziny dziesiątej."),
    ("Skarbnik Olga Sowa", "Gmina nie zaciągnie kredytu na budowę żłobka, mamy wolne środki."),
)


def bring_in(
    actor: Actor,
    turns: Sequence[tuple[str, str]] = ROAD,
    *,
    title: str = "XII sesja",
    published: bool = False,
    held_on: date | None = date(2026, 3, 26),
) -> UUID:
    """A recording with one ten-second segment per turn, ready to be searched."""
    segments = [Segment(n * 10_000, (n + 1) * 10_000, text, (), speaker) for n, (speaker, text) in enumerate(turns)]
    recording_id = actions.add_transcript(
        actor,
        segments=segments,
        content_hash=hashlib.sha256(repr((title, turns)).encode()).hexdigest(),
        file_name="sesja.json",
        title=title,
        held_on=held_on,
    )
    while pipeline.work_once("default", recording_id):
        pass
    if published:
        actions.publish_recording(actor, recording_id=recording_id, published=True)
    return recording_id
