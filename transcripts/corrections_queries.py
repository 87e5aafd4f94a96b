"""Reads about corrections: the history of a transcript, what guards took out, who speaks. For those who may edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from council.access import Actor, Can
from council.errors import message_for
from transcripts.corrections.rows import lines_of
from transcripts.corrections.words import token_times
from transcripts.models import ChunkResult
from transcripts.models_people import Correction, CorrectionKind, DismissedName, SpeakerReport, SpeakerTag
from transcripts.queries import access_recording
from transcripts.speakers.near_names import near_names
from transcripts.speakers.people import day_of, load_roster

_REASONS: Final = {
    "phantom": gettext_noop("zdanie, które rozpoznawanie często wymyśla w ciszy"),
    "script": gettext_noop("litery innego pisma"),
    "no_speech": gettext_noop("nie słychać tu mowy"),
    "language": gettext_noop("zdanie w obcym języku, którego nie słychać"),
    "loop": gettext_noop("powtarzające się w kółko słowa"),
}
_UNKNOWN_REASON: Final = gettext_noop("wątpliwe rozpoznanie")
_SHOWN_CHARS: Final = 300
MOST_NAMES: Final = 500


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One version. `before` and `after` are texts, or names of speakers; long ones are shortened."""

    sequence: int
    kind: str
    kind_label: str
    made_by: str  # empty for a program or an account that is gone
    made_at: datetime
    start_ms: int
    segments: int  # how many it changed
    before: str
    after: str
    undoes: int | None
    undone: bool


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """What a guard took out of one chunk; `chunk` and `place` name it."""

    chunk: int
    place: int
    start_ms: int
    end_ms: int
    text: str
    reason: str
    reason_label: str
    restored: bool


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice of the recording, and what named it: (start_ms, what was said), a voice profile, or both.

    Who has a voice profile is told to those who may edit alone: to others `by_voice` is false, `likeness` None.
    """

    label: str
    name: str
    confidence: float
    evidence: tuple[tuple[int, str], ...]
    by_words: bool = True
    by_voice: bool = False
    likeness: float | None = None  # with the profile, -1..1


@dataclass(frozen=True, slots=True)
class SpeakersRow:
    """How speakers were told apart, in Polish; empty where that has not been tried."""

    outcome: str
    outcome_label: str
    engine: str
    error_message: str
    voices: tuple[VoiceRow, ...]

    @property
    def named(self) -> bool:
        """Whether it is known of any voice whose it is."""
        return any(voice.name for voice in self.voices)

    @property
    def some_unnamed(self) -> bool:
        return not all(voice.name for voice in self.voices)


def history(actor: Actor, recording_id: UUID, *, before: int | None = None, limit: int = 50) -> list[CorrectionRow]:
    """Versions, newest first; `before` pages to those with smaller numbers. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        rows = Correction.objects.filter(recording=recording).select_related("made_by", "undoes", "undone_by")
        if before is not None:
            rows = rows.filter(sequence__lt=before)
        return [_row(row) for row in rows.order_by("-sequence")[:limit]]


def removed_pieces(actor: Actor, recording_id: UUID) -> list[RemovedRow]:
    """Everything that guards took out of the recognition, in order of time. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        back = restored_pieces(recording.pk)
        found = [
            RemovedRow(
                index, place, piece["start_ms"], piece["end_ms"], piece["text"], piece["reason"],
                gettext(_REASONS.get(piece["reason"], _UNKNOWN_REASON)), piece_key(piece) in back,
            )
            for index, removed in ChunkResult.objects.filter(recording=recording)
            .order_by("index")
            .values_list("index", "removed")
            for place, piece in enumerate(removed)
        ]  # fmt: skip
        return sorted(found, key=lambda row: (row.start_ms, row.place))


def speakers_of(actor: Actor, recording_id: UUID) -> SpeakersRow:
    """Who was told apart, and why nobody was. Raises CouncilError("not_found")."""
    with access_recording(actor, recording_id) as recording:
        report = SpeakerReport.objects.filter(recording=recording).first()
        tags = SpeakerTag.objects.filter(recording=recording).order_by("label")
        tell = Can.EDIT in actor.can
        voices = tuple(
            VoiceRow(
                tag.label,
                tag.name,
                tag.confidence,
                tuple((at, said) for at, said in tag.evidence),
                tag.by_words,
                tell and tag.by_voice_id is not None,
                tag.likeness if tell else None,
            )
            for tag in tags
        )
        if report is None:
            return SpeakersRow("", "", "", "", voices)
        message = message_for(report.error_code) if report.error_code else ""
        return SpeakersRow(report.outcome, report.get_outcome_display(), report.engine, message, voices)


@dataclass(frozen=True, slots=True)
class NameRow:
    """A word that may be a slip for a name: word number `word` of a segment at its version."""

    segment_id: int
    version: int
    word: int
    start_ms: int
    written: str
    proposed: str
    person: str
    likeness: float
    around: str


def people_known(actor: Actor, recording_id: UUID) -> int:
    """How many people of the council are known on the recording's day: without any there is no name to be like."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        return len(load_roster(day_of(recording)))


def name_suggestions(actor: Actor, recording_id: UUID) -> list[NameRow]:
    """Near misses of the names of the council's people, without those that a clerk dismissed, in order of time.

    Raises:
        CouncilError: "not_found".
    """
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        roster = load_roster(day_of(recording))
        dismissed = set(DismissedName.objects.filter(recording=recording).values_list("written", "name"))
        lines = lines_of(recording.pk) if roster else []
    found: list[NameRow] = []
    for near in near_names(lines, roster):
        line = near.line
        if line.id is None or (near.written, near.proposed) in dismissed:
            continue
        start_ms = token_times(line)[near.word][1]
        found.append(
            NameRow(
                line.id, line.version, near.word, start_ms, near.written, near.proposed, near.person,
                round(near.likeness, 1), _around(line.text, near.word),
            )
        )  # fmt: skip
        if len(found) >= MOST_NAMES:
            break
    return found


def _around(text: str, word: int) -> str:
    tokens = text.split()
    first, last = max(word - 6, 0), word + 7
    return f"{'… ' if first else ''}{' '.join(tokens[first:last])}{' …' if last < len(tokens) else ''}"


def piece_key(piece: dict[str, Any]) -> tuple[int, str]:
    """What makes a removed piece the same one, in the log and in a chunk's result."""
    return piece["start_ms"], piece["text"]


def restored_pieces(recording_id: UUID) -> set[tuple[int, str]]:
    """Which removed pieces are back in the transcript. Needs the scope."""
    log = Correction.objects.filter(recording_id=recording_id).exclude(detail={}).order_by("sequence")
    standing = {}
    for detail, kind in log.values_list("detail", "kind"):
        standing[piece_key(detail)] = kind == CorrectionKind.RESTORE or bool(detail.get("again"))
    return {key for key, is_back in standing.items() if is_back}


def _row(row: Correction) -> CorrectionRow:
    told = [*row.before, *row.after]
    return CorrectionRow(
        row.sequence, row.kind, row.get_kind_display(), str(row.made_by) if row.made_by else "", row.made_at,
        min((kept["start_ms"] for kept in told), default=0), max(len(row.before), len(row.after)),
        _shown(row.before), _shown(row.after), row.undoes.sequence if row.undoes else None,
        hasattr(row, "undone_by"),
    )  # fmt: skip


def _shown(kept: list[dict[str, Any]]) -> str:
    if kept and "text" not in kept[0]:
        whole = ", ".join(dict.fromkeys(piece["speaker"] or gettext("nikt") for piece in kept))
    else:
        whole = " | ".join(piece["text"] for piece in kept)
    return whole if len(whole) <= _SHOWN_CHARS else f"{whole[:_SHOWN_CHARS]}…"
