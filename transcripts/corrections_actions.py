"""What a clerk corrects in a transcript. Every change is a version in the log, undoing one as well.

All of them check, under the recording's lock, that the segment is still as the caller saw it, write, and set the stages
after the transcript to work again in the same transaction.

Raises (each of them):
    CouncilError: "not_found"; "not_ready" while the recording is still being recognised; "segment_changed" when
        somebody else was quicker or the segment is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from council.access import Actor, Can
from council.errors import CouncilError
from transcripts import ledger, pipeline
from transcripts.corrections.line import Line, as_json, from_json
from transcripts.corrections.rows import line_of, put_in_place
from transcripts.corrections.words import cut, joined, rewritten
from transcripts.corrections_queries import piece_key, restored_pieces
from transcripts.models import ChunkResult, Recording, RunState, Segment
from transcripts.models_people import Correction, CorrectionKind, DismissedName
from transcripts.queries import access_recording

TEXT_CHARS = 20_000
SPEAKER_CHARS = 200


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction left: its number in the log and the segments in the place of those it changed."""

    sequence: int
    segments: tuple[Segment, ...]


def correct_text(actor: Actor, *, recording_id: UUID, segment_id: int, version: int, text: str) -> Corrected:
    """Set what was said. An empty text takes the words out, because nobody said them.

    Raises:
        CouncilError: "segment_text_too_long" besides those of the module.
    """
    if len(text) > TEXT_CHARS:
        raise CouncilError("segment_text_too_long", most=TEXT_CHARS)
    return _reshape(
        actor, recording_id, segment_id, version, CorrectionKind.TEXT, count=1,
        change=lambda lines: [replace(rewritten(lines[0], text), text_held=True)],
    )  # fmt: skip


def split_segment(actor: Actor, *, recording_id: UUID, segment_id: int, version: int, at_word: int) -> Corrected:
    """Cut a segment before its word number `at_word` (1 is the second). Raises CouncilError("split_invalid") too."""

    def change(lines: list[Line]) -> list[Line]:
        try:
            return [replace(piece, text_held=True) for piece in cut(lines[0], at_word)]
        except IndexError as error:
            raise CouncilError("split_invalid") from error

    return _reshape(actor, recording_id, segment_id, version, CorrectionKind.SPLIT, count=1, change=change)


def merge_with_next(actor: Actor, *, recording_id: UUID, segment_id: int, version: int) -> Corrected:
    """Join a segment with the one after it, as the first one's speaker's. Raises CouncilError("merge_invalid") too."""

    def change(lines: list[Line]) -> list[Line]:
        if len(lines) < 2 or len(lines[0].text) + len(lines[1].text) >= TEXT_CHARS:
            raise CouncilError("merge_invalid")
        return [replace(joined(*lines), text_held=True)]

    return _reshape(actor, recording_id, segment_id, version, CorrectionKind.MERGE, count=2, change=change)


def accept_name(
    actor: Actor, *, recording_id: UUID, segment_id: int, version: int, word: int, written: str, proposed: str
) -> Corrected:
    """Put a proposed name in the place of word number `word`, which must still be `written`; punctuation stays.

    Raises:
        CouncilError: "segment_changed" also when another word stands there.
    """

    def change(lines: list[Line]) -> list[Line]:
        tokens = lines[0].text.split()
        if not 0 <= word < len(tokens) or not written or written not in tokens[word]:
            raise CouncilError("segment_changed")
        tokens[word] = tokens[word].replace(written, " ".join(proposed.split()), 1)
        return [replace(rewritten(lines[0], " ".join(tokens)), text_held=True)]

    return _reshape(actor, recording_id, segment_id, version, CorrectionKind.TEXT, count=1, change=change)


def dismiss_name(actor: Actor, *, recording_id: UUID, written: str, proposed: str) -> None:
    """These letters are no slip for that name: propose it no more in this recording. Raises "not_found"."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        DismissedName.objects.get_or_create(
            council_id=actor.council_id, recording=recording, written=written, name=proposed
        )


def set_speaker(
    actor: Actor, *, recording_id: UUID, segment_id: int, version: int, speaker: str, everywhere: bool = False
) -> Corrected:
    """Say who spoke: in one segment, or `everywhere` the segment's present speaker speaks.

    Raises:
        CouncilError: "speaker_invalid"; "speaker_everywhere_nobody" when the segment has no speaker yet.
    """
    speaker = " ".join(speaker.split())
    if len(speaker) > SPEAKER_CHARS:
        raise CouncilError("speaker_invalid", most=SPEAKER_CHARS)
    with _correcting(actor, recording_id) as recording:
        row = _segment(recording, segment_id, version)
        if everywhere and not row.speaker:
            raise CouncilError("speaker_everywhere_nobody")
        rows = Segment.objects.filter(recording=recording).order_by("index").defer("words")
        rows = rows.filter(speaker=row.speaker) if everywhere else rows.filter(pk=row.pk)
        changes = [(one, speaker, True) for one in rows]
        return _respeak(actor, recording, changes, CorrectionKind.SPEAKER)


def restore_removed(actor: Actor, *, recording_id: UUID, chunk: int, place: int, start_ms: int) -> Corrected:
    """Put back what a guard took out of the recognition: piece number `place` of a chunk, known by its start.

    Raises:
        CouncilError: "removed_gone" when there is no such piece (any more) or it is already back.
    """
    with _correcting(actor, recording_id) as recording:
        result = ChunkResult.objects.filter(recording=recording, index=chunk).first()
        removed: list[dict[str, Any]] = result.removed if result else []
        if not 0 <= place < len(removed) or removed[place]["start_ms"] != start_ms:
            raise CouncilError("removed_gone")
        piece = {"chunk": chunk, **{key: removed[place][key] for key in ("start_ms", "end_ms", "text")}}
        if piece_key(piece) in restored_pieces(recording.pk):
            raise CouncilError("removed_gone")
        line, index = _fitted(recording, piece)
        written = put_in_place(recording, index=index, count=0, lines=[line])
        return _log(actor, recording, CorrectionKind.RESTORE, [], written, detail=piece)


def undo(actor: Actor, *, recording_id: UUID, sequence: int) -> Corrected:
    """Take a correction back, as a new version.

    Raises:
        CouncilError: "correction_undone"; "correction_overtaken" when what it left was changed since.
    """
    with _correcting(actor, recording_id) as recording:
        wanted = Correction.objects.filter(recording=recording, sequence=sequence).first()
        if wanted is None:
            raise CouncilError("not_found")
        if Correction.objects.filter(undoes=wanted).exists():
            raise CouncilError("correction_undone")
        if _is_of_speakers(wanted):
            return _respeak(actor, recording, _as_before(recording, wanted), CorrectionKind.UNDO, undoes=wanted)
        return _undo_shape(actor, recording, wanted)


# --- one way through -------------------------------------------------------------------------------------------------


@contextmanager
def _correcting(actor: Actor, recording_id: UUID) -> Iterator[Recording]:
    """The recording, locked, with a transcript that stands; what comes after the transcript is made again."""
    actor.require(Can.EDIT)
    with access_recording(actor, recording_id) as recording:
        if not all(run.state == RunState.DONE for run in pipeline.transcript_stages(ledger.lock_stages(recording.pk))):
            raise CouncilError("not_ready")
        yield recording
        pipeline.follow_correction(recording)


def _segment(recording: Recording, segment_id: int, version: int) -> Segment:
    row = Segment.objects.select_for_update().filter(recording=recording, pk=segment_id).first()
    if row is None or row.version != version:
        raise CouncilError("segment_changed")
    return row


def _reshape(
    actor: Actor, recording_id: UUID, segment_id: int, version: int, kind: CorrectionKind, *,
    count: int, change: Callable[[list[Line]], list[Line]],
) -> Corrected:  # fmt: skip
    """Change the text or the borders of `count` segments from one on."""
    with _correcting(actor, recording_id) as recording:
        row = _segment(recording, segment_id, version)
        rows = Segment.objects.filter(recording=recording, index__gte=row.index, index__lt=row.index + count)
        before = [line_of(one) for one in rows.order_by("index")]
        after = change(before)
        if [(line.text, line.start_ms) for line in before] == [(line.text, line.start_ms) for line in after]:
            return Corrected(0, tuple(rows.order_by("index")))  # no version of nothing
        after = [replace(line, version=version + 1) for line in after]
        written = put_in_place(recording, index=row.index, count=len(before), lines=after)
        return _log(actor, recording, kind, before, written)


def _respeak(
    actor: Actor, recording: Recording, changes: Sequence[tuple[Segment, str, bool]], kind: CorrectionKind,
    undoes: Correction | None = None,
) -> Corrected:  # fmt: skip
    """Give segments other speakers: (row, speaker, whether a person decided it)."""
    before, after = [], []
    for row, speaker, held in changes:
        if (row.speaker, row.speaker_held) == (speaker, held):
            continue
        before.append(_spoken(row))
        row.speaker, row.speaker_held, row.version = speaker, held, row.version + 1
        after.append(_spoken(row))
    changed = [row for row, _, _ in changes]
    if not before:
        if undoes is not None:
            raise CouncilError("correction_overtaken")
        return Corrected(0, tuple(changed))
    Segment.objects.bulk_update(changed, ["speaker", "speaker_held", "version"], batch_size=500)
    entry = _entry(actor, recording, kind, before, after, undoes=undoes)
    return Corrected(entry.sequence, tuple(changed))


def _spoken(row: Segment) -> dict[str, Any]:
    line = Line(
        row.start_ms, row.end_ms, "", row.speaker, id=row.pk, version=row.version, speaker_held=row.speaker_held
    )
    return as_json(line, text=False)


def _log(
    actor: Actor, recording: Recording, kind: CorrectionKind, before: Sequence[Line], after: Sequence[Line],
    *, detail: dict[str, Any] | None = None, undoes: Correction | None = None,
) -> Corrected:  # fmt: skip
    entry = _entry(
        actor, recording, kind, [as_json(line, text=True) for line in before],
        [as_json(line, text=True) for line in after], detail=detail, undoes=undoes,
    )  # fmt: skip
    rows = Segment.objects.filter(recording=recording, pk__in=[line.id for line in after]).order_by("index")
    return Corrected(entry.sequence, tuple(rows))


def _entry(
    actor: Actor, recording: Recording, kind: CorrectionKind, before: list[dict[str, Any]],
    after: list[dict[str, Any]], *, detail: dict[str, Any] | None = None, undoes: Correction | None = None,
) -> Correction:  # fmt: skip
    last = Correction.objects.filter(recording=recording).order_by("-sequence").first()
    return Correction.objects.create(
        council_id=recording.council_id, recording=recording, sequence=last.sequence + 1 if last else 1, kind=kind,
        made_by_id=actor.user_id, before=before, after=after, detail=detail or {}, undoes=undoes,
    )  # fmt: skip


def _fitted(recording: Recording, piece: dict[str, Any]) -> tuple[Line, int]:
    """The removed piece between its neighbours, and the index it gets."""
    rows = Segment.objects.filter(recording=recording).order_by("index").defer("words")
    following = rows.filter(start_ms__gte=piece["start_ms"]).first()
    previous = rows.filter(index__lt=following.index).last() if following else rows.last()
    start_ms = max(piece["start_ms"], previous.end_ms if previous else 0)
    latest_ms = following.start_ms if following else max(piece["end_ms"], start_ms)
    end_ms = max(start_ms, min(piece["end_ms"], latest_ms))
    near = previous or following
    line = Line(
        min(start_ms, max(latest_ms, piece["start_ms"])), end_ms, " ".join(str(piece["text"]).split()),
        near.speaker if near else "", near.label if near else "", text_held=True,
    )  # fmt: skip
    return line, (previous.index + 1 if previous else 0)


# --- undoing ---------------------------------------------------------------------------------------------------------


def _is_of_speakers(correction: Correction) -> bool:
    return all("text" not in kept for kept in [*correction.before, *correction.after])


def _as_before(recording: Recording, wanted: Correction) -> list[tuple[Segment, str, bool]]:
    """Who spoke before: by segment, or by time where the transcript was recognised anew since."""
    rows = list(Segment.objects.filter(recording=recording).order_by("index").defer("words"))
    by_id = {row.pk: row for row in rows}
    changes: dict[int, tuple[Segment, str, bool]] = {}
    for before, after in zip(wanted.before, wanted.after, strict=True):
        mine = by_id.get(before["id"])
        found = [mine] if mine else [row for row in rows if before["start_ms"] <= _middle_ms(row) < before["end_ms"]]
        for row in found:
            if (row.speaker, row.speaker_held) == (after["speaker"], after["speaker_held"]):
                changes[row.pk] = (row, before["speaker"], before["speaker_held"])
    return list(changes.values())


def _middle_ms(row: Segment) -> int:
    return (row.start_ms + row.end_ms) // 2


def _undo_shape(actor: Actor, recording: Recording, wanted: Correction) -> Corrected:
    """Put the segments back that a correction replaced, if what it left is still there as it left it."""
    left = [from_json(kept) for kept in wanted.after]
    rows = list(Segment.objects.filter(recording=recording, pk__in=[line.id for line in left]).order_by("index"))
    now = [line_of(row) for row in rows]
    if [_shape(line) for line in now] != [_shape(line) for line in left]:
        raise CouncilError("correction_overtaken")
    speakers = {line.id: line for line in now}
    newest = max((line.version for line in now), default=1) + 1
    back = [
        replace(
            line, version=newest, speaker=known.speaker if (known := speakers.get(line.id)) else line.speaker,
            speaker_held=known.speaker_held if known else line.speaker_held,
        )
        for line in (from_json(kept) for kept in wanted.before)
    ]  # fmt: skip
    index = rows[0].index if rows else _index_at(recording, wanted)
    written = put_in_place(recording, index=index, count=len(rows), lines=back)
    detail = {**wanted.detail, "again": not rows} if wanted.detail else None
    return _log(actor, recording, CorrectionKind.UNDO, now, written, detail=detail, undoes=wanted)


def _shape(line: Line) -> tuple[int | None, int, int, str]:
    return line.id, line.start_ms, line.end_ms, line.text


def _index_at(recording: Recording, wanted: Correction) -> int:
    """Where a restored piece goes back whose taking out is undone."""
    start_ms = wanted.before[0]["start_ms"] if wanted.before else 0
    return Segment.objects.filter(recording=recording, start_ms__lt=start_ms).count()
