"""What can be read aloud: an answer, a summary, a transcript, each as numbered pieces of about a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from assistant.queries import get_turn
from assistant.summaries.queries import list_summaries
from assistant.voice import sentences_of
from council.access import Actor
from council.errors import CouncilError
from transcripts.queries import SegmentRow, get_recording, list_segments

NOTICE: Final = "Ten tekst czyta głos syntetyczny."
"""Spoken once before anything else: nobody must take it for the voice of a person."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`index` names the piece for good; of a transcript it is the index of the segment."""

    index: int
    text: str


class Reading(Protocol):
    """`title` names the text. `pieces` in order; `piece` raises CouncilError("not_found")."""

    title: str

    def pieces(self) -> list[Piece]: ...

    def piece(self, index: int) -> str: ...


class _Text:
    """A text that was written for reading."""

    def __init__(self, title: str, text: str) -> None:
        self.title = title
        self._sentences = sentences_of(text)

    def pieces(self) -> list[Piece]:
        return [Piece(index, text) for index, text in enumerate(self._sentences)]

    def piece(self, index: int) -> str:
        if index >= len(self._sentences):
            raise CouncilError("not_found")
        return self._sentences[index]


class _Transcript:
    """Segment by segment; whoever speaks is named where the speaker changes."""

    def __init__(self, actor: Actor, recording_id: UUID) -> None:
        self.title = get_recording(actor, recording_id).title
        self._actor = actor
        self._recording_id = recording_id

    def pieces(self) -> list[Piece]:
        return list(_named(list_segments(self._actor, self._recording_id, words=False)))

    def piece(self, index: int) -> str:
        around = list_segments(self._actor, self._recording_id, after_index=index - 2, limit=2, words=False)
        for piece in _named(around):
            if piece.index == index:
                return piece.text
        raise CouncilError("not_found")


def _named(segments: list[SegmentRow]) -> Iterator[Piece]:
    speaker = ""
    for segment in segments:
        told = f"{segment.speaker}: " if segment.speaker and segment.speaker != speaker else ""
        speaker = segment.speaker
        if any(char.isalnum() for char in segment.text):
            yield Piece(segment.index, told + segment.text)


def answer_reading(actor: Actor, turn_id: UUID) -> Reading:
    """Raises CouncilError("not_found")."""
    answer = get_turn(actor, turn_id)
    return _Text(answer.question, answer.text_to_read)


def summary_reading(actor: Actor, recording_id: UUID, summary_id: int) -> Reading:
    """Raises CouncilError("not_found")."""
    for summary in list_summaries(actor, recording_id):
        if summary.id == summary_id:
            return _Text(summary.title, "\n".join([f"{summary.title}.", *(s.text for s in summary.sentences)]))
    raise CouncilError("not_found")


def transcript_reading(actor: Actor, recording_id: UUID) -> Reading:
    """Raises CouncilError("not_found")."""
    return _Transcript(actor, recording_id)
