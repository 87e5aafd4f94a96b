"""Finished transcripts from files and folders: each with the media of the same name beside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Final
from uuid import UUID

from council.access import Actor, Can
from council.errors import CouncilError
from speech.engine.types import Segment
from transcripts import actions, storage
from transcripts.documents import read_document
from transcripts.imports import MOST_BYTES, decoded, minutes, read_transcript, spoken_text
from transcripts.intake.entries import printable
from transcripts.intake.meetings import place_recording
from transcripts.intake.rows import MEDIA_SUFFIXES
from transcripts.sources.days import day_of

TRANSCRIPT_SUFFIXES: Final = frozenset({".json", ".vtt", ".srt", ".txt", ".docx"})
_STEM_CHARS: Final = 60  # names of files are limited in bytes, and a letter may have four
_SUFFIX_CHARS: Final = 6
ESTIMATED: Final = "(czasy szacowane)"
"""What the title of a transcript says whose times were counted from its words."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A transcript and its recording, where there is one."""

    transcript: Path
    media: Path | None


def pairs_in(folder: Path) -> Iterator[Pair]:
    """Every transcript in a folder tree, in the order of names; links and hidden files are left out.

    Of one name in several formats the richest is taken: JSON before VTT before SRT before plain text before DOCX.
    """
    for inside, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = sorted(Path(inside, name) for name in names if not name.startswith("."))
        usable = [path for path in files if not path.is_symlink()]
        media = {path.stem: path for path in usable if path.suffix.lower() in MEDIA_SUFFIXES}
        order = (".json", ".vtt", ".srt", ".txt", ".docx")
        found: dict[str, Path] = {}
        for suffix in order:
            for path in usable:
                if path.suffix.lower() == suffix:
                    found.setdefault(path.stem, path)
        for stem in sorted(found):
            yield Pair(found[stem], media.get(stem))


def take_transcript(
    actor: Actor,
    *,
    path: Path,
    media: Path | None,
    title: str = "",
    held_on: date | None = None,
    as_minutes: bool = False,
) -> UUID:
    """Bring in one finished transcript; a plain text with speakers gets estimated times, and its title says so.

    Where there is a recording, the estimate covers the whole of it.

    `as_minutes`: the same for a DOCX without times.

    Raises:
        CouncilError: as actions.import_transcript_file; "transcript_no_times" for a DOCX that has none.
    """
    held_on = held_on or day_of(title or path.stem.replace("_", " "))
    suffix = path.suffix.lower()
    if suffix in {".txt", ".docx"}:
        read = _of_docx(path, as_minutes=as_minutes) if suffix == ".docx" else _of_text(path)
        if read.is_estimated and media is not None and (length_ms := actions.length_of_media(media)):
            read = replace(read, segments=spoken_text.fitted(list(read.segments), length_ms))
        recording_id = _add(actor, read, path, media, title or printable(path.stem), held_on)
    else:
        recording_id = actions.import_transcript_file(actor, path=path, media=media, title=title, held_on=held_on)
    place_recording(actor.council_id, recording_id)
    return recording_id


@dataclass(frozen=True, slots=True)
class _Read:
    content: bytes
    segments: Sequence[Segment]
    is_estimated: bool


def _of_text(path: Path) -> _Read:
    content = _content(path)
    text = decoded(content)
    if "-->" in text:  # subtitles under another name have times of their own
        return _Read(content, read_transcript(content).segments, is_estimated=False)
    return _Read(content, spoken_text.read(_lines(text)), is_estimated=True)


def _of_docx(path: Path, *, as_minutes: bool) -> _Read:
    content = _content(path)
    document = read_document(content)
    if document.kind != "docx":
        raise CouncilError("transcript_unreadable", detail=f"{document.kind} under the name of a Word document")
    segments, is_estimated = minutes.read(_lines("\n".join(document.pages)), as_minutes=as_minutes)
    return _Read(content, segments, is_estimated)


def _add(actor: Actor, read: _Read, path: Path, media: Path | None, title: str, held_on: date | None) -> UUID:
    room = actions.TITLE_CHARS - len(ESTIMATED) - 1
    return actions.add_transcript(
        actor,
        segments=read.segments,
        content_hash=hashlib.sha256(read.content).hexdigest(),
        file_name=printable(path.name),
        title=f"{title[:room]} {ESTIMATED}" if read.is_estimated else title,
        held_on=held_on,
        media=media,
    )


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CouncilError("transcript_unreadable", detail="too large")
        return path.read_bytes()
    except OSError as error:
        raise CouncilError("source_missing", detail=str(error)) from error


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that came over the web: where it lies now, and the name it had at its owner's."""

    path: Path
    name: str


def take_uploaded(
    actor: Actor,
    *,
    transcript: Uploaded,
    media: Uploaded | None,
    title: str = "",
    held_on: date | None = None,
    as_minutes: bool = False,
) -> UUID:
    """`take_transcript` of uploaded files, which are read under the names that they had. Raises as it does."""
    actor.require(Can.EDIT)
    with storage.work_folder() as folder:
        return take_transcript(
            actor,
            path=_named(transcript, folder / "transkrypcja"),
            media=_named(media, folder / "nagranie") if media else None,
            title=title,
            held_on=held_on,
            as_minutes=as_minutes,
        )


def _named(upload: Uploaded, folder: Path) -> Path:
    """A second name for the same file; uploads lie on the disk of the work folder (FILE_UPLOAD_TEMP_DIR)."""
    named = PurePath(printable(upload.name).replace("/", " "))
    folder.mkdir()
    path = folder / f"{named.stem[:_STEM_CHARS] or 'plik'}{named.suffix.lower()[:_SUFFIX_CHARS]}"
    os.link(upload.path, path)
    return path
